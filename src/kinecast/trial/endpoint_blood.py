"""Endpoints of leukaemias: responses by a time, of the blood and of the marrow, and how long they last after treatment."""

from __future__ import annotations

import re

import numpy as np

from kinecast import catalog
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question
from kinecast.trial.estimators import Median, Share, SurvivalMedian
from kinecast.trial.recist import Response

_LEVELS = {
    "orr": (Response.PR, Response.CR),
    "cr": (Response.CR,),
    "pr": (Response.PR,),
    "chr": (Response.PR, Response.CR),
}
"""Quantity → responses that count. A complete haematological response (`chr`) is one of the blood, whatever the marrow shows."""
_CYTOGENETIC = {"major_cytogenetic_response": "major_share", "complete_cytogenetic_response": "complete_share"}
"""Quantity → record of the disease with the largest share of the clone among dividing cells of the marrow."""


def blood_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a response of a leukaemia; None for other quantities and other diseases."""
    outcome, name = question.outcome, question.quantity
    if outcome.disease != "clone" or not outcome.imaged:
        return None
    if name in _LEVELS and question.day is not None:
        return Endpoint(Share(np.isin(_best_by(question, question.day), _LEVELS[name]), question.subset), "fraction")
    if name == "chr":
        return Endpoint(Share(outcome.responded, question.subset), "fraction")
    if name in _CYTOGENETIC:
        return Endpoint(Share(_fallen_to(question, _CYTOGENETIC[name]), question.subset), "fraction")
    if name in ("ttr", "ttr_median"):
        return Endpoint(Median(np.where(outcome.responded & question.subset, outcome.response_start, np.nan)), "day")
    if name == "failure_free_survival_median" and question.time == "after stop":
        return _after_stopping(question)
    lasting = re.fullmatch(r"remission_beyond_(\d+)y", name)
    if lasting:
        lasts = outcome.responded & ~(outcome.progressed & (outcome.pfs_days <= float(lasting[1]) * 365.25))
        return Endpoint(Share(lasts, question.subset), "fraction")
    return None


def _best_by(question: Question, day: float) -> np.ndarray:
    """Return the best response (N,) at the visits up to a day; a month is as long as reports make it."""
    scans = question.outcome.conducted.scans
    assert scans is not None
    within = question.outcome.conducted.scan_times <= day + 1
    if not within.any():
        raise NotSimulatedError(f"no visit is as early as '{question.time}'")
    return scans.responses[:, within].max(axis=1)


def _fallen_to(question: Question, record: str) -> np.ndarray:
    """Return whether (N,) the clone's share was at or below a limit of the disease by a time, or else at any time."""
    limit = catalog.disease(question.protocol.disease).parameters.get(record)
    if limit is None:
        raise NotSimulatedError(f"the disease has no '{record}'")
    conducted = question.outcome.conducted
    day = question.day
    within = conducted.times <= (np.inf if day is None else day + 1)
    share = np.nan_to_num(conducted.curve("clone_share")[:, within], nan=np.inf)
    return share.min(axis=1) <= limit.quantity.to("1")


def _after_stopping(question: Question) -> Endpoint:
    """Return the median time from the last dose to the loss of a response or death, of those who then had one."""
    outcome = question.outcome
    since = outcome.pfs_days - outcome.last_dose()
    with np.errstate(invalid="ignore"):
        among = outcome.responded & (since > 0) & question.subset
    return Endpoint(SurvivalMedian(np.where(among, since, 0.0), outcome.progressed, among), "day")
