"""From the regimens of a published trial to a protocol: phases, cycles, caps and infusions, or the field that stops it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from kinecast import catalog
from kinecast.catalog import Observation, Regimen, Trial
from kinecast.errors import KinecastError, ProtocolError
from kinecast.trial.asked_times import with_asked_times
from kinecast.trial.endpoint import observed_days
from kinecast.trial.protocol import Protocol
from kinecast.trial.times import duration
from kinecast.units import Quantity, convert, dimension

UNTREATED = ("no-treatment", "placebo")
"""Agents of arms that get nothing that acts."""

FOLLOW_UP, FOLLOW_UP_WITHOUT_TUMOUR = Quantity(5.0, "years"), Quantity(12.0, "weeks")
"""Where a trial does not say how long it followed: from the start, and beyond the last dose in people without a tumour."""

SCANS = "every 8 weeks"
"""Where neither a trial nor its disease says how often patients are scanned."""

BEYOND_MEDIAN = 1.5
"""How many times a reported median survival patients are followed, so that the forecast can reach it."""
BEFORE_PUBLICATION = 4
"""From the middle of enrolment to the first publication, years, where a trial does not say when it enrolled."""
_YEAR = re.compile(r"(?<!\d)(?:19[5-9]|20[0-4])\d(?!\d)")
_SURVIVAL_MEDIAN = re.compile(r"(os|pfs|rfs|dfs|efs)_median")


def protocol_of(trial: Trial, *, tumour: bool = True, without: Mapping[str, str] | None = None) -> Protocol:
    """Return the protocol of a trial of the catalogue: the one written by hand, or the one that its regimens make.

    Its patients are also looked at whenever a report of an arm asks about a time (`asked_times`).

    Arms whose regimens are not complete are left out; so are arms that only report (subsets, pooled dose levels). Without
    `tumour`, the regimens are given to people who have none. `without` is what `left_out` says, where it was already asked.

    Raises:
        ProtocolError: no arm is complete; the message names the field that stops each.
    """
    if trial.protocol is not None:
        return with_asked_times(Protocol.read(_of_year(trial) | trial.protocol), trial)
    disease = trial.disease if tumour else "none"
    stops = left_out(trial, tumour=tumour) if without is None else without
    complete = [arm for arm in trial.arms if arm not in stops]
    if not complete:
        said = "; ".join(f"{arm}: {reason}" for arm, reason in stops.items())
        raise ProtocolError(f"{trial.id} cannot be run, its schedule is not complete. {said}.", f"See kinecast show {trial.id}.")
    return with_asked_times(Protocol.read(_content(trial, complete, disease)), trial)


def left_out(trial: Trial, *, tumour: bool = True) -> dict[str, str]:
    """Return the arms that cannot be run, each with what is not known of its treatment, or why it is refused."""
    stops: dict[str, str] = {}
    for arm in trial.arms:
        if trial.protocol is not None:
            if arm not in trial.protocol["arms"]:
                stops[arm] = "not in the protocol"
        elif fields := list(missing(trial, arm)):
            stops[arm] = f"not known: {', '.join(fields)}"
        else:
            try:
                Protocol.read(_content(trial, [arm], trial.disease if tumour else "none"))
            except KinecastError as error:
                stops[arm] = error.message
    return stops


def missing(trial: Trial, arm: str) -> Iterator[str]:
    """Yield what is not known of an arm's treatment, such as 'dose of nivolumab'; nothing when the arm can be planned."""
    if trial.protocol is not None and arm in trial.protocol["arms"]:
        return
    regimens = trial.arms[arm].regimens
    if not regimens:
        yield "regimen"
    for regimen in regimens:
        if regimen.agent not in UNTREATED:
            yield from (f"{field} of {regimen.agent}{_phase(regimen)}" for field in _missing(regimen))


def _missing(regimen: Regimen) -> Iterator[str]:
    if regimen.agent not in catalog.agents():
        yield "record"
    elif regimen.route and regimen.route not in catalog.agent(regimen.agent).routes:
        yield f"route '{regimen.route}'"
    if regimen.quantity is None:
        yield "dose"
    if not regimen.route:
        yield "route"
    if not regimen.days:
        yield "days"
    if regimen.times_per_day is not None and regimen.times_per_day != int(regimen.times_per_day):
        yield f"times_per_day {regimen.times_per_day:g}"
    if regimen.cycles is None and not regimen.until and regimen.cycle_days is not None:
        yield "cycles"
    if (regimen.until or (regimen.cycles or 1) > 1) and regimen.cycle_days is None:
        yield "cycle_days"


def _content(trial: Trial, arms: Sequence[str], disease: str) -> Mapping[str, Any]:
    """Return the protocol of some arms as plain values."""
    ill = disease != "none"
    last = max((_last_day(regimen) for arm in arms for regimen in trial.arms[arm].regimens), default=0.0)
    reported = [day for arm in trial.arms.values() for seen in arm.observations for day in _needed_days(seen)]
    if trial.follow_up:
        end = duration(trial.follow_up).canonical
    else:
        end = max(
            FOLLOW_UP.canonical if ill else last + FOLLOW_UP_WITHOUT_TUMOUR.canonical, *(day + 1 for day in reported), last + 1
        )
    sizes = [regimen.n for arm in arms for regimen in trial.arms[arm].regimens if regimen.n]
    content: dict[str, Any] = {
        "title": trial.title,
        "disease": disease,
        "patients": max(sizes, default=trial.n or 100),
        "follow_up": f"{end:g} days",
        "arms": {arm: [given for regimen in trial.arms[arm].regimens for given in _treatments(regimen, end)] for arm in arms},
    }
    if ill and trial.mixture:
        content["mixture"] = dict(trial.mixture)
    if ill:
        content |= _of_year(trial)
        scans = trial.scans or catalog.disease(disease).scans or SCANS
        content["scans"] = [part.strip() for part in scans.split(";")]
    return content


