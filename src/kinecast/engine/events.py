"""Doses as the engine sees them: a bolus adds an amount to a state at once, an infusion at a constant rate for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kinecast.errors import RunError, choices

BOLUS, OFF, ON = 0, 1, 2
"""Kinds of change; of changes at one time, boluses come first, and infusions end before others begin."""


@dataclass(frozen=True)
class Bolus:
    """Add `amount` to `state` at `time`.

    Arguments:
        time: when, in the network's unit of time.
        state: name of a dosed state.
        amount: in the state's unit; a number, or one a patient (N,), where zero means no dose for that patient.
    """

    time: float
    state: str
    amount: npt.ArrayLike


@dataclass(frozen=True)
class Infusion:
    """Add `amount` to `state` evenly from `time` to `time + duration`.

    Arguments:
        time: when it begins, in the network's unit of time.
        state: name of a dosed state.
        amount: the total, in the state's unit; a number, or one a patient (N,), where zero means no dose for that patient.
        duration: how long it runs.
    """

    time: float
    state: str
    amount: npt.ArrayLike
    duration: float


class Change(NamedTuple):
    """One change at one time for a whole cohort: `amount` (N,) of a bolus, or of a rate that is switched on or off."""

    time: float
    kind: int
    dosed: int
    amount: np.ndarray


def changes(events: Sequence[Bolus | Infusion], dosed: tuple[str, ...], n: int) -> list[Change]:
    """Events as changes, for n patients; an infusion gives two.

    Raises:
        RunError: for a state that cannot be dosed, a time or amount that is not a number, or a duration that is not positive.
    """
    found = []
    for event in events:
        if event.state not in dosed:
            raise RunError(f"state '{event.state}' of {type(event).__name__} cannot be dosed.", choices(event.state, dosed))
        target = dosed.index(event.state)
        amount = np.asarray(event.amount, float)
        if amount.ndim and amount.shape != (n,):
            raise RunError(f"amount of {type(event).__name__} into '{event.state}' has shape {amount.shape}, not ({n},).")
        if not np.isfinite(event.time) or not np.isfinite(amount).all() or (amount < 0.0).any():
            raise RunError(f"{type(event).__name__} into '{event.state}' needs a finite time and finite amounts of at least 0.")
        amount = np.broadcast_to(amount, (n,))
        if isinstance(event, Bolus):
            found.append(Change(float(event.time), BOLUS, target, amount))
            continue
        end = float(event.time) + float(event.duration)
        if not event.time < end < np.inf:
            raise RunError(f"duration {event.duration!r} of Infusion into '{event.state}' is not a positive length of time.")
        rate = amount / float(event.duration)
        found += [Change(float(event.time), ON, target, rate), Change(end, OFF, target, rate)]
    return found
