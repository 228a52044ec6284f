"""Cells in a dish: dose responses or time courses, one panel a population, with the user's measurements as points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinecast.plots.grammar import Rows, Spec, category, grid, layers, mark, number, titled
from kinecast.plots.theme import ARMS, RULE, framed

WIDTH, HEIGHT, COLUMNS = 190, 120, 3
MOST = 8
"""Lines in a panel; more cannot be told apart."""


def dish_picture(content: Mapping[str, Any], against: str = "dose") -> Spec:
    """Draw phosphorylated STAT [share of the largest in the panel] against dose [nM, logarithmic] or time [h].

    Arguments:
        content: as `kinecast dish` stores it. against: "dose", a line for each time, or "time", a line for each dose.
    """
    times = against == "time"
    lines = content["dose_nM"] if times else content["time_h"]
    shown = [lines[round(place * (len(lines) - 1) / (MOST - 1))] for place in range(MOST)] if len(lines) > MOST else lines
    unit = "nM" if times else "h"
    names = [f"{value:.3g} {unit}" for value in shown]
    panels = [
        titled(_panel(content, cell, shown, names, times, place % COLUMNS == 0), one["name"])
        for place, (cell, one) in enumerate(content["cells"].items())
    ]
    ligand = ", ".join(f"{receptor} {'none' if kd is None else f'{kd:.3g} nM'}" for receptor, kd in content["kd_nM"].items())
    measured = len(content["points"])
    points = f"; points: {measured} measurements, each replicate with a free scale and background" if measured else ""
    return framed(
        {**grid(panels, COLUMNS), "resolve": {"scale": {"color": "shared"}}},
        f"{content['read']} of cells in a dish: {content['molecule']}",
        [f"KD {ligand}", f"Lines: forecast{points}"],
        f"Small panels, one for each population, of {content['read']} against {against}, with lines and points.",
    )


def _panel(content: Mapping[str, Any], cell: str, shown: list[float], names: list[str], times: bool, first: bool) -> Spec:
    one = content["cells"][cell]
    top = max((value for row in one["response"] for value in row), default=1.0) or 1.0
    rows: Rows = []
    for hour, row in zip(content["time_h"], one["response"], strict=True):
        for dose, value in zip(content["dose_nM"], row, strict=True):
            line, at = (dose, hour) if times else (hour, dose)
            if line in shown:
                rows.append({"at": at, "line": names[shown.index(line)], "level": value / top})
    dots: Rows = []
    for point in content["points"]:
        line, at = (point["dose_nM"], point["time_h"]) if times else (point["time_h"], point["dose_nM"])
        if point["cell"] == cell and line in shown and (times or at):
            dots.append({"at": at, "line": names[shown.index(line)], "level": point["level"] / top})
    scale: Spec = {"type": "linear"} if times else {"type": "log"}
    axis = {"format": "~g", "tickCount": 5, "labelOverlap": True}
    x = number("at", "Time [h]" if times else "Dose [nM]", scale=scale, axis=axis)
    title = f"{content['read']} [of the top]" if first else None
    y = number("level", title, axis={"tickCount": 4, "format": "~g"})
    colour = category("line", scale={"domain": names, "range": [ARMS[place % len(ARMS)] for place in range(len(names))]})
    drawn = [mark("line", {"x": x, "y": y, "color": colour}, rows, strokeWidth=1.8)]
    if dots:
        drawn.append(mark("point", {"x": x, "y": y, "color": colour}, dots, filled=True, size=16, opacity=0.75))
    drawn.append(mark("rule", {"y": number("zero", title)}, [{"zero": 0.0}], color=RULE))
    return layers(drawn, WIDTH, HEIGHT)
