"""One rule for each class of observation, and what none of them lets pass."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast.inference.scoring import CLASSES, class_of, verdict

EMPTY = dict.fromkeys(
    ("forecast", "reported", "reported_low", "reported_high", "reported_interval", "reported_bound", "inside", "not_reached")
)


def judged(kind: str, **row: Any) -> bool | None:
    return verdict(kind, {"not_simulated": None, "quantity": "x", **EMPTY, **row})[0]


@pytest.mark.parametrize(
    ("quantity", "unit", "kind"),
    [
        ("cmax", "nM", "pharmacokinetics"),
        ("half_life_terminal", "h", "pharmacokinetics"),
        ("fold_nk_blood", "fold", "cells and mediators"),
        ("serum_ifng", "pg/mL", "cells and mediators"),
        ("orr", "fraction", "response"),
        ("cr_ongoing_fraction", "fraction", "response"),
        ("grade34_hypotension", "fraction", "harm"),
        ("death_treatment_related", "fraction", "harm"),
        ("os_rate", "fraction", "survival"),
        ("pfs_median", "months", "survival"),
        ("os_hr", "ratio", "hazard ratios"),
        ("doses_received_median", "dose", "doses"),
        ("elispot_per_1e4_cd8_median", "1", "other"),
    ],
)
def test_classes_of_quantities(quantity: str, unit: str, kind: str) -> None:
    assert class_of(quantity, unit) == kind
    assert kind in CLASSES


@pytest.mark.parametrize("kind", ["pharmacokinetics", "cells and mediators"])
def test_two_fold_is_met_and_more_is_not(kind: str) -> None:
    assert judged(kind, forecast=2.0, reported=1.0)
    assert judged(kind, forecast=0.5, reported=1.0)
    assert not judged(kind, forecast=2.01, reported=1.0)
    assert not judged(kind, forecast=0.49, reported=1.0)


def test_a_confidence_interval_counts_and_a_spread_between_patients_does_not() -> None:
    limits = {"reported": 10.0, "reported_low": 1.0, "reported_high": 50.0, "forecast": 40.0}
    assert judged("pharmacokinetics", **limits, reported_interval="ci95")
    assert not judged("pharmacokinetics", **limits, reported_interval="sd")
    assert not judged("pharmacokinetics", **limits, reported_interval="range")


def test_a_standard_error_stands_for_its_confidence_interval() -> None:
    limits = {"reported": 10.0, "reported_low": 9.0, "reported_high": 11.0, "reported_interval": "se"}
    assert judged("hazard ratios", forecast=11.9, **limits)
    assert not judged("hazard ratios", forecast=12.1, **limits)


def test_a_range_reported_without_a_value_is_the_interval() -> None:
    limits = {"reported": None, "reported_low": 2.0, "reported_high": 3.0, "reported_interval": "range"}
    assert judged("cells and mediators", forecast=2.5, **limits)
    assert not judged("cells and mediators", forecast=3.5, **limits)


def test_survival_within_a_third_or_the_interval() -> None:
    assert judged("survival", forecast=13.2, reported=10.0)
    assert not judged("survival", forecast=13.5, reported=10.0)
    assert judged("survival", forecast=13.5, reported=10.0, reported_low=8.0, reported_high=14.0, reported_interval="ci95")


def test_a_median_that_is_not_reached_misses_a_median_that_was() -> None:
    assert not judged("survival", forecast=None, not_reached=True, reported=10.0)


def test_rates_are_judged_by_the_predictive_interval_alone() -> None:
    assert judged("response", forecast=0.1, reported=0.2, inside=True)
    assert not judged("response", forecast=0.19, reported=0.2, inside=False)
    limits = {"reported_low": 0.1, "reported_high": 0.3, "reported_interval": "ci95"}
    assert not judged("harm", forecast=0.19, reported=0.2, **limits, inside=False)


def test_a_hazard_ratio_without_an_interval_is_not_met_by_being_near() -> None:
    assert not judged("hazard ratios", forecast=0.8, reported=0.8)


def test_what_is_not_simulated_has_no_verdict_but_a_reason() -> None:
    row = {**EMPTY, "quantity": "x", "not_simulated": "not simulated: no endpoint is defined for 'x'"}
    assert verdict("response", row) == (None, "no endpoint is defined for 'x'")
    assert verdict("other", {**EMPTY, "quantity": "x", "not_simulated": None})[0] is None


@given(
    forecast=st.floats(1e-6, 1e6),
    reported=st.floats(1e-6, 1e6),
    factor=st.floats(1e-6, 1e6),
    kind=st.sampled_from(["pharmacokinetics", "survival", "doses"]),
)
def test_verdicts_do_not_depend_on_the_unit(forecast: float, reported: float, factor: float, kind: str) -> None:
    ratio = forecast / reported
    edges = (0.5, 2.0, 0.67, 1.33)
    if all(abs(ratio - edge) > 1e-9 for edge in edges):
        assert judged(kind, forecast=forecast, reported=reported) == judged(
            kind, forecast=forecast * factor, reported=reported * factor
        )
