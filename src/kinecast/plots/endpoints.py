"""How an endpoint of the summary is written: its name in words, its numbers in the unit that readers use, its source."""

from __future__ import annotations

from typing import Any

NAMES = {
    "orr": "Objective response rate",
    "cr": "Complete response rate",
    "pr": "Partial response rate",
    "dcr": "Disease control rate",
    "sd": "Stable disease rate",
    "pd": "Progressive disease rate",
    "pfs_median": "Median progression-free survival",
    "os_median": "Median overall survival",
    "ttr_median": "Median time to response",
    "dor_median": "Median duration of response",
    "rfs_median": "Median relapse-free survival",
}
WORDS = {
    "orr": "ORR",
    "pfs": "PFS",
    "os": "OS",
    "nk": "NK",
    "cd4": "CD4",
    "cd8": "CD8",
    "alt": "ALT",
    "cr": "CR",
    "pr": "PR",
    "grade34": "grade 3–4",
}
PLURALS = {unit: f"{unit}s" for unit in ("month", "week", "day", "year", "dose", "course")}
NUMBERS = ("forecast", "low", "high", "trial_low", "trial_high", "reported", "reported_low", "reported_high")


def label(key: str) -> str:
    """Return a name in words: 'orr' → 'Objective response rate', 'grade34_hypotension' → 'Grade 3–4 hypotension'."""
    if key in NAMES:
        return NAMES[key]
    text = " ".join(WORDS.get(word, word) for word in key.replace("-", "_").split("_"))
    return text[:1].upper() + text[1:]


def displayed(endpoint: dict[str, Any]) -> dict[str, Any]:
    """Return the endpoint's numbers in the unit that readers use: fractions become percent; missing numbers are None."""
    percent = endpoint["unit"] in ("fraction", "1", "")
    factor = 100.0 if percent else 1.0
    numbers = {name: endpoint.get(name) for name in NUMBERS}
    scaled = {name: None if value is None or value != value else value * factor for name, value in numbers.items()}
    unit = "% of patients" if percent else PLURALS.get(endpoint["unit"], endpoint["unit"])
    return {**scaled, "unit": unit}


def source(endpoint: dict[str, Any]) -> str:
    """Return where a reported value comes from, on how many patients it rests, and whether the model was calibrated on it."""
    if endpoint.get("reported") is None:
        return ""
    size = f"n = {endpoint['n_reported']:,}" if endpoint.get("n_reported") else ""
    used = "calibrated" if endpoint.get("used_for") == "calibration" else ""
    return ", ".join(part for part in (endpoint.get("citation") or "", size, used) if part)


def significant(value: float | None, digits: int = 3) -> str:
    """Return a number with `digits` significant digits and no exponent, as a reader would write it: 0.155, 12.6, 1,200."""
    if value is None or value != value:
        return "–"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:g}"
