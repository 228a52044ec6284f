"""How an endpoint is estimated from patients, and from resamples of them: shares, ratios of counts, medians, survival."""

from __future__ import annotations

from collections.abc import Sequence
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

    def prediction(self, size: int) -> tuple[float, float] | None:
        """Return where 95 % of trials of `size` patients fall in closed form, or None when it is taken from resamples."""
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

    def prediction(self, size: int) -> tuple[float, float] | None:
        """See `Estimator.prediction`."""
        return predicted_share(int((self.yes & self.among).sum()), int(self.among.sum()), size)


@dataclass(frozen=True)
class CountRatio:
    """The sum of `above` (N,) over the sum of `below` (N,), such as courses with an event over courses given; a share."""

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

    def prediction(self, size: int) -> tuple[float, float] | None:
        """Return None, but with no event at all, or nothing else, that of so many patients: resamples would not vary."""
        events, courses, patients = self.above.sum(), self.below.sum(), int(self.among.sum())
        if 0 < events < courses:
            return None
        return predicted_share(0 if events == 0 else patients, patients, size)


@dataclass(frozen=True)
class Median:
    """The median of the `values` that are known (not NaN): one a patient (N,), or several (N, C), such as one a cycle."""

    values: np.ndarray

    @property
    def among(self) -> np.ndarray:
        """See `Estimator.among`."""
        return np.any(_known(self.values), axis=1)

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`; the two middle values are averaged when the count is even."""
        patient, _ = np.nonzero(_known(self.values))
        if not len(patient):
            return np.full(len(counts), np.nan)
        values = self.values[~np.isnan(self.values)]
        order = np.argsort(values, kind="stable")
        ascending = values[order]
        reached = counts[:, patient[order]].cumsum(axis=1)
        half = reached[:, -1:] / 2
        lower = ascending[(reached >= half).argmax(axis=1)]
        upper = ascending[(reached > half).argmax(axis=1)]
        return np.where(reached[:, -1] > 0, (lower + upper) / 2, np.nan)

    def interval(self) -> tuple[float, float] | None:
        """See `Estimator.interval`."""
        return None

    def prediction(self, size: int) -> tuple[float, float] | None:
        """See `Estimator.prediction`."""
        return None


@dataclass(frozen=True)
class Mean:
    """The mean of the `values` that are known (not NaN): one a patient (N,), or several (N, C), such as one a cycle."""

    values: np.ndarray

    @property
    def among(self) -> np.ndarray:
        """See `Estimator.among`."""
        return np.any(_known(self.values), axis=1)

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """See `Estimator.estimate`."""
        known = _known(self.values)
        total = np.nan_to_num(self.values).reshape(known.shape).sum(axis=1)
        return _ratio(counts @ total, counts @ known.sum(axis=1).astype(float))

    def interval(self) -> tuple[float, float] | None:
        """See `Estimator.interval`."""
        return None

    def prediction(self, size: int) -> tuple[float, float] | None:
        """See `Estimator.prediction`."""
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

    def prediction(self, size: int) -> tuple[float, float] | None:
        """See `Estimator.prediction`."""
        return None


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

    def prediction(self, size: int) -> tuple[float, float] | None:
        """Return that of a share: the estimate's, of the patients of whom it is known whether they had the event by then."""
        known = int((self.among & ((self.event & (self.times <= self.at)) | (self.times >= self.at))).sum())
        return predicted_share(self.curve.at(self.at) * known, known, size) if known else None


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


def predicted_share(successes: float, seen: int, size: int) -> tuple[float, float]:
    """Return where the shares of 95 % of trials of `size` patients fall, after `successes` in `seen` virtual patients.

    A beta-binomial: the probability has the Jeffreys posterior Beta(successes + 1/2, failures + 1/2), and the trial draws from
    it. So few virtual patients give a wide interval, and none with the event does not mean that none can have it.
    """
    from kinecast.engine.elementary import exp, log

    number = np.arange(size)
    odds = (size - number) / (number + 1) * (number + successes + 0.5) / (size - number - 0.5 + seen - successes)
    weight = np.append(0.0, log(odds).cumsum())
    cumulative = exp(weight - weight.max()).cumsum()
    low, high = np.searchsorted(cumulative, np.array([0.025, 0.975]) * cumulative[-1])
    return float(low / size), float(high / size)


def resamples(among: np.ndarray, sizes: Sequence[int], generator: np.random.Generator) -> np.ndarray:
    """Return how often each patient of `among` (N,) bool is drawn, (RESAMPLES, N).

    `sizes` of several numbers draw in stages, each from what the one before drew: (N, n) draws a cohort as large as the
    virtual one, then a trial of n from it, so that the trials vary also because the virtual patients are only some.
    """
    members = np.flatnonzero(among)
    drawn = np.broadcast_to(np.arange(len(members)), (RESAMPLES, len(members)))
    for size in sizes:
        drawn = np.take_along_axis(drawn, generator.integers(drawn.shape[1], size=(RESAMPLES, size)), axis=1)
    places = members[drawn] + len(among) * np.arange(RESAMPLES)[:, None]
    return np.bincount(places.ravel(), minlength=RESAMPLES * len(among)).reshape(RESAMPLES, -1).astype(float)


def limits(estimates: np.ndarray) -> tuple[float, float]:
    """Return the 2.5 and 97.5 percentiles of estimates (B,), infinite ones included, undefined ones left out."""
    known = np.sort(estimates[~np.isnan(estimates)])
    if not len(known):
        return float("nan"), float("nan")
    low, high = (round(share * (len(known) - 1)) for share in (0.025, 0.975))
    return float(known[low]), float(known[high])


def _known(values: np.ndarray) -> np.ndarray:
    """Return which values are known, (N, C) bool, C = 1 for one value a patient."""
    return ~np.isnan(values.reshape(len(values), -1))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan)
