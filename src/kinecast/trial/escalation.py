"""Dose escalation: the dose that is tolerated, by its rate of dose-limiting toxicity, and what a 3+3 design would declare."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NONE = -1
"""In place of the index of a level: not even the lowest is tolerated."""

LIMIT = 1 / 3
"""Share of patients with dose-limiting toxicity from which a level is not tolerated."""

COHORT, MOST = 3, 6
"""Patients treated at a level at first, and at most."""


def highest_tolerated(rates: Sequence[float], limit: float = LIMIT) -> int:
    """Return the index of the highest level whose rate, like that of every level below it, is below the limit; NONE for none."""
    tolerated = np.asarray(rates) < limit
    return int(np.argmin(np.append(tolerated, False))) - 1


def three_plus_three(had: np.ndarray) -> np.ndarray:
    """Return the level (trials,) that each of many trials of a 3+3 design declares the maximum tolerated; NONE for none.

    Three patients are treated at a level, and three more when one of them had dose-limiting toxicity. The dose rises while none
    of three or one of six had it. When it rises no further, also after the highest level, the level below (the highest one) is
    filled to six, and is declared when at most one of six had it; else the one below that is filled, and so on.

    Arguments:
        had: (trials, levels, 6) bool, the lowest level first: whether each of the patients that a level may treat had
            dose-limiting toxicity, in the order in which they are treated.
    """
    first, six = had[:, :, :COHORT].sum(axis=2), had.sum(axis=2)
    rises = (first == 0) | ((first == 1) & (six == 1))
    reached = np.cumprod(rises, axis=1, dtype=bool)
    levels = np.arange(had.shape[1])
    return np.where(reached & (six <= 1), levels, NONE).max(axis=1, initial=NONE)


def declared(had: Sequence[np.ndarray], trials: int, generator: np.random.Generator) -> np.ndarray:
    """Return how often each level is declared in trials on virtual patients, (levels + 1,) shares: none, then each level.

    Arguments:
        had: level → (patients,) bool, whether each virtual patient would have dose-limiting toxicity there. Every trial draws
            its patients from them anew, with replacement, other ones at every level.
    """
    drawn = np.stack([one[generator.integers(len(one), size=(trials, MOST))] for one in map(np.asarray, had)], axis=1)
    return np.bincount(three_plus_three(drawn) - NONE, minlength=len(had) + 1) / trials
