"""EC50 of a dose response: a Hill curve through data, each replicate on its own scale, and half of the top of a forecast."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

STEEPEST = 2.5
"""Bound of the Hill slope: doses a factor of three apart cannot tell steeper curves apart."""

DEFINED = 0.25
"""Largest standard error of log10 EC50 with which an EC50 counts as defined: its 95 % range then spans a factor of ten."""

_LOWEST, _HIGHEST = -4.0, 2.5


class Hill(NamedTuple):
    """EC50 in the unit of the doses, Hill slope, standard error of log10 EC50, and size of the residuals over the range."""

    ec50: float
    slope: float
    error: float
    residual: float

    @property
    def defined(self) -> bool:
        """Whether the data say where the EC50 is (`DEFINED`)."""
        return self.error <= DEFINED


def fit_hill(doses: npt.ArrayLike, values: npt.ArrayLike, replicates: npt.ArrayLike | None = None) -> Hill:
    """Fit one EC50 and one slope to all replicates, each with its own scale and background, weighted by its own range.

    Arguments:
        doses, values: (n,), doses above zero and at least five. replicates: (n,) labels (default: one replicate).

    Raises:
        ValueError: fewer than five points, or a replicate whose values are all the same.
    """
    from scipy.optimize import least_squares

    x, y = np.asarray(doses, float), np.asarray(values, float)
    labels = np.zeros(len(x)) if replicates is None else np.asarray(replicates)
    groups = [labels == one for one in np.unique(labels)]
    ranges = [np.ptp(y[group]) for group in groups]
    if len(x) < 5 or not min(ranges) > 0:
        raise ValueError("an EC50 needs five points or more, and values that differ")

    def residuals(shape: np.ndarray) -> np.ndarray:
        raised = 1 / (1 + (10 ** shape[0] / x) ** shape[1])
        left = np.empty_like(y)
        for group, span in zip(groups, ranges, strict=True):
            terms = np.column_stack([raised[group], np.ones(group.sum())])
            left[group] = (terms @ np.linalg.lstsq(terms, y[group], rcond=None)[0] - y[group]) / span
        return left

    bounds = ([_LOWEST, 0.3], [_HIGHEST, STEEPEST])
    best = min(
        (least_squares(residuals, [start, 1.0], bounds=bounds) for start in (-2.0, -1.0, 0.0, 0.7)), key=lambda one: one.cost
    )
    variance = 2 * best.cost / max(len(x) - 2 - 2 * len(groups), 1)
    squares = best.jac.T @ best.jac
    error = float(np.sqrt(np.linalg.inv(squares)[0, 0] * variance)) if np.linalg.cond(squares) < 1e12 else float("inf")
    return Hill(float(10 ** best.x[0]), float(best.x[1]), error, float(np.sqrt(variance)))


def half_top(doses: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Return the dose at which a response first reaches half of its top, by interpolation in the logarithm of the dose.

    Arguments:
        doses: (D,), ascending, dense enough to hold the top. response: (…, D), from 0 upwards.

    Returns:
        (…,), NaN where there is no response or the first dose already gives half of the top.
    """
    logs = np.log(doses)
    half = response.max(axis=-1, keepdims=True) / 2
    after = np.argmax(response >= half, axis=-1)
    known = (after > 0) & (half[..., 0] > 0)
    after = np.maximum(after, 1)
    low, high = (np.take_along_axis(response, place[..., None], axis=-1)[..., 0] for place in (after - 1, after))
    step = np.divide(half[..., 0] - low, high - low, out=np.zeros_like(low), where=high > low)
    return np.where(known, np.exp(logs[after - 1] + step * (logs[after] - logs[after - 1])), np.nan)
