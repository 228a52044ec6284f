"""The hazard ratio of two arms, against another program, a brute search and what it must do in plain cases."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.trial.hazard_ratio import HazardRatio, log_hazard_ratio

TIMES = np.array([5, 8, 8, 12, 12, 12, 17, 20, 24, 24, 30, 30, 3, 5, 6, 8, 8, 12, 12, 15, 17, 20, 24, 30], float)
EVENT = np.array([1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0], bool)
TREATED = np.arange(24) < 12


def ratio(size=400, effect=0.5, seed=2):
    random = np.random.default_rng(seed)
    treated, control = random.exponential(1 / effect, size), random.exponential(1.0, size)
    return HazardRatio(
        np.minimum(treated, 2.0), treated < 2.0, np.minimum(control, 2.0), control < 2.0, np.ones(size, dtype=bool)
    )


def test_against_lifelines_with_ties():
    """lifelines 0.30.3, CoxPHFitter on the same 24 patients: coefficient and standard error (Efron)."""
    coefficient, error = log_hazard_ratio(TIMES, EVENT, TREATED)
    assert coefficient == pytest.approx(-0.8147213, abs=1e-5)
    assert error == pytest.approx(0.5195491, abs=1e-5)


def test_without_ties_it_is_the_largest_partial_likelihood():
    random = np.random.default_rng(1)
    times, event, treated = random.exponential(1.0, 40), random.random(40) < 0.8, np.arange(40) % 2 == 0
    betas = np.linspace(-2, 2, 4001)
    risk = np.where(treated[None, :], np.exp(betas)[:, None], 1.0)
    at_risk = times[None, :] >= times[event][:, None]
    likelihood = (np.log(risk[:, event]) - np.log(risk @ at_risk.T)).sum(axis=1)
    assert log_hazard_ratio(times, event, treated)[0] == pytest.approx(betas[likelihood.argmax()], abs=1e-3)


def test_swapped_arms_give_the_inverse():
    there, back = (log_hazard_ratio(TIMES, EVENT, arm) for arm in (TREATED, ~TREATED))
    assert there[0] == pytest.approx(-back[0], abs=1e-9)
    assert there[1] == pytest.approx(back[1], rel=1e-9)


def test_an_arm_without_events_has_no_ratio():
    assert np.isnan(log_hazard_ratio(TIMES, EVENT & TREATED, TREATED)).all()


def test_known_hazards_are_found_and_lie_in_the_interval():
    found = ratio(size=3000)
    low, high = found.interval()
    assert found.estimate(np.ones((1, 3000)))[0] == pytest.approx(0.5, rel=0.08)
    assert low < 0.5 < high


def test_small_trials_scatter_more_than_large_ones():
    found = ratio()
    widths = [np.log(high / low) for low, high in (found.prediction(size) for size in (50, 400, 100_000))]
    own = np.log(found.interval()[1] / found.interval()[0])
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] == pytest.approx(own, rel=0.01)
    assert widths[1] == pytest.approx(own * 2**0.5, rel=1e-6)
