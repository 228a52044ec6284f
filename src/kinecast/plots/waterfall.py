"""Waterfall: each patient's best change in tumour size, sorted, coloured by best response."""

from __future__ import annotations

from math import ceil
from typing import Any

from kinecast.plots.grammar import Spec, layers, mark, name, number, text
from kinecast.plots.panels import counts, evaluable, evenly, of_arm, per_arm
from kinecast.plots.theme import MUTED, RESPONSE_NAMES, RESPONSES, colours, framed

BARS = 150
TOP = 100.0  # growth beyond this is drawn to the edge
WIDTH = 640
BEST = "Best change from baseline [%]"


def waterfall(forecast: Any, arm: str | None = None) -> Spec:
    """Draw each patient's best change from baseline in the sum of diameters [%], with the RECIST 1.1 limits −30 and +20 %."""
    return framed(
        per_arm(forecast, arm, _panel),
        f"Best change in tumour size ({counts(forecast, arm, BARS)})",
        f"Sum of diameters at its smallest after treatment began; growth above +{TOP:.0f} % is drawn at the edge",
        "Bars, one per patient, sorted from growth to shrinkage, coloured by best response under RECIST 1.1.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    best = of_arm(forecast.scans, arm).groupby("patient")["change_from_baseline"].min().mul(100)
    people = evaluable(forecast, arm).set_index("patient")["best_response"].astype(str)
    table = best.to_frame("change").join(people, how="inner").sort_values("change", ascending=False)
    shown = evenly(table, BARS)
    rows = [
        {"rank": rank, "change": min(change, TOP), "response": response}
        for rank, (change, response) in enumerate(zip(shown["change"], shown["best_response"], strict=True), start=1)
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


def response_colour(forecast: Any) -> Spec:
    """Return the colour of RECIST responses, the same in every picture and arm; the legend names those that can be seen."""
    seen = {"CR", "PR", "SD", "PD", *forecast.patients["best_response"].astype(str)}
    shown = {key: colour for key, colour in RESPONSES.items() if key in seen}
    words = "".join(f"datum.value == '{key}' ? '{key}, {RESPONSE_NAMES[key]}' : " for key in shown)
    return name("response", scale=colours(shown), legend={"labelExpr": f"{words}datum.value", "symbolType": "square"})


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
