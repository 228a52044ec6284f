"""Molecules side by side: who is compared, what each is given, and that the numbers are the model's and the run's own."""

from __future__ import annotations

import numpy as np
import pytest

import kinecast
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.errors import CatalogError, RunError
from kinecast.inference.comparison import MoleculeComparison, compare
from kinecast.inference.comparison.asked import asked, read_recipes
from kinecast.inference.comparison.binding import affinities, sensed
from kinecast.inference.comparison.given import planned
from kinecast.runs import run

RECIPES = {
    "double": {"from": "rhil-15", "format": "fc", "copies": 2},
    "masked": {"from": "aldesleukin", "format": "fc", "closed": {"block": 100, "in_tumour": "2 1/d", "in_plasma": "0.05 1/d"}},
}
QUIET = "aldesleukin:name=silent-alpha,IL-2Ra=none,format=fc"
NAMES = ("aldesleukin", "silent-alpha", "double", "masked")


@pytest.fixture(scope="module")
def found() -> MoleculeComparison:
    return compare(("aldesleukin", QUIET, "double", "masked"), RECIPES, patients=12, doses=3)


def number(found, group, quantity, molecule, form="active"):
    (row,) = [one for one in found.of(group, quantity, form=form) if one.molecule == molecule]
    return row


def test_one_line_says_what_a_recipe_says():
    (one,) = asked(["aldesleukin:IL-2Ra=none,IL-2Rb=0.5,format=fc,copies=2"])
    assert one.recipe == {"from": "aldesleukin", "format": "fc", "copies": 2, "kd": {"IL-2Ra": "none", "IL-2Rb": 0.5}}
    assert one.copies == 2 and one.name == "aldesleukin IL-2Ra=none IL-2Rb=0.5 format=fc copies=2"


def test_agents_designed_in_python_can_be_compared():
    quiet = catalog.agent("aldesleukin").mutate(name="made here", kd={"IL-2Ra": None})
    assert [one.name for one in asked(["Proleukin", quiet])] == ["aldesleukin", "made here"]


@pytest.mark.parametrize("text", ["a: {from: aldesleukin}", "molecules:\n  a: {from: aldesleukin}"])
def test_recipes_are_read_with_or_without_their_heading(tmp_path, text):
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert read_recipes(tmp_path / "m.yaml") == {"a": {"from": "aldesleukin"}}


@pytest.mark.parametrize(
    ("molecules", "said"),
    [
        ([], "none is named"),
        (["aldesleukin", "Proleukin"], "'aldesleukin' is named twice"),
        (["aldesleukin:name=a b,copies=2", "aldesleukin:name=a-b,copies=3"], "'a b' and 'a-b' are one name"),
        (["aldesleukine"], "neither an agent of the catalogue nor the name of a recipe"),
        (["aldesleukin:IL-2Rq=none"], "does not bind 'IL-2Rq'"),
        (["aldesleukin:target=cea"], "'target' cannot be written on one line"),
        (["aldesleukin:fc"], "'fc' is not FIELD=VALUE"),
        (["aldesleukin:name=rhil-15,copies=2"], "a drug of the catalogue is called so"),
        (["indomethacin"], "the model of the patient lacks it"),
    ],
)
def test_what_cannot_be_compared_is_named(molecules, said):
    with pytest.raises((RunError, CatalogError), match=said):
        asked(molecules)


def plan(dose, **changes):
    schedule = {"disease": "none", "every": "1 week", "doses": 2, "route": "iv", "patients": 5} | changes
    return planned(asked(["aldesleukin", "double"], RECIPES), dose, **schedule)


def test_an_amount_for_all_is_of_cytokine_and_one_of_its_own_is_of_the_molecule():
    _, given = plan("10 nmol")
    assert (given["aldesleukin"].dose, given["double"].dose) == ("10 nmol", "5 nmol")
    assert given["aldesleukin"].cytokine == pytest.approx(given["double"].cytokine)
    _, given = plan({"double": "10 nmol", "others": "20 ug/kg"})
    assert (given["aldesleukin"].dose, given["double"].dose) == ("20 ug/kg", "10 nmol")
    assert given["double"].cytokine == pytest.approx(20)


