"""Escalation against a 3+3 trial conducted patient by patient, and against the exact probabilities of its outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from kinecast.trial.chance import resampler
from kinecast.trial.escalation import NONE, declared, highest_tolerated, three_plus_three


def conducted(had: Sequence[Sequence[bool]]) -> int:
    """A 3+3 trial as a clinic runs it: treat, count, decide, step by step."""
    treated = [0] * len(had)
    level = 0
    while level < len(had):
        treated[level] = 3
        if sum(had[level][:3]) == 1:
            treated[level] = 6
        if sum(had[level][: treated[level]]) > (1 if treated[level] == 6 else 0):
            break
        level += 1
    level -= 1
    while level >= 0:
        treated[level] = 6
        if sum(had[level]) <= 1:
            return level
        level -= 1
    return NONE


def exact(rates: Sequence[float]) -> list[float]:
    """Probability of declaring none and each level: every outcome of two levels is enumerated."""
    found = [0.0] * (len(rates) + 1)
    for outcome in product((False, True), repeat=6 * len(rates)):
        had = [outcome[6 * level : 6 * level + 6] for level in range(len(rates))]
        chance = 1.0
        for rate, patients in zip(rates, had, strict=True):
            for one in patients:
                chance *= rate if one else 1 - rate
        found[conducted(had) - NONE] += chance
    return found


def test_every_trial_of_two_levels_declares_what_one_conducted_step_by_step_declares():
    outcomes = np.array(list(product((False, True), repeat=12))).reshape(-1, 2, 6)
    assert three_plus_three(outcomes).tolist() == [conducted(had) for had in outcomes.tolist()]


@pytest.mark.parametrize("rates", [(0.1, 0.5), (0.02, 0.3), (0.6, 0.9)])
def test_shares_over_many_trials_against_exact_enumeration(rates: tuple[float, float]):
    had = [np.arange(1000) < round(1000 * rate) for rate in rates]
    shares = declared(had, 20_000, resampler(1, "escalation"))
    assert shares == pytest.approx(exact(rates), abs=4 * 0.5 / 20_000**0.5)
    assert shares.sum() == pytest.approx(1)


def test_safe_levels_are_climbed_to_the_top_and_toxic_ones_leave_none():
    assert three_plus_three(np.zeros((1, 4, 6), dtype=bool)).tolist() == [3]
    assert three_plus_three(np.ones((1, 4, 6), dtype=bool)).tolist() == [NONE]


def test_the_level_below_is_filled_to_six_before_it_is_declared():
    had = np.zeros((1, 3, 6), dtype=bool)
    had[0, 2, :2] = True  # two of three at the highest level
    had[0, 1, 4:] = True  # none of the first three below it, two of the next three
    assert three_plus_three(had).tolist() == [0]


@pytest.mark.parametrize(
    ("rates", "level"),
    [((0.0, 0.2, 0.5), 1), ((0.0, 0.34, 0.1), 0), ((0.4, 0.0), NONE), ((0.0, 0.1), 1), ((0.1, 1 / 3), 0), ((), NONE)],
)
def test_the_highest_tolerated_level_has_only_tolerated_ones_below(rates: tuple[float, ...], level: int):
    assert highest_tolerated(rates) == level
