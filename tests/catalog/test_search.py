"""The search finds rows by drug, family, synonym, quantity, disease, trial and words, and sets differing reports side by side."""

from __future__ import annotations

import pytest

from kinecast import catalog
from kinecast.catalog.search import differences, search
from kinecast.errors import CatalogError


def test_a_family_finds_every_drug_of_it() -> None:
    given = {drug for row in search(agent="IL-15", quantity="orr") for drug in row["agents"].split("; ")}
    assert {"rhil-15", "n-803"} <= given


@pytest.mark.parametrize("name", ["Aldesleukin", "Proleukin"])
def test_a_drug_is_found_by_any_of_its_names(name: str) -> None:
    found = search(agent=name)
    assert found == search(agent="aldesleukin")
    assert 0 < len(found) < len(search())


def test_the_start_of_a_quantity_or_a_disease_is_enough_and_the_whole_of_it_is_preferred() -> None:
    assert {row["quantity"] for row in search(quantity="os")} > {"os_rate", "os_median"}
    assert {row["quantity"].partition("_")[0] for row in search(quantity="orr")} == {"orr"}
    assert {row["disease"] for row in search(disease="melanoma")} >= {"melanoma-metastatic", "melanoma-adjuvant"}


@pytest.mark.parametrize("written", ["half_life", "half-life", "Half life"])
def test_a_quantity_is_found_with_its_kinds_however_it_is_written(written: str) -> None:
    assert {row["quantity"] for row in search("measurements", quantity=written)} >= {"half_life", "half_life_terminal"}


@pytest.mark.parametrize("written", ["IL2", "il-2 ", "Il 2"])
def test_a_family_is_found_however_it_is_written(written: str) -> None:
    assert search(agent=written, quantity="orr") == search(agent="IL-2", quantity="orr") != []


def test_words_stand_anywhere_in_a_row_whatever_their_case() -> None:
    found = search(words=["NADIR"])
    assert found
    assert all(any("nadir" in cell.lower() for cell in row.values()) for row in found)
    assert len(search(words=["nadir", "lymphocytes"])) < len(found)


def test_a_trial_is_found_by_its_other_keys() -> None:
    assert search(trial="davar2017_upci") == search(trial="davar2017")


@pytest.mark.parametrize("kind", ["observations", "regimens", "measurements", "approvals"])
def test_every_table_can_be_searched_by_drug(kind) -> None:
    assert search(kind, agent="aldesleukin")


def test_everything_asked_for_must_fit() -> None:
    rows = search(agent="aldesleukin", quantity="orr", disease="renal-cell-metastatic")
    assert rows
    assert all(row["quantity"] == "orr" and row["disease"] == "renal-cell-metastatic" for row in rows)


@pytest.mark.parametrize(
    ("asked", "near"),
    [({"agent": "aldeslukin"}, "aldesleukin"), ({"trial": "atkin1999"}, "atkins1999"), ({"quantity": "oor"}, "orr")],
)
def test_a_name_that_nothing_has_is_answered_with_the_nearest(asked: dict[str, str], near: str) -> None:
    with pytest.raises(CatalogError) as caught:
        search(**asked)
    assert near in caught.value.hint


def test_differing_reports_stand_side_by_side_and_are_not_averaged() -> None:
    row = {"quantity": "orr", "agents": "aldesleukin", "disease": "melanoma-metastatic", "unit": "fraction"}
    values = ({"value": "0.16"}, {"value": "0.06"}, {"value": "0.3", "among": "responders"})
    rows = [{**row, **value, "trial": f"t{place}"} for place, value in enumerate(values)]
    [found] = differences("observations", rows)
    assert (found.low, found.high, found.reports) == (0.06, 0.16, 2)
    assert found.ratio == pytest.approx(16 / 6)


DIFFERENT = {"quantity": "cmax", "agents": "aldesleukin", "disease": "none", "unit": "ng/mL", "value": "10", "source": "a"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"trial": "t"}, {"trial": "t"}),  # two arms of one report
        ({"trial": "t"}, {"trial": "u", "value": "10000", "unit": "pg/mL"}),  # the same number
        ({"trial": "t"}, {"trial": "u"}),  # neither dose is known
        (
            {"trial": "t", "quantity": "orr", "unit": "fraction", "value": "0.2"},
            {"trial": "u", "quantity": "orr", "unit": "fraction"},
        ),
    ],
)
def test_what_is_not_the_same_thing_or_agrees_is_no_difference(first: dict[str, str], second: dict[str, str]) -> None:
    rows = [{**DIFFERENT, **first}, {**DIFFERENT, "value": "20", **second}]
    if "orr" in first.values():  # a value within the other's range agrees with it
        del rows[1]["value"]
        rows[1] |= {"lower": "0.1", "upper": "0.3"}
    assert differences("observations", rows) == []


def test_a_drug_leaves_out_arms_without_it() -> None:
    found = search(agent="Proleukin", quantity="orr")
    everything = search(quantity="orr")
    assert found == [row for row in everything if "aldesleukin" in row["agents"].split("; ")]
    assert 0 < len(found) < len(everything)


def test_rows_are_as_written() -> None:
    [orr] = [row for row in search(trial="atkins1999", quantity="orr") if not row.get("among")][:1]
    [seen] = [item for item in catalog.observations() if item.trial == "atkins1999" and item.quantity == "orr"][:1]
    assert float(orr["value"]) == seen.value


@pytest.mark.parametrize(
    ("loose", "strict"),
    [
        ({"agent": "IL2"}, {"agent": "IL-2"}),
        ({"trial": "Atkins-1999"}, {"trial": "atkins1999"}),
        ({"disease": "rcc"}, {"disease": "renal-cell-metastatic"}),
    ],
)
def test_names_are_compared_by_letters_and_digits_and_diseases_by_synonyms(loose: dict[str, str], strict: dict[str, str]) -> None:
    rows = search(**strict)  # type: ignore[arg-type]
    found = search(**loose)  # type: ignore[arg-type]
    assert rows
    assert all(row in found for row in rows)
