"""Endpoints of treatment received: doses, cycles and courses, time on treatment, doses held or lowered, treatment ended."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question
from kinecast.trial.estimators import Mean, Median, Share
from kinecast.trial.schedule import PlannedDose, leading_agent

ENDED = ("cycle stopped:", "treatment ended:", "missed doses in a row")
HELD = ("held:", *ENDED)
"""How the reasons begin for which a rule keeps back a dose (`trial.rules`)."""


def treatment_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of treatment received; None for any other quantity."""
    name = question.quantity
    received = re.fullmatch(r"(doses|courses|cycles)_received_(median|mean)", name)
    if received:
        values = _received(question, received[1]).astype(float)
        values[~question.subset] = np.nan
        return Endpoint(Median(values) if received[2] == "median" else Mean(values), received[1])
    if name in ("time_on_treatment_median", "treatment_duration_median"):
        return Endpoint(Median(np.where(question.subset, question.outcome.days_on_treatment(), np.nan)), "day")
    if name in ("dose_modification_rate", "dose_delay_or_reduction_rate"):
        return _kept_back(question)
    if name == "discontinuation_toxicity":
        return _ended(question)
    completing = re.fullmatch(r"patients_completing_(\d+)_cycles", name)
    if completing:
        return _completing(question, int(completing[1]))
    share = re.fullmatch(r"received_(\d+)pct_dose_rate", name)
    return _most_of_it(question, int(share[1]) / 100) if share else None


def phase(planned: Sequence[PlannedDose], text: str) -> np.ndarray | None:
    """Return the doses of a phase, (D,) bool: 'induction' is the first treatment, 'maintenance' what follows; None for others."""
    text = text.strip().lower()
    if text in ("induction", "maintenance"):
        return np.array([(dose.treatment == 0) == (text == "induction") for dose in planned], dtype=bool)
    route = re.fullmatch(r"(iv|sc|im) phase", text)
    return np.array([dose.route == route[1] for dose in planned], dtype=bool) if route else None


def _received(question: Question, what: str) -> np.ndarray:
    """Return how many doses, cycles or courses each patient received, (N,); 'per cycle', doses of each cycle given, (N, C).

    'per cycle' and 'per course' are about every cycle (course) of which the patient was given a dose, NaN stands for the
    others; 'first cycle' and 'first course' are about the first of each patient alone.
    """
    outcome, counted = question.outcome, question.unit.removesuffix("s")
    if not outcome.harm.cycles:
        raise NotSimulatedError("the arm is untreated")
    if counted in ("dose", "cycle", "course") and counted != what.removesuffix("s"):
        raise NotSimulatedError(f"the report counts {counted}s, not {what}")
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


def _kept_back(question: Question) -> Endpoint:
    """Return the share of patients of whom a rule kept back or lowered a dose, of those who came to a dose of the phase asked."""
    chosen, ruled = _asked(question), _ruled(question)
    conducted = question.outcome.conducted
    lowered = conducted.given & (conducted.share < 1)
    held = (_why(question, HELD) | lowered)[:, chosen]
    reached = held | conducted.given[:, chosen]
    if not ruled[chosen].any():
        raise NotSimulatedError("no rule keeps back doses of this treatment")
    return Endpoint(Share(np.any(held, axis=1), question.subset & np.any(reached, axis=1)), "fraction")


def _ended(question: Question) -> Endpoint:
    """Return the share of treated patients whose treatment a rule ended, or who died of it."""
    if not _ruled(question).any():
        raise NotSimulatedError("no rule ends this treatment")
    conducted = question.outcome.conducted
    ended = _why(question, ("treatment ended:",)).any(axis=1) | (question.outcome.died & conducted.toxic)
    return Endpoint(Share(ended, question.subset & conducted.given.any(axis=1)), "fraction")


def _completing(question: Question, cycles: int) -> Endpoint:
    """Return the share of treated patients who were given a dose of every one of the first cycles, and came to the last's end."""
    outcome, conducted = question.outcome, question.outcome.conducted
    if len(outcome.harm.cycles) < cycles:
        raise NotSimulatedError(f"{len(outcome.harm.cycles)} cycles are planned")
    if not _ruled(question).any():
        raise NotSimulatedError("no rule ends this treatment")
    wanted = outcome.harm.cycles[:cycles]
    started = [outcome.doses_received(course=course, cycle=cycle) > 0 for course, cycle in wanted]
    agent = leading_agent(conducted.planned)
    last = max(at for at, dose in enumerate(conducted.planned) if dose.agent == agent and (dose.course, dose.cycle) == wanted[-1])
    at_end = conducted.given[:, last] | _why(question, ("held:",))[:, last]
    return Endpoint(Share(np.all(started, axis=0) & at_end, question.subset & conducted.given.any(axis=1)), "fraction")


def _most_of_it(question: Question, share: float) -> Endpoint:
    """Return the share of treated patients who were given at least a share of what was planned of the first drug, by a time."""
    conducted, until = question.outcome.conducted, question.day
    if not _ruled(question).any():
        raise NotSimulatedError("no rule keeps back doses of this treatment")
    agent = leading_agent(conducted.planned)
    chosen = np.array([dose.agent == agent and (until is None or dose.time <= until) for dose in conducted.planned], dtype=bool)
    planned, given = conducted.planned_nmol[:, chosen], conducted.given_nmol[:, chosen].sum(axis=1)
    return Endpoint(Share(given >= share * planned.sum(axis=1), question.subset & conducted.given.any(axis=1)), "fraction")


def _asked(question: Question) -> np.ndarray:
    """Return the doses asked about, (D,) bool: of a phase, until a day, or all."""
    planned = question.outcome.conducted.planned
    if not planned:
        raise NotSimulatedError("the arm is untreated")
    chosen = phase(planned, question.time)
    if chosen is None:
        if question.day is None and question.time.strip() not in ("", "study", "total"):
            raise NotSimulatedError(f"'{question.time}' is not a phase of the treatment")
        until = np.inf if question.day is None else question.day
        chosen = np.array([dose.time <= until for dose in planned], dtype=bool)
    if not chosen.any():
        raise NotSimulatedError(f"the arm has no {question.time.strip()}")
    return chosen


def _ruled(question: Question) -> np.ndarray:
    return np.array([dose.hold is not None for dose in question.outcome.conducted.planned], dtype=bool)


def _why(question: Question, begins: tuple[str, ...]) -> np.ndarray:
    """Return which doses were kept back for a reason that begins so, (N, D) bool."""
    conducted = question.outcome.conducted
    chosen = [index for index, reason in enumerate(conducted.reasons) if reason.startswith(begins)]
    return np.isin(conducted.why, chosen)
