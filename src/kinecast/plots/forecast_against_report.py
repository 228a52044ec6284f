"""Forecast against report: a dot and an interval for every endpoint, beside what the trial reported."""

from __future__ import annotations

from typing import Any

from kinecast.plots.endpoints import displayed, label, source
from kinecast.plots.grammar import Rows, Spec, below, category, layers, mark, number, text
from kinecast.plots.panels import arm_names
from kinecast.plots.theme import FORECAST, INK, MUTED, REPORT, framed

WIDTH = 400
ALWAYS = ("orr", "cr", "pfs_median", "os_median")  # drawn even where nothing was reported
WHO = {"forecast": (FORECAST, "circle", -5), "report": (REPORT, "diamond", 5)}


def forecast_against_report(forecast: Any, arm: str | None = None) -> Spec:
    """Draw each endpoint's forecast [its unit] with its 95 % interval and the interval expected of a trial of the reported size.

    The reported value with its interval stands under it. Endpoints that share a unit share an axis.
    """
    names = arm_names(forecast, arm)
    panels: dict[str, Rows] = {}
    for one in names:
        for endpoint in forecast.summary["arms"][one].values():
            numbers = displayed(endpoint)
            if is_drawn(endpoint):
                row = {"endpoint": label(endpoint) + (f", {one}" if len(names) > 1 else ""), "source": source(endpoint)}
                panels.setdefault(numbers["unit"], []).append({**row, **numbers})
    size = " + ".join(f"{forecast.summary['patients']:,}" for _ in names)
    shared = {"scale": {"color": "shared", "shape": "shared"}}
    return framed(
        below([_panel(unit, rows) for unit, rows in panels.items()], 18, resolve=shared),
        f"Forecast and report (n = {size} virtual patients)",
        "Thick line: 95 % interval; thin line: 95 % interval expected of a trial of the reported size",
        "Dots with intervals, one row per endpoint: the forecast above, the reported value below.",
    )


def is_drawn(endpoint: dict[str, Any]) -> bool:
    """Say whether an endpoint has a place in the picture: it was forecast, and reported or among those always drawn."""
    return endpoint.get("forecast") is not None and (endpoint.get("reported") is not None or endpoint["quantity"] in ALWAYS)


def _panel(unit: str, rows: Rows) -> Spec:
    y = category("endpoint", axis={"labelColor": INK, "labelFontSize": 12, "labelLimit": 330, "grid": True})
    drawn = [layer for who in WHO for layer in _dots(who, y, rows, _axis(unit))]
    sources = mark(
        "text", {"y": y, "x": {"value": WIDTH + 12}, "text": text("source")}, rows, align="left", color=MUTED, fontSize=10.5
    )
    return layers([*drawn, sources], WIDTH, {"step": 36})


def _axis(unit: str) -> str:
    if unit in ("", "1"):
        return "[number]"
    return f"Patients [{unit}]" if unit == "%" else f"[{unit}]"


def _dots(who: str, y: Spec, rows: Rows, title: str) -> list[Spec]:
    colour, _, shift = WHO[who]
    value, low, high = ("forecast", "low", "high") if who == "forecast" else ("reported", "reported_low", "reported_high")

    def interval(start: str, end: str, width: float, opacity: float) -> list[Spec]:
        known = [row for row in rows if row[start] is not None and row[end] is not None]
        encoding = {"y": y, "x": number(start, title), "x2": {"field": end}}
        style = {"color": colour, "strokeWidth": width, "opacity": opacity, "yOffset": shift}
        return [mark("rule", encoding, known, **style)] if known else []

    known = [{**row, "who": who} for row in rows if row[value] is not None]
    scale = {"domain": list(WHO), "range": [one[0] for one in WHO.values()]}
    shapes = {"domain": list(WHO), "range": [one[1] for one in WHO.values()]}
    encoding = {
        "y": y,
        "x": number(value, title, scale={"zero": True}),
        "color": category("who", scale=scale),
        "shape": category("who", scale=shapes),
    }
    far = interval("trial_low", "trial_high", 1, 1) if who == "forecast" else []
    return [*far, *interval(low, high, 3.5, 0.6), mark("point", encoding, known, filled=True, size=75, opacity=1, yOffset=shift)]
