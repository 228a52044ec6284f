"""Molecules side by side over time: their levels in plasma and tumour, and the cells of blood that they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log2, log10
from typing import Any

from kinecast.plots.bands import NAMES, bands
from kinecast.plots.grammar import Rows, Spec, below, beside, category, layers, mark, number, titled
from kinecast.plots.theme import MUTED, arm_colours, colours, framed

AFTER = 28.0  # days drawn after the last dose
DECADES = 4  # powers of ten drawn below the highest level
POINTS = 260
CELL_TITLES = {"nk": "NK cells", "cd8": "CD8 T cells", "treg": "Regulatory T cells"}
BAND = "Line: median patient; band: middle 90 % of the patients still followed"


def levels_picture(found: Any) -> Spec | None:
    """Draw the level in plasma [nM], and that which CD8 cells of the tumour see [pM], after the first dose and over all doses.

    Of a pro-drug the open form is drawn, which acts. Dashed: the EC50 of CD8 cells in the tumour.
    """
    panels = [_levels(found, place) for place in ("plasma", "tumour")]
    drawn = [panel for panel in panels if panel is not None]
    if not drawn:
        return None
    return framed(
        {**below(drawn, 18), "resolve": {"scale": {"color": "shared"}}},
        f"Levels of the molecules (n = {found.patients} patients)",
        [
            f"{BAND}; logarithmic, ticks: doses",
            f"Dashed: EC50 of CD8 cells in the tumour{'; pro-drugs: the open form' if found.prodrugs else ''}",
        ],
        "Lines with bands over time of the level in plasma and in the tumour, one colour a molecule, on logarithmic axes.",
    )


def cells_picture(found: Any) -> Spec | None:
    """Draw NK, CD8 and regulatory T cells of blood as fold of baseline [×] (logarithmic) against time [d]."""
    shown = [name for name in CELL_TITLES if name in found.forecast.curves_store.quantities]
    if not shown:
        return None
    series = {cell: {name: _fold(found, name, cell) for name in found.names} for cell in shown}
    scale, axis = _doubling([row for lines in series.values() for rows in lines.values() for row in rows])
    panels = [
        titled(_overlaid(found, series[cell], "Fold of baseline [×]" if cell == shown[0] else None, scale, axis, 250, 230), title)
        for cell, title in CELL_TITLES.items()
        if cell in shown
    ]
    return framed(
        {**beside(panels, 24), "resolve": {"scale": {"color": "shared"}}},
        f"Cells of blood (n = {found.patients} patients)",
        f"{BAND}; 1× is each patient's own baseline, one logarithmic axis; ticks: doses",
        "Three panels of lines with bands over time: NK, CD8 and regulatory T cells, one colour a molecule.",
    )


def _levels(found: Any, place: str) -> Spec | None:
    """Draw one place: left until the second dose, right until four weeks after the last."""
    times = [row for row in found.of("exposure", f"{place}_auc", form="active") if row.value is not None]
    if not times:
        return None
    factor, unit = (1e-3, "nM") if place == "plasma" else (1e3, "pM")
    title = f"Plasma [{unit}]" if place == "plasma" else f"Seen by CD8 cells in the tumour [{unit}]"
    offsets = _offsets(found)
    last = max(offsets)
    ends = [offsets[1], last + AFTER] if len(offsets) > 1 else [last + AFTER]
    names = [row.molecule for row in times]
    stored = {one.name: _stored(one, place) for one in found.molecules}
    drawn = {"factor": factor, "points": POINTS}
    rows = [{name: bands(found.forecast, name, stored[name], end, **drawn) for name in names} for end in ends]
    half = {
        row.molecule: 1e3 * row.value for row in found.of("ec50", "tumour_cd8", form="active") if row.value and place == "tumour"
    }
    top = max([row["high90"] for lines in rows for line in lines.values() for row in line] + [1e-9])
    lowest, highest = ceil(log10(top)) - DECADES, ceil(log10(max([top, *half.values()])) + 1e-9)
    bottom = 10.0**lowest
    scale = {"type": "log", "domain": [bottom, 10.0**highest], "nice": False}
    axis = {"values": [10.0**power for power in range(lowest, highest + 1)], "format": "~g"}
    panels = []
    for index, lines in enumerate(rows):
        cut = {name: _cut(line, bottom) for name, line in lines.items()}
        panel = _overlaid(found, cut, title if index == 0 else None, scale, axis, 300 if len(rows) > 1 else 500, 210)
        dashed = [{"name": name, "half": value} for name, value in half.items() if value > bottom]
        if dashed:
            level = number("half", title if index == 0 else None, scale=scale, axis=axis)
            panel["layer"].append(mark("rule", {"y": level, "color": _colour(found)}, dashed, strokeDash=[5, 4], strokeWidth=1.3))
        words = ("first dose", "all doses")[index] if len(rows) > 1 else ""
        panels.append(titled(panel, f"{'Plasma' if place == 'plasma' else 'Tumour'}{', ' if words else ''}{words}"))
    return beside(panels, 24)


def _stored(molecule: Any, place: str) -> str:
    """Return the stored curve of a molecule's active form in plasma or tumour."""
    from kinecast.inference.comparison.binding import forms

    return f"{'serum' if place == 'plasma' else 'acting'}_{forms(molecule)['active'].id}"


