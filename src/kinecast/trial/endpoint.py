"""An endpoint of an arm: how it is estimated and in which unit; and the question it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinecast.trial.estimators import Estimator
from kinecast.trial.outcome import Outcome
from kinecast.trial.recist import Response
from kinecast.units import canonical_factor, convert, dimension

if TYPE_CHECKING:
    from kinecast.trial.protocol import Protocol


class NotSimulatedError(Exception):
    """The model or the protocol cannot give this number; the message says why."""


@dataclass(frozen=True)
class Endpoint:
    """A number of an arm.

    Attributes:
        estimator: gives it from patients and from resamples of them.
        unit: its unit.
        per: converts other units: unit → how many of that unit one `unit` is; for concentrations by mass or activity.
    """

    estimator: Estimator
    unit: str
    per: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Question:
    """What is asked of an arm: a quantity as evidence names it, when, and of whom.

    Attributes:
        quantity: such as 'orr', 'os_rate', 'fold_nk_blood'. time: free text, such as '12 months' or 'peak'.
        among: '' for the whole arm, or a subset such as 'responders'.
        arm: name. outcomes: arm → outcome, all on the same patients. units: observable → unit. protocol: of the trial.
    """

    quantity: str
    time: str
    among: str
    arm: str
    outcomes: Mapping[str, Outcome]
    units: Mapping[str, str]
    protocol: Protocol

    @property
    def outcome(self) -> Outcome:
        """The outcome of the arm."""
        return self.outcomes[self.arm]

    @property
    def subset(self) -> np.ndarray:
        """The patients asked about, (N,) bool; raises NotSimulatedError for a subset that the model does not know."""
        best = self.outcome.best
        known = {
            "": np.ones(len(self.outcome), dtype=bool),
            "responders": best >= Response.PR,
            "complete responders": best == Response.CR,
            "partial responders": best == Response.PR,
            "stable disease": best == Response.SD,
        }
        if self.among not in known:
            raise NotSimulatedError(f"the subset '{self.among}' is not told apart")
        return known[self.among]

    @property
    def day(self) -> float | None:
        """The time as days, None when the text names none."""
        return observed_days(self.time)


_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"(min|minutes?|h|hours?|d|days?|w|wk|weeks?|mo|months?|y|yr|years?)"
_DAYS = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.4375, "y": 365.25}


def observed_days(text: str) -> float | None:
    """Return '12 months', '60mo', 'wk 8' or '90 d' in days; None for a text without one plain time."""
    written = text.strip().lower()
    after = re.fullmatch(rf"{_NUMBER}\s*{_UNIT}", written)
    before = re.fullmatch(rf"{_UNIT}\s*{_NUMBER}", written)
    if after:
        return float(after[1]) * _day_length(after[2])
    if before:
        return float(before[2]) * _day_length(before[1])
    return None


def observed_window(text: str) -> tuple[float, float] | None:
    """Return '0-1 h' or '6-8 weeks' as two days, 'to 4 h' from the start; None for other texts."""
    match = re.fullmatch(rf"{_NUMBER}\s*(?:-|–|to)\s*{_NUMBER}\s*{_UNIT}", text.strip().lower())
    if match:
        return float(match[1]) * _day_length(match[3]), float(match[2]) * _day_length(match[3])
    match = re.fullmatch(rf"to\s+{_NUMBER}\s*{_UNIT}", text.strip().lower())
    return (0.0, float(match[1]) * _day_length(match[2])) if match else None


def in_unit(endpoint: Endpoint, unit: str) -> float:
    """Return what a value of the endpoint is multiplied by to be in `unit`; raises UnitError when it cannot be."""
    if endpoint.per:
        for own, factor in {endpoint.unit: 1.0, **endpoint.per}.items():
            if dimension(own) == dimension(unit):
                return factor * canonical_factor(own) / canonical_factor(unit)
    return convert(1.0, endpoint.unit, unit)


def _day_length(unit: str) -> float:
    for name in ("min", "mo", "h", "d", "w", "y"):
        if unit.startswith(name):
            return _DAYS[name]
    raise AssertionError(unit)
