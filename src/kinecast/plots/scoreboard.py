"""The scoreboard as a picture: forecast against report, one dot an observation, one panel a class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kinecast.plots.endpoints import PLURALS
from kinecast.plots.grammar import Rows, Spec, category, data, grid, layers, mark, number
from kinecast.plots.theme import FORECAST, MUTED, REPORT, RULE, framed

SIDE, COLUMNS = 250, 3
VERDICTS = {"met": FORECAST, "not met": REPORT}
SHAPES = {"not calibrated": "circle", "calibrated": "triangle-up"}


def scoreboard_picture(scores: Iterable[Any], patients: int) -> Spec:
    """Draw every scored observation: its forecast against its report, on the line where the two are equal.

    Arguments:
        scores: `inference.Score` records. patients: virtual patients in each arm.
    """
    panels: dict[tuple[str, str], Rows] = {}
    count = 0
    for score in scores:
        if score.met is None or score.reported is None or score.forecast is None:
            continue
        count += 1
        share = score.unit == "fraction"
        unit = "%" if share else str(PLURALS.get(score.unit, score.unit))
        factor = 100.0 if share else 1.0
        panels.setdefault((score.kind, unit), []).append(
            {
                "reported": score.reported * factor,
                "forecast": score.forecast * factor,
                "verdict": "met" if score.met else "not met",
                "used": "calibrated" if score.used_for == "calibration" else "not calibrated",
                "what": f"{score.trial}, {score.arm}: {score.quantity} {score.time}".strip(),
            }
        )
    shown = sorted(panels.items(), key=lambda item: -len(item[1]))[:9]
    rest = count - sum(len(rows) for _, rows in shown)
    left = f"; {rest} in rarer units are not drawn" if rest else ""
    spec = grid([_panel(kind, unit, rows) for (kind, unit), rows in shown], COLUMNS)
    return framed(
        {**spec, "resolve": {"scale": {"color": "shared", "shape": "shared", "x": "independent", "y": "independent"}}},
        f"Forecast against report (n = {count} observations, {patients} virtual patients an arm)",
        f"One dot an observation; on the line the forecast is what was reported{left}",
        "Scatter of forecasts against reported values, one panel for each class of observation.",
    )


def _panel(kind: str, unit: str, rows: Rows) -> Spec:
    """One class in one unit: shares on a linear scale, everything else on logarithmic ones, without what is not above zero."""
    linear = unit == "%"
    drawn = rows if linear else [row for row in rows if row["reported"] > 0 and row["forecast"] > 0]
    both = [row[name] for row in drawn for name in ("reported", "forecast")] or [1.0, 10.0]
    domain = [0.0, 100.0] if linear else [min(both) / 1.5, max(both) * 1.5]
    scale = {"domain": domain, "type": "linear" if linear else "log", "nice": False}
    axis = {"tickCount": 5, "format": "~g" if linear else ".3~g"}
    shown = f" [{unit}]" if unit not in ("", "1") else ""
    line = mark(
        "line",
        {"x": number("a", scale=scale, axis=axis), "y": number("b", scale=scale, axis=axis)},
        [{"a": end, "b": end} for end in domain],
        color=RULE,
        strokeDash=[4, 3],
    )
    dots = {
        "x": number("reported", f"Reported{shown}", scale=scale, axis=axis),
        "y": number("forecast", f"Forecast{shown}", scale=scale, axis=axis),
        "color": category("verdict", scale={"domain": list(VERDICTS), "range": list(VERDICTS.values())}),
        "shape": category("used", scale={"domain": list(SHAPES), "range": list(SHAPES.values())}),
        "tooltip": {"field": "what", "type": "nominal"},
    }
    met = sum(row["verdict"] == "met" for row in rows)
    title = {"text": f"{kind.capitalize()}: {met} of {len(rows)} met", "fontSize": 12, "subtitleColor": MUTED}
    points = {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.65}, "encoding": dots, "data": data(drawn)}
    return layers([line, points], SIDE, SIDE, title=title)
