"""Dose-limiting toxicity: who had a grade that limits the dose, in the window in which a dose-finding trial looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kinecast.trial.schedule import PlannedDose, leading_agent
from kinecast.trial.toxicity import grade

if TYPE_CHECKING:
    from kinecast.catalog import Grading

WINDOW, SHORTEST = 28.0, 21.0
"""Days that are looked at, and how short a first cycle may be to count instead of them."""


def dose_limiting(
    grading: Grading,
    units: Mapping[str, str],
    quantities: Sequence[str],
    curves: np.ndarray,
    times: np.ndarray,
    planned: Sequence[PlannedDose],
    given: np.ndarray,
    toxic_death: np.ndarray,
) -> np.ndarray:
    """Return who had a dose-limiting toxicity, (N,) bool: a grade that its record calls dose-limiting, or death by treatment.

    Nobody without a dose has one. After a patient's simulation failed nothing is known, which counts as none.

    Arguments:
        units: observable → its unit. quantities: observables in the order of the last axis of curves.
        curves: (N, T, quantities), the first time before treatment. times: (T,) d. planned: doses. given: (N, doses) bool.
        toxic_death: (N,) when treatment killed a patient, d, infinite for the others.
    """
    had = np.zeros(len(curves), dtype=bool)
    if not planned:
        return had
    begin, end = window(planned)
    inside = (times >= begin) & (times <= end)
    inside[0] = True  # grades may be relative to what was before treatment
    for toxicity in grading.toxicities.values():
        if toxicity.dose_limiting is not None and toxicity.observable in quantities:
            values = curves[:, inside, quantities.index(toxicity.observable)]
            grades = grade(toxicity, units[toxicity.observable], values)
            had |= (grades[:, times[inside] >= begin] >= toxicity.dose_limiting).any(axis=1)
    return (had | (toxic_death <= end)) & given.any(axis=1)


def window(planned: Sequence[PlannedDose]) -> tuple[float, float]:
    """Return the days from and until which toxicity limits the dose: the first cycle of the first treatment, at most 28 days.

    The cycle lasts from the first dose to the first dose of the next cycle. One of less than three weeks is no cycle of a
    dose-finding trial but a weekly repetition, or a test dose before the first cycle: then it is 28 days.
    """
    agent = leading_agent(planned)
    begin = planned[0].time
    cycles = dict.fromkeys((dose.course, dose.cycle) for dose in planned if dose.agent == agent)
    second = list(cycles)[1:2]
    later = (dose.time for dose in planned if dose.agent == agent and [(dose.course, dose.cycle)] == second)
    length = next(later, begin + WINDOW) - begin
    return begin, begin + (length if SHORTEST <= length < WINDOW else WINDOW)


def limiting(grading: Grading, toxicities: Sequence[str]) -> tuple[str, ...]:
    """Return those of the toxicities that can limit the dose."""
    return tuple(name for name in toxicities if grading.toxicities[name].dose_limiting is not None)
