"""What brakes cost and drivers give, as bars with their errors, and patient by patient as a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kinecast.plots.grammar import Rows, Spec, below, beside, category, layers, mark, number, text, titled
from kinecast.plots.panels import evenly
from kinecast.plots.theme import FORECAST, INK, MUTED, REPORT, RESPONSES, RULE, framed

COLUMNS: Mapping[str, tuple[str, str]] = {
    "removed": ("As it stands", FORECAST),
    "induced": ("What treatment raises of it", REPORT),
    "beyond": ("As it stands, beyond untreated", "#7f6a9f"),
    "drivers": ("What the treatment's drivers give", "#009e73"),
}
"""What is drawn, with its colour."""
GAMES = {"beyond": "removed"}
"""Column → its game: 'beyond' is what a brake costs with the drug more than without any dose."""
FAMILIES = {"humoral": "Humoral", "cells": "Cells", "checkpoints": "Checkpoints", "fate": "Fate", "driver": "", "brakes": ""}
WIDTH, STEP, SHOWN = 200, 17, 150
LABELS, GAP = 145, 16
"""Room for names of brakes, and between columns."""
WHOLE = 3 * WIDTH + 2 * GAP
NORMAL_95 = 1.96
"""Standard errors to either side of a mean that hold 95 % of a normal distribution."""


def attribution_picture(explained: Any) -> Spec:
    """Draw the values of every brake and driver in the cohort, and those of every patient.

    Bars are costs in ln of tumour size with 95 % intervals, the number at their end is the cost in points of the response rate.
    The map has a column for each patient, sorted by how far the tumour shrank, which the strip on top shows.

    Arguments:
        explained: an `inference.attribution.Explanation`.
    """
    order = _order(explained)
    columns = [name for name in ("removed", "induced", "beyond") if GAMES.get(name, name) in explained.games]
    parts = [_families(columns, explained, order)] if columns else []
    if "drivers" in explained.games:
        panel = _bars(explained.games["drivers"], order["drivers"], "drivers", "", last=True, width=WHOLE)
        parts.append(titled(panel, COLUMNS["drivers"][0]))
    parts.append(_patients(explained, order))
    drugs = " + ".join(explained.agents)
    return framed(
        {**below(parts, 30), "resolve": {"scale": {"color": "independent"}}},
        f"Why {drugs} does what it does ({explained.arm}, {explained.disease}, n = {len(explained)} virtual patients)",
        [
            f"Bars: {explained.words['size']}, mean and 95 % interval",
            f"Numbers: points of the share of patients with {explained.words['response']}",
            "Shapley values: each brake's part over all orders in which they could be taken away; parts sum to the whole",
        ],
        "Bars of the cost of each brake as it stands and as raised by treatment; a map of the same by patient.",
    )


def _order(explained: Any) -> dict[str, list[int]]:
    """Return of each game its players, the largest first within a family."""
    order = {}
    for name, game in explained.games.items():
        standing = {one.name: value for one, value in zip(game.players, game.mean[:, 0], strict=True)}
        if name == "induced" and "removed" in explained.games:
            removed = explained.games["removed"]
            standing |= {one.name: value for one, value in zip(removed.players, removed.mean[:, 0], strict=True)}
        families = list(FAMILIES)
        rank = [(families.index(one.family), -standing[one.name]) for one in game.players]
        order[name] = sorted(range(len(rank)), key=rank.__getitem__)
    return order


def _families(names: list[str], explained: Any, order: dict[str, list[int]]) -> Spec:
    """Return one row of panels a family; its columns are the games."""
    rows = []
    families = [family for family in FAMILIES if any(one.family == family for one in explained.games[names[0]].players)]
    for family in families:
        panels = []
        for name in names:
            game = explained.games[GAMES.get(name, name)]
            labels = [one.label for one in _of(explained.games[names[0]], order[names[0]], family)]
            players = [place for place in order[GAMES.get(name, name)] if game.players[place].family == family]
            panel = _bars(game, players, name, family, last=family == families[-1], labels=labels, axis=name == names[0])
            panels.append(titled(panel, COLUMNS[name][0]) if family == families[0] else panel)
        rows.append(beside(panels, GAP))
    return below(rows, 6)


def _of(game: Any, order: list[int], family: str) -> list[Any]:
    return [game.players[place] for place in order if game.players[place].family == family]


def _bars(
    game: Any,
    players: list[int],
    name: str,
    family: str,
    *,
    last: bool,
    labels: list[str] | None = None,
    axis: bool = True,
    width: int = WIDTH,
) -> Spec:
    """Return the bars of some players of a game, on the axis that all of its panels share."""
    values = game.beyond if name == "beyond" else game.values
    mean, error = values.mean(axis=0), values.std(axis=0, ddof=min(1, len(values) - 1)) / np.sqrt(len(values))
    rows: Rows = [
        {
            "player": game.players[place].label,
            "value": mean[place, 0],
            "low": mean[place, 0] - NORMAL_95 * error[place, 0],
            "high": mean[place, 0] + NORMAL_95 * error[place, 0],
            "end": max(mean[place, 0] + NORMAL_95 * error[place, 0], 0.0),
            "points": f"{100 * mean[place, 1]:+.1f}".replace("-", "−"),
        }
        for place in players
    ]
    labels = labels or [row["player"] for row in rows]
    low = float(min(0.0, (mean - NORMAL_95 * error)[:, 0].min()))
    high = float(max(0.01, (mean + NORMAL_95 * error)[:, 0].max()))
    scale = {"domain": [low - 0.04 * (high - low) * (low < 0), high + 0.22 * (high - low)], "nice": False}
    said = "Gain, ln of tumour size" if name == "drivers" else "Cost, ln of tumour size"
    shown_x = {} if last else {"labels": False, "ticks": False}
    x = {"scale": scale, "axis": {"tickCount": 4, "grid": True, **shown_x}}
    y = category(
        "player",
        FAMILIES[family] if axis and family else None,
        scale={"domain": labels},
        axis={"labelLimit": 190, "minExtent": LABELS, "titleX": -LABELS - 12} if axis else {"labels": False},
    )
    bar = {"x": number("value", said if last else None, **x), "y": y}
    whisker = {"x": number("low", said if last else None, **x), "x2": {"field": "high"}, "y": y}
    label = {"x": number("end", said if last else None, **x), "y": y, "text": text("points")}
    drawn = [
        mark("bar", bar, color=COLUMNS[name][1], height=STEP - 6),
        mark("rule", whisker, color=INK),
        mark("text", label, align="left", dx=4, color=MUTED, fontSize=10),
    ]
    return layers(drawn, width, STEP * len(labels), rows)


def _patients(explained: Any, order: dict[str, list[int]]) -> Spec:
    """Return the map: patients from the one who fared worst to the one who fared best, and what each brake costs each of them."""
    sorted_patients = np.argsort(explained.treated[:, 0], kind="stable")
    chosen = sorted_patients[np.asarray(evenly(len(sorted_patients), SHOWN))]
    shown = f"{len(chosen)} of {len(explained)} patients, evenly" if len(chosen) < len(explained) else "every patient"
    panels = [titled(_strip(explained, chosen), f"Patient by patient ({shown}), sorted by what became of the tumour")]
    maps = [name for name in ("removed", "induced") if name in explained.games]
    panels += [_map(explained.games[name], order[name], name, chosen) for name in maps]
    return {**below(panels, 10), "resolve": {"scale": {"color": "independent"}}}


def _strip(explained: Any, chosen: np.ndarray) -> Spec:
    treated = explained.treated[chosen]
    rows = [
        {"rank": rank, "change": min(100 * float(np.expm1(-size)), 100.0), "kind": "responds" if good else "does not"}
        for rank, (size, good) in enumerate(treated, start=1)
    ]
    encoding = {
        "x": _places(),
        "y": number("change", "Change [%]", axis={"tickCount": 3, "minExtent": LABELS, "titleX": -60}),
        "color": category(
            "kind",
            scale={"domain": ["responds", "does not"], "range": [RESPONSES["PR"], RESPONSES["SD"]]},
            legend={"labelExpr": f"datum.value == 'responds' ? '{explained.words['response']}' : 'none'", "symbolType": "square"},
        ),
    }
    return layers([mark("bar", encoding, rows)], WHOLE, 60)


def _map(game: Any, order: list[int], name: str, chosen: np.ndarray) -> Spec:
    values = game.values[chosen][:, order, 0]
    most = max(float(np.percentile(np.abs(values), 98)), 0.01)
    labels = [game.players[place].label for place in order]
    rows = [
        {"rank": rank, "player": label, "cost": float(np.clip(value, -most, most))}
        for rank, patient in enumerate(values, start=1)
        for label, value in zip(labels, patient, strict=True)
    ]
    encoding = {
        "x": _places(),
        "y": category("player", None, scale={"domain": labels}, axis={"labelLimit": 190, "minExtent": LABELS}),
        "color": number(
            "cost",
            None,
            scale={"domain": [-most, 0, most], "range": ["#666666", "#ffffff", COLUMNS[name][1]], "interpolate": "rgb"},
            legend={
                "orient": "right",
                "direction": "vertical",
                "gradientLength": STEP * len(labels) - 30,
                "title": ["Cost, ln of size"],
                "titleFontSize": 10.5,
                "titleFontWeight": "normal",
                "titleColor": MUTED,
            },
        ),
    }
    panel = layers([mark("rect", encoding, rows)], WHOLE, STEP * len(labels), view={"stroke": RULE})
    return titled(panel, COLUMNS[name][0], 11)


def _places() -> Spec:
    return {"field": "rank", "type": "ordinal", "title": None, "axis": None}