def test_the_dose_studied_is_the_one_of_the_catalogue():
    _, given = plan({"aldesleukin": "studied"})
    studied = catalog.agent("aldesleukin").highest_dose_studied
    assert studied is not None and given["aldesleukin"].dose == str(studied.quantity)
    assert studied.source in given["aldesleukin"].why


@pytest.mark.parametrize(
    ("dose", "changes", "said"),
    [
        ("10", {}, "dose of aldesleukin: '10' has no unit"),
        ({"nobody": "1 mg"}, {}, "dose: 'nobody' is not compared"),
        ("studied", {}, "dose of double: 'studied', and it has no highest dose studied"),
        ("10 nmol", {"every": "soon"}, "every: 'soon'"),
        ("10 nmol", {"doses": 0}, "doses: '0'"),
        ("10 nmol", {"route": "im"}, "double.route: 'im' is not a route"),
        ("10 nmol", {"disease": "flu"}, "^disease: 'flu'"),
    ],
)
def test_a_dose_or_schedule_that_cannot_be_used_is_named(dose, changes, said):
    with pytest.raises(RunError, match=said):
        plan(dose, **changes)


def test_a_target_that_the_disease_lacks_is_refused_before_anything_runs():
    recipe = {"from": "aldesleukin", "format": "antibody", "target": {"antigen": "cea", "kd": "0.1 nM"}}
    with pytest.raises(CatalogError, match="seeks 'cea', of which melanoma-metastatic has no density"):
        compare(["to cea"], {"to cea": recipe}, progress=lambda done, every: pytest.fail("it ran"))


def test_ec50_are_those_that_the_model_defines():
    """IL-2: the definition of each cell, with what soluble CD25 holds on top. IL-15: its records over the potency."""
    molecules = asked(["aldesleukin", "rhil-15"])
    model = assemble([one.agent.id for one in molecules])
    rows = {(row.molecule, row.quantity): row.value for row in sensed(molecules, model) if row.group == "ec50"}
    values = np.array([[one.value for one in model.network.parameters]])
    kernel = model.kernel()
    rest = kernel.start(values).states[:, None]
    named = dict(zip(kernel.parameter_names, values[0], strict=True))
    held = 1 + named["soluble_cd25_baseline"] / named["soluble_cd25_kd"]
    for cell in ("treg", "nk_dim", "nk_bright", "cd8_memory", "cd4_memory"):
        defined = kernel.evaluate([f"aldesleukin_ec50_{cell}"], rest, values)[f"aldesleukin_ec50_{cell}"][0, 0]
        assert rows["aldesleukin", cell] == pytest.approx(defined * held, rel=1e-6)
        assert rows["rhil-15", cell] == pytest.approx(named[f"{cell}_il15_ec50"] / named["rhil_15_potency"], rel=1e-6)


def test_selectivity_is_lost_with_cd25_and_kept_by_a_mask(found):
    silent, native = (number(found, "selectivity", "treg_over_nk", name).value for name in ("silent-alpha", "aldesleukin"))
    assert silent == pytest.approx(1) and native > 10
    assert number(found, "selectivity", "treg_over_nk", "masked").value == pytest.approx(native, rel=0.02)
    # Not exactly: what is closed binds soluble CD25 more weakly too.
    closed, opened = (number(found, "ec50", "nk_dim", "masked", form).value for form in ("closed", "active"))
    assert closed == pytest.approx(100 * opened, rel=0.02)


def test_affinities_are_the_catalogue_times_what_the_recipe_says():
    molecules = asked(["aldesleukin", "aldesleukin:name=x,IL-2Ra=none,IL-2Rb=0.5", "aldesleukin:name=y,IL-2Rb=3 nM"])
    rows = {(row.molecule, row.quantity): row for one in molecules for row in affinities(one)}
    native = catalog.agent("aldesleukin").binds["IL-2Rb"].kd
    assert native is not None and rows["aldesleukin", "IL-2Rb"].value == native.value
    assert rows["x", "IL-2Rb"].value == pytest.approx(0.5 * rows["aldesleukin", "IL-2Rb"].value)
    assert rows["x", "IL-2Ra"].value is None and rows["x", "IL-2Ra"].note == "does not bind"
    assert rows["y", "IL-2Rb"].value == pytest.approx(3)


