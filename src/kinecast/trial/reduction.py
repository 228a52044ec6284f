"""Lower doses after a hold: at what share of the planned dose each patient's treatment goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kinecast.catalog.records.rule import Reduction
    from kinecast.trial.schedule import PlannedDose


class Reductions:
    """The levels of one holding rule, and where on them the patients of an arm stand."""

    def __init__(self, record: Reduction, planned: Sequence[PlannedDose], nmol: np.ndarray) -> None:
        """Start with nobody's dose lowered; `nmol` (N, doses) are the planned amounts."""
        self._nmol = nmol
        self._keys = [dose.treatment if record.of == "phase" else dose.agent for dose in planned]
        first = {key: self._keys.index(key) for key in dict.fromkeys(self._keys)}
        self._levels = {key: np.outer(nmol[:, index], record.levels) for key, index in first.items()}  # nmol, (N, levels)
        self._most = {key: np.full(len(nmol), np.inf) for key in first}  # nmol, the level reached
        self._begun = {key: np.zeros(len(nmol), dtype=bool) for key in first}
        self._held = {key: np.zeros(len(nmol), dtype=bool) for key in first}

    def share(self, index: int) -> np.ndarray:
        """Return the share (N,) of a planned dose at which it is given, if it is."""
        return np.minimum(1.0, self._most[self._keys[index]] / self._nmol[:, index])

    def hold(self, index: int, held: np.ndarray) -> np.ndarray:
        """Lower the doses of patients who are held (N,), and return for whom no lower level is left, (N,) bool.

        Doses held one after the other count once. A hold before the first dose given is not for harm and lowers nothing.
        """
        key = self._keys[index]
        harmed = held & self._begun[key] & ~self._held[key]
        self._held[key] |= harmed
        present = self._nmol[:, index] * self.share(index)
        levels = self._levels[key]
        lower = np.where(levels < present[:, None] * (1 - 1e-9), levels, 0.0).max(axis=1)
        self._most[key] = np.where(harmed & (lower > 0), lower, self._most[key])
        return harmed & (lower == 0)

    def give(self, index: int, given: np.ndarray) -> None:
        """Take note of who was given this dose, (N,) bool."""
        key = self._keys[index]
        self._begun[key] |= given
        self._held[key] &= ~given
