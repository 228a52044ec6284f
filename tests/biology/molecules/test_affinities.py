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
        ({"closed": {"block": 0.5, "in_tumour": "1 1/d", "in_plasma": "1 1/d"}}, "below 1"),
        ({"target": {"antigen": "cea", "kd": "none"}}, "target.kd"),
        ({"antibody": "bevacizumab"}, "no antigen in the model"),
        ({"antibody": "trastuzumab", "fc": "loud"}, "fc: 'loud'"),
    ],
)
def test_bad_molecules_say_what_is_wrong(recipe, said):
    with pytest.raises(CatalogError) as error:
        drug(build({"from": "aldesleukin", **recipe}, "bad").id)
    assert said in str(error.value), error.value


def test_a_fusion_without_its_antigen_in_the_disease_says_where_it_is():
    made = build({"from": "aldesleukin", "format": "antibody", "target": {"antigen": "cea", "kd": "1 nM"}}, "lost")
    with pytest.raises(CatalogError, match=r"seeks 'cea', of which renal-cell-metastatic has no density.*\n.*colorectal"):
        assemble((made.id,), "renal-cell-metastatic")
    assert assemble((made.id,), "none").disease == "none"
