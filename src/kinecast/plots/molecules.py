"""Molecules side by side: how they bind, and what they harm against what they give; with levels and cells, all that is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

from kinecast.plots.grammar import Rows, Spec, beside, category, layers, mark, number, text, titled
from kinecast.plots.molecule_courses import cells_picture, levels_picture
from kinecast.plots.theme import GRID, INK, PAPER, RULE, arm_colours, colours, framed

CELL_NAMES = {
    "treg": "Treg",
    "nk_bright": "CD56bright NK",
    "nk_dim": "CD56dim NK",
    "cd8_memory": "CD8 memory",
    "cd4_memory": "CD4 memory",
    "tumour_cd8": "CD8 in tumour",
}
SELECTIVITY = {"treg_over_nk": "Treg over CD56dim NK", "treg_over_cd8": "Treg over CD8 memory"}
SQUARE, STEP, SIDE = 58, 34, 320
STRONG_TO_WEAK = ["#08416b", "#2b7bba", "#85bcdb", "#d3e3f0", "#f4f7fa"]
FEW_TO_MANY = ["#f9f4ef", "#fdbb78", "#e9703f", "#a8261b"]


def pictures(found: Any) -> dict[str, Spec]:
    """Return name → picture of an `inference.comparison.MoleculeComparison`; only what there is something to draw of."""
    drawn = {
        "binding": binding_picture(found),
        "levels": levels_picture(found),
        "cells": cells_picture(found),
        "harm": harm_picture(found),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}


def binding_picture(found: Any) -> Spec | None:
    """Draw KD by chain and EC50 by cell [nM] as maps, and the selectivity for Treg [×] as dots on a logarithmic axis."""
    known = [row for group in ("affinity", "ec50") for row in found.of(group)]
    if not any(row.value is not None for row in known):
        return None
    order = list(dict.fromkeys(_name(row) for row in found.of("ec50")))
    chains = {row.quantity: row.quantity for row in found.of("affinity")}
    panels = []
    if chains:
        panels.append(titled(_map(found.of("affinity"), chains, order), "KD of soluble chains [nM]"))
    panels.append(titled(_map(found.of("ec50"), CELL_NAMES, order, names=not chains), "EC50 of cells [nM]"))
    if any(row.value is not None for row in found.of("selectivity")):
        panels.append(titled(_selectivity(found.of("selectivity"), order), "Selectivity for Treg [×]"))
    return framed(
        {**beside(panels, 22), "resolve": {"scale": {"color": "independent", "shape": "independent", "y": "independent"}}},
        f"How {len(found.names)} molecules bind (n = 1, the typical patient at rest)",
        [
            "EC50: level in plasma at which a cell's stimulus is half-maximal; of CD8 in the tumour the level they see there",
            "none: does not bind; –: no number in the model. Right of 1: Treg need less drug than the other cell (logarithmic)",
        ],
        "Maps of affinity by chain and of EC50 by cell, one row a molecule, and dots of selectivity for regulatory T cells.",
    )


def harm_picture(found: Any) -> Spec | None:
    """Draw response against harm [% of patients] with 95 % intervals, and each toxicity of grade 3 or worse as a map [%]."""
    harm = {row.molecule: row for row in found.of("harm", "any") if row.value is not None}
    if not harm:
        return None
    gained = {row.molecule: row for row in found.of("benefit", "orr") if row.value is not None}
    both = [name for name in found.names if name in harm and name in gained]
    every = {row.quantity: row.quantity.replace("_", " ").replace("alt", "ALT") for row in found.of("harm")}
    shown = {key: name for key, name in every.items() if key == "any" or _seen(found.of("harm", key))}
    rare = ", ".join(name for key, name in every.items() if key not in shown)
    toxicities = titled(_map(found.of("harm"), shown, list(found.names), share=True), "Grade 3 or worse [% of patients]")
    panels = [_against([(name, harm[name], gained[name]) for name in both], found)] if both else []
    return framed(
        {**beside([*panels, toxicities], 40), "resolve": {"scale": {"color": "independent", "y": "independent"}}},
        f"{'Response and harm' if both else 'Harm'} ({_people(found)})",
        [
            f"{found.schedule}, none held; {_doses(found)}; bars: 95 % sampling intervals{_reference(found)}",
            "any: but lymphopenia, lymphocytes that leave blood for tissue" + (f"; below 0.5 %: {rare}" if rare else ""),
        ],
        "Dots of the response rate against the share with severe harm, one a molecule, and a map of severe toxicities.",
    )


def _seen(rows: Sequence[Any]) -> bool:
    """Say whether a share of any molecule is not written as 0 %."""
    return any(row.value is not None and row.value >= 0.005 for row in rows)


def _reference(found: Any) -> str:
    untreated = found.untreated
    return "" if untreated is None else f"; dashed: untreated, {100 * untreated.value:.2g} %"


def _people(found: Any) -> str:
    disease = found.forecast.protocol.disease
    return f"{'no tumour' if disease == 'none' else disease}, n = {found.patients}, the same for every molecule"


def _doses(found: Any) -> str:
    """Say what all are given, or that each has a dose of its own."""
    said = {one.why for one in found.given.values()}
    return said.pop() if len(said) == 1 and "cytokine" in next(iter(said)) else "each at the dose printed in the table"


def _name(row: Any) -> str:
    return f"{row.molecule} (closed)" if row.form == "closed" else row.molecule


def _map(rows: Sequence[Any], shown: Mapping[str, str], order: Sequence[str], *, share: bool = False, names: bool = True) -> Spec:
    """Draw values as coloured squares with their numbers: nM on a logarithmic scale, or shares in percent."""
    values = [row.value for row in rows if row.value and row.unit != "fold"]
    least, most = (min(values), max(values)) if values else (1.0, 1.0)
    at = {(_name(row), row.quantity): row for row in rows}
    squares: Rows = []
    for name in order:
        for key, what in shown.items():
            row = at.get((name, key))
            value = row.value if row is not None and row.unit != "fold" else None
            # Numbers are white where the square is dark: the strongest two fifths of the decades, or near half of the patients.
            dark = value is not None and (value > 0.45 if share else value < least**0.6 * most**0.4)
            squares.append({"name": name, "what": what, "value": value, "shown": _written(row, share), "dark": dark})
    y = category("name", None, sort=list(order), axis=_NAMES if names else None)
    x = category("what", None, axis={"labelAngle": -35, "labelColor": INK, "ticks": False, "domain": False})
    scale: Spec = {"type": "log", "domain": [least, max(most, least * 1.01)], "range": STRONG_TO_WEAK}
    if share:
        scale = {"type": "linear", "domain": [0, 1], "range": FEW_TO_MANY}
    written = {"value": INK, "condition": {"test": "datum.dark", "value": PAPER}}
    drawn = [
        mark("rect", {"x": x, "y": y}, squares, fill=PAPER, stroke=GRID),
        mark(
            "rect",
            {"x": x, "y": y, "color": number("value", scale=scale, legend=None)},
            [square for square in squares if square["value"] is not None],
            stroke=PAPER,
        ),
        mark("text", {"x": x, "y": y, "text": text("shown"), "color": written}, squares, fontSize=11),
    ]
    return layers(drawn, SQUARE * len(shown), {"step": STEP})


_NAMES = {"labelColor": INK, "labelFontSize": 12, "labelLimit": 220, "ticks": False}


def _written(row: Any, share: bool) -> str:
    if row is None or row.value is None:
        return "none" if row is not None and row.note == "does not bind" else "–"
    if row.unit == "fold":
        return f"{row.value:.3g}×"
    if share:
        return f"{100 * row.value:.0f}"
    return f"{row.value:.0f}" if row.value >= 100 else f"{float(f'{row.value:.2g}'):g}"


def _selectivity(rows: Sequence[Any], order: Sequence[str]) -> Spec:
    dots: Rows = [{"name": _name(row), "what": SELECTIVITY[row.quantity], "value": row.value} for row in rows]
    known = [row.value for row in rows if row.value is not None]
    low, high = floor(log10(min([*known, 0.5]))), ceil(log10(max([*known, 2.0])))
    scale = {"type": "log", "domain": [10.0**low, 10.0**high], "nice": False}
    axis = {"values": [10.0**power for power in range(low, high + 1)], "format": "~g", "grid": True}
    y = category("name", None, sort=list(order), axis=None)
    x = number("value", "EC50 over that of Treg [×]", scale=scale, axis=axis)
    shown: dict[str, str] = dict(zip(SELECTIVITY.values(), ("#7f6a9f", "#009e73"), strict=True))
    encoding = {
        "x": x,
        "y": y,
        "color": category("what", scale=colours(shown), legend={"columns": 1}),
        "shape": category("what", scale={"domain": list(shown), "range": ["circle", "diamond"]}, legend={"columns": 1}),
    }
    drawn = [
        mark("rule", {"y": y}, [{"name": name} for name in order], color=GRID),
        mark("rule", {"x": x}, [{"value": 1.0}], color=RULE, strokeDash=[4, 3]),
        mark("point", encoding, dots, filled=True, size=85, opacity=0.85),
    ]
    return layers(drawn, 230, {"step": STEP})


def _against(pairs: Sequence[tuple[str, Any, Any]], found: Any) -> Spec:
    """Draw the response rate against harm, one dot a molecule with both intervals; dashed: the same patients untreated."""
    shades = dict(zip(found.names, arm_colours(len(found.names)), strict=True))
    rows: Rows = [
        {
            "name": name,
            "harm": 100 * harm.value,
            "harm_low": 100 * harm.low,
            "harm_high": 100 * harm.high,
            "gain": 100 * gain.value,
            "gain_low": 100 * gain.low,
            "gain_high": 100 * gain.high,
        }
        for name, harm, gain in pairs
    ]
    top = min(100.0, 5.0 * ceil(max(row["gain_high"] for row in rows) / 5))
    far = min(100.0, 10.0 * ceil(1.15 * max(row["harm_high"] for row in rows) / 10))
    x_scale, y_scale = {"domain": [0, far], "nice": False}, {"domain": [0, top], "nice": False}
    x_title, y_title = "Grade 3 or worse, any [% of patients]", "Objective response [% of patients]"

    def x(field: str) -> Spec:
        return number(field, x_title, scale=x_scale)

    def y(field: str) -> Spec:
        return number(field, y_title, scale=y_scale)

    colour = category("name", scale=colours(shades), legend=None)
    bars = [
        {"x": x("harm_low"), "x2": {"field": "harm_high"}, "y": y("gain"), "color": colour},
        {"y": y("gain_low"), "y2": {"field": "gain_high"}, "x": x("harm"), "color": colour},
    ]
    place = {"x": x("harm"), "y": y("gain"), "color": colour}
    drawn = [
        *(mark("rule", bar, strokeWidth=1.6, opacity=0.7) for bar in bars),
        mark("point", place, filled=True, size=95, opacity=1),
    ]
    # A name stands to the right of its dot, or to the left where the axis ends.
    for align, shift in (("left", 8), ("right", -8)):
        named = [row for row in rows if (row["harm"] > 0.6 * far) == (align == "right")]
        style = {"align": align, "dx": shift, "dy": -9, "fontSize": 12, "fontWeight": 600}
        drawn += [mark("text", {**place, "text": text("name")}, named, **style)] if named else []
    if found.untreated is not None:
        line = [{"gain": 100 * found.untreated.value}]
        drawn.insert(0, mark("rule", {"y": y("gain")}, line, color=RULE, strokeDash=[4, 3]))
    return layers(drawn, SIDE, SIDE, rows)
