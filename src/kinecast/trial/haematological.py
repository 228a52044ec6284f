"""Responses of a leukaemia: judged on the blood count and on the share of the marrow that the clone holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinecast.catalog import Disease
from kinecast.trial.recist import Response, Timepoints, unmeasured


@dataclass(frozen=True)
class HaematologicalRule:
    """Limits of a disease, in the units of the observables.

    Attributes:
        count_low, count_high: a response has the blood count, over its normal value, between them.
        complete_share: a response is complete when the clone holds no more of the marrow than this.
        relapse_low, relapse_high: a response ends when the count is outside of these.
    """

    count_low: float
    count_high: float
    complete_share: float
    relapse_low: float
    relapse_high: float

    @classmethod
    def of(cls, disease: Disease) -> HaematologicalRule:
        """Return the limits that the record of a disease states."""
        names = ("response_count_low", "response_count_high", "complete_share", "relapse_count_low", "relapse_count_high")
        return cls(*(disease.parameters[name].quantity.to("1") for name in names))

    def judge(self, count: np.ndarray, share: np.ndarray) -> Timepoints:
        """Return the response at each visit.

        Arguments:
            count: (N, S + 1) blood count over its normal value, baseline first; NaN where the patient was not seen.
            share: (N, S + 1) of the marrow that the clone holds.
        """
        seen = ~np.isnan(count[:, 1:])
        with np.errstate(invalid="ignore"):
            normal = (count >= self.count_low) & (count <= self.count_high)
            lost = (count < self.relapse_low) | (count > self.relapse_high)
            complete = normal & (share <= self.complete_share)
        responses = np.where(seen, int(Response.SD), int(Response.NE))
        responses[normal[:, 1:]] = Response.PR
        responses[complete[:, 1:]] = Response.CR
        responded_before = np.logical_or.accumulate(normal, axis=1)[:, :-1]
        return unmeasured(responses, lost[:, 1:] & responded_before & seen)
