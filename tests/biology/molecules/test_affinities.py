"""From affinities, size and arms to the model's numbers: wild type is the plain agent, variants move as the reduced form says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import kinecast
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.cells import RESPONDING
from kinecast.biology.drug import drug
from kinecast.biology.molecules.size import sieved
from kinecast.biology.receptors.reduced import cd25_reliance, intermediate_shift, trimer_shift
from kinecast.catalog.molecules import build, fuse
from kinecast.engine import solve
from kinecast.errors import CatalogError


def numbers(recipe, action="il2_receptor"):
    return {name: number.quantity.value for name, number in drug(build(recipe, "tested").id).actions[action].items()}


def test_a_recipe_of_nothing_but_the_agent_has_its_numbers():
    for key in ("aldesleukin", "rhil-15", "rhil-12", "rhil-21", "interferon-alfa-2b", "sargramostim"):
        made, native = drug(build({"from": key}, "same").id), drug(key)
        assert made.disposition == native.disposition
        for name, numbers_of_it in made.actions.items():
            assert numbers_of_it == native.actions[name]


def test_affinities_against_the_reduced_form():
    made = numbers({"from": "aldesleukin", "kd": {"IL-2Rb": 10, "IL-2Ra": 5, "gc": 2}})
    shift, held = intermediate_shift(10, 2), trimer_shift(10, 2)
    assert made["intermediate_kd"] == pytest.approx(shift)
    assert made["cd25_dependence"] == pytest.approx(cd25_reliance(5))
    assert made["cd25_hold"] == pytest.approx(shift / held - 1)
    assert made["trimer_kd"] == pytest.approx(0.01 * held / cd25_reliance(5))


def test_a_kd_in_nm_is_set_against_the_native_one():
    assert numbers({"from": "aldesleukin", "kd": {"IL-2Rb": "14.4 nM"}}) == numbers(
        {"from": "aldesleukin", "kd": {"IL-2Rb": 0.1}}
    )
    assert numbers({"from": "aldesleukin", "kd": {"IL-2Rb": "14400 pM"}})["intermediate_kd"] < 1


def test_weaker_il2rb_costs_nk_cells_more_than_treg():
    weak = ec50(build({"from": "aldesleukin", "kd": {"IL-2Rb": 30}}, "weak").id)
    wild = ec50(build({"from": "aldesleukin"}, "wild").id)
    assert weak["nk_dim"] > 10 * wild["nk_dim"] and weak["treg"] < 5 * wild["treg"]


def ec50(key):
    """EC50 of each cell at rest, nM."""
    model, name = assemble((key,)), drug(key).name
    parameters = np.array([[p.value for p in model.network.parameters]])
    states = solve(model.kernel(), parameters, events=[], outputs=np.array([1e-6])).states
    names = {cell: f"{name}_ec50_{cell}" for cell in RESPONDING}
    found = model.kernel().evaluate(list(names.values()), states, parameters)
    return {cell: float(np.ravel(found[name])[0]) for cell, name in names.items()}


def test_other_receptors_multiply_their_chains():
    assert numbers({"from": "rhil-15", "kd": {"IL-2Rb": 10}}, "il15_receptor")["potency"] == pytest.approx(
        1 / intermediate_shift(10)
    )
    assert numbers({"from": "rhil-12", "kd": {"IL-12Rb2": 10}}, "il12_receptor")["potency"] == pytest.approx(0.1)
    made = numbers({"from": "interferon-alfa-2b", "kd": {"IFNAR1": "83 nM"}}, "ifnar")
    assert made["ifnar_kd"] == pytest.approx(0.113 * 83 / 5000)
    assert numbers({"from": "sargramostim", "kd": {"GMRab": 4}}, "gm_csf_receptor")["potency"] == pytest.approx(0.25)


def test_copies_and_activity_scale_the_level():
    assert numbers({"from": "aldesleukin", "copies": 2})["intermediate_kd"] == 0.5
    assert numbers({"from": "rhil-15", "activity": 0.1}, "il15_receptor")["potency"] == pytest.approx(0.1)


def test_sieving_against_the_printed_values():
    """Li and Shah 2019, table 4, as reprinted: share filtered by mass."""
    for mass, share in ((13, 0.677), (27, 0.403), (50, 0.131), (80, 0.022), (150, 0.0011)):
        assert sieved(mass) == pytest.approx(share, rel=0.05)


def test_formats_lengthen_the_half_life():
    recipes = ({}, {"format": "fragment"}, {"format": "fc"}, {"format": "albumin"}, {"format": "antibody"})
    cleared = [
        drug(build({"from": "aldesleukin", **one}, "tested").id).disposition["clearance"].quantity.canonical for one in recipes
    ]
    assert cleared == sorted(cleared, reverse=True)
    peg = [
        drug(build({"from": "aldesleukin", "format": "peg", "peg": f"{kda} kDa"}, "t").id)
        .disposition["clearance"]
        .quantity.canonical
        for kda in (5, 20, 40)
    ]
    assert peg == sorted(peg, reverse=True) and 1.4 < peg[2] < 3


def test_an_arm_on_cd8_spares_other_cells():
    made = build(
        {
            "from": "aldesleukin",
            "kd": {"IL-2Ra": 100, "IL-2Rb": 30},
            "format": "antibody",
            "target": {"antigen": "cd8", "kd": "1 nM"},
        },
        "cis",
    )
    by_cell = ec50(made.id)
    assert by_cell["nk_dim"] > 100 * by_cell["cd8_memory"] and by_cell["treg"] > 20 * by_cell["cd8_memory"]


def test_a_fusion_keeps_what_its_antibody_does():
    silent, active = (fuse("trastuzumab", "aldesleukin", fc=fc, name=f"fused {fc}") for fc in ("silent", "active"))
    assert "adcc" in drug(active.id).actions and "adcc" not in drug(silent.id).actions
    assert drug(silent.id).delivery["her2_arm_kd"] == catalog.agent("trastuzumab").actions["adcc"]["her2_kd"]
    assert "pd1_block" in drug(fuse("nivolumab", "aldesleukin").id).actions


def test_every_superkine_and_immunokine_of_the_catalogue_is_a_molecule():
    lacking = {"l19-tnf": "TNF", "st-067": "IL-18", "ms-il-15": "IL-15"}
    for key, agent in catalog.agents().items():
        if agent.form in ("superkine", "immunokine", "pro-drug", "antibody complex"):
            assert agent.molecule is not None or agent.family == lacking.get(key), key
        if agent.molecule is not None:
            assert drug(key).forms and catalog.agent(agent.molecule.cytokine).simulated


def test_no_code_of_the_biology_names_a_drug():
    """Agents differ by data: outside of docstrings no module knows one."""
    ids = sorted(catalog.agents(), key=len, reverse=True)
    named = re.compile(r"""["'](""" + "|".join(map(re.escape, ids)) + r""")["']""")
    for path in (Path(kinecast.__file__).parent / "biology").rglob("*.py"):
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not named.search(code), f"{path.name}: {named.search(code)}"


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({"kd": {"IL-2Rb": "-5 nM"}}, "not above zero"),
        ({"kd": {"IL-2Rb": "5 kg"}}, "not a unit"),
        ({"kd": {"IL-2Rb": "none"}}, "does nothing"),
        ({"kd": {"CD19": "1 nM"}}, "does not bind 'CD19'"),
        ({"kd": {"gc": "5 nM"}}, "no KD to compare"),
        ({"kd": {"IL-2Rb": "5"}}, "no unit"),
        ({"format": "liposome"}, "Input should be"),
        ({"format": "peg"}, "`peg` holds the mass"),
        ({"copies": 0}, "greater than or equal to 1"),
        ({"colour": "red"}, "not a field of a recipe"),
        ({"closed": {"block": 100, "in_tumour": "1 1/d"}}, "closed.in_plasma is missing"),
        ({"closed": {"block": 0.5, "in_tumour": "1 1/d", "in_plasma": "1 1/d"}}, "0.5 is not between 1"),
        ({"target": {"antigen": "cea", "kd": "none"}}, "target.kd"),
        ({"antibody": "bevacizumab"}, "no antigen in the model"),
        ({"antibody": "trastuzumab", "fc": "loud"}, "fc: 'loud'"),
    ],
)
def test_bad_molecules_say_what_is_wrong(recipe, said):
    with pytest.raises(CatalogError) as error:
        drug(build({"from": "aldesleukin", **recipe}, "bad").id)
    assert said in str(error.value), error.value


