"""CTCAE grades read from observables: the worst grade of each patient in each cycle, course and whole treatment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinecast.trial.schedule import PlannedDose, leading_agent
from kinecast.units import convert

if TYPE_CHECKING:
    from kinecast.catalog import Grading
    from kinecast.catalog.records.grade import Toxicity

REPORTING_DAYS = 30.0
"""Adverse events are counted until this long after the last dose (the usual reporting period of trials)."""


@dataclass(frozen=True)
class Harm:
    """Worst grades of N patients in one arm.

    Attributes:
        toxicities: names that the model can show. worst: (N, toxicities) during treatment and `REPORTING_DAYS` after it.
        cycles: (course, cycle) of the first treatment, in order. by_cycle: (N, cycles, toxicities), -1 where the patient
            was given no dose of that cycle.
        not_modelled: toxicities whose observable the model does not have.
    """

    toxicities: tuple[str, ...]
    worst: np.ndarray
    cycles: tuple[tuple[int, int], ...]
    by_cycle: np.ndarray
    not_modelled: tuple[str, ...]

    @property
    def courses(self) -> tuple[int, ...]:
        """Courses of the first treatment, in order."""
        return tuple(sorted({course for course, _ in self.cycles}))


def harm(
    grading: Grading,
    units: Mapping[str, str],
    quantities: Sequence[str],
    curves: np.ndarray,
    times: np.ndarray,
    planned: Sequence[PlannedDose],
    given: np.ndarray,
) -> Harm:
    """Return the worst grades.

    Arguments:
        units: observable → its unit. quantities: observables in the order of the last axis of curves.
        curves: (N, T, quantities). times: (T,) d. planned: doses. given: (N, doses) bool.
    """
    shown = {name: toxicity for name, toxicity in grading.toxicities.items() if toxicity.observable in quantities}
    grades = [grade(t, units[t.observable], curves[:, :, quantities.index(t.observable)]) for t in shown.values()]
    stacked = np.stack(grades, axis=2) if grades else np.zeros((*curves.shape[:2], 0), dtype=np.int8)
    agent = leading_agent(planned)
    cycles = tuple(dict.fromkeys((dose.course, dose.cycle) for dose in planned if dose.agent == agent))
    by_cycle = np.full((len(curves), len(cycles), len(shown)), -1, dtype=np.int8)
    for index, (begin, end, doses) in enumerate(_windows(planned, cycles)):
        inside = (times >= begin) & (times <= end)
        worst = np.max(stacked[:, inside, :], axis=1, initial=0)
        by_cycle[:, index, :] = np.where(np.any(given[:, doses], axis=1)[:, None], worst, -1)
    return Harm(
        toxicities=tuple(shown),
        worst=_during_treatment(stacked, times, planned, given),
        cycles=cycles,
        by_cycle=by_cycle,
        not_modelled=tuple(name for name in grading.toxicities if name not in shown),
    )


def grade(toxicity: Toxicity, unit: str, values: np.ndarray) -> np.ndarray:
    """Return the grade at each time, 0 for none; values (N, T) in `unit`, the first column before treatment. NaN is grade 0."""
    if toxicity.relative_to == "baseline":
        with np.errstate(invalid="ignore", divide="ignore"):
            values = values / values[:, :1]
    elif toxicity.normal is not None:
        values = values / toxicity.normal.quantity.to(unit)
    result = np.zeros(values.shape, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        for step in toxicity.grades:  # in order of grade: a graver one overwrites
            bound = step.above if step.above is not None else step.below
            assert bound is not None
            limit = convert(bound, toxicity.unit, unit) if toxicity.relative_to == "nothing" else bound
            result[values > limit if step.above is not None else values < limit] = step.grade
    return result


def _windows(planned: Sequence[PlannedDose], cycles: Iterable[tuple[int, int]]) -> Iterable[tuple[float, float, np.ndarray]]:
    """Yield begin, end (d) and doses of each cycle; it lasts until the next one, or `REPORTING_DAYS` after its last dose."""
    agent = leading_agent(planned)
    by_cycle = [
        np.flatnonzero([dose.agent == agent and (dose.course, dose.cycle) == cycle for dose in planned]) for cycle in cycles
    ]
    starts = [planned[doses[0]].time for doses in by_cycle] + [np.inf]
    for index, doses in enumerate(by_cycle):
        last = planned[doses[-1]]
        yield starts[index], min(starts[index + 1], last.time + last.duration + REPORTING_DAYS), doses


def _during_treatment(grades: np.ndarray, times: np.ndarray, planned: Sequence[PlannedDose], given: np.ndarray) -> np.ndarray:
    """Return the worst grade (N, toxicities) until `REPORTING_DAYS` after the last dose; in an untreated arm, of all time."""
    if not planned:
        return grades.max(axis=1, initial=0)
    ends = np.array([dose.time + dose.duration for dose in planned])
    last = np.where(given, ends[None, :], -np.inf).max(axis=1) + REPORTING_DAYS
    inside = times[None, :] <= last[:, None]
    return np.where(inside[:, :, None], grades, 0).max(axis=1, initial=0)
