"""How each patient of an arm fared: response, progression, death, doses received and worst harm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinecast import catalog
from kinecast.trial.conducted import Conducted
from kinecast.trial.protocol import Protocol
from kinecast.trial.recist import Response, best_response, first_response
from kinecast.trial.schedule import leading_agent
from kinecast.trial.toxicity import Harm

PFS_EVENTS = ("none", "progression", "death")
"""What ends progression-free survival; 'none' is censored."""


@dataclass(frozen=True)
class Outcome:
    """The N patients of an arm when follow-up has ended. A patient whose integration failed stays in every denominator,
    as not evaluable for response and as censored where the integration stopped.

    Attributes:
        conducted: what happened. follow_up: d.
        best: (N,) best overall response (Response). response_start: (N,) d of the scan that first showed it, NaN for others.
        pfs_days, progressed: (N,) progression or death, censored at the last evaluable scan; NaN without imaging.
        os_days, died: (N,) death from any cause, censored at the end of follow-up.
        last_scan: (N,) d of the last evaluable scan, 0 where there is none.
        disease: kind of tumour, as the record of the disease names it: what response and progression mean. Of micrometastases
            progression is relapse and there is no response; of a clone, response is of the blood and progression its loss; of the
            bladder, response is complete or none, and progression its loss or that none came in time.
    """

    conducted: Conducted
    follow_up: float
    best: np.ndarray
    response_start: np.ndarray
    pfs_days: np.ndarray
    progressed: np.ndarray
    os_days: np.ndarray
    died: np.ndarray
    last_scan: np.ndarray
    disease: str = "lesions"

    def __len__(self) -> int:
        return len(self.conducted)

    @property
    def harm(self) -> Harm:
        """Worst grades of toxicity."""
        return self.conducted.harm

    @property
    def imaged(self) -> bool:
        """Whether response was assessed."""
        return self.conducted.scans is not None

    @property
    def pfs_event(self) -> np.ndarray:
        """(N,) what ended progression-free survival, an index of `PFS_EVENTS`; a scan counts before a death on its day."""
        scans = self.conducted.scans
        seen = np.zeros(len(self), dtype=bool) if scans is None else scans.first_pd < len(self.conducted.scan_times)
        return np.where(seen, 1, np.where(self.progressed, 2, 0))

    @property
    def responded(self) -> np.ndarray:
        """(N,) bool: CR or PR."""
        return self.best >= Response.PR

    def doses_received(self, *, course: int | None = None, cycle: int | None = None) -> np.ndarray:
        """Return how many doses (N,) of the first agent were given; of one course or one cycle of it when asked for."""
        agent = leading_agent(self.conducted.planned)
        chosen = [
            dose.agent == agent and course in (None, dose.course) and cycle in (None, dose.cycle)
            for dose in self.conducted.planned
        ]
        return self.conducted.given[:, np.array(chosen, dtype=bool)].sum(axis=1)

    def courses_started(self) -> np.ndarray:
        """Return how many courses (N,) of the first agent had at least one dose."""
        started = [self.doses_received(course=course) > 0 for course in self.harm.courses]
        return np.sum(started, axis=0) if started else np.zeros(len(self), dtype=int)

    def last_dose(self) -> np.ndarray:
        """Return d (N,) at which the last dose given ended, of any treatment; NaN for the untreated."""
        ends = np.array([dose.time + dose.duration for dose in self.conducted.planned])
        last = np.where(self.conducted.given, ends, -np.inf).max(axis=1, initial=-np.inf)
        return np.where(np.isfinite(last), last, np.nan)

    def days_on_treatment(self) -> np.ndarray:
        """Return d (N,) from the first to the end of the last dose given, of any treatment; 0 for the untreated."""
        starts = np.array([dose.time for dose in self.conducted.planned])
        first = np.where(self.conducted.given, starts, np.inf).min(axis=1, initial=np.inf)
        return np.where(np.isfinite(first), self.last_dose() - first, 0.0)


def outcome(protocol: Protocol, conducted: Conducted) -> Outcome:
    """Return how the patients of one arm fared."""
    follow_up = protocol.follow_up.canonical
    died = np.isfinite(conducted.death) & (conducted.death <= follow_up) & (conducted.death <= conducted.failed_at)
    os_days = np.where(died, conducted.death, np.minimum(follow_up, conducted.failed_at))
    unknown = np.full(len(conducted), np.nan)
    best, start, last_scan = np.zeros(len(conducted), dtype=np.int8), unknown, np.zeros(len(conducted))
    pfs_days, progressed = unknown, np.zeros(len(conducted), dtype=bool)
    if conducted.scans is not None:
        best, start, last_scan = _responses(protocol, conducted)
        at_pd = np.append(conducted.scan_times, np.inf)[conducted.scans.first_pd]
        progressed = np.isfinite(at_pd) | died
        pfs_days = np.where(progressed, np.minimum(at_pd, np.where(died, os_days, np.inf)), last_scan)
    kind = "none" if protocol.disease == "none" else catalog.disease(protocol.disease).tumour
    return Outcome(conducted, follow_up, best, start, pfs_days, progressed, os_days, died, last_scan, kind)


def _responses(protocol: Protocol, conducted: Conducted) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return best response, when it began and the last evaluable scan, (N,) each."""
    assert conducted.scans is not None
    responses, times = conducted.scans.responses, conducted.scan_times
    confirmation = protocol.confirmation.canonical if protocol.confirmation else None
    best = best_response(responses, times, confirmation, protocol.stable.canonical)
    first = first_response(responses, times, confirmation, Response.PR)
    start = np.where(best >= Response.PR, np.append(times, np.nan)[first], np.nan)
    last_scan = np.where(responses > Response.NE, times, 0.0).max(axis=1, initial=0.0)
    return best, start, last_scan
