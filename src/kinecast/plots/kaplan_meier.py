"""Kaplan–Meier: progression-free and overall survival, with bands, numbers at risk, and the reported medians."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinecast import catalog
from kinecast.plots.endpoints import significant, source
from kinecast.plots.grammar import Rows, Spec, below, beside, category, layers, mark, number, text, titled
from kinecast.plots.panels import DAYS_PER_MONTH, MONTHS, arm_names, columns, everyone
from kinecast.plots.theme import INK, MUTED, PAPER, REPORT, arm_colours, framed
from kinecast.trial.survival import SurvivalCurve
from kinecast.trial.survival import kaplan_meier as estimate
from kinecast.units import convert

ENDPOINTS = {"pfs": ("Progression-free survival", "pfs_days", "progressed"), "os": ("Overall survival", "os_days", "died")}
WIDTH = 300
STEPS = 300  # most steps drawn


def kaplan_meier(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the share of patients [%] free of progression and alive against time [month], with 95 % bands and numbers at risk."""
    names = arm_names(forecast, arm)
    return framed(
        beside([_panel(forecast, names, key) for key, (_, days, _) in ENDPOINTS.items() if _known(forecast, days)]),
        f"Survival ({everyone(forecast, names)})",
        "Kaplan–Meier estimate with its 95 % band; diamond: reported median",
        "Two step curves with bands: progression-free and overall survival over time, with the numbers at risk below.",
    )


def _after_surgery(forecast: Any) -> bool:
    ill = forecast.protocol.disease
    return ill != "none" and catalog.disease(ill).tumour == "micrometastases"


def _known(forecast: Any, days: str) -> bool:
    return bool(np.isfinite(forecast.columns["patients"][days]).any())


def _panel(forecast: Any, names: list[str], key: str) -> Spec:
    title, days, event = ENDPOINTS[key]
    if key == "pfs" and _after_surgery(forecast):
        title = "Relapse-free survival"
    people = {arm: columns(forecast, "patients", arm, days, event) for arm in names}
    curves = {arm: estimate(times / DAYS_PER_MONTH, events) for arm, (times, events) in people.items()}
    longest = max(float(curve.times[-1]) for curve in curves.values())
    colour = category("arm", scale={"domain": names, "range": arm_colours(len(names))}, legend={} if len(names) > 1 else None)
    marks = _ticks(longest)
    x = number("month", MONTHS, scale={"domain": [0, longest], "nice": False}, axis={"values": marks})
    y = number("percent", "Patients [%]", scale={"domain": [0, 100]})
    step: Spec = {"interpolate": "step-after"}
    drawn = [
        mark(
            "area", {"x": x, "y": number("low", "Patients [%]"), "y2": {"field": "high"}, "color": colour}, opacity=0.18, **step
        ),
        mark("line", {"x": x, "y": y, "color": colour}, strokeWidth=1.8, **step),
        *_medians(forecast, names, key, curves),
    ]
    rows = [{"arm": arm, **row} for arm, curve in curves.items() for row in _steps(curve)]
    at_risk = [
        {"arm": arm, "month": tick, "n": f"{n:,}"}
        for arm, curve in curves.items()
        for tick, n in zip(marks, curve.number_at_risk(np.array(marks)), strict=True)
    ]
    return below([titled(layers(drawn, WIDTH, 210, rows), title), _risk_table(at_risk, names, colour, x["scale"])], 4)


def _steps(curve: SurvivalCurve) -> Rows:
    """The estimate in percent from the start, after each event, and at the end of follow-up."""
    happened = np.flatnonzero(curve.events)
    kept = happened[np.unique(np.linspace(0, len(happened) - 1, min(STEPS, len(happened))).round().astype(int))]
    rows: Rows = [{"month": 0.0, "percent": 100.0, "low": 100.0, "high": 100.0}]
    rows += [
        {"month": curve.times[i], "percent": 100 * curve.survival[i], "low": 100 * curve.low[i], "high": 100 * curve.high[i]}
        for i in kept
    ]
    return [*rows, {**rows[-1], "month": curve.times[-1]}]


def _medians(forecast: Any, names: list[str], key: str, curves: dict[str, SurvivalCurve]) -> list[Spec]:
    """The medians in words at the top right, where falling curves leave room, and the reported ones as points at 50 %."""
    words, points = [], []
    colours = arm_colours(len(names))
    for place, arm in enumerate(names):
        colour = colours[place] if len(names) > 1 else REPORT
        half = curves[arm].median
        median = f"median {significant(half)} months" if half < float("inf") else "median not reached"
        words.append((f"{arm}: {median}" if len(names) > 1 else median, colours[place], 600))
        endpoint = forecast.summary["arms"][arm].get(f"{key}_median") or {}
        if endpoint.get("reported") is not None:
            reported = convert(endpoint["reported"], endpoint["unit"], "month")
            words.append((f"reported {significant(reported)} ({source(endpoint)})", colour, 400))
            ends = [endpoint.get("reported_low"), endpoint.get("reported_high")]
            low, high = (reported if end is None else convert(end, endpoint["unit"], "month") for end in ends)
            points.append(({"month": reported, "low": low, "high": high, "percent": 50}, colour))
    lines = [
        mark(
            "text",
            {"x": {"value": WIDTH}, "y": {"value": 6 + 15 * row}, "text": {"value": word}},
            [{}],
            align="right",
            color=colour,
            fontWeight=weight,
        )
        for row, (word, colour, weight) in enumerate(words)
    ]
    return lines + [layer for point, colour in points for layer in _point(point, colour)]


def _point(point: dict[str, Any], colour: str) -> list[Spec]:
    y = number("percent", "Patients [%]")
    return [
        mark("rule", {"x": number("low", MONTHS), "x2": {"field": "high"}, "y": y}, [point], color=colour, strokeWidth=2),
        mark(
            "point",
            {"x": number("month", MONTHS), "y": y},
            [point],
            shape="diamond",
            filled=True,
            size=110,
            color=colour,
            stroke=PAPER,
            strokeWidth=1,
            opacity=1,
        ),
    ]


def _risk_table(rows: Rows, names: list[str], colour: Spec, scale: Spec) -> Spec:
    bare = {"labels": False, "ticks": False, "domain": False}
    y = category("arm", axis={**bare, "labels": len(names) > 1, "labelPadding": 16, "labelLimit": 90, "labelColor": INK})
    encoding = {"x": number("month", None, scale=scale, axis=bare), "y": y, "text": text("n"), "color": colour}
    heading = {"text": "Patients at risk", "fontSize": 10.5, "fontWeight": "normal", "color": MUTED, "offset": 2}
    return {**mark("text", encoding, rows, fontSize=10.5), "width": WIDTH, "height": {"step": 15}, "title": heading}


def _ticks(longest: float) -> list[float]:
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if longest / step <= 8)
    return [float(tick) for tick in np.arange(0, longest + 1e-9, step)]
