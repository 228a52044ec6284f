"""Waterfall: each patient's best change in tumour size, sorted, coloured by best response."""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

import numpy as np

from kinecast.plots.grammar import Spec, category, layers, mark, number, text
from kinecast.plots.panels import arm_names, columns, counts, evenly, per_arm
from kinecast.plots.theme import MUTED, RESPONSE_NAMES, RESPONSES, colours, framed

BARS = 150
TOP = 100.0  # growth beyond this is drawn to the edge
WIDTH = 640
BEST = "Best change from baseline [%]"


def waterfall(forecast: Any, arm: str | None = None) -> Spec:
    """Draw each patient's best change from baseline in the sum of diameters [%], with the RECIST 1.1 limits −30 and +20 %."""
    return framed(
        per_arm(forecast, arm_names(forecast, arm), _panel),
        f"Best change in tumour size ({imaged(forecast, arm, BARS)})",
        f"Sum of diameters at its smallest after treatment began; growth above +{TOP:.0f} % is drawn at the edge",
        "Bars, one per patient, sorted from growth to shrinkage, coloured by best response under RECIST 1.1.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    changes = best_changes(forecast, arm)
    rows = [
        {"rank": rank, "change": min(changes.percent[index], TOP), "response": changes.response[index]}
        for rank, index in enumerate(evenly(len(changes.percent), BARS), start=1)
    ]
    top = min(TOP, max([50, *(20 * ceil(row["change"] / 20) for row in rows)]))
    encoding = {
        "x": {
            "field": "rank",
            "type": "ordinal",
            "title": "Patients, sorted by change",
            "axis": {"labels": False, "ticks": False},
        },
        "y": number("change", BEST, scale={"domain": [-100, top]}),
        "color": response_colour(forecast),
    }
    return layers([mark("bar", encoding, rows), *limits(BEST)], WIDTH, 260)


class BestChanges(NamedTuple):
    """Patients with a scan after baseline, from growth to shrinkage: number, best change [%] and best response, (N,) each."""

    patient: np.ndarray
    percent: np.ndarray
    response: np.ndarray


def best_changes(forecast: Any, arm: str) -> BestChanges:
    """Return each patient's best change."""
    number, response = columns(forecast, "patients", arm, "patient", "best_response")
    patient, day, change = columns(forecast, "scans", arm, "patient", "time_d", "change_from_baseline")
    place = np.searchsorted(number, patient)
    best = np.full(len(number), np.inf)
    after = (day > 0) & np.isfinite(change)
    np.minimum.at(best, place[after], 100 * change[after])
    order = np.argsort(-best, kind="stable")
    order = order[np.isfinite(best[order])]
    return BestChanges(number[order], best[order], response[order])


def imaged(forecast: Any, arm: str | None, most: int) -> str:
    """Write how many patients had a scan after baseline."""
    return counts([len(best_changes(forecast, one).patient) for one in arm_names(forecast, arm)], most)


def response_colour(forecast: Any) -> Spec:
    """Return the colour of RECIST responses, the same in every picture and arm; the legend names those that can be seen."""
    shown_arms = [columns(forecast, "patients", arm, "best_response")[0] for arm in arm_names(forecast)]
    seen = {"CR", "PR", "SD", "PD", *np.unique(np.concatenate(shown_arms)).tolist()}
    shown = {key: colour for key, colour in RESPONSES.items() if key in seen}
    words = "".join(f"datum.value == '{key}' ? '{key}, {RESPONSE_NAMES[key]}' : " for key in shown)
    return category("response", scale=colours(shown), legend={"labelExpr": f"{words}datum.value", "symbolType": "square"})


def limits(title: str) -> list[Spec]:
    """Return the lines at which RECIST calls a change a response or a progression, named where sorted bars leave room."""
    lines = [
        {"change": 20, "name": "+20 %: progression", "side": "right"},
        {"change": -30, "name": "−30 %: partial response", "side": "left"},
    ]
    y = number("change", title)
    rules = mark("rule", {"y": y}, lines, color=MUTED, strokeDash=[4, 3])
    names = [
        mark(
            "text",
            {"y": y, "text": text("name"), "x": {"value": WIDTH - 4 if line["side"] == "right" else 4}},
            [line],
            align=line["side"],
            baseline="bottom",
            dy=-3,
            color=MUTED,
            fontSize=10.5,
        )
        for line in lines
    ]
    return [rules, *names]
