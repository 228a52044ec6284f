"""IL-21 in the typical patient and in patients of trials, against what was reported of it."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import kinecast as kc
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, solve
from kinecast.units import quantity

TIMES = np.arange(0, 42 * 24) / 24
FIVE_AND_NINE = (1, 2, 3, 4, 5, 15, 16, 17, 18, 19)
LEVELS = (1, 3, 10, 30, 50, 100)
"""Dose levels of the first trials, ug/kg."""


@functools.cache
def course(micrograms, days=FIVE_AND_NINE):
    """The typical patient of 77 kg under IL-21 by vein, an hour into each day; name → values over TIMES."""
    made = assemble(("rhil-21",), "none")
    amount = float(catalog.agent("rhil-21").amount(quantity(f"{micrograms} ug/kg"), weight=77.0, surface=1.9))
    parameters = np.array([[p.value for p in made.network.parameters]])
    doses = [Bolus(day - 1 + 1 / 24, "rhil_21_central", amount) for day in days]
    solution = solve(made.kernel(), parameters, events=doses, outputs=TIMES, rtol=1e-7)
    assert solution.status[0] == 0
    return lambda name: made.kernel().evaluate([name], solution.states, parameters)[name][0]


def fold(values):
    return values / values[0]


def test_levels_are_proportional_to_the_dose():
    """3 to 100 ug/kg (Thompson 2008)."""
    np.testing.assert_allclose(course(100)("rhil_21_plasma"), course(3)("rhil_21_plasma") * 100 / 3, rtol=1e-3, atol=1e-9)


def test_half_life_of_two_to_three_hours():
    level = course(30)("rhil_21_plasma")
    assert 2 < 6 * np.log(2) / np.log(level[5] / level[11]) < 3


def test_cells_are_armed_without_being_multiplied():
    run = course(30)
    assert run("cytotoxic_protein").max() > 0.7
    for name in ("cd8_count", "cd4_count", "treg_count", "nk_count"):
        assert fold(run(name)).max() < 1.1


def test_soluble_cd25_rises_at_every_dose_and_with_the_dose():
    """From 1 ug/kg (Davis 2007), dose-dependent (Thompson 2008)."""
    peaks = [fold(course(level)("soluble_cd25")).max() for level in LEVELS]
    assert peaks[0] > 1.5
    assert np.all(np.diff(peaks) > 0)


def test_biomarkers_outlast_the_drug():
    run = course(30)
    a_week_later = TIMES == 26
    assert run("rhil_21_plasma")[a_week_later] < 1e-6
    assert run("cytotoxic_protein")[a_week_later] > 0.3


def test_counts_fall_within_a_day_and_recover():
    run = course(30)
    for name in ("lymphocyte_count", "neutrophil_count"):
        counts = fold(run(name))
        assert counts.min() < 0.75 and counts[-1] > 0.85
    assert fold(run("platelet_count")).min() < 0.97


def test_harm_rises_with_the_dose():
    for name in ("alt_level", "temperature_rise", "fatigue"):
        assert np.all(np.diff([course(level)(name).max() for level in LEVELS]) > 0)


def test_resting_body_is_untouched_by_a_trace():
    run = course(1e-9)
    for name in ("cd8_count", "alt_level", "soluble_cd25", "neutrophil_count"):
        np.testing.assert_allclose(fold(run(name)), 1, rtol=1e-5)


@pytest.mark.parametrize(("schedule", "cycle"), [("5p9", "daily for five days"), ("3wk", "three times a week")])
def test_highest_tolerated_dose_within_a_level_of_davis_2007(schedule, cycle):
    """30 ug/kg in both schedules: the highest level at which fewer than a third have a dose-limiting toxicity."""
    patients = _davis().patients
    share = {level: patients[patients.arm == f"{schedule}_{level}"].dose_limiting_toxicity.mean() for level in LEVELS}
    tolerated = max(level for level in LEVELS if share[level] < 1 / 3)
    assert abs(LEVELS.index(tolerated) - LEVELS.index(30)) <= 1, f"{cycle}: {share}"
    assert all(share[level] < 0.1 for level in (1, 3, 10))  # no dose-limiting toxicity was seen there


def test_what_limits_the_dose_is_what_was_reported():
    """Liver tests in both schedules; fever three times a week (Davis 2007)."""
    worst = _davis().patients
    high = worst[worst.arm == "3wk_100"]
    assert (high.worst_alt >= 3).mean() > 0.15
    assert (high.worst_fever >= 3).mean() > 0.05
    assert (high.worst_hypotension >= 3).mean() < 0.02


@functools.cache
def _davis():
    return kc.trials["davis2007_il21"].run(patients=120, seed=1)
