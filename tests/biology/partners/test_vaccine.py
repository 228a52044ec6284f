"""Vaccines: antigen in a depot, a larger pool of progenitors, hardly more killing until something recruits them."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.drug import drug
from kinecast.engine import Bolus, solve
from kinecast.errors import UnitError
from kinecast.units import quantity

GP100 = "gp100_209_2m"
WEEKS = [7.0 * week for week in range(1, 25)]


@functools.cache
def model(*agents: str, disease: str = "melanoma-metastatic"):
    return assemble(agents, disease)


def course(patient, events=(), times=WEEKS, **changed):
    """The typical patient's course; `changed` sets parameters."""
    values = np.array([[changed.get(p.name, p.value) for p in patient.network.parameters]])
    solution = solve(patient.kernel(), values, events=events, outputs=times, rtol=1e-6)
    assert solution.status[0] == 0
    return lambda name: patient.kernel().evaluate([name], solution.states, values)[name][0]


def milligrams(agent, text):
    return float(catalog.agent(agent).amount(quantity(text), weight=70.0, surface=1.8))


def gp100(amount="1 mg", every=21.0, number=8):
    return [Bolus(every * k, f"{GP100}_depot", milligrams("gp100-209-2m", amount)) for k in range(number)]


def il2(start=84.0):
    dose = milligrams("aldesleukin", "600000 IU/kg")
    return [Bolus(start + k / 3, "aldesleukin_central", dose) for k in range(14)]


@settings(max_examples=15, deadline=None)
@given(first=st.floats(1.0, 5e3), second=st.floats(1.0, 5e3), day=st.floats(0.1, 60.0))
def test_dose_equals_depot_plus_what_left_it(first, second, day):
    run = course(model("gp100-209-2m"), [Bolus(0.0, f"{GP100}_depot", first), Bolus(day, f"{GP100}_depot", second)], [day + 30.0])
    assert run(f"{GP100}_depot") + run(f"{GP100}_left_depot") == pytest.approx([first + second], rel=1e-6)


def test_without_a_dose_nothing_differs_from_untreated():
    treated, untreated = course(model("gp100-209-2m")), course(model())
    for name in ("progenitors", "effectors_made", "sum_of_diameters", "hazard_death"):
        assert treated(name) == pytest.approx(untreated(name), rel=1e-5)


def test_a_peptide_raises_the_cells_that_know_it_ninefold_in_half_a_year():
    """Tetramer-positive cells: 0.04 % of CD8 cells before, median 0.36 % after (doi 10.1158/1078-0432.CCR-0095-03)."""
    coverage = catalog.agent("gp100-209-2m").actions["vaccine"]["coverage"].value
    one, none = course(model("gp100-209-2m"), gp100()), course(model("gp100-209-2m"))
    pool = one("progenitors")[-1] / none("progenitors")[-1]
    assert 1 + (pool - 1) / coverage == pytest.approx(9.0, rel=0.35)


def test_vaccine_enlarges_the_pool_and_hardly_shrinks_the_tumour():
    run, untreated = course(model("gp100-209-2m"), gp100()), course(model("gp100-209-2m"))
    assert run("progenitors")[-1] > 1.2 * untreated("progenitors")[-1]
    assert run("sum_of_diameters")[-1] > 0.85 * untreated("sum_of_diameters")[-1]


def test_a_recruiting_cytokine_multiplies_what_the_vaccine_primed():
    patient = model("gp100-209-2m", "aldesleukin")
    times = np.arange(84.0, 120.0, 0.5)
    made = {
        name: course(patient, events, times)("effectors_made").sum()
        for name, events in {"both": gp100() + il2(), "il2": il2(), "gp100": gp100(), "none": []}.items()
    }
    assert made["both"] > 1.2 * made["il2"]
    assert made["both"] - made["il2"] > 3 * (made["gp100"] - made["none"])


def test_no_antigen_of_the_tumour_no_effect_of_the_vaccine():
    patient, silent = model("gp100-209-2m"), {"antigenicity_of_patient": 1e-9}
    assert course(patient, gp100(), **silent)("sum_of_diameters") == pytest.approx(
        course(patient, **silent)("sum_of_diameters"), rel=1e-4
    )


def test_doses_above_a_milligram_add_little():
    pool = {dose: course(model("gp100-209-2m"), gp100(dose))("progenitors")[-1] for dose in ("0.03 mg", "1 mg", "10 mg")}
    assert pool["1 mg"] - pool["0.03 mg"] > 2 * (pool["10 mg"] - pool["1 mg"])
    assert pool["0.03 mg"] < pool["1 mg"] < pool["10 mg"]


def test_gm_csf_under_the_skin_shows_more_of_the_vaccine():
    """By its dendritic cells; at doses far above those of an adjuvant suppressor cells come with them."""
    patient = model("gp100-209-2m", "sargramostim")
    usual = milligrams("sargramostim", "250 ug")
    doses = [[Bolus(float(day), "sargramostim_depot", usual * times) for day in range(14)] for times in (0, 1, 30)]
    none, one, many = (course(patient, gp100() + more, [14.0]) for more in doses)
    assert one(f"{GP100}_shown") > 1.2 * none(f"{GP100}_shown")
    assert none("mdsc_braking") < one("mdsc_braking") < many("mdsc_braking")


def test_two_peptides_add_up():
    both = course(model("gp100-209-2m", "gp100-280-9v"), [*gp100(), *_other()])("progenitors")
    assert (both > course(model("gp100-209-2m"), gp100())("progenitors")).all()


def _other():
    amount = milligrams("gp100-280-9v", "1 mg")
    return [Bolus(21.0 * k, "gp100_280_9v_depot", amount) for k in range(8)]


def test_cells_that_secrete_gm_csf_mature_dendritic_cells():
    patient = model("gvax-prostate", disease="prostate-castration-resistant")
    dose = milligrams("gvax-prostate", "5e8 cell")
    assert dose == pytest.approx(0.5)  # 1e9 cells
    run = course(patient, [Bolus(0.0, "gvax_prostate_depot", dose)], [3.0])
    assert run("mature_dendritic_cells")[0] > 1.05


@pytest.mark.parametrize("key", ["gp100-209-2m", "melanoma-peptide-vaccine", "sipuleucel-t", "gvax-pancreas", "gvax-prostate"])
def test_every_route_of_a_vaccine_leads_into_its_depot(key):
    one = drug(key)
    assert one.routes == tuple(catalog.agent(key).routes)
    assert {model(key).dose_target(key, route) for route in one.routes} == {f"{one.name}_depot"}


def test_a_mass_of_a_drug_that_is_dosed_in_cells_is_refused():
    with pytest.raises(UnitError, match="is not a dose of sipuleucel-t"):
        milligrams("sipuleucel-t", "1 mg")


def test_cells_per_kg_follow_the_weight():
    assert milligrams("sipuleucel-t", "1e6 cell/kg") == pytest.approx(0.07)
