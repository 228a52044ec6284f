"""The scoreboard as a picture: forecast against report, one dot an observation, one panel a class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kinecast.plots.grammar import Rows, Spec, category, data, grid, layers, mark, number
from kinecast.plots.theme import FORECAST, REPORT, RULE, framed
from kinecast.units import convert, dimension

SIDE, COLUMNS = 250, 3
VERDICTS = {"met": FORECAST, "not met": REPORT}
SHAPES = {"not calibrated": "circle", "calibrated": "triangle-up"}
NEAR = {"survival": (0.67, 1.33), "doses": (0.67, 1.33), "pharmacokinetics": (0.5, 2.0), "cells and mediators": (0.5, 2.0)}
"""Class → forecast over report that counts as met, drawn as dotted lines; rates have no such lines."""

SHARE, MONTHS, OWN = "%", "months", "each in its own unit"


def scoreboard_picture(scores: Iterable[Any], patients: int) -> Spec:
    """Draw every scored observation: its forecast against its report, on the line where the two are equal.

    Rates are in percent on linear axes; everything else is on logarithmic axes, times to an event in months, and levels and
    counts each in the unit of its report.

    Arguments:
        scores: `inference.Score` records. patients: virtual patients in each arm.
    """
    panels: dict[tuple[str, str], Rows] = {}
    count = 0
    for score in scores:
        if score.met is None or score.reported is None or score.forecast is None:
            continue
        unit, factor = _axis(score)
        row = {
            "reported": score.reported * factor,
            "forecast": score.forecast * factor,
            "verdict": "met" if score.met else "not met",
            "used": "calibrated" if score.used_for == "calibration" else "not calibrated",
        }
        if unit == SHARE or min(row["reported"], row["forecast"]) > 0:
            panels.setdefault((score.kind, unit), []).append(row)
            count += 1
    shown = sorted(panels.items(), key=lambda item: -len(item[1]))
    spec = grid([_panel(kind, unit, rows) for (kind, unit), rows in shown], COLUMNS)
    return framed(
        {**spec, "resolve": {"scale": {"color": "shared", "shape": "shared", "x": "independent", "y": "independent"}}},
        f"Forecast against report (n = {count} observations, {patients} virtual patients an arm)",
        "One dot an observation; on the dashed line the forecast is what was reported, between dotted lines it is near",
        "Scatter of forecasts against reported values, one panel for each class of observation.",
    )


def _axis(score: Any) -> tuple[str, float]:
    """Return the unit of a score's axis, and what its numbers are multiplied by to be in it."""
    if score.unit == "fraction" and score.kind in ("response", "harm", "survival"):
        return SHARE, 100.0
    if score.kind == "survival" and dimension(score.unit) == dimension("month"):
        return MONTHS, convert(1.0, score.unit, "month")
    return OWN, 1.0


def _panel(kind: str, unit: str, rows: Rows) -> Spec:
    linear = unit == SHARE
    both = [row[name] for row in rows for name in ("reported", "forecast")]
    domain = [0.0, 100.0] if linear else [min(both) / 1.5, max(both) * 1.5]
    style = {
        "scale": {"domain": domain, "type": "linear" if linear else "log", "nice": False},
        "axis": {"tickCount": 5, "format": "d" if linear else ",.3~r", "grid": linear},
    }
    titles = f"Reported [{unit}]", f"Forecast [{unit}]"
    guides = [_guide(domain, factor, titles, style) for factor in (1.0, *(() if linear else NEAR.get(kind, ())))]
    dots = {
        "x": number("reported", titles[0], **style),
        "y": number("forecast", titles[1], **style),
        "color": category("verdict", scale={"domain": list(VERDICTS), "range": list(VERDICTS.values())}),
        "shape": category("used", scale={"domain": list(SHAPES), "range": list(SHAPES.values())}),
    }
    met = sum(row["verdict"] == "met" for row in rows)
    points = {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.65}, "encoding": dots, "data": data(rows)}
    return layers([*guides, points], SIDE, SIDE, title={"text": f"{kind.capitalize()}: {met} of {len(rows)} met", "fontSize": 12})


def _guide(domain: list[float], factor: float, titles: tuple[str, str], style: Spec) -> Spec:
    """Return the line on which the forecast is `factor` times the report."""
    ends = [{"a": end, "b": end * factor} for end in domain]
    dash = [4, 3] if factor == 1.0 else [1, 3]
    encoding = {"x": number("a", titles[0], **style), "y": number("b", titles[1], **style)}
    return mark("line", encoding, ends, color=RULE, strokeDash=dash, clip=True)
