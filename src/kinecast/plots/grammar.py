"""Short words for the Vega-Lite grammar: data, marks, channels, layers and small multiples, as plain dictionaries.

A picture is first such a dictionary; `Plots` hands it out as an Altair chart, the report draws it without loading Altair.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

Spec = dict[str, Any]
Rows = list[dict[str, Any]]


def data(rows: Rows) -> Spec:
    """Return rows as one JSON text, which Altair handles far faster than rows: five significant digits, missing as null."""
    short = [{key: _short(value) for key, value in row.items()} for row in rows]
    return {"values": json.dumps(short, separators=(",", ":")), "format": {"type": "json"}}


def mark(kind: str, encoding: Spec, rows: Rows | None = None, **style: Any) -> Spec:
    """Return one layer: a mark with its style and encoding; without rows it draws the data of the layers around it."""
    spec: Spec = {"mark": {"type": kind, **style}, "encoding": encoding}
    return spec if rows is None else {"data": data(rows), **spec}


def number(field: str, title: str | None = None, **more: Any) -> Spec:
    """Return a channel of numbers."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def category(field: str, title: str | None = None, **more: Any) -> Spec:
    """Return a channel of names, in the order of the data unless `sort` says otherwise."""
    return {"field": field, "type": "nominal", "title": title, "sort": None, **more}


def text(field: str) -> Spec:
    """Return a channel of written labels."""
    return {"field": field, "type": "nominal"}


def layers(drawn: list[Spec], width: int, height: Any, rows: Rows | None = None, **more: Any) -> Spec:
    """Return layers on one pair of axes; `rows` are the data of the layers that bring none."""
    spec = {"layer": drawn, "width": width, "height": height, **more}
    return spec if rows is None else {"data": data(rows), **spec}


def grid(panels: list[Spec], columns: int) -> Spec:
    """Return small multiples in reading order."""
    return {"concat": panels, "columns": columns, "spacing": 16}


def below(panels: list[Spec], spacing: int = 26, **more: Any) -> Spec:
    """Return panels under each other."""
    return {"vconcat": panels, "spacing": spacing, **more}


def beside(panels: list[Spec], spacing: int = 40, **more: Any) -> Spec:
    """Return panels next to each other."""
    return {"hconcat": panels, "spacing": spacing, **more}


def titled(panel: Spec, title: str, size: float = 12) -> Spec:
    """Return a panel with a small title of its own."""
    return {**panel, "title": {"text": title, "fontSize": size, "offset": 4}}


def _short(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.5g}") if np.isfinite(value) else None
    return value
