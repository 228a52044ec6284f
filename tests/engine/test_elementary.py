"""The engine's own exp, log and normal quantile against numpy and SciPy."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from kinecast.engine.elementary import exp, log, normal_quantile


def ulps(found, expected):
    return np.abs(found - expected) / np.spacing(np.abs(expected))


def test_exp_within_one_and_a_half_units_of_numpy():
    x = np.random.default_rng(0).uniform(-700.0, 700.0, 200_000)
    assert ulps(exp(x), np.exp(x)).max() <= 1.5
    small = np.random.default_rng(1).normal(0.0, 1.0, 200_000)
    assert ulps(exp(small), np.exp(small)).max() <= 1.5


def test_log_within_one_and_a_half_units_of_numpy():
    x = np.exp(np.random.default_rng(0).uniform(-700.0, 700.0, 200_000))
    assert ulps(log(x), np.log(x)).max() <= 1.5
    near_one = np.random.default_rng(1).uniform(0.4, 2.5, 200_000)
    assert ulps(log(near_one), np.log(near_one)).max() <= 1.5


def test_normal_quantile_against_scipy():
    p = np.concatenate([np.random.default_rng(0).uniform(size=100_000), np.logspace(-300, -1, 1000)])
    np.testing.assert_allclose(normal_quantile(p), ndtri(p), rtol=3e-14, atol=1e-16)


def test_limits():
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(exp([-np.inf, -800.0, 0.0, 800.0, np.inf]), [0.0, 0.0, 1.0, np.inf, np.inf])
        np.testing.assert_array_equal(log([-1.0, 0.0, 1.0, np.inf, np.nan]), [np.nan, -np.inf, 0.0, np.inf, np.nan])
        np.testing.assert_array_equal(normal_quantile([0.0, 0.5, 1.0, -0.1, 1.1]), [-np.inf, 0.0, np.inf, np.nan, np.nan])
        assert np.isnan(exp(np.nan))


def test_known_bits():
    """Values that must not change from machine to machine."""
    assert [value.hex() for value in exp([1.0, -0.3, 20.5])] == [
        "0x1.5bf0a8b14576ap+1",
        "0x1.7b4c869c37c05p-1",
        "0x1.7d6c4f0bcdd5cp+29",
    ]
    assert [value.hex() for value in log([2.0, 0.7, 1e10])] == [
        "0x1.62e42fefa39efp-1",
        "-0x1.6d3c324e13f50p-2",
        "0x1.7069e2aa2aa5bp+4",
    ]
    quantiles = ["-0x1.f5c0331eeff83p+0", "0x1.036d6c4a04b5ap-2", "-0x1.c234fba57a32ap+2"]
    assert [value.hex() for value in normal_quantile([0.025, 0.6, 1e-12])] == quantiles
