"""Endpoints of harm and of treatment received: toxicity by grade, per patient, course or cycle; doses, cycles and courses."""

from __future__ import annotations

import re

import numpy as np

from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question
from kinecast.trial.estimators import CountRatio, Mean, Median, Share
from kinecast.trial.outcome import Outcome

_LEAST_GRADE = {"grade3": 3, "grade34": 3, "grade35": 3, "grade4": 4, "grade45": 4}
_PER = {"_per_course": "course", "_courses": "course", "_per_cycle": "cycle", "_cycles": "cycle"}


def harm_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of harm or of treatment received; None for any other quantity."""
    received = re.fullmatch(r"(doses|courses|cycles)_received_(median|mean)", question.quantity)
    if received:
        values = np.where(question.subset, _received(question, received[1]), np.nan)
        return Endpoint(Median(values) if received[2] == "median" else Mean(values), received[1])
    if question.quantity == "time_on_treatment_median":
        return Endpoint(Median(np.where(question.subset, question.outcome.days_on_treatment(), np.nan)), "day")
    return _toxicity(question)


def _received(question: Question, what: str) -> np.ndarray:
    """Return how many doses, cycles or courses each patient received, (N,)."""
    outcome = question.outcome
    if not outcome.harm.cycles:
        raise NotSimulatedError("the arm is untreated")
    if what == "courses":
        return outcome.courses_started().astype(float)
    by_cycle = np.stack([outcome.doses_received(course=course, cycle=cycle) for course, cycle in outcome.harm.cycles], axis=1)
    if what == "cycles":
        return (by_cycle > 0).sum(axis=1).astype(float)
    when = question.time.removeprefix("first ").removeprefix("per ").strip()
    if when == "course":
        return outcome.doses_received(course=1).astype(float)
    if when == "cycle":
        return outcome.doses_received(course=1, cycle=1).astype(float)
    if when in ("", "total", "study"):
        return outcome.doses_received().astype(float)
    raise NotSimulatedError(f"'{question.time}' is not a cycle, a course or the whole treatment")


def _toxicity(question: Question) -> Endpoint | None:
    name, per = question.quantity, question.time.removeprefix("per ").strip()
    if name == "vasopressor_use_per_course":  # the catalogue reads grade 3 hypotension as the need of a pressor
        name, per = "grade3_hypotension", "course"
    for suffix, unit in _PER.items():
        if name.endswith(suffix):
            name, per = name.removesuffix(suffix), unit
    prefix, _, toxicity = name.partition("_")
    least = _LEAST_GRADE.get(prefix)
    if least is None and name.endswith("_any") and name.removesuffix("_any") in question.outcome.harm.toxicities:
        least, toxicity = 1, name.removesuffix("_any")
    if least is None:
        return None
    if toxicity not in question.outcome.harm.toxicities:
        raise NotSimulatedError(f"the model does not show {toxicity.replace('_', ' ')}")
    column = question.outcome.harm.toxicities.index(toxicity)
    if per in ("course", "cycle"):
        above, below = _by_course(question.outcome, column, least, per)
        return Endpoint(CountRatio(above * question.subset, below * question.subset), "fraction")
    return Endpoint(Share(question.outcome.harm.worst[:, column] >= least, question.subset), "fraction")


def _by_course(outcome: Outcome, column: int, least: int, per: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how many courses (or cycles) of each patient had the toxicity, and how many were given, (N,) each."""
    grades = outcome.harm.by_cycle[:, :, column]
    if per == "course":
        courses = np.array([course for course, _ in outcome.harm.cycles])
        grades = np.stack([grades[:, courses == course].max(axis=1) for course in np.unique(courses)], axis=1)
    return (grades >= least).sum(axis=1), (grades >= 0).sum(axis=1)
