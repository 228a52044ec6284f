"""RECIST 1.1 on measured lesions: response at each scan, and best overall response.

Source: Eisenhauer et al. 2009 (doi:10.1016/j.ejca.2008.10.026): section 4.3.1 (target lesions), 4.4.4 and table 3 (confirmed
best response), 4.6 (confirmation and stable disease). The lesions followed are taken to lie in different organs, so that the
limit of two target lesions an organ is met; nodes and unequivocal progression of non-target lesions are not distinguished.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

MEASURABLE_MM = 10.0
"""Least longest diameter of a measurable lesion (section 3.1.1)."""
MOST_TARGETS = 5
"""Most target lesions (section 4.1)."""
PARTIAL_FALL, PROGRESSION_RISE, PROGRESSION_MM = 0.30, 0.20, 5.0
"""Fall from baseline of a PR; rise from the nadir of a PD, as a fraction and in mm (section 4.3.1)."""


class Response(IntEnum):
    """Response at a scan or best overall response; ordered from bad to good, NE (not evaluable) first."""

    NE = 0
    PD = 1
    SD = 2
    PR = 3
    CR = 4


class Other(IntEnum):
    """What is seen of the lesions that are no targets."""

    NONE = 0
    PRESENT = 1
    GONE = 2
    BACK = 3


GROWN, BACK, NEW_LESION = 1, 2, 4
"""Why a scan shows progression: targets have grown; a lesion is back after all had gone; a new lesion. They add up."""


@dataclass(frozen=True)
class Timepoints:
    """What was seen at each scan after baseline.

    Attributes:
        responses: (N, S) of Response; NE after the first PD, when imaging ends.
        sums: (N, S + 1) sums of target diameters, mm, baseline first.
        nadirs: (N, S) smallest sum before each scan, mm.
        new_lesion: (N, S) whether a lesion is seen that was not there at baseline.
        first_pd: (N,) index of the first PD, S where there is none.
        measurable: (N,) whether a measurable lesion was there at baseline; without one nothing but a new lesion is evaluable.
        targets: (N,) how many target lesions there are. others: (N,) how many other lesions were seen at baseline.
        other: (N, S) of Other; 'back' are other lesions that are seen after a scan that showed none.
        progression: (N, S) sum of the reasons (GROWN, BACK, NEW_LESION) of a PD; 0 for other responses.
    """

    responses: np.ndarray
    sums: np.ndarray
    nadirs: np.ndarray
    new_lesion: np.ndarray
    first_pd: np.ndarray
    measurable: np.ndarray
    targets: np.ndarray
    others: np.ndarray
    other: np.ndarray
    progression: np.ndarray


def timepoints(diameters: np.ndarray, new_lesion: np.ndarray) -> Timepoints:
    """Return the response at each scan.

    Arguments:
        diameters: (N, S + 1, L) measured longest diameters in mm, baseline first; 0: the lesion has disappeared; NaN: not imaged.
        new_lesion: (N, S) whether a lesion that was not there at baseline is seen.
    """
    baseline = diameters[:, 0, :]
    largest_first = np.argsort(np.argsort(-np.nan_to_num(baseline), axis=1, kind="stable"), axis=1, kind="stable")
    target = (baseline >= MEASURABLE_MM) & (largest_first < MOST_TARGETS)
    sums = np.where(target[:, None, :], diameters, 0.0).sum(axis=2)
    measurable = np.any(target, axis=1)
    imaged = ~np.any(np.isnan(diameters), axis=2)[:, 1:] & measurable[:, None]
    gone = np.all(diameters == 0, axis=2)[:, 1:] & imaged
    later = sums[:, 1:]
    seen = np.where(np.isnan(sums), np.inf, sums)
    nadirs = np.minimum.accumulate(seen, axis=1)[:, :-1]
    gone_before = np.logical_or.accumulate(np.pad(gone, ((0, 0), (1, 0))), axis=1)[:, :-1]
    with np.errstate(invalid="ignore"):
        rise = later - nadirs
        grown = imaged & (rise >= PROGRESSION_RISE * nadirs) & (rise >= PROGRESSION_MM)
        shrunk = imaged & (later <= (1 - PARTIAL_FALL) * sums[:, :1])
    back = imaged & ~gone & gone_before
    responses = np.where(imaged, int(Response.SD), int(Response.NE))
    responses[shrunk] = Response.PR
    responses[gone] = Response.CR
    why = GROWN * grown + BACK * back + NEW_LESION * new_lesion
    responses[why > 0] = Response.PD
    progressed = responses == Response.PD
    scans = responses.shape[1]
    first_pd = _first(progressed)
    after = np.arange(scans)[None, :] > first_pd[:, None]
    responses[after] = Response.NE
    others = (~target & (baseline > 0)).sum(axis=1)
    return Timepoints(
        responses=responses.astype(np.int8),
        sums=sums,
        nadirs=nadirs,
        new_lesion=new_lesion,
        first_pd=first_pd,
        measurable=measurable,
        targets=target.sum(axis=1),
        others=others,
        other=_others(diameters, target),
        progression=np.where(after, 0, why).astype(np.int8),
    )


def unmeasured(responses: np.ndarray, progressed: np.ndarray) -> Timepoints:
    """Return timepoints of a disease that is judged without measuring lesions.

    Arguments:
        responses: (N, S) of Response at each visit after baseline. progressed: (N, S) whether a visit shows PD; what follows
            the first PD is not evaluable.
    """
    size, scans = responses.shape
    judged = np.where(progressed, int(Response.PD), responses)
    first_pd = _first(progressed)
    judged[np.arange(scans)[None, :] > first_pd[:, None]] = Response.NE
    unknown = np.full((size, scans + 1), np.nan)
    return Timepoints(
        responses=judged.astype(np.int8),
        sums=unknown,
        nadirs=unknown[:, 1:],
        new_lesion=np.zeros((size, scans), dtype=bool),
        first_pd=first_pd,
        measurable=np.zeros(size, dtype=bool),
        targets=np.zeros(size, dtype=int),
        others=np.zeros(size, dtype=int),
        other=np.zeros((size, scans), dtype=np.int8),
        progression=np.zeros((size, scans), dtype=np.int8),
    )


def _others(diameters: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return what each scan after baseline shows of the lesions that are no targets, (N, S) of Other."""
    seen = np.any(~target[:, None, :] & (np.nan_to_num(diameters) > 0), axis=2)
    absent = ~seen & ~np.any(np.isnan(diameters), axis=2)
    seen_before, absent_before = (np.logical_or.accumulate(state, axis=1)[:, :-1] for state in (seen, absent))
    shown = np.where(absent_before, Other.BACK, Other.PRESENT)
    return np.where(seen[:, 1:], shown, np.where(seen_before, Other.GONE, Other.NONE)).astype(np.int8)


