"""Drug levels between two doses: peak, steady state, half-lives, area, clearance and volume of each patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinecast.trial.conducted import Conducted

_LEAST_SHARE = 1e-3
"""Levels below this share of the peak are not used for a half-life: no assay follows them."""
_LEAST_EXCESS = 0.05
"""Share of its first value down to which the excess over the terminal decline is read as distribution."""


@dataclass(frozen=True)
class Levels:
    """Levels of one agent from one of its doses to the next.

    Attributes:
        since: (T,) d since the dose. level: (N, T). dose: (N,) nmol given. duration: of the infusion, d; 0 for a bolus.
    """

    since: np.ndarray
    level: np.ndarray
    dose: np.ndarray
    duration: float

    @classmethod
    def of(cls, conducted: Conducted, agent: str, number: int = 0) -> Levels:
        """Return the levels after an agent's dose of this number, from 0 (times at and after it, before the next dose acts).

        They are NaN for patients who were not given the dose, where it is not the first.
        """
        doses = [index for index, dose in enumerate(conducted.planned) if dose.agent == agent]
        chosen = doses[number]
        begin = conducted.planned[chosen]
        last = next((conducted.planned[dose].time for dose in doses[number + 1 :]), conducted.times[-1])
        within = (conducted.times >= begin.time - 1e-6) & (conducted.times <= last + 1e-6)
        level = conducted.curve(f"serum_{agent}")[:, within].astype(float)
        if number:
            level[~conducted.given[:, chosen]] = np.nan
        share = np.where(conducted.given[:, chosen], conducted.share[:, chosen], 1.0)
        return cls(conducted.times[within] - begin.time, level, conducted.planned_nmol[:, chosen] * share, begin.duration)

    def peak(self) -> np.ndarray:
        """Return the highest level (N,)."""
        return np.where(np.isnan(self.level).all(axis=1), np.nan, np.nan_to_num(self.level, nan=-np.inf).max(axis=1))

    def time_of_peak(self) -> np.ndarray:
        """Return when the level is highest (N,), d since the dose."""
        highest = np.nan_to_num(self.level, nan=-np.inf).argmax(axis=1)
        return np.where(np.isnan(self.level).all(axis=1), np.nan, self.since[highest])

    def time_above(self, level: float) -> np.ndarray:
        """Return for how long (N,), d, the level is above one given, linear between the times."""
        above = self.level - level
        before, after = above[:, :-1], above[:, 1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            crossing = np.maximum(before, after) / np.abs(before - after)
        share = np.where((before > 0) & (after > 0), 1.0, np.where((before > 0) | (after > 0), crossing, 0.0))
        return np.where(np.isnan(self.level).any(axis=1), np.nan, (share * np.diff(self.since)).sum(axis=1))

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
        return self._fit(self._late())

    def distribution_half_life(self) -> np.ndarray:
        """Return the half-life (N,), d, of what lies above the terminal decline drawn back to the end of the infusion."""
        after = self.since - self.duration
        rate = np.log(2) / self.terminal_half_life()
        late = self._late()
        with np.errstate(all="ignore"):
            offset = np.where(late, np.log(self.level) + rate[:, None] * after, 0.0).sum(axis=1) / late.sum(axis=1)
            excess = self.level - np.exp(offset[:, None] - rate[:, None] * after)
            first = np.where(after > 1e-6, excess, -np.inf).max(axis=1, initial=-np.inf)
            early = (after > 1e-6) & (excess > _LEAST_EXCESS * first[:, None]) & ~late
        return self._fit(early, excess)

    def area(self) -> np.ndarray:
        """Return the area under the level (N,), level × d, extended by the terminal half-life."""
        with np.errstate(invalid="ignore"):
            beyond = np.nan_to_num(self.level[:, -1] * self.terminal_half_life() / np.log(2))
        return self.area_seen() + beyond

    def area_seen(self) -> np.ndarray:
        """Return the area under the level (N,), level × d, up to the next dose."""
        area = np.trapezoid(np.nan_to_num(self.level), self.since, axis=1)
        return np.where(np.isnan(self.level).any(axis=1), np.nan, area)

    def clearance(self) -> np.ndarray:
        """Return dose over area (N,), nmol over the unit of level × d."""
        return self.dose / self.area()

    def volume(self) -> np.ndarray:
        """Return the volume of the terminal phase (N,), clearance over the terminal rate."""
        return self.clearance() * self.terminal_half_life() / np.log(2)

    def _late(self) -> np.ndarray:
        """Return the times of the terminal phase, (N, T) bool."""
        after = self.since - self.duration
        with np.errstate(invalid="ignore"):
            seen = (self.level > _LEAST_SHARE * self.peak()[:, None]) & (after > 1e-6)
        latest = np.where(seen, after, 0.0).max(axis=1, initial=0.0)
        return seen & (after[None, :] >= latest[:, None] / 2)

    def _fit(self, chosen: np.ndarray, level: np.ndarray | None = None) -> np.ndarray:
        """Return ln 2 over minus the least-squares slope of log level at the chosen times, (T,) or (N, T)."""
        level = self.level if level is None else level
        weight = np.broadcast_to(chosen, level.shape) & (np.nan_to_num(level) > 0)
        count = weight.sum(axis=1)
        with np.errstate(all="ignore"):
            log_level = np.where(weight, np.log(level), 0.0)
            time = np.where(weight, self.since, 0.0)
            mean_time, mean_level = time.sum(axis=1) / count, log_level.sum(axis=1) / count
            off = np.where(weight, self.since - mean_time[:, None], 0.0)
            slope = (off * (log_level - mean_level[:, None])).sum(axis=1) / (off**2).sum(axis=1)
            return np.where((count >= 2) & (slope < 0), -np.log(2) / slope, np.nan)
