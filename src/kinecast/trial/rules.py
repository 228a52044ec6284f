"""Holding rules on patients: what a rule says about the next dose of each patient, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from kinecast.units import convert

if TYPE_CHECKING:
    from kinecast.catalog import HoldingRule
    from kinecast.catalog.records import Criterion


class Verdict(IntEnum):
    """What happens to a dose, from mild to grave."""

    GIVE = 0
    HOLD = 1
    STOP = 2
    DISCONTINUE = 3


@dataclass(frozen=True, slots=True)
class _Threshold:
    observable: str
    above: bool
    value: float
    to_baseline: bool
    verdict: Verdict
    only_at_start: bool
    resume: float
    finding: str

    @property
    def reason(self) -> str:
        return f"{_THEN[self.verdict]}: {self.finding}"


_THEN = {Verdict.HOLD: "held", Verdict.STOP: "cycle stopped", Verdict.DISCONTINUE: "treatment ended"}


class Rule:
    """A holding rule made ready for a model.

    Attributes:
        observables: what must be read before a dose.
        reasons: every reason the rule can give; `judge` returns indices into it.
        not_modelled: criteria left out because the model does not have their observable.
        stop_after_holds: missed doses in a row after which the rest of the cycle is not given, or None.
        after_hold: the doses at which treatment goes on after a hold, or None: at the planned ones.
    """

    def __init__(self, rule: HoldingRule, units: Mapping[str, str]) -> None:
        """Keep the criteria whose observable the model has; `units` maps its observables to their units."""
        criteria = [(c, False) for c in rule.criteria] + [(c, True) for c in rule.start_criteria]
        kept = [(criterion, start) for criterion, start in criteria if criterion.observable in units]
        self.stop_after_holds = rule.stop_after_holds
        self.after_hold = rule.after_hold
        self.not_modelled = tuple(c.observable for c, _ in criteria if c.observable not in units)
        self._thresholds = [t for criterion, start in kept for t in _thresholds(criterion, start, units[criterion.observable])]
        self._thresholds.sort(key=lambda t: -t.verdict)
        self.observables = tuple(dict.fromkeys(t.observable for t in self._thresholds))
        self.reasons = tuple(t.reason for t in self._thresholds)
        self.last_step = len(self.reasons)
        if self.after_hold is not None:
            self.reasons += tuple(f"{_THEN[Verdict.DISCONTINUE]}: {t.finding} at the lowest dose" for t in self._thresholds)

    def nothing_abates(self, size: int) -> np.ndarray:
        """Return what `judge` takes as `waiting` before the first dose: nobody waits for anything, (N, thresholds) bool."""
        return np.zeros((size, len(self._thresholds)), dtype=bool)

    def judge(
        self,
        now: Mapping[str, np.ndarray],
        baseline: Mapping[str, np.ndarray],
        *,
        cycle_start: bool,
        waiting: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return verdict (N,) and the index of its reason (N,), -1 for doses that are given.

        Arguments:
            now: observable → value just before the dose, (N,).
            baseline: observable → value before treatment, (N,).
            cycle_start: whether this is the first dose of a cycle, at which the start criteria count too.
            waiting: (N, thresholds) whose finding has not come back to where doses are given again; updated.
        """
        size = len(next(iter(now.values()))) if now else len(next(iter(baseline.values()), ()))
        verdict = np.zeros(size, dtype=np.int8)
        reason = np.full(size, -1, dtype=np.int16)
        for index, threshold in enumerate(self._thresholds):  # gravest first: the first one crossed counts
            if threshold.only_at_start and not cycle_start:
                continue
            value = now[threshold.observable]
            if threshold.to_baseline:
                with np.errstate(invalid="ignore", divide="ignore"):
                    value = value / baseline[threshold.observable]
            crossed = value > threshold.value if threshold.above else value < threshold.value
            if waiting is not None:
                back = value <= threshold.resume if threshold.above else value >= threshold.resume
                crossed |= waiting[:, index] & ~back
                waiting[:, index] = crossed
            crossed &= reason < 0
            verdict[crossed] = threshold.verdict
            reason[crossed] = index
        return verdict, reason


def _thresholds(criterion: Criterion, at_start: bool, unit: str) -> list[_Threshold]:
    relative = criterion.relative_to == "baseline"
    found: list[_Threshold] = []
    for prefix, verdict in (("hold", Verdict.HOLD), ("stop", Verdict.STOP), ("discontinue", Verdict.DISCONTINUE)):
        for side in ("above", "below"):
            value: float | None = getattr(criterion, f"{prefix}_{side}")
            if value is None:
                continue
            consequence = max(verdict, Verdict.STOP) if at_start else verdict  # a start criterion withholds the cycle
            of = " times baseline" if relative else f" {criterion.unit}" if criterion.unit != "1" else ""
            resume = (criterion.resume_below if side == "above" else criterion.resume_above) if prefix == "hold" else None
            resume = value if resume is None else resume
            found.append(
                _Threshold(
                    observable=criterion.observable,
                    above=side == "above",
                    value=value if relative else convert(value, criterion.unit, unit),
                    to_baseline=relative,
                    verdict=consequence,
                    only_at_start=at_start,
                    resume=resume if relative else convert(resume, criterion.unit, unit),
                    finding=f"{criterion.observable} {side} {value:g}{of}",
                )
            )
    return found