def year_of(trial: Trial) -> float | None:
    """Return the calendar year in which a trial's patients were treated: the middle of enrolment.

    Where that is not known, it is taken to be four years before the earliest year of its publications or in its id.
    """
    if trial.middle_of_enrolment is not None:
        return trial.middle_of_enrolment
    citations = catalog.citations()
    published = [citations[key].year for key in trial.citations if key in citations]
    named = [int(year) for year in _YEAR.findall(trial.id)]
    years = [year for year in (*published, *named) if year]
    return min(years) - BEFORE_PUBLICATION if years else None


def _of_year(trial: Trial) -> dict[str, Any]:
    year = year_of(trial)
    return {} if year is None else {"year": year}


def _needed_days(seen: Observation) -> Iterator[float]:
    """Yield until when, d, patients must be followed for an observation: its time, that of a hazard ratio, beyond a median."""
    if seen.day and seen.since in ("", "start"):
        yield seen.day
    if seen.quantity.endswith("_hr"):
        yield observed_days(seen.time) or 0.0
    if _SURVIVAL_MEDIAN.fullmatch(seen.quantity) and seen.value and dimension(seen.unit) == dimension("day"):
        yield BEYOND_MEDIAN * convert(seen.value, seen.unit, "day")


def _treatments(regimen: Regimen, end: float) -> Iterator[Mapping[str, Any]]:
    """Yield the treatments of one regimen: one for single doses, or one a block of days with several a day."""
    if regimen.agent in UNTREATED:
        return
    given: dict[str, Any] = {"agent": regimen.agent, "dose": str(regimen.quantity), "route": regimen.route}
    if regimen.duration:
        given["duration"] = regimen.duration
    hold = catalog.agent(regimen.agent).hold
    if hold:
        given["hold"] = hold
    if regimen.start_day > 1:
        given["while"] = "not progressed"
    courses = _courses(regimen, end)
    if courses:
        given["courses"] = courses
    often = int(regimen.times_per_day or 1)
    if often == 1:
        days = regimen.day_numbers[: regimen.max_doses_per_cycle]
        first = days[0] - 1
        yield given | _start(regimen, first) | ({"days": [day - first for day in days]} if len(days) > 1 else {})
        return
    blocks = _doses_of_blocks(regimen, often)
    spacing = {"every": f"{24 / often:g} h"}
    if len(set(blocks.values())) == 1:  # cycles of one course
        starts = [f"day {regimen.start_day + first - 1}" for first in blocks]
        yield given | spacing | {"start": starts, "doses": next(iter(blocks.values()))}
        return
    for first, doses in blocks.items():
        yield given | _start(regimen, first - 1) | spacing | {"doses": doses}


def _courses(regimen: Regimen, end: float) -> Mapping[str, Any] | None:
    """Return how the cycle is repeated: as often as planned, or to the end of follow-up, while the disease has not progressed."""
    if regimen.cycle_days is None:
        return None
    room = int((end - 1 - (regimen.start_day - 1) - max(regimen.day_numbers)) // regimen.cycle_days) + 1
    most = min(regimen.cycles or room, room)
    return {"every": f"{regimen.cycle_days:g} days", "most": most, "while": "not progressed"} if most > 1 else None


def _start(regimen: Regimen, first: int) -> dict[str, Any]:
    day = regimen.start_day + first
    return {"start": f"day {day}"} if day > 1 else {}


def _doses_of_blocks(regimen: Regimen, often: int) -> dict[int, int]:
    """Return first day → doses of each unbroken stretch of days; a cap is shared evenly, as far as they have room."""
    room = {first: length * often for first, length in _blocks(regimen.day_numbers)}
    left = min(regimen.max_doses_per_cycle or sum(room.values()), sum(room.values()))
    doses: dict[int, int] = {}
    for number, (first, most) in enumerate(room.items()):
        later = sum(list(room.values())[number + 1 :])
        doses[first] = min(most, max(-(-left // (len(room) - number)), left - later))
        left -= doses[first]
    return {first: count for first, count in doses.items() if count}


def _blocks(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first day, number of days) of each unbroken stretch of days."""
    for _, stretch in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        listed = [day for _, day in stretch]
        yield listed[0], len(listed)


def _last_day(regimen: Regimen) -> float:
    """Return the last day on which a regimen with a fixed number of cycles is given, from the start of the trial."""
    repeats = (regimen.cycles or 1) - 1
    return regimen.start_day - 1 + repeats * (regimen.cycle_days or 0.0) + max(regimen.day_numbers, default=1)


def _phase(regimen: Regimen) -> str:
    return f" ({regimen.phase})" if regimen.phase else ""


def runnable(trial: Trial) -> bool:
    """Whether every arm that reports an objective response rate, or every arm where none does, has a complete schedule."""
    asked = [
        arm for arm, said in trial.arms.items() if any(seen.quantity == "orr" and not seen.among for seen in said.observations)
    ]
    asked = asked or [arm for arm, said in trial.arms.items() if said.regimens]
    return bool(asked) and not set(asked) & set(left_out(trial))
