"""Endpoints of harm: toxicity by grade, per patient, course, cycle or phase; what limits the dose; death on study."""

from __future__ import annotations

import re

import numpy as np

from kinecast import catalog
from kinecast.biology.actions import shows_harm
from kinecast.trial.dose_limiting import limiting
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question
from kinecast.trial.endpoint_treatment import phase
from kinecast.trial.estimators import CountRatio, Share
from kinecast.trial.outcome import Outcome
from kinecast.trial.toxicity import REPORTING_DAYS

_LEAST_GRADE = {"any_grade": 1, "anygrade": 1, "grade3": 3, "grade34": 3, "grade35": 3, "grade4": 4, "grade45": 4}
_NAMED = re.compile(rf"({'|'.join(_LEAST_GRADE)})_(\w+)")
_PER = {"_per_course": "course", "_courses": "course", "_per_cycle": "cycle", "_cycles": "cycle"}


def harm_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of harm; None for any other quantity."""
    if question.quantity == "death_on_study":
        return _death_on_study(question)
    found = _dose_limiting(question) if question.quantity == "dlt_rate" else _toxicity(question)
    if found is not None:
        _check_all_harm_is_there(question)
    return found


def _check_all_harm_is_there(question: Question) -> None:
    """Refuse to answer for an arm with a drug whose harm the model lacks: it would forecast too little."""
    given = question.protocol.arms[question.arm]
    lacking = dict.fromkeys(treatment.agent for treatment in given if not shows_harm(treatment.agent, treatment.route))
    if lacking:
        raise NotSimulatedError(f"the harm of {' and '.join(lacking)} is not in the model")


def _dose_limiting(question: Question) -> Endpoint:
    """Return the share of treated patients with a dose-limiting toxicity in the first cycle, whenever it was reported."""
    conducted = question.outcome.conducted
    if not conducted.planned:
        raise NotSimulatedError("the arm is untreated")
    if not limiting(catalog.grading("ctcae"), conducted.harm.toxicities):
        raise NotSimulatedError("the model shows no toxicity that limits the dose")
    return Endpoint(Share(conducted.dose_limiting, question.subset & conducted.given.any(axis=1)), "fraction")


def _death_on_study(question: Question) -> Endpoint:
    """Return the share of treated patients who died of any cause until `REPORTING_DAYS` after their last dose."""
    outcome, conducted = question.outcome, question.outcome.conducted
    if "hazard_death" not in question.units:
        raise NotSimulatedError("the protocol has no disease" if question.protocol.disease == "none" else "death is not modelled")
    until = outcome.last_dose() + REPORTING_DAYS
    return Endpoint(Share(outcome.died & (outcome.os_days <= until), question.subset & conducted.given.any(axis=1)), "fraction")


def _toxicity(question: Question) -> Endpoint | None:
    name, per = question.quantity, question.time.strip().lower().removeprefix("per ")
    if name == "vasopressor_use_per_course":  # the catalogue reads grade 3 hypotension as the need of a pressor
        name, per = "grade3_hypotension", "course"
    for suffix, unit in _PER.items():
        if name.endswith(suffix):
            name, per = name.removesuffix(suffix), unit
    grading, shown = catalog.grading("ctcae"), question.outcome.harm.toxicities
    written = _NAMED.fullmatch(name)
    if written:
        least, toxicity = _LEAST_GRADE[written[1]], written[2]
    elif name.endswith("_any") and set(grading.members(name.removesuffix("_any"))) & set(shown):
        least, toxicity = 1, name.removesuffix("_any")
    else:
        return None
    names = shown if toxicity == "any" and "any" not in grading.groups else grading.members(toxicity)
    if toxicity == "any" and not question.protocol.arms[question.arm]:
        raise NotSimulatedError("adverse events without treatment are not modelled")
    columns = [shown.index(one) for one in names if one in shown]
    if not columns:
        raise NotSimulatedError(f"the model does not show {'any toxicity' if toxicity == 'any' else toxicity.replace('_', ' ')}")
    grades = [step.grade for name in names if name in shown for step in grading.toxicities[name].grades]
    if least < min(grades):
        raise NotSimulatedError(f"grades of {toxicity.replace('_', ' ')} below {min(grades)} are not told apart")
    return _share(question, columns, least, per)


def _share(question: Question, columns: list[int], least: int, per: str) -> Endpoint:
    """Return the share with that grade or worse of any of the toxicities: of patients, or of courses, cycles, or in a phase."""
    outcome = question.outcome
    if per.removeprefix("first ") in ("course", "cycle"):
        grades = _grades(outcome, columns, per.removeprefix("first "))
        if per.startswith("first "):
            return Endpoint(Share(grades[:, 0] >= least, question.subset & (grades[:, 0] >= 0)), "fraction")
        above, below = (grades >= least).sum(axis=1), (grades >= 0).sum(axis=1)
        return Endpoint(CountRatio(above * question.subset, below * question.subset), "fraction")
    doses = phase(outcome.conducted.planned, per)
    if doses is not None:
        inside = {(dose.course, dose.cycle) for dose, chosen in zip(outcome.conducted.planned, doses, strict=True) if chosen}
        cycles = [index for index, cycle in enumerate(outcome.harm.cycles) if cycle in inside]
        if not cycles:
            raise NotSimulatedError(f"the arm has no {per}")
        worst = _grades(outcome, columns, "cycle")[:, cycles].max(axis=1)
        return Endpoint(Share(worst >= least, question.subset & (worst >= 0)), "fraction")
    return Endpoint(Share(np.any(outcome.harm.worst[:, columns] >= least, axis=1), question.subset), "fraction")


def _grades(outcome: Outcome, columns: list[int], per: str) -> np.ndarray:
    """Return the worst grade of toxicities in each cycle (N, C), or in each course; -1 where none of it was given."""
    grades = outcome.harm.by_cycle[:, :, columns].max(axis=2)
    if per == "course":
        courses = np.array([course for course, _ in outcome.harm.cycles])
        grades = np.stack([grades[:, courses == course].max(axis=1) for course in outcome.harm.courses], axis=1)
    return grades