def _offsets(found: Any) -> tuple[float, ...]:
    """Return the days of the doses, the same for all molecules."""
    return found.forecast.protocol.arms[found.names[0]][0].offsets


def _fold(found: Any, name: str, cell: str) -> Rows:
    return bands(found.forecast, name, cell, _offsets(found)[-1] + AFTER, fold=True, points=POINTS)


def _cut(rows: Rows, bottom: float) -> Rows:
    """Return rows whose levels below the axis are far below it, for a logarithm needs a number above 0."""
    return [{"day": row["day"], **{key: max(row[key], bottom * 1e-3) for key in NAMES}} for row in rows]


def _doubling(rows: Rows) -> tuple[Spec, Spec]:
    """Return scale and axis of folds, by powers of two."""
    low = floor(log2(max(min([row["low90"] for row in rows] + [0.5]), 1 / 64)))
    high = ceil(log2(max([row["high90"] for row in rows] + [2.0])))
    ticks = [2.0**power for power in range(low, high + 1)]
    scale = {"type": "log", "base": 2, "domain": [2.0**low, 2.0**high], "nice": False}
    return scale, {"values": ticks, "labelExpr": "datum.value < 1 ? '1/' + round(1 / datum.value) : datum.value + '×'"}


_LEGEND = {"symbolType": "square", "symbolOpacity": 1, "columns": 5}


def _colour(found: Any) -> Spec:
    shades = dict(zip(found.names, arm_colours(len(found.names)), strict=True))
    return category("name", scale=colours(shades), legend=_LEGEND)


def _overlaid(
    found: Any, lines: Mapping[str, Sequence[dict[str, Any]]], title: str | None, scale: Spec, axis: Spec, width: int, height: int
) -> Spec:
    """Draw molecules over each other: a band for 90 % of patients and a line for the median, with ticks at the doses."""
    rows: Rows = [{"name": name, **row} for name, line in lines.items() for row in line]
    end = max((row["day"] for row in rows), default=1.0)
    x = number("day", "Time [d]", scale={"domain": [0, end], "nice": False})

    def y(field: str) -> Spec:
        return number(field, title, scale=scale, axis=axis)

    colour = _colour(found)
    doses = [{"day": day} for day in _offsets(found) if day <= end]
    drawn = [
        mark("area", {"x": x, "y": y("low90"), "y2": {"field": "high90"}, "color": colour}, opacity=0.13, clip=True),
        mark("line", {"x": x, "y": y("median"), "color": colour}, strokeWidth=2, clip=True),
        mark("tick", {"x": x, "y": {"value": height - 4}}, doses, color=MUTED, thickness=1.2, height=7, orient="vertical"),
    ]
    return layers(drawn, width, height, rows)