def own(agent, action):
    return {name: one.quantity.value for name, one in drug(agent.id).actions[action].items()}


def test_a_calibrated_potency_moves_as_the_affinities_do():
    """NHS-IL12 holds a potency of its own; a form of it has that times what its chains, copies and mask change."""
    base = catalog.agent("nhs-il12")
    potency = own(base, "il12_receptor")["potency"]
    assert own(base.mutate(kd={"IL-12Rb2": 100}), "il12_receptor")["potency"] == pytest.approx(potency / 100)
    assert own(base.mutate(copies=1), "il12_receptor")["potency"] == pytest.approx(potency / 2)
    masked = base.mutate(closed={"block": 100, "in_tumour": "1 1/d", "in_plasma": "0.1 1/d", "format": "antibody"})
    assert own(masked, "il12_receptor")["potency"] == pytest.approx(potency / 100)
    opened = drug(masked.id).opened
    assert opened.actions["il12_receptor"]["potency"].quantity.value == pytest.approx(potency)
    inert = base.mutate(closed={"block": "none", "in_tumour": "1 1/d", "in_plasma": "0.1 1/d"})
    assert "il12_receptor" not in drug(inert.id).actions


def test_a_chain_counts_beside_the_whole_receptor():
    kd = [own(catalog.agent("ibi363").mutate(kd={"IL-2Rb": ratio}), "il2_receptor")["intermediate_kd"] for ratio in (0.1, 1, 10)]
    assert kd[0] < kd[1] < kd[2] and kd[1] == pytest.approx(30)


