"""Swimmer: one lane a patient, with treatment, response, progression and death where they happened."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kinecast.plots.grammar import Rows, Spec, category, layers, mark, number
from kinecast.plots.panels import DAYS_PER_MONTH, DRAWN, MONTHS, arm_names, columns, evenly, everyone, per_arm
from kinecast.plots.theme import INK, PAPER, REPORT, framed
from kinecast.plots.waterfall import WIDTH, response_colour

LANE = 8  # px
EVENTS = {
    "lower doses from here": (PAPER, "triangle-down"),
    "first response": (PAPER, "triangle-up"),
    "progression": (REPORT, "diamond"),
    "death": (INK, "cross"),
    "alive at the end": (INK, "triangle-right"),
}


def swimmer(forecast: Any, arm: str | None = None) -> Spec:
    """Draw follow-up [month] of an even sample of patients, longest first; lanes show best response, dark bars courses."""
    return framed(
        per_arm(forecast, arm_names(forecast, arm), _panel),
        f"What happened to each patient ({everyone(forecast, arm_names(forecast, arm), DRAWN)})",
        "Lane: time alive, coloured by best response; dark bars: courses of treatment",
        "Horizontal lanes, one per patient sorted by survival, with marks for first response, progression and death.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    people = columns(forecast, "patients", arm, "patient", "os_days", "died", "pfs_days", "progressed", "best_response")
    order = np.argsort(-people[1], kind="stable")
    chosen = order[evenly(len(order))]
    shown = [Person(*row) for row in zip(*(column[chosen].tolist() for column in people), strict=True)]
    lanes = [
        {"lane": lane, "until": person.os_days / DAYS_PER_MONTH, "response": person.response}
        for lane, person in enumerate(shown, start=1)
    ]
    events = _events(shown, _first_responses(forecast, arm), _first_lowered(forecast, arm))
    treatment = _courses(forecast, arm, {person.number: lane for lane, person in enumerate(shown, start=1)})

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
            "color": category("event", scale={"domain": list(shown), "range": [colour for colour, _ in shown.values()]}),
            "shape": category("event", scale={"domain": list(shown), "range": [shape for _, shape in shown.values()]}),
        },
        events,
        size=30,
        filled=True,
        opacity=1,
        stroke=INK,
        strokeWidth=0.7,
    )
    independent: Spec = {"resolve": {"scale": {"color": "independent", "shape": "independent"}}}
    return layers([bars, courses, marks], WIDTH, LANE * max(len(lanes), 1), **independent)


class Person(NamedTuple):
    """What a lane shows of a patient."""

    number: int
    os_days: float
    died: bool
    pfs_days: float
    progressed: bool
    response: str


def _events(people: list[Person], responses: dict[int, float], lowered: dict[int, float]) -> Rows:
    """What is marked in each lane, with its month."""
    rows: list[tuple[int, float, str]] = []
    for lane, person in enumerate(people, start=1):
        if person.number in lowered:
            rows.append((lane, lowered[person.number], "lower doses from here"))
        if person.response in ("CR", "PR") and person.number in responses:
            rows.append((lane, responses[person.number], "first response"))
        if person.progressed and person.pfs_days < person.os_days:
            rows.append((lane, person.pfs_days, "progression"))
        rows.append((lane, person.os_days, "death" if person.died else "alive at the end"))
    return [{"lane": lane, "month": day / DAYS_PER_MONTH, "event": event} for lane, day, event in rows]


def _first_responses(forecast: Any, arm: str) -> dict[int, float]:
    """Return patient → day of the first scan with a response."""
    first: dict[int, float] = {}
    scans = columns(forecast, "scans", arm, "patient", "time_d", "response")
    for patient, day, response in zip(*(column.tolist() for column in scans), strict=True):
        if response in ("CR", "PR"):
            first[patient] = min(day, first.get(patient, day))
    return first


def _first_lowered(forecast: Any, arm: str) -> dict[int, float]:
    """Return patient → day of the first dose that a rule lowered."""
    first: dict[int, float] = {}
    if "given_nmol" not in forecast.columns["doses"]:  # stored when rules could not lower doses
        return first
    patient, day, planned, given = columns(forecast, "doses", arm, "patient", "time_d", "planned_nmol", "given_nmol")
    lowered = (given > 0) & (given < planned * (1 - 1e-9))
    for person, time in zip(patient[lowered].tolist(), day[lowered].tolist(), strict=True):
        first[person] = min(time, first.get(person, time))
    return first


def _courses(forecast: Any, arm: str, lanes: dict[int, int]) -> Rows:
    """First and last dose given in each course, as months since the first dose."""
    patient, course, day, given = columns(forecast, "doses", arm, "patient", "course", "time_d", "given")
    drawn = given & np.isin(patient, list(lanes))
    spans: dict[tuple[int, int], tuple[float, float]] = {}
    for key, time in zip(zip(patient[drawn].tolist(), course[drawn].tolist(), strict=True), day[drawn].tolist(), strict=True):
        first, last = spans.get(key, (time, time))
        spans[key] = (min(first, time), max(last, time))
    return [
        {"lane": lanes[person], "first": first / DAYS_PER_MONTH, "last": last / DAYS_PER_MONTH}
        for (person, _), (first, last) in spans.items()
    ]
