"""Drug levels: each agent's concentration in serum over the first course, on a logarithmic axis."""

from __future__ import annotations

from math import floor, log10
from typing import Any

import numpy as np

from kinecast.plots.bands import BAND, NAMES, band_chart, bands, first_course, quantities, unit
from kinecast.plots.grammar import Spec, below, mark, number
from kinecast.plots.panels import columns, everyone, per_arm, treated
from kinecast.plots.theme import MUTED, framed

AFTER = 2.0  # days shown after the last dose of the first course
DECADES = 4  # powers of ten shown below the highest level
POINTS = 600  # enough for the peaks of doses a few hours apart
HEIGHT = 200


def drug_level(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the serum level of each agent against time [d]: median, 50 % and 90 % of patients, with the planned doses as ticks."""
    return framed(
        per_arm(forecast, treated(forecast, arm), _panel),
        f"Drug level in serum ({everyone(forecast, treated(forecast, arm))})",
        f"{BAND}; ticks: planned doses of the first course",
        "Lines with bands over time, one panel per agent, of the serum concentration on a logarithmic axis.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    agents = [name.removeprefix("serum_") for name in quantities(forecast) if name.startswith("serum_")]
    given = set(columns(forecast, "doses", arm, "agent")[0].tolist())
    shown = [agent for agent in agents if agent in given] or agents
    panels = [_agent(forecast, arm, agent) for agent in shown]
    return panels[0] if len(panels) == 1 else below(panels)


def _agent(forecast: Any, arm: str, agent: str) -> Spec:
    quantity = f"serum_{agent}"
    planned, days = columns(forecast, "doses", arm, "agent", "time_d")
    until = first_course(forecast) + AFTER
    rows = bands(forecast, arm, quantity, until, points=POINTS)
    top = max([row["high90"] for row in rows] + [1e-12])
    bottom = 10.0 ** (floor(log10(top)) - DECADES)
    rows = [{"day": row["day"], **{key: max(row[key], bottom) for key in NAMES}} for row in rows]
    scale = {"type": "log", "domain": [bottom, top * 1.3], "nice": False}
    axis = {"values": [bottom * 10**power for power in range(DECADES + 2)], "format": "~g"}
    chart = band_chart(rows, f"{agent} [{unit(forecast, quantity)}]", scale, axis, 640, HEIGHT)
    times = np.unique(days[(planned == agent) & (days <= until)]).tolist()
    ticks = mark(
        "tick",
        {"x": number("day", "Time [d]"), "y": {"value": HEIGHT - 4}},
        [{"day": day} for day in times],
        color=MUTED,
        thickness=1.2,
        height=7,
        orient="vertical",
    )
    return {**chart, "layer": [*chart["layer"], ticks]}
