"""When a forecast meets a report: one rule for each class of observation."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RULES = {
    "pharmacokinetics": "within 2-fold, or inside the reported interval",
    "cells and mediators": "within 2-fold, or inside the reported interval",
    "response": "reported count inside the 95 % predictive interval of a trial of that size",
    "harm": "reported count inside the 95 % predictive interval of a trial of that size",
    "survival": "inside the reported interval, or within 33 %",
    "hazard ratios": "inside the reported interval",
    "doses": "inside the reported interval, or within 33 %",
    "other": "not scored: no rule",
}
"""Class → when a forecast meets a report. An interval is a confidence interval, ± 1.96 standard errors, or a range reported
without a value; the spread between patients (SD, quartiles) is none."""

CLASSES = tuple(RULES)

FOLD, SHARE = 2.0, 0.33

_PHARMACOKINETICS = (
    *(
        "cmax",
        "css",
        "auc",
        "half_life",
        "half_life_terminal",
        "half_life_alpha",
        "half_life_beta",
        "clearance",
        "bioavailability",
    ),
    *("tmax", "vd", "accumulation_ratio", "cmax_relative_to_iv_bolus", "mrt", "trough"),
)
_RESPONSE = ("orr", "cr", "pr", "sd_rate", "pd_rate", "dcr", "durable_response_rate", "iorr", "cr_ongoing_fraction")
_RESPONSE_ENDS = ("_ongoing_fraction", "_progression_free_fraction", "response_rate")
_SURVIVAL = re.compile(r"(os|pfs|rfs|dfs|efs|dmfs|ttp|dor|ttr|survival)_(rate|median|mean)(_cr|_pr)?")
_HARM = re.compile(r"(grade\d+|anygrade|any_grade|dlt|death|creatinine|oliguria|vasopressor|hypotension|toxicity)_?.*|.*_any")
_DOSES = re.compile(r"(doses|cycles|courses|dose)_.*")


def class_of(quantity: str, unit: str) -> str:
    """Return the class that a reported quantity belongs to."""
    if quantity.endswith("_hr") or quantity == "hr":
        return "hazard ratios"
    if quantity in _RESPONSE or (quantity.endswith(_RESPONSE_ENDS) and unit == "fraction"):
        return "response"
    if _SURVIVAL.fullmatch(quantity):
        return "survival"
    if quantity in _PHARMACOKINETICS or quantity.startswith(("half_life", "cmax", "auc", "clearance")):
        return "pharmacokinetics"
    if _DOSES.fullmatch(quantity):
        return "doses"
    if unit == "fraction" and _HARM.fullmatch(quantity):
        return "harm"
    if quantity.startswith(("fold_", "serum_", "peak_")) or quantity.endswith(("_blood", "_peak", "_nadir", "_fold")):
        return "cells and mediators"
    return "harm" if _HARM.fullmatch(quantity) else "other"


@dataclass(frozen=True, slots=True)
class Score:
    """One observation beside its forecast.

    `bound` says that the report is only a limit ('upper' for "< 10").
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
    source: str
    met: bool | None
    reason: str = ""


def verdict(kind: str, row: Mapping[str, Any]) -> tuple[bool | None, str]:
    """Return whether the forecast of an endpoint meets its report, and why it was not scored.

    Arguments:
        kind: class of the observation. row: as `trial.endpoints.Comparison.arm` returns it.
    """
    if row["not_simulated"]:
        return None, row["not_simulated"].removeprefix("not simulated: ")
    if kind == "other":
        return None, f"no rule for '{row['quantity']}'"
    if row["reported_bound"] or kind in ("response", "harm"):
        return (None, "the forecast is not defined") if row["inside"] is None else (bool(row["inside"]), "")
    forecast = math.inf if row["not_reached"] else row["forecast"]
    if forecast is None:
        return None, "the forecast is not defined"
    if _inside(forecast, row):
        return True, ""
    if row["reported"] is None or kind == "hazard ratios":
        return False, ""
    if kind in ("survival", "doses"):
        return abs(forecast - row["reported"]) <= SHARE * abs(row["reported"]), ""
    return _within_fold(forecast, row["reported"]), ""


def _within_fold(forecast: float, reported: float) -> bool:
    if reported == 0 or forecast == 0:
        return forecast == reported
    return 1 / FOLD <= forecast / reported <= FOLD


def _inside(forecast: float, row: Mapping[str, Any]) -> bool:
    """Return whether a forecast lies in the reported interval, where the report has one."""
    low, high, value = row["reported_low"], row["reported_high"], row["reported"]
    if row["reported_interval"] == "se" and None not in (low, high, value):
        low, high = value - 1.96 * (value - low), value + 1.96 * (high - value)
    elif value is not None and row["reported_interval"] not in ("ci95", "ci90", "ci99"):
        return False
    if low is None and high is None:
        return False
    return (low is None or low <= forecast) and (high is None or forecast <= high)