def test_what_is_set_free_has_the_mass_of_its_parts():
    closed = {"block": 100, "in_tumour": "0.5 1/d", "in_plasma": "0.01 1/d", "format": "fc"}
    masked = drug(build({"from": "aldesleukin", "format": "fc", "closed": closed}, "masked").id)
    naked = drug(build({"from": "aldesleukin", "format": "fc"}, "naked").id)
    assert masked.opened.disposition["clearance"] == naked.disposition["clearance"]
    blocking = fuse("nivolumab", "aldesleukin", closed={**closed, "format": "antibody"})
    assert "pd1_block" in drug(blocking.id).opened.actions


def test_another_format_takes_with_it_what_came_with_the_old_one():
    pegged = catalog.agent("aldesleukin").mutate(format="peg", peg="20 kDa")
    assert pegged.mutate(format="fc").molecule.peg is None and fuse("trastuzumab", pegged).molecule.format == "antibody"
    loose = catalog.agent("eciskafusp-alfa").mutate(target="none", format="fc")
    assert loose.molecule.target is None and "pd1_block" not in drug(loose.id).actions
    assert catalog.agent("simlukafusp-alfa").mutate(format="free").molecule.target is None
    assert fuse("trastuzumab", "aldesleukin").mutate(format="fc").molecule.target is None
    assert drug(catalog.agent("hu14-18-il2").mutate(copies=1).id).disposition["clearance"].quantity.value != 15
    assert catalog.agent("bempegaldesleukin").mutate(peg="40 kDa").molecular_weight.quantity.value == 15.3


def test_a_molecule_made_from_a_designed_one_holds_the_whole_recipe():
    base = build({"from": "aldesleukin", "kd": {"IL-2Ra": "none"}}, "base")
    made = build({"from": base.id, "kd": {"gc": 3}, "format": "fc"}, "grown")
    assert made.recipe == {"from": "aldesleukin", "kd": {"IL-2Ra": "none", "gc": 3}, "format": "fc"}


def test_no_alpha_leaves_trimers_to_those_that_have_them():
    made = numbers({"from": "aldesleukin", "kd": {"IL-2Ra": "none"}})
    assert made["trimer_kd"] == made["intermediate_kd"] and made["cd25_binding"] == 0


