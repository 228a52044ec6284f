"""When a forecast meets a report: one rule for each class of observation."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kinecast.units import convert

FOLD, SHARE = 2.0, 0.33
FAILED = 0.01
"""Share of an arm's simulations above which nothing of it is scored."""

FEWEST = 100
"""Virtual patients in an arm below which shares are too coarse to be judged."""

_COUNT = (
    "reported count inside the central 95 % of a trial of that size, binomial at the forecast share; "
    "no verdict without a number of patients"
)
_LEVEL = "within 2-fold, or inside the reported interval"

RULES = {
    "pharmacokinetics": _LEVEL,
    "cells and mediators": _LEVEL,
    "response": _COUNT,
    "harm": _COUNT,
    "survival": "inside the reported interval, or within 33 %",
    "hazard ratios": "inside the reported interval; no verdict without one",
    "doses": "inside the reported interval, or within 33 %",
    "other": "not scored: no rule",
}
"""Class → when a forecast meets a report. An interval is a confidence interval or ± 1.96 standard errors; the spread between
patients (SD, quartiles, range) is none, but a range of means, or over arms, reported without a value is. A report that is only
a limit ('< 10') is met by a forecast on its side. A level of 0 is one that the assay did not find, at a limit that is not
reported: it is not scored. A share of none (all) of N virtual patients is taken as half a patient's, 0.5 / (N + 1)."""

CLASSES = tuple(RULES)

NEAR = {
    "pharmacokinetics": (1 / FOLD, FOLD),
    "cells and mediators": (1 / FOLD, FOLD),
    "survival": (1 - SHARE, 1 + SHARE),
    "doses": (1 - SHARE, 1 + SHARE),
}
"""Class → least and most of forecast over report that meets it without an interval."""

RATES = ("response", "harm")

_CONFIDENCE = ("ci95", "ci90", "ci99")
_POOLED = re.compile(r"\bmeans\b|\bmean by\b|\bover (\w+ )*(arms|groups|levels)\b")
"""What the note of a range says where it is one of means or over arms."""

_PHARMACOKINETICS = re.compile(
    r"(cmax|css|auc|half_life|clearance|time_above)(_.*)?|bioavailability|tmax|vd|accumulation_ratio|mrt|trough",
)
_RESPONSE = ("orr", "cr", "pr", "sd_rate", "pd_rate", "dcr", "durable_response_rate", "response_rate", "iorr")
_RESPONSE_ENDS = ("_ongoing_fraction", "_progression_free_fraction")
_SURVIVAL = re.compile(r"(os|pfs|rfs|dfs|efs|dmfs|ttp|dor|ttr|survival)_(rate|median|mean)(_cr|_pr|_\d+(d|wk|mo|m|y))?")
_HARM = re.compile(
    r"(grade\d+|anygrade|any_grade|dlt|death|creatinine|oliguria|vasopressor|hypotension|toxicity)_?.*|.*_any|dose_\w+_rate"
    r"|discontinuation_toxicity|patients_completing_\d+_cycles|received_\d+pct_dose_rate"
)
_DOSES = re.compile(r"(doses|cycles|courses|dose_intensity|time_on_treatment)_.*|treatment_duration_median")
_LEVELS = re.compile(
    r"(fold|serum|peak|tmin)_.+|.+_(blood|peak|nadir|fold|peak_time)|cd4_cd8_ratio"
    r"|(creatinine|mean_arterial_pressure|map|pressor_need|platelets?|lymphocytes?|neutrophils?|eosinophils?|nk|nk_?bright|cd4|cd8"
    r"|treg|alt|temperature_rise|weight_gain|il6|ifn_gamma|il10|il5|tnf|scd25)(_(mass|mean|median|peak_mean|count))?"
)


def class_of(quantity: str, unit: str) -> str:
    """Return the class that a reported quantity belongs to: shares of patients are rates, other numbers of the body levels."""
    share = unit in ("fraction", "percent", "%")
    if quantity.endswith("_hr") or quantity == "hr":
        return "hazard ratios"
    if share and (quantity in _RESPONSE or quantity.endswith(_RESPONSE_ENDS)):
        return "response"
    if _SURVIVAL.fullmatch(quantity):
        return "survival"
    if _PHARMACOKINETICS.fullmatch(quantity):
        return "pharmacokinetics"
    if share and _HARM.fullmatch(quantity):
        return "harm"
    if _DOSES.fullmatch(quantity) and (not share or quantity.startswith("dose_intensity")):
        return "doses"
    return "cells and mediators" if unit != "flag" and _LEVELS.fullmatch(quantity) else "other"


