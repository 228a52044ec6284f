"""Drug levels after the first dose: peak, steady state, half-lives, area and clearance of each patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinecast.trial.conducted import Conducted

_LEAST_SHARE = 1e-3
"""Levels below this share of the peak are not used for a half-life: no assay follows them."""


@dataclass(frozen=True)
class Levels:
    """Levels of one agent from its first dose to its second.

    Attributes:
        since: (T,) d since the first dose. level: (N, T). dose: (N,) nmol given. duration: of the infusion, d; 0 for a bolus.
    """

    since: np.ndarray
    level: np.ndarray
    dose: np.ndarray
    duration: float

    @classmethod
    def of(cls, conducted: Conducted, agent: str) -> Levels:
        """Return the levels of an agent of the arm (times at and after its first dose, before the second acts)."""
        doses = [index for index, dose in enumerate(conducted.planned) if dose.agent == agent]
        first = conducted.planned[doses[0]]
        last = conducted.planned[doses[1]].time if len(doses) > 1 else conducted.times[-1]
        chosen = (conducted.times >= first.time - 1e-6) & (conducted.times <= last + 1e-6)
        level = conducted.curve(f"serum_{agent}")[:, chosen].astype(float)
        return cls(conducted.times[chosen] - first.time, level, conducted.planned_nmol[:, doses[0]], first.duration)

    def peak(self) -> np.ndarray:
        """Return the highest level (N,)."""
        return np.where(np.isnan(self.level).all(axis=1), np.nan, np.nan_to_num(self.level, nan=-np.inf).max(axis=1))

    def steady(self) -> np.ndarray:
        """Return the median level (N,) over the second half of the infusion."""
        half = (self.since >= self.duration / 2 - 1e-6) & (self.since <= self.duration + 1e-6)
        with np.errstate(invalid="ignore"):
            return np.median(self.level[:, half], axis=1)

    def half_life(self, begin: float, end: float) -> np.ndarray:
        """Return ln 2 over the slope (N,), d, of a log-linear fit between two times after the end of the infusion."""
        after = self.since - self.duration
        return self._fit((after > 1e-6) & (after >= begin - 1e-6) & (after <= end + 1e-6))

    def terminal_half_life(self) -> np.ndarray:
        """Return the half-life (N,), d, over the last half of the time in which the level is above 0.1 % of its peak."""
        after = self.since - self.duration
        with np.errstate(invalid="ignore"):
            seen = (self.level > _LEAST_SHARE * self.peak()[:, None]) & (after > 1e-6)
        latest = np.where(seen, after, 0.0).max(axis=1, initial=0.0)
        return self._fit(seen & (after[None, :] >= latest[:, None] / 2))

    def area(self) -> np.ndarray:
        """Return the area under the level (N,), level × d, extended by the terminal half-life."""
        level = np.nan_to_num(self.level)
        observed = np.trapezoid(level, self.since, axis=1)
        with np.errstate(invalid="ignore"):
            beyond = np.nan_to_num(level[:, -1] * self.terminal_half_life() / np.log(2))
        return np.where(np.isnan(self.level).any(axis=1), np.nan, observed + beyond)

    def _fit(self, chosen: np.ndarray) -> np.ndarray:
        """Return ln 2 over minus the least-squares slope of log level at the chosen times, (T,) or (N, T)."""
        weight = np.broadcast_to(chosen, self.level.shape) & (np.nan_to_num(self.level) > 0)
        count = weight.sum(axis=1)
        with np.errstate(all="ignore"):
            log_level = np.where(weight, np.log(self.level), 0.0)
            time = np.where(weight, self.since, 0.0)
            mean_time, mean_level = time.sum(axis=1) / count, log_level.sum(axis=1) / count
            off = np.where(weight, self.since - mean_time[:, None], 0.0)
            slope = (off * (log_level - mean_level[:, None])).sum(axis=1) / (off**2).sum(axis=1)
            return np.where((count >= 2) & (slope < 0), -np.log(2) / slope, np.nan)