@pytest.mark.parametrize("name", ["gd2", "cea", "native", "her2", "treg", "3f8 fusion", "tumour"])
def test_a_molecule_may_be_called_as_a_part_of_the_model_is(name):
    recipe = {"from": "aldesleukin", "kd": {"IL-2Rb": 2}, "format": "antibody", "target": {"antigen": "cea", "kd": "1 nM"}}
    model = assemble((build(recipe, name).id,), "colorectal")
    assert not {f"{name}_in_tumour"} & set(model.network.definitions)


def test_two_forms_of_one_name_are_refused():
    closed = {"in_tumour": "1 1/d", "in_plasma": "1 1/d"}
    ids = [build({"from": "aldesleukin", "closed": closed}, "x").id, build({"from": "aldesleukin"}, "x open").id]
    with pytest.raises(CatalogError, match="x_open"):
        assemble(ids)


def test_a_larger_form_of_what_has_a_carrier_is_not_cleared_faster():
    for key in ("n-803", "peginterferon-alfa-2a"):
        base = drug(key).disposition["clearance"].quantity.canonical
        for more in ({"format": "fragment"}, {"format": "fc"}, {"format": "peg", "peg": "40 kDa"}):
            assert drug(build({"from": key, **more}, "more").id).disposition["clearance"].quantity.canonical <= base * 1.0001


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({"from": "nivolumab"}, "nothing of which the model has engineered forms"),
        ({"from": "gp100-209-2m", "format": "fc"}, "nothing of which"),
        (
            {"from": "interferon-alfa-2b", "format": "antibody", "target": {"antigen": "cea", "kd": "1 nM"}},
            "does not follow its level",
        ),
        ({"from": "rhil-12", "format": "antibody", "target": {"antigen": "pd1", "kd": "1 nM"}}, "does nothing for rhil-12"),
        ({"from": "aldesleukin", "format": "antibody", "target": {"antigen": "ceaa", "kd": "1 nM"}}, "Did you mean cea"),
        ({"from": "aldesleukin", "fc": "active"}, "no antibody whose Fc"),
        ({"from": "aldesleukin", "antibody": "trastuzumab", "format": "fc"}, "beside an antibody"),
        ({"from": "aldesleukin", "kd": [1]}, "not a set of fields"),
        ({"from": "aldesleukin", "kd": "none"}, "not a set of fields"),
        ({"from": "aldesleukin", "molecular_weight": "-5 kDa"}, "between 1 and 10000 kDa"),
        ({"from": "aldesleukin", "molecular_weight": "5 nM"}, "between 1 and 10000 kDa"),
        ({"from": "aldesleukin", "format": "peg", "peg": "-5 kDa"}, "peg: -5 kDa is not above zero"),
        ({"from": "aldesleukin", "kd": {"IL-2Rb": 10**400}}, "too large"),
        ({"from": "aldesleukin", "kd": {"IL-2Rb": float("inf")}}, "not between"),
        ({"from": "aldesleukin", "activity": 1e300}, "not between"),
    ],
)
def test_what_would_be_without_effect_or_cannot_be_is_refused(recipe, said):
    with pytest.raises(CatalogError) as error:
        drug(build(recipe, "bad").id)
    assert said in str(error.value), error.value


@pytest.mark.parametrize("name", ["α", " ", "-", ""])
def test_a_name_needs_a_letter_or_digit(name):
    with pytest.raises(CatalogError, match="no letter"):
        build({"from": "aldesleukin"}, name)


def test_a_fusion_without_its_antigen_in_the_disease_says_where_it_is():
    made = build({"from": "aldesleukin", "format": "antibody", "target": {"antigen": "cea", "kd": "1 nM"}}, "lost")
    with pytest.raises(CatalogError, match=r"seeks 'cea', of which renal-cell-metastatic has no density.*\n.*colorectal"):
        assemble((made.id,), "renal-cell-metastatic")
    assert assemble((made.id,), "none").disease == "none"


def test_what_a_prodrug_does_once_open_is_known_of_it():
    from kinecast.biology.actions import shows_harm
    from kinecast.inference.open_numbers import open_numbers

    assert shows_harm("bempegaldesleukin", "iv")
    model = assemble(("bempegaldesleukin",), "melanoma-metastatic")
    assert {"bempegaldesleukin_open_intermediate_kd", "bempegaldesleukin_opening_in_tumour"} <= set(open_numbers(model))
