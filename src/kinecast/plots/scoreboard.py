"""The scoreboard as a picture: forecast against report, one dot an observation, one panel a class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kinecast.plots.grammar import Rows, Spec, category, data, grid, layers, mark, number
from kinecast.plots.theme import FORECAST, REPORT, RULE, framed
from kinecast.units import convert, dimension

SIDE, COLUMNS = 250, 3
VERDICTS = {"met": FORECAST, "not met": REPORT}
SHAPES = {"independent": "circle", "same patients": "square", "calibrated": "triangle-up"}
SHARE, MONTHS, OWN = "%", "months", "each in its own unit"


def scoreboard_picture(scores: Iterable[Any], patients: int, near: Mapping[str, tuple[float, float]]) -> Spec:
    """Draw every scored observation: its forecast against its report, on the line where the two are equal.

    Rates are in percent on linear axes; everything else is on logarithmic axes, times to an event in months, and levels and
    counts each in the unit of its report. Ranges, medians that are not reached and zeros on logarithmic axes have no place;
    they count in the titles.

    Arguments:
        scores: `inference.Score` records. patients: virtual patients in each arm.
        near: class → least and most of forecast over report that counts as met, drawn as dotted lines.
    """
    panels: dict[tuple[str, str], Rows] = {}
    tally: dict[tuple[str, str], list[bool]] = {}
    for score in scores:
        if score.met is None:
            continue
        unit, factor = _axis(score)
        tally.setdefault((score.kind, unit), []).append(score.met)
        if score.reported is None or score.forecast is None:
            continue
        row = {
            "reported": score.reported * factor,
            "forecast": score.forecast * factor,
            "verdict": "met" if score.met else "not met",
            "used": score.standing,
        }
        if unit == SHARE or min(row["reported"], row["forecast"]) > 0:
            panels.setdefault((score.kind, unit), []).append(row)
    shown = sorted(panels.items(), key=lambda item: -len(item[1]))
    count, placed = sum(map(len, tally.values())), sum(map(len, panels.values()))
    spec = grid([_panel(key, rows, tally[key], near.get(key[0], ())) for key, rows in shown], COLUMNS)
    return framed(
        {**spec, "resolve": {"scale": {"color": "shared", "shape": "shared", "x": "independent", "y": "independent"}}},
        f"Forecast against report (n = {count} observations, {patients} virtual patients an arm)",
        "One dot an observation; on the dashed line the forecast is what was reported, between dotted lines it is near; "
        f"{count - placed} of {count} have no place on these axes",
        "Scatter of forecasts against reported values, one panel for each class of observation.",
    )


def _axis(score: Any) -> tuple[str, float]:
    """Return the unit of a score's axis, and what its numbers are multiplied by to be in it."""
    if score.unit == "fraction" and score.kind in ("response", "harm", "survival"):
        return SHARE, 100.0
    if score.kind == "survival" and dimension(score.unit) == dimension("month"):
        return MONTHS, convert(1.0, score.unit, "month")
    return OWN, 1.0


def _panel(key: tuple[str, str], rows: Rows, verdicts: list[bool], near: tuple[float, ...]) -> Spec:
    kind, unit = key
    linear = unit == SHARE
    both = [row[name] for row in rows for name in ("reported", "forecast")]
    domain = [0.0, 100.0] if linear else [min(both) / 1.5, max(both) * 1.5]
    style = {
        "scale": {"domain": domain, "type": "linear" if linear else "log", "nice": False},
        "axis": {"tickCount": 5, "format": "d" if linear else ",.3~r", "grid": linear},
    }
    titles = f"Reported [{unit}]", f"Forecast [{unit}]"
    guides = [_guide(domain, factor, titles, style) for factor in (1.0, *(() if linear else near))]
    dots = {
        "x": number("reported", titles[0], **style),
        "y": number("forecast", titles[1], **style),
        "color": category("verdict", scale={"domain": list(VERDICTS), "range": list(VERDICTS.values())}),
        "shape": category("used", scale={"domain": list(SHAPES), "range": list(SHAPES.values())}),
    }
    title = f"{kind.capitalize()}: {sum(verdicts)} of {len(verdicts)} met"
    points = {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.65}, "encoding": dots, "data": data(rows)}
    return layers([*guides, points], SIDE, SIDE, title={"text": title, "fontSize": 12})


def _guide(domain: list[float], factor: float, titles: tuple[str, str], style: Spec) -> Spec:
    """Return the line on which the forecast is `factor` times the report."""
    ends = [{"a": end, "b": end * factor} for end in domain]
    dash = [4, 3] if factor == 1.0 else [1, 3]
    encoding = {"x": number("a", titles[0], **style), "y": number("b", titles[1], **style)}
    return mark("line", encoding, ends, color=RULE, strokeDash=dash, clip=True)
