"""Doses: how many each patient received in the first cycle, and why the others were held."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from kinecast.plots.endpoints import without_unit_one
from kinecast.plots.grammar import Spec, beside, category, layers, mark, number, text
from kinecast.plots.panels import columns, everyone, per_arm, treated
from kinecast.plots.theme import FORECAST, INK, REPORT, framed

MOST_REASONS = 6
OTHERS = "#80b8d8"


def doses(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the share of patients [%] by doses received in the first cycle, and the share of planned doses [%] held by reason."""
    return framed(
        per_arm(forecast, treated(forecast, arm), _panel),
        f"Doses received in the first cycle ({everyone(forecast, treated(forecast, arm))})",
        "Left: patients by number of doses received; right: planned doses that were held, by reason",
        "Histogram of doses received in the first cycle, and bars of the reasons for which doses were held.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    names = ("patient", "course", "cycle", "given", "reason")
    patient, course, cycle, given, reason = columns(forecast, "doses", arm, *names)
    first = (course == 1) & (cycle == 1)
    return beside([_received(patient[first], given[first]), _held(reason[first][~given[first]], int(first.sum()))], 46)


def _received(patient: np.ndarray, given: np.ndarray) -> Spec:
    _, place = np.unique(patient, return_inverse=True)
    received = np.bincount(place, weights=given).astype(int)
    planned = int(np.bincount(place).max(initial=0))
    share = np.bincount(received, minlength=planned + 1) * (100.0 / max(len(received), 1))
    median = float(np.median(received)) if len(received) else 0.0
    axis = {"labelAngle": 0, "labelOverlap": True}
    x = {"field": "doses", "type": "ordinal", "title": f"Doses received of {planned} planned", "axis": axis}
    y = number("percent", "Patients [%]")
    at_median = {"condition": {"test": f"datum.doses == {int(median)}", "value": FORECAST}, "value": OTHERS}
    rows = [{"doses": doses, "percent": percent} for doses, percent in enumerate(share)]
    top = [{"doses": int(median), "percent": share[int(median)], "median": f"median {median:g}"}]
    bars = mark("bar", {"x": x, "y": y, "color": at_median}, rows)
    words = mark("text", {"x": x, "y": y, "text": text("median")}, top, dy=-8, fontWeight=600)
    return layers([bars, words], 300, 190)


def _held(reasons: np.ndarray, planned: int) -> Spec:
    common = Counter(without_unit_one(reason).replace("_", " ") for reason in reasons.tolist()).most_common(MOST_REASONS)
    shares = [(reason, 100.0 * count / planned) for reason, count in common]
    rows = [{"reason": reason, "percent": percent, "label": f"{percent:.1f} %"} for reason, percent in shares]
    rows = rows or [{"reason": "no dose was held", "percent": 0.0, "label": "0 %"}]
    x = number("percent", "Planned doses [%]", scale={"domainMin": 0}, axis={"tickCount": 5})
    y = category("reason", axis={"labelLimit": 190, "labelColor": INK})
    drawn = [
        mark("bar", {"x": x, "y": y}, color=REPORT, size=16),
        mark("text", {"x": x, "y": y, "text": text("label")}, align="left", dx=4),
    ]
    return layers(drawn, 180, {"step": 28}, rows)
