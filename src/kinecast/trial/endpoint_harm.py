"""Endpoints of harm and of treatment received: toxicity by grade, per patient, course or cycle; doses, cycles and courses."""

from __future__ import annotations

import re

import numpy as np

from kinecast import catalog
from kinecast.trial.dose_limiting import limiting
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question
from kinecast.trial.estimators import CountRatio, Mean, Median, Share
from kinecast.trial.outcome import Outcome

_LEAST_GRADE = {"grade3": 3, "grade34": 3, "grade35": 3, "grade4": 4, "grade45": 4}
_PER = {"_per_course": "course", "_courses": "course", "_per_cycle": "cycle", "_cycles": "cycle"}


def harm_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of harm or of treatment received; None for any other quantity."""
    received = re.fullmatch(r"(doses|courses|cycles)_received_(median|mean)", question.quantity)
    if received:
        values = _received(question, received[1]).astype(float)
        values[~question.subset] = np.nan
        return Endpoint(Median(values) if received[2] == "median" else Mean(values), received[1])
    if question.quantity == "dlt_rate":
        return _dose_limiting(question)
    if question.quantity == "time_on_treatment_median":
        return Endpoint(Median(np.where(question.subset, question.outcome.days_on_treatment(), np.nan)), "day")
    return _toxicity(question)


def _received(question: Question, what: str) -> np.ndarray:
    """Return how many doses, cycles or courses each patient received, (N,); 'per cycle', doses of each cycle given, (N, C).

    'per cycle' and 'per course' are about every cycle (course) of which the patient was given a dose, NaN stands for the
    others; 'first cycle' and 'first course' are about the first of each patient alone.
    """
    outcome = question.outcome
    if not outcome.harm.cycles:
        raise NotSimulatedError("the arm is untreated")
    if what == "courses":
        return outcome.courses_started()
    by_cycle = np.stack([outcome.doses_received(course=course, cycle=cycle) for course, cycle in outcome.harm.cycles], axis=1)
    if what == "cycles":
        return (by_cycle > 0).sum(axis=1)
    first, _, unit = question.time.strip().rpartition(" ")
    if unit == "course":
        parts = np.stack([outcome.doses_received(course=course) for course in outcome.harm.courses], axis=1)
    else:
        parts = by_cycle
    if unit in ("cycle", "course") and first in ("", "per"):
        return np.where(parts > 0, parts, np.nan)
    if unit in ("cycle", "course") and first == "first":
        return parts[:, 0]
    if question.time.strip() in ("", "total", "study"):
        return outcome.doses_received()
    raise NotSimulatedError(f"'{question.time}' is not a cycle, a course or the whole treatment")


def _dose_limiting(question: Question) -> Endpoint:
    """Return the share of treated patients with a dose-limiting toxicity in the first cycle, whenever it was reported."""
    conducted = question.outcome.conducted
    if not conducted.planned:
        raise NotSimulatedError("the arm is untreated")
    if not limiting(catalog.grading("ctcae"), conducted.harm.toxicities):
        raise NotSimulatedError("the model shows no toxicity that limits the dose")
    return Endpoint(Share(conducted.dose_limiting, question.subset & conducted.given.any(axis=1)), "fraction")


def _toxicity(question: Question) -> Endpoint | None:
    name, per = question.quantity, question.time.strip().removeprefix("per ")
    if name == "vasopressor_use_per_course":  # the catalogue reads grade 3 hypotension as the need of a pressor
        name, per = "grade3_hypotension", "course"
    for suffix, unit in _PER.items():
        if name.endswith(suffix):
            name, per = name.removesuffix(suffix), unit
    prefix, _, toxicity = name.partition("_")
    least, named = _LEAST_GRADE.get(prefix), catalog.grading("ctcae").key
    if least is None and name.endswith("_any") and named(name.removesuffix("_any")) in question.outcome.harm.toxicities:
        least, toxicity = 1, name.removesuffix("_any")
    if least is None:
        return None
    if named(toxicity) not in question.outcome.harm.toxicities:
        raise NotSimulatedError(f"the model does not show {toxicity.replace('_', ' ')}")
    column = question.outcome.harm.toxicities.index(named(toxicity))
    if per.removeprefix("first ") in ("course", "cycle"):
        grades = _grades(question.outcome, column, per.removeprefix("first "))
        if per.startswith("first "):
            return Endpoint(Share(grades[:, 0] >= least, question.subset & (grades[:, 0] >= 0)), "fraction")
        above, below = (grades >= least).sum(axis=1), (grades >= 0).sum(axis=1)
        return Endpoint(CountRatio(above * question.subset, below * question.subset), "fraction")
    return Endpoint(Share(question.outcome.harm.worst[:, column] >= least, question.subset), "fraction")


def _grades(outcome: Outcome, column: int, per: str) -> np.ndarray:
    """Return the worst grade of a toxicity in each cycle (N, C), or in each course; -1 where none of it was given."""
    grades = outcome.harm.by_cycle[:, :, column]
    if per == "course":
        courses = np.array([course for course, _ in outcome.harm.cycles])
        grades = np.stack([grades[:, courses == course].max(axis=1) for course in outcome.harm.courses], axis=1)
    return grades
