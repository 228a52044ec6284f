"""Endpoints of relapse after resection or in remission, and hazard ratios against the untreated arm of a protocol."""

from __future__ import annotations

import re

import numpy as np

from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question, observed_days
from kinecast.trial.estimators import Share, SurvivalMedian, SurvivalRate
from kinecast.trial.hazard_ratio import HazardRatio

_FREE_OF_RELAPSE = re.compile(r"(?:rfs|dfs|efs)_(median|rate)(?:_(\d+(?:y|mo)))?")
"""Relapse-free, disease-free and event-free survival: of people without disease all end with a relapse or death."""
_RATIO = re.compile(r"(os|pfs|rfs|dfs|efs)_hr")


def relapse_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of relapse; None for any other quantity, and for patients who have their disease."""
    match = _FREE_OF_RELAPSE.fullmatch(question.quantity)
    if match is None and question.quantity != "relapse_rate":
        return None
    outcome = question.outcome
    if outcome.disease != "micrometastases":
        return None
    _need_visits(question)
    if match is None:
        return _relapsed(question)
    if match[1] == "median":
        return Endpoint(SurvivalMedian(outcome.pfs_days, outcome.progressed, question.subset), "day")
    day = observed_days(match[2]) if match[2] else landmark(question)
    if day is None:
        raise NotSimulatedError(f"'{question.time}' is not one time")
    return Endpoint(SurvivalRate(outcome.pfs_days, outcome.progressed, question.subset, day), "fraction")


def _relapsed(question: Question) -> Endpoint:
    """Return the share of patients with a relapse, by a time, or else by the end of follow-up; deaths without one are none."""
    day = landmark(question)
    relapsed = (question.outcome.pfs_event == 1) & (question.outcome.pfs_days <= (np.inf if day is None else day))
    return Endpoint(Share(relapsed, question.subset), "fraction")


def hazard_ratio_endpoint(question: Question) -> Endpoint | None:
    """Return the hazard ratio of an arm against the untreated one, up to a time where one is named; None for other quantities."""
    match = _RATIO.fullmatch(question.quantity)
    if match is None:
        return None
    untreated = [arm for arm, treatments in question.protocol.arms.items() if not treatments and arm != question.arm]
    if not question.protocol.arms[question.arm]:
        raise NotSimulatedError("the arm is untreated")
    if len(untreated) != 1:
        raise NotSimulatedError("the protocol has no untreated arm to compare with")
    if question.protocol.disease == "none":
        raise NotSimulatedError("the protocol has no disease")
    if match[1] in ("rfs", "dfs", "efs") and question.outcome.disease != "micrometastases":
        return None
    among, day = question.subset, landmark(question)
    arms = [_until(question, arm, match[1], day) for arm in (question.arm, untreated[0])]
    return Endpoint(HazardRatio(*arms[0], *arms[1], among), "ratio")


def _until(question: Question, arm: str, what: str, day: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Return days and event (N,) of an arm, censored at a day."""
    outcome = question.outcomes[arm]
    if what != "os":
        _need_visits(question)
    times, event = (outcome.os_days, outcome.died) if what == "os" else (outcome.pfs_days, outcome.progressed)
    return (times, event) if day is None else (np.minimum(times, day), event & (times <= day))


def landmark(question: Question) -> float | None:
    """Return the time in days, also of '9.8 y median', the median follow-up of a trial; None when none is named."""
    day = question.day
    if day is None and question.time:
        day = observed_days(re.sub(r"\s*(median|study)\s*", "", question.time))
    if day is not None and day > question.outcome.follow_up * (1 + 1e-9):
        raise NotSimulatedError(f"follow-up ends at {question.protocol.follow_up}")
    return day


def _need_visits(question: Question) -> None:
    if not question.outcome.imaged:
        raise NotSimulatedError("the protocol has no visits at which a relapse could be seen")
