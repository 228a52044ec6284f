"""Records refuse what contradicts itself."""

from __future__ import annotations

import math
from typing import Any

import pytest

from kinecast import catalog
from kinecast.catalog.records import Arm, Grade, Grading, Number, Observation, Regimen, Spread, Toxicity, Trial
from kinecast.errors import CatalogError, UnitError
from kinecast.units import quantity

SOURCE = {"source": "Konrad90", "where": "abstract", "status": "measured"}


def number(**fields: Any) -> Number:
    return Number(**SOURCE, unit="mL/min", **fields)


def observation(**fields: Any) -> Observation:
    return Observation(**SOURCE, quantity="orr", unit="fraction", **fields)


@pytest.mark.parametrize("make", [number, observation])
def test_record_without_value_or_limit_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="neither a value nor a limit"):
        make()


def test_limits_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValueError, match="low 3 is above high 2"):
        number(low=3, high=2)
    with pytest.raises(ValueError, match=r"lower 0\.3 is above upper 0\.2"):
        observation(lower=0.3, upper=0.2)


def test_confidence_interval_with_one_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="ci95 needs both limits"):
        observation(value=0.3, lower=0.2, interval="ci95")


def test_a_bound_is_one_value_without_limits() -> None:
    assert observation(value=0.3, bound="upper").bound == "upper"
    for fields in ({"lower": 0.3}, {"value": 0.3, "lower": 0.2, "upper": 0.4, "interval": "ci95"}):
        with pytest.raises(ValueError, match="a bound is one value without limits"):
            observation(bound="upper", **fields)


def test_range_of_a_report() -> None:
    assert observation(value=0.3, lower=0.2, upper=0.4, interval="ci95").range == (0.3, 0.3)
    assert observation(lower=0.2, upper=0.4).range == (0.2, 0.4)
    assert observation(upper=0.4).range == (-math.inf, 0.4)
    assert observation(lower=0.2).range == (0.2, math.inf)


def test_a_toxicity_is_found_by_its_synonyms() -> None:
    grading = catalog.grading("ctcae")
    reports = {"neurologic": "neurotoxicity", "neuropsychiatric": "neurotoxicity", "hepatic": "alt", "transaminases": "alt"}
    reports |= {"renal": "creatinine", "thrombocytopenia": "platelets", "neutropenia": "neutrophils", "alt": "alt"}
    assert {name: grading.key(name) for name in [*reports, "skin"]} == {**reports, "skin": "skin"}


def test_two_toxicities_of_one_name_are_refused() -> None:
    content = catalog.grading("ctcae").model_dump()
    content["toxicities"]["alt"]["synonyms"] = ("creatinine",)
    with pytest.raises(ValueError, match="creatinine: the name of more than one toxicity"):
        Grading.model_validate(content)


def test_range_alone_has_no_quantity() -> None:
    assert number(value=120).quantity.to("L/d") == pytest.approx(172.8)
    with pytest.raises(CatalogError, match="only a range"):
        _ = number(low=155, high=420).quantity


@pytest.mark.parametrize("fields", [{}, {"lognormal": 0.3, "normal": 1.0}, {"lognormal": 0.0}, {"normal": -1.0}])
def test_spread_is_exactly_one_positive_size(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Spread(**fields)


def test_spread_names_its_shape() -> None:
    spread = Spread(logitnormal=0.5)
    assert (spread.shape, spread.size) == ("logitnormal", 0.5)


@pytest.mark.parametrize(
    "grades",
    [
        ({"grade": 2, "above": 1.0}, {"grade": 1, "above": 2.0}),
        ({"grade": 1, "above": 2.0}, {"grade": 2, "above": 1.0}),
        ({"grade": 1, "below": 1.0}, {"grade": 2, "below": 2.0}),
        ({"grade": 1, "above": 1.0}, {"grade": 2, "below": 0.5}),
    ],
)
def test_grades_must_get_graver(grades: tuple[dict[str, float], ...]) -> None:
    with pytest.raises(ValueError, match="grades must rise"):
        Toxicity(label="x", observable="alt", unit="xULN", grades=tuple(Grade(**grade) for grade in grades), **SOURCE)  # type: ignore[arg-type]


def test_trial_arms_must_be_those_of_its_protocol() -> None:
    with pytest.raises(ValueError, match="arms of the protocol"):
        Trial(
            id="t",
            title="t",
            citations=("Konrad90",),
            disease="none",
            protocol={"arms": {"A": []}},
            protocol_source="Konrad90",
            protocol_where="abstract",
            protocol_status="measured",
            arms={"B": Arm()},
        )


def test_dose_in_a_unit_that_is_no_amount_is_refused() -> None:
    with pytest.raises(UnitError, match="'5 mL' is not a dose of aldesleukin"):
        catalog.agent("aldesleukin").amount(quantity("5 mL"))


def regimen(**fields: Any) -> Regimen:
    return Regimen(**SOURCE, trial="t", arm="a", agent="aldesleukin", **fields)


@pytest.mark.parametrize("days", ["1", "1-5", "1-5,15-19", "1,3,5"])
def test_days_of_a_cycle_ascend_from_1(days: str) -> None:
    found = regimen(days=days).day_numbers
    assert found[0] == 1
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize("days", ["0", "0-4", "5-1", "5,1", "1-5,5-8", "1,1", "1;3", "1-99999"])
def test_days_that_are_none_of_a_cycle_are_refused(days: str) -> None:
    with pytest.raises(ValueError, match="days"):
        regimen(days=days)


@pytest.mark.parametrize("duration", ["24", "24 mg", "0 h", "-1 h", "soon"])
def test_a_duration_that_is_no_time_is_refused(duration: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        regimen(duration=duration)