@dataclass(frozen=True, slots=True)
class Score:
    """One observation beside its forecast.

    `bound` says that the report is only a limit ('upper' for "< 10"). `low` to `high` is where 95 % of trials of the reported
    size fall; for rates that are judged by it, without the virtual cohort's own sampling error. `standing` says whether the
    model was calibrated on it, or on the same patients. `failed` counts the arm's simulations that failed.
    `met` is None where nothing was forecast, or where its class has no rule; `reason` then says why. Numbers are in `unit`.
    """

    trial: str
    arm: str
    agents: str
    disease: str
    kind: str
    quantity: str
    time: str
    among: str
    unit: str
    n: int | None
    reported: float | None
    reported_low: float | None
    reported_high: float | None
    bound: str | None
    forecast: float | None
    low: float | None
    high: float | None
    used_for: str
    standing: Literal["independent", "same patients", "calibrated"]
    source: str
    failed: int
    met: bool | None
    reason: str = ""


def verdict(kind: str, row: Mapping[str, Any], note: str = "") -> tuple[bool | None, str]:
    """Return whether the forecast of an endpoint meets its report, and why it was not scored.

    Arguments:
        kind: class of the observation. row: as `trial.endpoints.Comparison.arm` returns it. note: of the report.
    """
    if row["not_simulated"]:
        return None, row["not_simulated"].removeprefix("not simulated: ")
    if kind == "other":
        return None, f"no rule for '{row['quantity']}'"
    forecast = math.inf if row["not_reached"] else row["forecast"]
    value = row["reported"]
    if forecast is None:
        return None, "the forecast is not defined"
    if row["reported_bound"]:
        return (forecast <= value if row["reported_bound"] == "upper" else forecast >= value), ""
    if value == 0 and RULES[kind] == _LEVEL:
        return None, "reported as not detectable, without the limit of the assay"
    if value is None:
        interval = row["reported_interval"]
        if interval not in (*_CONFIDENCE, "se") and not (interval == "range" and _POOLED.search(note)):
            return None, "only a range between patients"
        return _within(forecast, row["reported_low"], row["reported_high"]), ""
    if kind in RATES:
        limits = count_limits(row)
        if limits is None:
            return None, "no number of patients reported"
        return limits[0] <= _count(row) <= limits[1], ""
    if _inside(forecast, row):
        return True, ""
    if kind not in NEAR and not _has_interval(row):
        return None, "no interval reported"
    return kind in NEAR and _near(forecast, value, *NEAR[kind]), ""


def count_limits(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the least and most patients of the central 95 % of trials of the reported size, binomial at the forecast share.

    None where no size is reported or nothing is forecast. That the virtual patients are only some does not widen it.
    """
    if row["n_reported"] is None or row["forecast"] is None:
        return None
    from scipy.stats import binom

    seen, share = row["n"], convert(row["forecast"], row["unit"], "fraction")
    share = min(max(share, 0.5 / (seen + 1)), (seen + 0.5) / (seen + 1))
    low, high = binom.ppf((0.025, 0.975), row["n_reported"], share)
    return int(low), int(high)


def _count(row: Mapping[str, Any]) -> int:
    return round(convert(row["reported"], row["unit"], "fraction") * row["n_reported"])


def _near(forecast: float, reported: float, least: float, most: float) -> bool:
    low, high = sorted((least * reported, most * reported))
    return low <= forecast <= high


def _inside(forecast: float, row: Mapping[str, Any]) -> bool:
    """Return whether a forecast lies in the interval that was reported beside a value."""
    low, high, value = row["reported_low"], row["reported_high"], row["reported"]
    if row["reported_interval"] == "se" and None not in (low, high):
        return _within(forecast, value - 1.96 * (value - low), value + 1.96 * (high - value))
    return row["reported_interval"] in _CONFIDENCE and _within(forecast, low, high)


def _has_interval(row: Mapping[str, Any]) -> bool:
    return row["reported_interval"] in (*_CONFIDENCE, "se") and (row["reported_low"], row["reported_high"]) != (None, None)


def _within(forecast: float, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return False
    return (low is None or low <= forecast) and (high is None or forecast <= high)
