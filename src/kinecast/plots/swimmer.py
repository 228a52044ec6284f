"""Swimmer: one lane a patient, with treatment, response, progression and death where they happened."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kinecast.plots.grammar import Rows, Spec, layers, mark, name, number
from kinecast.plots.panels import DAYS_PER_MONTH, DRAWN, MONTHS, counts, evaluable, evenly, of_arm, per_arm
from kinecast.plots.theme import INK, PAPER, REPORT, framed
from kinecast.plots.waterfall import WIDTH, response_colour

LANE = 8  # px
EVENTS = {
    "first response": (PAPER, "triangle-up"),
    "progression": (REPORT, "diamond"),
    "death": (INK, "cross"),
    "alive at the end": (INK, "triangle-right"),
}


def swimmer(forecast: Any, arm: str | None = None) -> Spec:
    """Draw follow-up [month] of an even sample of patients, longest first; lanes show best response, dark bars courses."""
    return framed(
        per_arm(forecast, arm, _panel),
        f"What happened to each patient ({counts(forecast, arm, DRAWN)})",
        "Lane: time alive, coloured by best response; dark bars: courses of treatment",
        "Horizontal lanes, one per patient sorted by survival, with marks for first response, progression and death.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    people = evenly(evaluable(forecast, arm).sort_values("os_days", ascending=False, kind="stable"))
    lanes = [
        {"lane": lane, "until": days / DAYS_PER_MONTH, "response": str(response)}
        for lane, (days, response) in enumerate(zip(people["os_days"], people["best_response"], strict=True), start=1)
    ]
    events = _events(people, of_arm(forecast.scans, arm))
    treatment = _courses(of_arm(forecast.doses, arm), dict(zip(people["patient"], range(1, len(people) + 1), strict=True)))

    y = {"field": "lane", "type": "ordinal", "title": "Patients, longest survival on top", "axis": {"labels": False}}
    x = number("until", MONTHS, scale={"nice": False})
    bars = mark("bar", {"x": x, "y": y, "color": response_colour(forecast)}, lanes, size=LANE - 3, opacity=0.8)
    courses = mark(
        "bar",
        {"x": number("first", MONTHS), "x2": {"field": "last"}, "y": y},
        treatment,
        size=LANE - 3,
        color=INK,
        stroke=INK,
        strokeWidth=1,
    )
    shown = {event: EVENTS[event] for event in EVENTS if any(row["event"] == event for row in events)}
    marks = mark(
        "point",
        {
            "x": number("month", MONTHS),
            "y": y,
            "color": name("event", scale={"domain": list(shown), "range": [colour for colour, _ in shown.values()]}),
            "shape": name("event", scale={"domain": list(shown), "range": [shape for _, shape in shown.values()]}),
        },
        events,
        size=30,
        filled=True,
        opacity=1,
        stroke=INK,
        strokeWidth=0.7,
    )
    independent = {"resolve": {"scale": {"color": "independent", "shape": "independent"}}}
    return layers([bars, courses, marks], WIDTH, LANE * max(len(lanes), 1), **independent)


def _events(people: pd.DataFrame, scans: pd.DataFrame) -> Rows:
    """What is marked in each lane, with its month."""
    responses = scans[scans["response"].isin(("CR", "PR"))].groupby("patient")["time_d"].min()
    rows: list[tuple[int, float, str]] = []
    for lane, person in enumerate(people.to_dict("records"), start=1):
        if person["best_response"] in ("CR", "PR") and person["patient"] in responses.index:
            rows.append((lane, float(responses[person["patient"]]), "first response"))
        if person["progressed"] and person["pfs_days"] < person["os_days"]:
            rows.append((lane, person["pfs_days"], "progression"))
        rows.append((lane, person["os_days"], "death" if person["died"] else "alive at the end"))
    return [{"lane": lane, "month": day / DAYS_PER_MONTH, "event": event} for lane, day, event in rows]


def _courses(doses: pd.DataFrame, lanes: dict[Any, int]) -> Rows:
    """First and last dose given in each course, as months since the first dose."""
    given = doses[doses["given"] & doses["patient"].isin(list(lanes))]
    spans = given.groupby(["patient", "course"])["time_d"].agg(["min", "max"]).reset_index()
    return [
        {"lane": lanes[patient], "first": first / DAYS_PER_MONTH, "last": last / DAYS_PER_MONTH}
        for patient, first, last in zip(spans["patient"], spans["min"], spans["max"], strict=True)
    ]
