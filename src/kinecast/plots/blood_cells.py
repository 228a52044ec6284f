"""Blood cells: each kind as fold of the patient's own baseline, around and after the first course."""

from __future__ import annotations

from math import ceil, floor, log2
from typing import Any

from kinecast.plots.bands import BAND, NAMES, band_chart, bands, first_course, quantities
from kinecast.plots.grammar import Spec, grid, titled
from kinecast.plots.panels import arm_names, everyone, per_arm
from kinecast.plots.theme import framed

CELLS = {
    "lymphocytes": "Lymphocytes",
    "nk": "NK cells",
    "nk_bright": "CD56-bright NK cells",
    "cd4": "CD4 T cells",
    "cd8": "CD8 T cells",
    "treg": "Regulatory T cells",
    "eosinophils": "Eosinophils",
    "neutrophils": "Neutrophils",
    "monocytes": "Monocytes",
    "platelets": "Platelets",
}
AFTER = 14.0  # days shown after the last dose of the first course: the rebound
SHORTEST = 28.0
LOWEST = 1 / 64  # of baseline; lower values are drawn at the edge
COLUMNS = 3


def blood_cells(forecast: Any, arm: str | None = None) -> Spec:
    """Draw blood cells as fold of baseline (logarithmic) against time [d], small multiples with an axis each."""
    return framed(
        per_arm(forecast, arm_names(forecast, arm), _panel),
        f"Blood cells, fold of baseline ({everyone(forecast, arm_names(forecast, arm))})",
        f"{BAND}; logarithmic, 1× is each patient's own baseline",
        "Small panels of lines with bands, one per cell type, of the count relative to its baseline.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    until = max(first_course(forecast) + AFTER, SHORTEST)
    stored = [name for name in CELLS if name in quantities(forecast)]
    return grid([_cell(forecast, arm, name, until, place % COLUMNS == 0) for place, name in enumerate(stored)], COLUMNS)


def _cell(forecast: Any, arm: str, name: str, until: float, first: bool) -> Spec:
    rows = bands(forecast, arm, name, until, fold=True)
    rows = [{"day": row["day"], **{key: max(row[key], LOWEST) for key in NAMES}} for row in rows]
    low = floor(log2(min([row["low90"] for row in rows] + [0.5])))
    high = ceil(log2(max([row["high90"] for row in rows] + [2.0])))
    step = 1 + (high - low) // 6
    low, high = step * floor(low / step), step * ceil(high / step)
    ticks = [2.0**power for power in range(low, high + 1) if power % step == 0]
    scale = {"type": "log", "base": 2, "domain": [2.0**low, 2.0**high], "nice": False}
    axis = {"values": ticks, "labelExpr": "datum.value < 1 ? '1/' + round(1 / datum.value) : datum.value + '×'"}
    return titled(band_chart(rows, "Fold of baseline [×]" if first else None, scale, axis, 180, 120), CELLS[name])
