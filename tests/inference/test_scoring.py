"""One rule for each class of observation, and what none of them lets pass."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast.inference.scoring import CLASSES, class_of, count_limits, verdict
from kinecast.units import convert

EMPTY = dict.fromkeys(
    ("forecast", "reported", "reported_low", "reported_high", "reported_interval", "reported_bound", "n_reported", "not_reached")
)


def judged(kind: str, **row: Any) -> bool | None:
    note = row.pop("note", "")
    return verdict(kind, {"not_simulated": None, "quantity": "x", "unit": "fraction", "n": 300, **EMPTY, **row}, note)[0]


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
        ("creatinine", "mg/dL", "cells and mediators"),
        ("creatinine_peak_mean", "mg/dL", "cells and mediators"),
        ("mean_arterial_pressure", "mmHg", "cells and mediators"),
        ("platelets", "1e9/L", "cells and mediators"),
        ("lymphocytes", "1e9/L", "cells and mediators"),
        ("weight_gain_mass", "kg", "cells and mediators"),
        ("os_rate_3y", "fraction", "survival"),
        ("dose_reduction_rate", "fraction", "harm"),
        ("time_on_treatment_median", "weeks", "doses"),
        ("dose_ifng_threshold", "ng/kg", "other"),
        ("dlt_count", "patients", "other"),
        ("lesion_response_rate", "fraction", "other"),
        ("vaccine_tcell_response_rate", "fraction", "other"),
        ("time_above_1ng_mL", "h", "pharmacokinetics"),
        ("half_life_alpha", "min", "pharmacokinetics"),
        ("tmin_lymphocytes", "h", "cells and mediators"),
        ("time_monocyte_peak", "h", "cells and mediators"),
        ("cd4_cd8_ratio", "ratio", "cells and mediators"),
        ("discontinuation_toxicity", "fraction", "harm"),
        ("patients_completing_2_cycles", "fraction", "harm"),
        ("received_80pct_dose_rate", "fraction", "harm"),
        ("dose_modification_rate", "fraction", "harm"),
        ("any_grade_fever", "fraction", "harm"),
        ("treatment_duration_median", "months", "doses"),
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


@pytest.mark.parametrize("note", ["the range of means over seven dose levels", "range over groups"])
def test_a_range_of_means_without_a_value_is_the_interval(note: str) -> None:
    limits = {"reported": None, "reported_low": 2.0, "reported_high": 3.0, "reported_interval": "range"}
    assert judged("cells and mediators", note=note, forecast=2.5, **limits)
    assert judged("cells and mediators", note=note, forecast=3.5, **limits) is False


@pytest.mark.parametrize("interval", ["range", "sd", "iqr", "p5_p95", "unstated", None])
def test_a_range_between_patients_without_a_value_is_not_scored(interval: str | None) -> None:
    limits = {"reported_low": 2.0, "reported_high": 3.0, "reported_interval": interval}
    row = {**EMPTY, "not_simulated": None, "quantity": "x", "forecast": 2.5, **limits}
    assert verdict("cells and mediators", row, "only the range was reported") == (None, "only a range between patients")


def test_a_confidence_interval_without_a_value_is_the_interval() -> None:
    limits = {"reported_low": 2.0, "reported_high": 3.0, "reported_interval": "ci95"}
    assert judged("pharmacokinetics", forecast=2.5, **limits)
    assert judged("pharmacokinetics", forecast=3.5, **limits) is False


@pytest.mark.parametrize("kind", ["pharmacokinetics", "survival", "harm"])
def test_a_report_that_is_only_a_limit_is_met_on_its_side(kind: str) -> None:
    assert judged(kind, forecast=0.01, reported=0.1, reported_bound="upper")
    assert judged(kind, forecast=0.11, reported=0.1, reported_bound="upper") is False
    assert judged(kind, forecast=0.9, reported=0.1, reported_bound="lower")
    assert judged(kind, forecast=0.09, reported=0.1, reported_bound="lower") is False


def test_a_median_that_is_not_reached_is_above_a_lower_limit() -> None:
    assert judged("survival", not_reached=True, reported=10.0, reported_bound="lower")
    assert judged("survival", not_reached=True, reported=10.0, reported_bound="upper") is False


def test_survival_within_a_third_or_the_interval() -> None:
    assert judged("survival", forecast=13.2, reported=10.0)
    assert not judged("survival", forecast=13.5, reported=10.0)
    assert judged("survival", forecast=13.5, reported=10.0, reported_low=8.0, reported_high=14.0, reported_interval="ci95")


def test_a_median_that_is_not_reached_misses_a_median_that_was() -> None:
    assert not judged("survival", forecast=None, not_reached=True, reported=10.0)


@pytest.mark.parametrize("kind", ["response", "harm"])
@pytest.mark.parametrize("virtual", [2, 5, 20, 300, 2000])
def test_a_wrong_rate_is_missed_however_few_the_virtual_patients(kind: str, virtual: int) -> None:
    assert judged(kind, forecast=0.4, reported=0.6, n_reported=250, n=virtual) is False


def test_limits_of_a_count_are_those_of_the_binomial() -> None:
    row = {**EMPTY, "forecast": 0.5, "unit": "fraction", "n": 300, "n_reported": 20}
    assert count_limits(row) == (6, 14)  # 2.5 % and 97.5 % of 20 tosses of a coin
    assert [judged("response", **row | {"reported": count / 20}) for count in (5, 6, 14, 15)] == [False, True, True, False]
    assert count_limits({**row, "forecast": 50.0, "unit": "percent"}) == (6, 14)


def test_none_of_the_virtual_patients_does_not_forbid_one_of_many() -> None:
    assert judged("harm", forecast=0.0, reported=1 / 100, n_reported=100)
    assert judged("harm", forecast=0.0, reported=5 / 100, n_reported=100) is False


def test_a_rate_is_judged_by_its_count_and_not_by_its_confidence_interval() -> None:
    limits = {"reported_low": 0.1, "reported_high": 0.5, "reported_interval": "ci95"}
    assert judged("harm", forecast=0.45, reported=0.2, n_reported=100, **limits) is False


@pytest.mark.parametrize("kind", ["response", "harm"])
def test_a_rate_without_a_number_of_patients_has_no_verdict(kind: str) -> None:
    row = {**EMPTY, "not_simulated": None, "quantity": "x", "unit": "fraction", "n": 300, "forecast": 0.2, "reported": 0.2}
    assert verdict(kind, row) == (None, "no number of patients reported")


def test_a_hazard_ratio_without_an_interval_has_no_verdict() -> None:
    row = {**EMPTY, "not_simulated": None, "quantity": "os_hr", "unit": "ratio", "n": 300, "forecast": 0.8, "reported": 0.8}
    assert verdict("hazard ratios", row) == (None, "no interval reported")


def test_what_is_not_simulated_has_no_verdict_but_a_reason() -> None:
    row = {**EMPTY, "quantity": "x", "not_simulated": "not simulated: no endpoint is defined for 'x'"}
    assert verdict("response", row) == (None, "no endpoint is defined for 'x'")
    assert verdict("other", {**EMPTY, "quantity": "x", "not_simulated": None})[0] is None


@given(
    forecast=st.floats(1e-3, 1e3),
    reported=st.floats(1e-3, 1e3),
    kind=st.sampled_from(["pharmacokinetics", "survival", "doses"]),
    units=st.sampled_from([("month", "day"), ("h", "min"), ("nM", "pM"), ("mg/L", "ng/mL"), ("Gcell/L", "cells/uL")]),
)
def test_verdicts_do_not_depend_on_the_unit(forecast: float, reported: float, kind: str, units: tuple[str, str]) -> None:
    ratio = forecast / reported
    edges = (0.5, 2.0, 0.67, 1.33)
    if all(abs(ratio - edge) > 1e-9 for edge in edges):
        converted = {"forecast": convert(forecast, *units), "reported": convert(reported, *units)}
        assert judged(kind, forecast=forecast, reported=reported) == judged(kind, **converted)


@pytest.mark.parametrize("kind", ["pharmacokinetics", "cells and mediators"])
def test_a_level_that_the_assay_did_not_find_is_neither_met_nor_missed(kind: str) -> None:
    said = {"not_simulated": None, "quantity": "serum_il12", "unit": "pg/mL", "n": 300, **EMPTY, "reported": 0.0}
    for forecast in (0.0, 1e-6, 50.0):
        met, reason = verdict(kind, {**said, "forecast": forecast})
        assert met is None
        assert reason == "reported as not detectable, without the limit of the assay"
    assert verdict("harm", {**said, "unit": "fraction", "forecast": 0.1, "n_reported": 10}) == (True, "")
