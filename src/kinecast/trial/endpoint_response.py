"""Endpoints of response and survival: response rates, PFS and OS, duration of response, deaths from treatment."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question, observed_days
from kinecast.trial.endpoint_bladder import bladder_endpoint
from kinecast.trial.endpoint_blood import blood_endpoint
from kinecast.trial.endpoint_relapse import hazard_ratio_endpoint, landmark, relapse_endpoint
from kinecast.trial.estimators import Share, SurvivalMedian, SurvivalRate
from kinecast.trial.outcome import PFS_EVENTS
from kinecast.trial.recist import Response


def response_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of response or survival; None for any other quantity."""
    name = question.quantity
    for family in (blood_endpoint, bladder_endpoint, relapse_endpoint, hazard_ratio_endpoint):
        found = family(question)
        if found is not None:
            return found
    if name in _RATES:
        _need_response(question)
        return Endpoint(Share(_RATES[name](question.outcome.best), question.subset), "fraction")
    rate = re.fullmatch(r"(os|pfs)_rate(?:_(\d+(?:y|mo)))?", name)
    if rate:
        return _landmark(question, rate[1], rate[2])
    if name in ("os_median", "pfs_median", "ttp_median"):
        times, event = _time_to_event(question, name.partition("_")[0])
        return Endpoint(SurvivalMedian(times, event, question.subset), "day")
    if name == "durable_response_rate":
        _need_response(question)
        lasted = question.outcome.pfs_days - question.outcome.response_start
        return Endpoint(Share(question.outcome.responded & (lasted >= _DURABLE), question.subset), "fraction")
    if name in _DURATIONS:
        return _duration(question, _DURATIONS[name])
    if name in _ONGOING:
        return _ongoing(question, _ONGOING[name])
    if name == "death_treatment_related":
        if "hazard_toxic_death" not in question.units:
            raise NotSimulatedError("death from treatment is not modelled")
        toxic = question.outcome.died & question.outcome.conducted.toxic
        return Endpoint(Share(toxic, question.subset), "fraction")
    return None


_RATES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "orr": lambda best: best >= Response.PR,
    "cr": lambda best: best == Response.CR,
    "pr": lambda best: best == Response.PR,
    "sd_rate": lambda best: best == Response.SD,
    "pd_rate": lambda best: best == Response.PD,
    "dcr": lambda best: best >= Response.SD,
}
_DURABLE = 182.625
"""Days that a response must last to be called durable: six months."""
_DURATIONS = {
    "dor_median": (Response.PR, Response.CR),
    "dor_median_cr": (Response.CR,),
    "dor_median_pr": (Response.PR,),
}
_ONGOING = {
    "cr_ongoing_fraction": (Response.CR,),
    "pr_ongoing_fraction": (Response.PR,),
    "responders_progression_free_fraction": (Response.PR, Response.CR),
}


def _landmark(question: Question, of: str, suffix: str | None) -> Endpoint:
    day = observed_days(suffix) if suffix else landmark(question)
    if day is None:
        raise NotSimulatedError(f"'{question.time}' is not one time")
    if day > question.outcome.follow_up * (1 + 1e-9):
        raise NotSimulatedError(f"follow-up ends at {question.protocol.follow_up}")
    times, event = _time_to_event(question, of)
    return Endpoint(SurvivalRate(times, event, question.subset, day), "fraction")


def _time_to_event(question: Question, of: str) -> tuple[np.ndarray, np.ndarray]:
    """Return days and whether there was an event, (N,) each, for 'os', 'pfs' or 'ttp' (progression alone: death censors)."""
    outcome = question.outcome
    if of == "ttp":
        _need_imaging(question)
        return outcome.pfs_days, outcome.pfs_event == PFS_EVENTS.index("progression")
    if of == "pfs":
        _need_imaging(question)
        return outcome.pfs_days, outcome.progressed
    if question.protocol.disease == "none":
        raise NotSimulatedError("the protocol has no disease")
    return outcome.os_days, outcome.died


def _duration(question: Question, levels: tuple[Response, ...]) -> Endpoint:
    """Return the median time from response to progression or death."""
    _need_response(question)
    outcome = question.outcome
    among = np.isin(outcome.best, levels) & question.subset
    return Endpoint(SurvivalMedian(outcome.pfs_days - outcome.response_start, outcome.progressed, among), "day")


def _ongoing(question: Question, levels: tuple[Response, ...]) -> Endpoint:
    """Return the share of responses that go on, at a time after they began or else at the end of follow-up."""
    _need_response(question)
    outcome = question.outcome
    among = np.isin(outcome.best, levels) & question.subset
    day = question.day_of_response
    if day is None:
        return Endpoint(Share(~outcome.progressed, among), "fraction")
    lasted = outcome.pfs_days - outcome.response_start
    return Endpoint(SurvivalRate(lasted, outcome.progressed, among, day), "fraction")


def _need_imaging(question: Question) -> None:
    if not question.outcome.imaged:
        raise NotSimulatedError(
            "the protocol has no disease" if question.protocol.disease == "none" else "the protocol has no scans"
        )


def _need_response(question: Question) -> None:
    _need_imaging(question)
    if question.outcome.disease == "micrometastases":
        raise NotSimulatedError("after resection there is nothing that could respond")
