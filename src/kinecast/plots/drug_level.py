"""Drug levels: each agent's concentration in serum over the first course, on a logarithmic axis."""

from __future__ import annotations

from math import floor, log10, nan
from typing import Any

import numpy as np

from kinecast import catalog
from kinecast.plots.bands import NAMES, band_chart, bands, first_course, quantities, unit
from kinecast.plots.grammar import Rows, Spec, below, mark, number
from kinecast.plots.panels import columns, everyone, per_arm, treated
from kinecast.plots.theme import FORECAST, MUTED, framed

AFTER = 2.0  # days shown after the last dose of the first course
DECADES = 4  # powers of ten shown below the highest level
LOWEST = 1.0  # pM, about the lowest level that assays quantify; nothing is drawn below
UNSEEN = 1e-3  # of the lowest level drawn
LONGEST_GAP = 4.0 / 24 + 1e-6  # d between two samples; over a longer time nothing is drawn, for the level falls within an hour
POINTS = 600  # enough for the peaks of doses a few hours apart
HEIGHT = 200


def drug_level(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the serum level of each agent against time [d]: median, 50 % and 90 % of patients, with the planned doses as ticks."""
    return framed(
        per_arm(forecast, treated(forecast, arm), _panel),
        f"Drug level in serum ({everyone(forecast, treated(forecast, arm))})",
        "Median, middle 50 % and 90 % of patients, held doses included; joined within 4 h and in infusions; ticks: planned doses",
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
    bottom = max(bottom, LOWEST) if top > LOWEST else bottom
    until = min(until, max([row["day"] for row in rows if row["median"] >= bottom], default=until) + AFTER)
    rows = [row for row in rows if row["day"] <= until]
    # what lies below the axis is cut off by its edge, and not drawn along it; a logarithm needs a number above 0
    rows = [{"day": row["day"], **{key: max(row[key], bottom * UNSEEN) for key in NAMES}} for row in rows]
    alone, rows = _apart(rows, bottom, max(LONGEST_GAP, _infusion(forecast, arm, agent)))
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
    x, y = number("day", "Time [d]"), number("median", scale=scale, axis=axis)
    dots = mark("point", {"x": x, "y": y}, alone, color=FORECAST, filled=True, size=12, opacity=1)
    return {**chart, "layer": [*chart["layer"], *([dots] if alone else []), ticks]}


def _infusion(forecast: Any, arm: str, agent: str) -> float:
    """Return how long the drug's infusions last (d): within one the level is steady, and samples a day apart may be joined."""
    given = [one for one in forecast.protocol.arms.get(arm, ()) if catalog.agent(one.agent).id == agent and one.duration]
    return max((one.duration.canonical for one in given), default=0.0) + 1e-6


def _apart(rows: Rows, bottom: float, gap: float = LONGEST_GAP) -> tuple[Rows, Rows]:
    """Return the samples far from those before and after them, and all rows with a break wherever they are a gap (d) apart."""
    days = np.array([row["day"] for row in rows])
    far = np.diff(days, prepend=-np.inf, append=np.inf) > gap
    joined: Rows = []
    for row, broken in zip(rows, far[:-1], strict=True):
        if broken and joined:
            joined.append({"day": row["day"], **dict.fromkeys(NAMES, nan)})
        joined.append(row)
    alone = [row for row, before, after in zip(rows, far[:-1], far[1:], strict=True) if before and after]
    return [row for row in alone if row["median"] >= bottom], joined
