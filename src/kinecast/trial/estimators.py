"""How an endpoint is estimated from patients, and from resamples of them: shares, ratios of counts, medians, survival."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from kinecast.trial.survival import Z_95, SurvivalCurve, kaplan_meier, resampled_median, resampled_rate

RESAMPLES = 500


class Estimator(Protocol):
    """An estimate that can be repeated on resamples of the patients."""

    @property
    def among(self) -> np.ndarray:
        """The patients it is about, (N,) bool."""
        ...

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """Return the estimate (B,) when patient i is counted counts[b, i] times, (B, N); NaN where nobody is among them."""
        ...

    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % sampling interval in closed form, or None when it is taken from resamples."""
        ...


@dataclass(frozen=True)
class Share:
    """The share of patients with `yes` (N,) bool, of those with `among` (N,) bool; Wilson's interval."""

    yes: np.ndarray
    among: np.ndarray

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`."""
        return _ratio(counts @ (self.yes & self.among).astype(float), counts @ self.among.astype(float))

    def interval(self) -> tuple[float, float] | None:
        """See `Estimator.interval`."""
        return wilson(int((self.yes & self.among).sum()), int(self.among.sum()))


@dataclass(frozen=True)
class CountRatio:
    """The sum of `above` (N,) over the sum of `below` (N,), such as courses with an event over courses given."""

    above: np.ndarray
    below: np.ndarray

    @property
    def among(self) -> np.ndarray:
        """See `Estimator.among`."""
        return self.below > 0

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`."""
        return _ratio(counts @ self.above.astype(float), counts @ self.below.astype(float))

    def interval(self) -> tuple[float, float] | None:
        """Return None: courses of one patient are not independent."""
        return None


@dataclass(frozen=True)
class Median:
    """The median of `values` (N,) over patients whose value is known (not NaN)."""

    values: np.ndarray

    @property
    def among(self) -> np.ndarray:
        """See `Estimator.among`."""
        return ~np.isnan(self.values)

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`; the two middle values are averaged when the count is even."""
        known = np.flatnonzero(self.among)
        if not len(known):
            return np.full(len(counts), np.nan)
        order = known[np.argsort(self.values[known], kind="stable")]
        ascending = self.values[order]
        reached = counts[:, order].cumsum(axis=1)
        half = reached[:, -1:] / 2
        lower = ascending[(reached >= half).argmax(axis=1)]
        upper = ascending[(reached > half).argmax(axis=1)]
        return np.where(reached[:, -1] > 0, (lower + upper) / 2, np.nan)

    def interval(self) -> tuple[float, float] | None:
        """See `Estimator.interval`."""
        return None


@dataclass(frozen=True)
class Mean:
    """The mean of `values` (N,) over patients whose value is known (not NaN)."""

    values: np.ndarray

    @property
    def among(self) -> np.ndarray:
        """See `Estimator.among`."""
        return ~np.isnan(self.values)

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`."""
        return _ratio(counts @ np.where(self.among, self.values, 0.0), counts @ self.among.astype(float))

    def interval(self) -> tuple[float, float] | None:
        """See `Estimator.interval`."""
        return None


@dataclass(frozen=True)
class _Survival:
    """Kaplan–Meier of `times` (N,) with `event` (N,) bool, among patients with `among` (N,) bool."""

    times: np.ndarray
    event: np.ndarray
    among: np.ndarray

    @cached_property
    def curve(self) -> SurvivalCurve:
        """The Kaplan–Meier estimate."""
        return kaplan_meier(self.times[self.among], self.event[self.among])


@dataclass(frozen=True)
class SurvivalMedian(_Survival):
    """The median time to the event; infinite when not reached."""

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`."""
        if not self.among.any():
            return np.full(len(counts), np.nan)
        return resampled_median(self.times[self.among], self.event[self.among], counts[:, self.among])

    def interval(self) -> tuple[float, float] | None:
        """Return the times at which the limits of the curve (log-log) pass one half."""
        return (self.curve.median_low, self.curve.median_high) if self.among.any() else None


@dataclass(frozen=True)
class SurvivalRate(_Survival):
    """The probability of having no event until `at`, d."""

    at: float

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`."""
        if not self.among.any():
            return np.full(len(counts), np.nan)
        return resampled_rate(self.times[self.among], self.event[self.among], counts[:, self.among], self.at)

    def interval(self) -> tuple[float, float] | None:
        """Return the limits of the curve (log-log, Greenwood) at that time."""
        return self.curve.limits_at(self.at) if self.among.any() else None


def wilson(successes: int, size: int) -> tuple[float, float] | None:
    """Return Wilson's 95 % interval of a share; None for nobody. Source: Wilson 1927 (doi:10.1080/01621459.1927.10502953)."""
    if size == 0:
        return None
    z = Z_95
    share = successes / size
    centre = share + z * z / (2 * size)
    half = z * (share * (1 - share) / size + z * z / (4 * size * size)) ** 0.5
    scale = 1 + z * z / size
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == size else (centre + half) / scale
    return low, high


def resamples(among: np.ndarray, drawn: int, generator: np.random.Generator) -> np.ndarray:
    """Return how often each patient of `among` (N,) bool is drawn in trials of `drawn` patients, (RESAMPLES, N)."""
    return generator.multinomial(drawn, among / among.sum(), size=RESAMPLES).astype(float)


def limits(estimates: np.ndarray) -> tuple[float, float]:
    """Return the 2.5 and 97.5 percentiles of estimates (B,), infinite ones included, undefined ones left out."""
    known = np.sort(estimates[~np.isnan(estimates)])
    if not len(known):
        return float("nan"), float("nan")
    low, high = (round(share * (len(known) - 1)) for share in (0.025, 0.975))
    return float(known[low]), float(known[high])


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)
