"""The planned doses of an arm: every dose that is given if nothing is held or stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kinecast import catalog
from kinecast.trial.protocol import Condition, Treatment


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """One dose of one treatment.

    Attributes:
        time: d from the start of the trial (day 1 is 0).
        treatment: index in the arm's list of treatments.
        agent, route: what is given, and how; `doses.administered` says how much.
        duration: length of the infusion, d; 0 for a bolus or an injection.
        course, cycle: from 1, counted on in time over all treatments of the same drug; cycle within the course.
        number: from 1, within the treatment's part of the cycle.
        hold: id of the holding rule, or None.
        condition: what must hold for the course of this dose to start.
    """

    time: float
    treatment: int
    agent: str
    route: str
    duration: float
    course: int
    cycle: int
    number: int
    hold: str | None
    condition: Condition


def schedule(treatments: Iterable[Treatment]) -> tuple[PlannedDose, ...]:
    """Return the planned doses of an arm in order of time; doses at the same time stand in the order of the treatments.

    Treatments of one drug that are repeated alike (the same `courses` and `while`, begun within one interval of each other) are
    parts of the same courses; other courses of the drug are numbered on in time, as induction and maintenance are.
    """
    listed = list(treatments)
    planned = [dose for index, treatment in enumerate(listed) for dose in _doses(index, treatment)]
    planned.sort(key=lambda dose: (dose.time, dose.treatment))
    return tuple(_numbered(planned, _leaders(listed)))


def leading_agent(planned: Sequence[PlannedDose]) -> str:
    """Return the agent of an arm's first treatment, whose doses, cycles and courses are counted; '' where nothing is planned."""
    return next((dose.agent for dose in planned if dose.treatment == 0), "")


def _doses(index: int, treatment: Treatment) -> Iterable[PlannedDose]:
    agent = catalog.agent(treatment.agent).id
    courses = treatment.courses
    for course in range(courses.most if courses else 1):
        offset = course * courses.every.canonical if courses else 0.0
        for cycle, start in enumerate(treatment.starts, start=1):
            for number, since in enumerate(treatment.offsets, start=1):
                yield PlannedDose(
                    time=round(offset + start + since, 9),  # 8 h three times is a whole day, to the bit
                    treatment=index,
                    agent=agent,
                    route=treatment.route,
                    duration=treatment.duration.canonical if treatment.duration else 0.0,
                    course=course + 1,
                    cycle=cycle,
                    number=number,
                    hold=treatment.hold,
                    condition=courses.while_ if courses and course else treatment.while_,
                )


def _leaders(treatments: Sequence[Treatment]) -> list[int]:
    """Return of each treatment the first one (index) whose courses it is a part of."""
    leaders: list[int] = []
    for index, treatment in enumerate(treatments):
        parts = (other for other in dict.fromkeys(leaders) if _one_course(treatments[other], treatment))
        leaders.append(next(parts, index))
    return leaders


def _one_course(one: Treatment, other: Treatment) -> bool:
    if catalog.agent(one.agent).id != catalog.agent(other.agent).id or one.while_ != other.while_:
        return False
    if one.courses is None or other.courses is None:
        return one.courses is other.courses
    return one.courses == other.courses and abs(one.starts[0] - other.starts[0]) < one.courses.every.canonical


def _numbered(planned: Sequence[PlannedDose], leaders: Sequence[int]) -> Iterable[PlannedDose]:
    """Yield the doses, in order of time, with courses and cycles counted over the treatments of each drug."""
    courses: dict[tuple[int, int], int] = {}
    counted: dict[str, int] = {}
    for dose in planned:
        course = (leaders[dose.treatment], dose.course)
        if course not in courses:
            counted[dose.agent] = courses[course] = counted.get(dose.agent, 0) + 1
    cycles = _cycles(planned, leaders)
    for dose in planned:
        cycle = cycles[dose.treatment, dose.course, dose.cycle]
        yield replace(dose, course=courses[leaders[dose.treatment], dose.course], cycle=cycle)


def _cycles(planned: Sequence[PlannedDose], leaders: Sequence[int]) -> Mapping[tuple[int, int, int], int]:
    """Return (treatment, its course, its cycle) → number of the cycle in the course that its treatments make together.

    Treatments share a cycle when one begins no later than a day after the other's last dose: 18 MIU on day 1 and 9 MIU on days
    2-5 are one cycle.
    """
    spans: dict[tuple[int, int, int], tuple[float, float]] = {}
    for dose in planned:
        key = (dose.treatment, dose.course, dose.cycle)
        spans[key] = (spans.get(key, (dose.time,))[0], dose.time + dose.duration)
    found: dict[tuple[int, int, int], int] = {}
    latest: dict[tuple[int, int], tuple[int, float, frozenset[int]]] = {}  # course → its latest cycle: number, end, treatments
    for key, (begin, end) in sorted(spans.items(), key=lambda span: (span[1][0], span[0])):
        treatment, course, _ = key
        number, until, parts = latest.get((leaders[treatment], course), (0, -float("inf"), frozenset()))
        if not parts or treatment in parts or begin > until + 1.0 + 1e-9:
            number, until, parts = number + 1, end, frozenset()
        latest[leaders[treatment], course] = (number, max(until, end), parts | {treatment})
        found[key] = number
    return found