def test_an_engineered_drug_is_compared_within_one_assay():
    """Super-2's 1.2 nM is over the 280 nM of its own assay; beside the cytokine's 144 nM it is that ratio."""
    rows = {(row.molecule, row.quantity): row for one in asked(["aldesleukin", "super-2"]) for row in affinities(one)}
    engineered = catalog.agent("super-2").molecule
    assert engineered is not None and engineered.kd["IL-2Rb"] is not None
    ratio = rows["super-2", "IL-2Rb"].value / rows["aldesleukin", "IL-2Rb"].value
    assert ratio == pytest.approx(engineered.kd["IL-2Rb"].value)


def test_what_saturates_by_itself_has_no_ec50():
    found = compare(["rhil-12"], dose="0.5 nmol", patients=2, doses=1)
    assert found.of("ec50", "tumour_cd8")[0].value is None


def test_a_family_without_ec50_says_so_and_shows_its_own_numbers():
    found = compare(["interferon-alfa-2b"], dose="1 nmol", disease="none", patients=2, doses=1)
    assert all(row.value is None and row.note for row in found.of("ec50"))
    assert {row.quantity for row in found.of("action")} == {"ifnar_kd", "activity"}
    assert found.of("benefit", "orr")[0].value is None
    assert "binding" in found.pictures()  # it has affinities


def test_molecules_are_compared_on_the_same_patients_and_the_protocol_repeats_it(found):
    again = run(found.forecast.protocol.as_yaml(), 12, 1)
    assert tuple(again.protocol.arms) == (*NAMES, "untreated")
    before = found.forecast.patients.groupby("arm", observed=True)["weight_kg"].apply(list)
    assert len({tuple(weights) for weights in before}) == 1
    assert again.patients.equals(found.forecast.patients)


def test_numbers_are_those_of_the_run(found):
    patients = found.forecast.patients
    for name in NAMES:
        mine = patients[patients["arm"] == name]
        worst = mine[[column for column in mine if column.startswith("worst_") and column != "worst_lymphopenia"]]
        assert number(found, "harm", "any", name).value == pytest.approx((worst >= 3).any(axis=1).mean())
        orr = number(found, "benefit", "orr", name)
        assert orr.value == pytest.approx(mine["best_response"].isin(["CR", "PR"]).mean()) and orr.n == 12
        nk = found.forecast.states.sel(arm=name, state="nk")
        until = nk.sel(time=slice(0, 14 + 28 + 1e-6))
        fold = (until.max("time") / nk.isel(time=0)).median().item()
        assert number(found, "cells", "nk", name).value == pytest.approx(fold, rel=1e-5)


def test_untreated_patients_are_the_reference(found):
    mine = found.forecast.patients.query("arm == 'untreated'")
    assert found.untreated.value == pytest.approx(mine["best_response"].isin(["CR", "PR"]).mean())
    assert "untreated" not in found.names
    with pytest.raises(RunError, match="'untreated' is the arm without any"):
        compare(["aldesleukin:name=untreated,copies=2"])


def test_exposure_orders_the_molecules_by_what_carries_them(found):
    half_lives = {name: number(found, "exposure", "plasma_half_life", name).value for name in NAMES}
    assert half_lives["silent-alpha"] > 5 * half_lives["aldesleukin"]
    assert number(found, "exposure", "tumour_auc_held", "aldesleukin").value is None
    assert (
        number(found, "exposure", "plasma_auc", "masked").value
        < number(found, "exposure", "plasma_auc", "masked", "closed").value
    )


def test_every_row_says_its_unit_and_its_patients(found):
    for row in found.rows:
        assert row.unit
        assert (row.value is None) == bool(row.note)
        if row.group in ("exposure", "cells", "harm", "benefit") and row.value is not None:
            assert row.n == 12 and row.interval and row.low <= row.value <= row.high


def test_it_is_public():
    assert kinecast.compare is compare
    assert "compare" in kinecast.__all__
