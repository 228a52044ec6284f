"""Kaplan–Meier: survival curves with their limits, and medians and landmark rates of resampled patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054
"""Quantile of the normal distribution for a two-sided 95 % interval."""


@dataclass(frozen=True)
class SurvivalCurve:
    """A Kaplan–Meier estimate.

    Attributes:
        times: (K,) distinct times, ascending. survival, low, high: (K,) estimate after each time with its 95 % limits
            (log-log, Greenwood). at_risk, events: (K,) just before and at each time.
        median, median_low, median_high: first time at which the curve (its limits) is at or below one half; infinite when never.
    """

    times: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    median: float
    median_low: float
    median_high: float

    def at(self, time: float) -> float:
        """Return the probability of surviving beyond `time`."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        return 1.0 if index < 0 else float(self.survival[index])

    def limits_at(self, time: float) -> tuple[float, float]:
        """Return the 95 % limits of the probability of surviving beyond `time`."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        return (1.0, 1.0) if index < 0 else (float(self.low[index]), float(self.high[index]))

    def number_at_risk(self, times: np.ndarray) -> np.ndarray:
        """Return how many are still followed just before each time."""
        index = np.searchsorted(self.times, times, side="left")
        return np.append(self.at_risk, 0)[index]


def kaplan_meier(times: np.ndarray, event: np.ndarray) -> SurvivalCurve:
    """Return the Kaplan–Meier estimate of (N,) times with (N,) bool, True for an event and False for censoring.

    Limits are those of log(−log S) with Greenwood's variance; where they are not defined (before the first event, and once
    nobody is left), the estimate stands for both. SciPy's `ecdf` gives the same, but takes longer to load than a trial to run.
    """
    times, event = np.asarray(times, dtype=float), np.asarray(event, dtype=bool)
    distinct = np.unique(times)
    at_risk = len(times) - np.searchsorted(np.sort(times), distinct, side="left")
    events = np.bincount(np.searchsorted(distinct, times), weights=event, minlength=len(distinct)).astype(int)
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        spread = Z_95 * np.sqrt(greenwood) / np.log(survival)
        low, high = survival ** np.exp(-spread), survival ** np.exp(spread)
    low, high = (np.where(np.isfinite(limit) & (survival < 1), limit, survival) for limit in (low, high))
    return SurvivalCurve(
        distinct, survival, low, high, at_risk, events, _half(distinct, survival), _half(distinct, low), _half(distinct, high)
    )


def resampled_survival(times: np.ndarray, event: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ascending times (N,) and the survival (B, N) after each, when patient i is counted counts[b, i] times."""
    order = np.lexsort((~event, times))
    weights = counts[:, order].astype(float)
    at_risk = weights[:, ::-1].cumsum(axis=1)[:, ::-1]
    dying = weights * event[order]
    with np.errstate(invalid="ignore", divide="ignore"):
        survival = np.cumprod(np.where(at_risk > 0, 1 - dying / at_risk, 1.0), axis=1)
    return times[order], survival


def resampled_median(times: np.ndarray, event: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the median (B,) of each resample; infinite where it is not reached."""
    ascending, survival = resampled_survival(times, event, counts)
    below = survival <= 0.5 + 1e-12
    return np.where(below.any(axis=1), ascending[below.argmax(axis=1)], np.inf)


def resampled_rate(times: np.ndarray, event: np.ndarray, counts: np.ndarray, at: float) -> np.ndarray:
    """Return the survival (B,) beyond time `at` of each resample."""
    ascending, survival = resampled_survival(times, event, counts)
    index = int(np.searchsorted(ascending, at, side="right")) - 1
    return np.ones(len(counts)) if index < 0 else survival[:, index]


def _half(times: np.ndarray, survival: np.ndarray) -> float:
    below = survival <= 0.5 + 1e-12
    return float(times[below.argmax()]) if below.any() else float("inf")
