"""The planned doses of an arm: every dose that is given if nothing is held or stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        course, cycle, number: from 1; cycle within the course, number within the cycle.
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

    Courses of one agent are numbered on through its treatments (induction, maintenance), in the order in which they start.
    """
    planned = [dose for index, treatment in enumerate(treatments) for dose in _doses(index, treatment)]
    planned.sort(key=lambda dose: (dose.time, dose.treatment))
    numbers: dict[str, dict[tuple[int, int], int]] = {}
    for dose in planned:
        courses = numbers.setdefault(dose.agent, {})
        courses.setdefault((dose.treatment, dose.course), len(courses) + 1)
    return tuple(replace(dose, course=numbers[dose.agent][dose.treatment, dose.course]) for dose in planned)


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
