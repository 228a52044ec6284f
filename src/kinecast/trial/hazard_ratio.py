"""The hazard ratio of one arm against another: Cox's partial likelihood with the arm as its only covariate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kinecast.trial.survival import Z_95

_MOST_STEPS, _CLOSE = 50, 1e-10


@dataclass(frozen=True)
class HazardRatio:
    """Hazard of patients with `times`, `event` (N,) over that of a control arm's `control_times`, `control_event` (M,).

    Every arm of a forecast has the same virtual patients, but the trials that it is compared with had different ones: the two
    arms are taken as independent samples, in the estimate and in its intervals. `among` (N,) are the patients asked about.
    """

    times: np.ndarray
    event: np.ndarray
    control_times: np.ndarray
    control_event: np.ndarray
    among: np.ndarray

    @cached_property
    def _fit(self) -> tuple[float, float]:
        times = np.concatenate([self.times[self.among], self.control_times])
        event = np.concatenate([self.event[self.among], self.control_event])
        treated = np.arange(len(times)) < int(self.among.sum())
        return log_hazard_ratio(times, event, treated)

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """Return the ratio (B,) for every resample: it is not resampled, its intervals have a closed form."""
        return np.full(len(counts), np.exp(self._fit[0]))

    def interval(self) -> tuple[float, float] | None:
        """See `kinecast.trial.estimators.Estimator.interval`."""
        return _limits(*self._fit)

    def prediction(self, size: int) -> tuple[float, float] | None:
        """Return where 95 % of trials with `size` patients in each arm fall: their error adds to that of the virtual arms."""
        estimate, error = self._fit
        return _limits(estimate, error * (1 + int(self.among.sum()) / size) ** 0.5)


def log_hazard_ratio(times: np.ndarray, event: np.ndarray, treated: np.ndarray) -> tuple[float, float]:
    """Return the logarithm of the hazard ratio of the treated, and its standard error, by Newton's steps.

    Ties as Efron (1977, doi:10.1080/01621459.1977.10480613): visits make many. Both are NaN where one of the groups has no
    event, or where no steps lead to a maximum.

    Arguments:
        times: (N,) of event or censoring. event: (N,) bool. treated: (N,) bool.
    """
    steps = _event_times(np.asarray(times, dtype=float), np.asarray(event, dtype=bool), np.asarray(treated, dtype=bool))
    if not steps.deaths_treated.any() or not (steps.deaths - steps.deaths_treated).any():
        return float("nan"), float("nan")
    beta = 0.0
    for _ in range(_MOST_STEPS):
        slope, information = steps.derivatives(beta)
        change = float(np.clip(slope / information, -2.0, 2.0))
        beta += change
        if abs(change) < _CLOSE:
            return beta, steps.derivatives(beta)[1] ** -0.5
    return float("nan"), float("nan")


@dataclass(frozen=True)
class _EventTimes:
    """One entry for every event, those of one time in turn.

    Attributes:
        treated, control: how many are at risk just before. deaths_treated, deaths: at that time.
        share: (0, 1/d, 2/d, ...) of the d events of one time, Efron's part of them that is no longer at risk.
    """

    treated: np.ndarray
    control: np.ndarray
    deaths_treated: np.ndarray
    deaths: np.ndarray
    share: np.ndarray

    def derivatives(self, beta: float) -> tuple[float, float]:
        """Return the slope of the log partial likelihood and its curvature with the sign changed."""
        risk = float(np.exp(beta))
        treated = (self.treated - self.share * self.deaths_treated) * risk
        everyone = treated + self.control - self.share * (self.deaths - self.deaths_treated)
        expected = treated / everyone
        return float((self.deaths_treated / self.deaths - expected).sum()), float((expected * (1 - expected)).sum())


def _event_times(times: np.ndarray, event: np.ndarray, treated: np.ndarray) -> _EventTimes:
    distinct, inverse = np.unique(times[event], return_inverse=True)
    deaths = np.bincount(inverse, minlength=len(distinct))
    deaths_treated = np.bincount(inverse, weights=treated[event], minlength=len(distinct))
    share = np.concatenate([np.arange(count) / count for count in deaths]) if len(deaths) else np.empty(0)

    def at_risk(group: np.ndarray) -> np.ndarray:
        return np.repeat(len(group) - np.searchsorted(np.sort(group), distinct, side="left"), deaths)

    return _EventTimes(
        at_risk(times[treated]), at_risk(times[~treated]), np.repeat(deaths_treated, deaths), np.repeat(deaths, deaths), share
    )


def _limits(estimate: float, error: float) -> tuple[float, float]:
    return float(np.exp(estimate - Z_95 * error)), float(np.exp(estimate + Z_95 * error))