def best_response(responses: np.ndarray, times: np.ndarray, confirmation: float | None, stable: float) -> np.ndarray:
    """Return the best overall response (N,) of Response.

    Arguments:
        responses: (N, S) at each scan, NE after the first PD. times: (S,) of the scans, d from the start.
        confirmation: least time, d, to a second scan that also shows the response (a later NE or SD between them is
            allowed); None: a response counts as first seen.
        stable: least time, d, from the start at which SD (or an unconfirmed response) is called stable disease.
    """
    best = np.full(len(responses), int(Response.NE), dtype=np.int8)
    best[(responses == Response.PD).any(axis=1)] = Response.PD
    best[((responses >= Response.SD) & (times >= stable)).any(axis=1)] = Response.SD
    for level in (Response.PR, Response.CR):
        best[first_response(responses, times, confirmation, level) < len(times)] = level
    return best


def first_response(responses: np.ndarray, times: np.ndarray, confirmation: float | None, level: Response) -> np.ndarray:
    """Return the index (N,) of the first scan that shows `level` or better and is confirmed; S where there is none."""
    met = responses >= level
    confirmed = met
    if confirmation is not None and len(times):
        late_enough = times[None, :] - times[:, None] >= confirmation - 1e-9
        confirmed = met & ((met.astype(np.int32) @ late_enough.T.astype(np.int32)) > 0)
    return _first(confirmed)


def _first(true: np.ndarray) -> np.ndarray:
    """Return the index of the first True in each row of (N, S), S where there is none."""
    return np.argmax(np.pad(true, ((0, 0), (0, 1)), constant_values=True), axis=1)
