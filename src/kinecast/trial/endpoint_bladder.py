"""Endpoints of carcinoma in situ of the bladder: complete responses at a time, and how long they last."""

from __future__ import annotations

import numpy as np

from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question
from kinecast.trial.estimators import Share, SurvivalRate
from kinecast.trial.recist import Response

_LASTING = ("dor_rate", "cr_maintained")
"""Share of complete responses that have not ended a time after they began."""
_AT_A_TIME = ("cr_landmark", "disease_free")
"""Share of all patients who are in complete response at a time."""


def bladder_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a quantity of carcinoma in situ; None for other quantities and other diseases."""
    outcome, name = question.outcome, question.quantity
    if outcome.disease != "bladder" or not outcome.imaged:
        return None
    if name.startswith("pfs") or name == "ttp_median":
        raise NotSimulatedError("growth into the muscle of the bladder is not in the model")
    if name in _AT_A_TIME:
        if question.day is None:
            raise NotSimulatedError(f"'{question.time}' is not one time")
        ended = outcome.progressed & (outcome.pfs_days <= question.day)
        lasts = (outcome.best == Response.CR) & (outcome.response_start <= question.day + 1) & ~ended
        return Endpoint(Share(np.asarray(lasts), question.subset), "fraction")
    if name in _LASTING:
        day = question.day_of_response
        if day is None:
            raise NotSimulatedError(f"'{question.time}' is not one time after a response")
        among = (outcome.best == Response.CR) & question.subset
        return Endpoint(SurvivalRate(outcome.pfs_days - outcome.response_start, outcome.progressed, among, day), "fraction")
    return None
