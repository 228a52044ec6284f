from __future__ import annotations

import numpy as np
import pytest

from kinecast.trial.exposure import Levels

TIMES = np.concatenate([np.linspace(0, 0.25, 26), np.linspace(0.3, 2, 35)])


def bolus(k: float, start: float = 100.0) -> Levels:
    return Levels(TIMES, start * np.exp(-np.outer([k, 2 * k], TIMES)), np.array([10.0, 10.0]), 0.0)


def test_one_compartment_against_closed_form():
    levels = bolus(3.0)
    np.testing.assert_allclose(levels.peak(), 100.0)
    np.testing.assert_allclose(levels.terminal_half_life(), np.log(2) / np.array([3.0, 6.0]), rtol=1e-6)
    np.testing.assert_allclose(levels.half_life(0.0, 0.2), np.log(2) / np.array([3.0, 6.0]), rtol=1e-6)
    np.testing.assert_allclose(levels.area(), 100 / np.array([3.0, 6.0]), rtol=1e-2)


def test_two_phases_have_two_half_lives():
    level = 90 * np.exp(-np.log(2) / 0.01 * TIMES) + 10 * np.exp(-np.log(2) / 0.5 * TIMES)
    levels = Levels(TIMES, level[None, :], np.array([1.0]), 0.0)
    assert 0.01 < levels.half_life(0.0, 0.02)[0] < 0.015
    assert levels.terminal_half_life()[0] == pytest.approx(0.5, rel=1e-3)


def test_steady_state_is_read_in_the_second_half_of_the_infusion():
    level = np.where(TIMES <= 1.0, 50 * (1 - np.exp(-20 * TIMES)), 0.0)
    levels = Levels(TIMES, level[None, :], np.array([1.0]), 1.0)
    assert levels.steady()[0] == pytest.approx(50.0, rel=1e-3)


def test_a_level_that_is_not_known_gives_no_number():
    levels = Levels(TIMES, np.full((1, len(TIMES)), np.nan), np.array([1.0]), 0.0)
    assert all(np.isnan(value[0]) for value in (levels.peak(), levels.terminal_half_life(), levels.area()))


def test_a_rising_level_has_no_half_life():
    levels = Levels(TIMES, 1 + TIMES[None, :], np.array([1.0]), 0.0)
    assert np.isnan(levels.terminal_half_life()[0])
