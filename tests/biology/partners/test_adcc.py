"""Antibodies that kill through Fc receptors: what they need, whom they spare, and the patient's alleles."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kinecast as kc
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.drug import drug
from kinecast.biology.partners.adcc import GENOTYPES, adcc, v_alleles
from kinecast.biology.tumours.antigens import antigens, targets
from kinecast.engine import Bolus, Infusion, compile_network, solve
from kinecast.network import Module
from kinecast.network import assemble as join
from kinecast.patients import Population
from kinecast.trial.regimens import protocol_of
from kinecast.units import quantity

DAYS = np.arange(0.0, 120.0, 1.0)
WEEKLY = tuple(Bolus(float(day), "rituximab_central", 4700.0) for day in (0, 7, 14, 21))
"""Four doses of 375 mg/m2 in a body of 1.8 m2, nmol."""
WITH_A_TUMOUR = [
    "follicular-lymphoma",
    "b-cell-lymphoma",
    "colorectal",
    "head-and-neck",
    "breast-her2-positive",
    "chronic-lymphocytic-leukaemia",
]


@functools.cache
def model(disease, *agents):
    return assemble(agents, disease)


def course(agents, events, disease="follicular-lymphoma", **changes):
    """The typical patient with some parameters changed; name → values over DAYS."""
    made = model(disease, *agents)
    names = [p.name for p in made.network.parameters]
    values = np.array([p.value for p in made.network.parameters])
    for name, value in changes.items():
        values[names.index(name)] = value * made.network.factor(name)
    solution = solve(made.kernel(), values[None, :], events=events, outputs=DAYS, rtol=1e-7)
    assert solution.status[0] == 0
    return lambda name: made.kernel().evaluate([name], solution.states, values[None, :])[name][0]


def killed(**changes):
    """Logarithm by which rituximab has thinned the cells with CD20 after four months."""
    return course(("rituximab",), WEEKLY, **changes)("cd20_selected")[-1]


class Marked:
    """What an antibody marks at once, with killers and antigen as they are set."""

    def __init__(self, **changes):
        stub = Module("stub")
        for name, unit in (("rituximab_plasma", "nM"), ("nk_power", "1"), ("monocyte_pool", "Gcell/L"), ("cd20_on_tumour", "1")):
            stub.define(name, stub.parameter(f"set_{name}", 1.0, unit), unit)
        stub.define("monocyte_baseline", stub.parameter("set_rest", 1.0, "Gcell/L"), "Gcell/L")
        made = adcc("rituximab", drug("rituximab").actions["adcc"], catalog.parameters("adcc"))
        reader = Module("reader")
        reader.define("seen", reader.total("cd20_marked", "1"), "1")
        still = reader.state("still", "1", scale=1.0)
        reader.reaction("still", {still: 1}, 0.0 * still * reader.parameter("per_day", 1.0, "1/d"))
        self.network = join([stub, made, reader])
        self.kernel = compile_network(self.network)
        names = [p.name for p in self.network.parameters]
        values = np.array([p.value for p in self.network.parameters])
        for name, value in {"set_rituximab_plasma": 1e3, **changes}.items():
            values[names.index(name)] = value * self.network.factor(name)
        self.seen = float(self.kernel.evaluate(["seen"], self.kernel.start(values[None, :]).states, values[None, :])["seen"][0])


def test_nothing_is_marked_without_nk_cells_and_macrophages():
    inflow = catalog.parameters("adcc")["adcc_macrophage_inflow"].value
    gone = 1 - 1 / inflow  # monocytes over rest at which the tumour has no macrophages left
    assert Marked(set_nk_power=0.0, set_monocyte_pool=gone).seen == pytest.approx(0.0, abs=1e-12)
    assert 0 < Marked(set_nk_power=0.0).seen < Marked().seen


def test_a_silent_fc_part_does_nothing():
    assert killed(rituximab_fc_affinity_v=0.0, rituximab_fc_affinity_f=0.0) == pytest.approx(0.0, abs=1e-9)
    assert killed() > 0.3


def test_a_tumour_without_the_antigen_is_not_touched():
    untreated, treated = (course(("rituximab",), events, "colorectal")("tumour_volume") for events in ((), WEEKLY))
    np.testing.assert_allclose(treated, untreated, rtol=1e-9)


def test_two_v_alleles_kill_more_than_one_and_one_more_than_none():
    below, between, above = (killed(fcgr3a_score=score) for score in (-2.0, 0.0, 2.0))
    assert below < between < above


@given(st.floats(0.01, 1e4), st.floats(0.1, 30.0), st.floats(0.0, 5.0))
def test_more_of_anything_marks_more(level, killers, density):
    base = {"set_rituximab_plasma": level, "set_nk_power": killers, "set_cd20_on_tumour": density}
    seen = _marked(**base)
    assert seen >= 0
    for name in base:
        assert _marked(**{**base, name: base[name] * 1.5}) >= seen * (1 - 1e-12)


@functools.cache
def _network():
    return Marked()


def _marked(**changes):
    made = _network()
    names = [p.name for p in made.network.parameters]
    values = np.array([p.value for p in made.network.parameters])
    for name, value in changes.items():
        values[names.index(name)] = value * made.network.factor(name)
    return float(made.kernel.evaluate(["seen"], made.kernel.start(values[None, :]).states, values[None, :])["seen"][0])


def test_interleukin_15_brings_nk_cells_and_more_killing():
    alone = course(("rituximab", "n-803"), WEEKLY)
    beside = course(("rituximab", "n-803"), [*WEEKLY, *(Bolus(float(day), "n_803_depot", 12.0) for day in (0, 7, 14, 21))])
    assert beside("nk_count").max() > 1.3 * alone("nk_count").max()
    assert beside("cd20_selected")[-1] > 1.02 * alone("cd20_selected")[-1]


def test_a_low_fucose_antibody_kills_more_where_antigen_is_scarce():
    doses = [Bolus(float(day), "obinutuzumab_central", 6667.0) for day in (0, 7, 14)]
    strong = course(("obinutuzumab",), doses, "chronic-lymphocytic-leukaemia")("cd20_selected")[-1]
    plain = course(
        ("obinutuzumab",),
        doses,
        "chronic-lymphocytic-leukaemia",
        obinutuzumab_fc_affinity_v=1.0,
        obinutuzumab_fc_affinity_f=0.59,
    )("cd20_selected")[-1]
    assert strong > 2 * plain


def test_alemtuzumab_takes_nk_cells_away():
    run = course(("alemtuzumab",), [Bolus(0.0, "alemtuzumab_central", 200.0)], "chronic-lymphocytic-leukaemia")
    assert run("nk_count")[7] < 0.3 * run("nk_count")[0]
    assert run("cd52_selected")[-1] > 0


def test_every_antibody_is_accounted_for():
    run = course(("rituximab",), WEEKLY)
    held = sum(run(f"rituximab_{place}") for place in ("central", "peripheral", "eliminated", "consumed"))
    assert held[30:] == pytest.approx(4 * 4700.0, rel=1e-6)


def test_levels_of_dinutuximab_against_children():
    """25 mg/m2 on four days: peak 11 mg/L, 1380 ug h/mL, half-life 7 d, 0.2 mg/L on day 28 (Desai 2014)."""
    made = model("neuroblastoma-high-risk", "dinutuximab")
    values = np.array([[p.value for p in made.network.parameters]])
    dose = float(catalog.agent("dinutuximab").amount(quantity("25 mg/m2"), weight=70.0, surface=1.85))
    doses = [Infusion(float(day), "dinutuximab_central", dose, 10 / 24) for day in range(4)]
    times = np.arange(1, 28 * 24 + 1) / 24
    solution = solve(made.kernel(), values, events=doses, outputs=times)
    level = made.kernel().evaluate(["dinutuximab_plasma"], solution.states, values)["dinutuximab_plasma"][0]
    level = level * catalog.agent("dinutuximab").molar_mass  # mg/L
    assert level.max() == pytest.approx(11, rel=0.2)
    assert level.sum() == pytest.approx(1380, rel=0.2)
    assert level[-1] == pytest.approx(0.2, abs=0.1)
    assert 10 * np.log(2) / np.log(level[10 * 24] / level[20 * 24]) == pytest.approx(7, rel=0.15)


@pytest.mark.parametrize(("agent", "days"), [("rituximab", 22.4), ("obinutuzumab", 28.4)])
def test_terminal_half_lives_against_reports(agent, days):
    run = course((agent,), [Bolus(0.0, f"{agent}_central", 5000.0)])
    level = run(f"{agent}_plasma")
    assert 50 * np.log(2) / np.log(level[60] / level[110]) == pytest.approx(days, rel=0.25)


def test_cells_without_antigen_end_the_killing():
    """Two clones that grow alike, one of them killed: the share of the other follows odds·e^S, against two clones by hand."""
    disease = catalog.disease("follicular-lymphoma").parameters
    module = antigens(disease)
    stub = Module("stub")
    stub.contribute("cd20_marked", stub.parameter("marked", 4.0, "1"))
    reader = Module("reader")
    reader.define("seen", reader.total("direct_killing", "1/d"), "1/d")
    network = join([stub, module, reader])
    kernel = compile_network(network)
    values = np.array([[p.value for p in network.parameters]])
    solution = solve(kernel, values, outputs=DAYS, rtol=1e-8)
    seen = kernel.evaluate(["seen"], solution.states, values)["seen"][0]
    killing = 4.0 * disease["antibody_killing"].value
    with_antigen, without = np.exp(-killing * DAYS), disease["cd20_negative"].value
    np.testing.assert_allclose(seen, killing * with_antigen / (with_antigen + without), rtol=1e-4)


@pytest.mark.parametrize("disease", WITH_A_TUMOUR)
def test_untreated_tumours_grow_whatever_antibody_could_be_given(disease):
    made = model(disease, "rituximab", "cetuximab", "trastuzumab")
    values = np.array([[p.value for p in made.network.parameters]])
    solution = solve(made.kernel(), values, outputs=DAYS)
    volume = made.kernel().evaluate(["tumour_volume"], solution.states, values)["tumour_volume"][0]
    assert np.all(np.diff(volume) > 0)


@pytest.mark.parametrize("disease", [*WITH_A_TUMOUR, "neuroblastoma-high-risk"])
def test_a_disease_with_an_antigen_has_every_number_of_it(disease):
    numbers = catalog.disease(disease).parameters
    assert targets(numbers) and "antibody_killing" in numbers
    assert all(f"{antigen}_negative" in numbers for antigen in targets(numbers))


def test_genotypes_are_as_frequent_as_reported():
    """Cartron 2002: 20 % V/V, 45 % V/F, 35 % F/F."""
    scores = np.random.default_rng(1).standard_normal(200_000)
    shares = np.bincount(v_alleles(scores, catalog.parameters("adcc")), minlength=len(GENOTYPES)) / len(scores)
    assert shares == pytest.approx([0.35, 0.45, 0.20], abs=0.005)


def test_the_same_patient_has_the_same_genotype_in_every_model():
    indices = np.arange(300)
    drawn = [
        Population(model(disease, *agents), seed=5).sample(indices)
        for disease, agents in (("none", ()), ("none", ("rituximab",)), ("follicular-lymphoma", ("rituximab", "rhil-15")))
    ]
    first = drawn[0].baseline["fcgr3a_v_alleles"]
    for one in drawn[1:]:
        same = one.attempts == 0  # a draw that no trial would enrol is another person
        assert np.array_equal(one.baseline["fcgr3a_v_alleles"][same], first[same])
    treated = model("follicular-lymphoma", "rituximab", "rhil-15")
    column = [p.name for p in treated.network.parameters].index("fcgr3a_score")
    found = v_alleles(drawn[2].parameters[:, column], catalog.parameters("adcc"))
    assert np.array_equal(found, drawn[2].baseline["fcgr3a_v_alleles"])


def test_reports_by_genotype_are_answered_in_the_run():
    forecast = kc.run("cartron2002_rituximab_fcgr3a", patients=300)
    assert set(forecast.patients["fcgr3a_v_alleles"]) == {0, 1, 2}
    rows = forecast.summary["arms"]["rituximab"]
    by_group = {row["among"]: row for row in rows.values() if row["quantity"] == "orr" and row["among"]}
    assert by_group["FCGR3A V/V"]["n"] + by_group["FCGR3A F carriers"]["n"] == 300
    assert by_group["FCGR3A V/V"]["forecast"] > by_group["FCGR3A F carriers"]["forecast"]


def test_a_drug_without_effect_of_its_own_is_left_out_of_both_arms():
    """Isotretinoin is given in both arms of the trial, so that the control arm is untreated in the model."""
    protocol = protocol_of(catalog.trials()["ladenstein2020_hrnbl1"])
    assert protocol.arms["no_immuno"] == ()
    assert [one.agent for one in protocol.arms["dinutuximab_beta"]] == ["dinutuximab-beta"]
    said = kc.run("ladenstein2020_hrnbl1", patients=4).summary["without_effect"]
    assert said == {"isotretinoin": catalog.agent("isotretinoin").without_effect}
