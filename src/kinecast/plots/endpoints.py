"""How an endpoint of the summary is written: its name in words, its numbers in the unit that readers use, its source."""

from __future__ import annotations

import re
from typing import Any

NAMES = {
    "orr": "Objective response rate",
    "cr": "Complete response rate",
    "pr": "Partial response rate",
    "sd_rate": "Stable disease rate",
    "pd_rate": "Progressive disease rate",
    "dcr": "Disease control rate",
    "pfs_median": "Median progression-free survival",
    "os_median": "Median overall survival",
    "dor_median": "Median duration of response",
    "os_rate": "Overall survival",
    "pfs_rate": "Progression-free survival",
    "doses_received_median": "Median doses received",
    "doses_received_mean": "Mean doses received",
    "death_treatment_related": "Deaths from treatment",
    "responders_progression_free_fraction": "Responders still free of progression",
    "cr_ongoing_fraction": "Complete responses that last",
    "pr_ongoing_fraction": "Partial responses that last",
}
WORDS = {
    **{
        word: word.upper()
        for word in (
            "alt",
            "cr",
            "pr",
            "os",
            "pfs",
            "rfs",
            "dfs",
            "efs",
            "dor",
            "mtd",
            "nk",
            "cd4",
            "cd8",
            "il2",
            "il6",
            "tnf",
            "auc",
        )
    },
    "grade34": "grade 3–4",
    "grade3": "grade 3",
    "grade4": "grade 4",
    "hr": "hazard ratio",
    "anygrade": "any grade",
    "cmax": "peak level",
    "css": "steady level",
}
PLURALS = {unit: f"{unit}s" for unit in ("month", "week", "day", "year", "dose", "course", "cycle")}
NUMBERS = ("forecast", "low", "high", "trial_low", "trial_high", "reported", "reported_low", "reported_high")


def label(endpoint: dict[str, Any]) -> str:
    """Return what an endpoint is, in words: 'Overall survival at 24 months', 'Grade 3–4 hypotension, responders'."""
    name = NAMES.get(endpoint["quantity"]) or written(endpoint["quantity"])
    time = endpoint.get("time") or ""
    landmark = endpoint["quantity"].endswith("_rate") and re.match(r"\d", time)
    details = [time and (f"at {time}" if landmark else time), endpoint.get("among") or "", endpoint.get("data_cut") or ""]
    text = f"{name} {details[0]}" if landmark else ", ".join(part for part in (name, details[0]) if part)
    return ", ".join(part for part in (text, *details[1:]) if part)


def written(name: str) -> str:
    """Return an id in words: 'capillary_leak' → 'Capillary leak', 'alt' → 'ALT', 'grade34_fever' → 'Grade 3–4 fever'."""
    spelled = re.sub(r"_any$", "_of_any_kind", name.replace("-", "_"))
    text = " ".join(WORDS.get(word, word) for word in spelled.split("_"))
    return text[:1].upper() + text[1:]


def displayed(endpoint: dict[str, Any]) -> dict[str, Any]:
    """Return the endpoint's numbers in the unit that readers use: fractions become percent; missing numbers are None."""
    percent = endpoint["unit"] == "fraction"
    factor = 100.0 if percent else 1.0
    numbers = {name: endpoint.get(name) for name in NUMBERS}
    scaled = {name: None if value is None else value * factor for name, value in numbers.items()}
    return {**scaled, "unit": "%" if percent else PLURALS.get(endpoint["unit"], endpoint["unit"])}


def spaced(unit: str) -> str:
    """Return a unit as it stands after a number; the unit of plain numbers, '1', is not written."""
    return "" if unit in ("", "1") else f" {unit}"


def without_unit_one(words: str) -> str:
    """Return words such as 'neurotoxicity above 1 1' without the unit of plain numbers at their end."""
    return re.sub(r"(?<=\d) 1$", "", words)


def is_reported(endpoint: dict[str, Any]) -> bool:
    """Say whether a trial reported this endpoint: a value, or at least limits."""
    return any(endpoint.get(name) is not None for name in ("reported", "reported_low", "reported_high"))


def source(endpoint: dict[str, Any]) -> str:
    """Return where a reported value comes from, on how many patients it rests, and whether the model was calibrated on it."""
    if not is_reported(endpoint):
        return ""
    size = f"n = {endpoint['n_reported']:,}" if endpoint.get("n_reported") else ""
    used = "calibrated" if endpoint.get("used_for") == "calibration" else ""
    return ", ".join(part for part in (endpoint.get("citation") or "", size, used) if part)


def significant(value: float, digits: int = 3) -> str:
    """Return a number with `digits` significant digits and no exponent, as a reader would write it: 0.155, 12.6, 1,200."""
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{float(f'{value:.{digits}g}'):g}"


def interval(low: float | None, high: float | None, unit: str = "") -> str:
    """Return an interval in words; an end that is not reached stays open; empty when neither end is known."""
    if low is None and high is None:
        return ""
    start = "…" if low is None else significant(low)
    return f"{start}{unit} to not reached" if high is None else f"{start} to {significant(high)}{unit}"


def bound_sign(bound: str | None) -> str:
    """'< ' or '> ' before a report that is only an 'upper' or 'lower' bound, else ''."""
    return {"upper": "< ", "lower": "> "}.get(bound or "", "")
