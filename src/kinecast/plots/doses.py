"""Doses: how many each patient received in the first cycle, and why the others were held."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kinecast.plots.grammar import Spec, beside, layers, mark, name, number, text
from kinecast.plots.panels import counts, evaluable, of_arm, per_arm
from kinecast.plots.theme import FORECAST, INK, REPORT, framed

MOST_REASONS = 6
OTHERS = "#80b8d8"


def doses(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the share of patients [%] by doses received in the first cycle, and the share of planned doses [%] held by reason."""
    return framed(
        per_arm(forecast, arm, _panel),
        f"Doses received in the first cycle ({counts(forecast, arm)})",
        "Left: patients by number of doses received; right: planned doses that were held, by reason",
        "Histogram of doses received in the first cycle, and bars of the reasons for which doses were held.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    table = of_arm(forecast.doses, arm)
    first = table[(table["course"] == 1) & (table["cycle"] == 1) & table["patient"].isin(evaluable(forecast, arm)["patient"])]
    return beside([_received(first), _held(first)], 46)


def _received(first: pd.DataFrame) -> Spec:
    received = first.groupby("patient")["given"].sum().astype(int)
    planned = int(first.groupby("patient").size().max()) if len(first) else 0
    share = received.value_counts(normalize=True).mul(100).reindex(range(planned + 1), fill_value=0.0)
    median = float(received.median()) if len(received) else 0.0
    axis = {"labelAngle": 0, "labelOverlap": True}
    x = {"field": "doses", "type": "ordinal", "title": f"Doses received of {planned} planned", "axis": axis}
    y = number("percent", "Patients [%]")
    at_median = {"condition": {"test": f"datum.doses == {int(median)}", "value": FORECAST}, "value": OTHERS}
    rows = [{"doses": doses, "percent": percent} for doses, percent in share.items()]
    top = [{"doses": int(median), "percent": share.max(), "median": f"median {median:g}"}]
    bars = mark("bar", {"x": x, "y": y, "color": at_median}, rows)
    words = mark("text", {"x": x, "y": y, "text": text("median")}, top, dy=-8, fontWeight=600)
    return layers([bars, words], 300, 190)


def _held(first: pd.DataFrame) -> Spec:
    share = first.loc[~first["given"], "reason"].astype(str).value_counts().mul(100.0 / max(len(first), 1)).head(MOST_REASONS)
    rows = [{"reason": reason, "percent": percent, "label": f"{percent:.1f} %"} for reason, percent in share.items()]
    rows = rows or [{"reason": "no dose was held", "percent": 0.0, "label": "0 %"}]
    x = number("percent", "Planned doses [%]", scale={"domainMin": 0}, axis={"tickCount": 5})
    y = name("reason", axis={"labelLimit": 190, "labelColor": INK})
    drawn = [
        mark("bar", {"x": x, "y": y}, color=REPORT, size=16),
        mark("text", {"x": x, "y": y, "text": text("label")}, align="left", dx=4),
    ]
    return layers(drawn, 180, {"step": 28}, rows)
