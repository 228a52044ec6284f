"""EC50 from data that are Hill curves, and from forecasts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast.inference.hill import fit_hill, half_top

DOSES = np.logspace(-3, 2, 12)


@settings(max_examples=20, deadline=None)
@given(log_ec50=st.floats(-2, 1), slope=st.floats(0.6, 2.2), scale=st.floats(10, 1e5), background=st.floats(-100, 5000))
def test_a_hill_curve_is_found_whatever_its_scale(log_ec50, slope, scale, background):
    raised = DOSES**slope / (DOSES**slope + 10 ** (log_ec50 * slope))
    found = fit_hill(DOSES, background + scale * raised)
    assert found.ec50 == pytest.approx(10**log_ec50, rel=1e-2) and found.slope == pytest.approx(slope, rel=2e-2)
    assert found.defined


def test_replicates_on_different_scales_share_one_ec50():
    raised = DOSES / (DOSES + 0.3)
    values = np.concatenate([100 + 5000 * raised, 4000 + 800 * raised])
    found = fit_hill(np.tile(DOSES, 2), values, np.repeat(["1", "2"], 12))
    assert found.ec50 == pytest.approx(0.3, rel=1e-3) and found.residual < 1e-3


def test_noise_defines_no_ec50():
    noise = np.random.default_rng(1).normal(size=12)
    assert not fit_hill(DOSES, noise).defined
    with pytest.raises(ValueError, match="five points"):
        fit_hill(DOSES[:4], DOSES[:4])
    with pytest.raises(ValueError, match="values that differ"):
        fit_hill(DOSES, np.ones(12))


def test_half_of_the_top_is_found_on_the_rising_side():
    grid = np.logspace(-4, 4, 400)
    rising = grid / (grid + 2.0)
    bell = rising / (1 + grid / 1e3)
    found = half_top(grid, np.stack([rising, bell, np.zeros(400)]))
    assert found[0] == pytest.approx(2.0, rel=1e-3) and found[1] < 2.0 and np.isnan(found[2])
