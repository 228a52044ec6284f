"""Integration against solutions known in closed form, and a stiff problem against published values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from kinecast.engine import Bolus, Infusion, compile_network, solve
from kinecast.network.expression import symbol

BACKENDS = ("llvm", "scipy")
TIMES = np.linspace(0.0, 4.0, 33)


def two_compartment_bolus(times, dose, out, there, back):
    """Central amount after a bolus into two compartments."""
    total, product = out + there + back, out * back
    root = np.sqrt(total**2 - 4.0 * product)
    fast, slow = (total + root) / 2.0, (total - root) / 2.0
    after = np.maximum(times, 0.0)
    curve = (fast - back) / (fast - slow) * np.exp(-fast * after) + (back - slow) / (fast - slow) * np.exp(-slow * after)
    return np.where(times >= 0.0, dose * curve, 0.0)


@pytest.fixture(scope="module")
def one_compartment(make_network):
    return make_network(
        {"amount": 0.0}, {"out": 2.0}, [({"amount": -1}, symbol("out") * symbol("amount"))], scale=100.0, dosed=("amount",)
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_bolus_against_closed_form(two_compartments, backend):
    kernel = compile_network(two_compartments, backend=backend)
    result = solve(kernel, [3.0, 2.0, 0.5], [Bolus(0.0, "central", 100.0)], TIMES, rtol=1e-7)
    np.testing.assert_allclose(result.states[0, :, 0], two_compartment_bolus(TIMES, 100.0, 3.0, 2.0, 0.5), rtol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_repeated_boluses_are_the_sum_of_shifted_ones(two_compartments, backend):
    doses = ((0.0, 100.0), (0.7, 40.0), (0.7, 10.0), (2.1, 80.0))
    kernel = compile_network(two_compartments, backend=backend)
    times = TIMES + 0.013
    result = solve(kernel, [3.0, 2.0, 0.5], [Bolus(time, "central", amount) for time, amount in doses], times, rtol=1e-7)
    expected = sum(two_compartment_bolus(times - time, amount, 3.0, 2.0, 0.5) for time, amount in doses)
    np.testing.assert_allclose(result.states[0, :, 0], expected, rtol=2e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_infusion_against_closed_form(one_compartment, backend):
    kernel = compile_network(one_compartment, backend=backend)
    result = solve(kernel, [[2.0], [0.3]], [Infusion(0.5, "amount", [100.0, 7.0], 1.5)], TIMES, rtol=1e-7)
    for row, (out, amount) in enumerate(((2.0, 100.0), (0.3, 7.0))):
        running = np.clip(TIMES - 0.5, 0.0, 1.5)
        expected = amount / 1.5 / out * -np.expm1(-out * running) * np.exp(-out * np.maximum(TIMES - 2.0, 0.0))
        np.testing.assert_allclose(result.states[row, :, 0], expected, rtol=1e-6, atol=1e-7)


def test_overlapping_infusions_add(one_compartment):
    kernel = compile_network(one_compartment)
    early, late = Infusion(0.0, "amount", 60.0, 1.0), Infusion(0.4, "amount", 90.0, 1.7)
    together = solve(kernel, [2.0], [early, late], TIMES, rtol=1e-8).states
    apart = sum(solve(kernel, [2.0], [event], TIMES, rtol=1e-8).states for event in (early, late))
    np.testing.assert_allclose(together, apart, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("backend", BACKENDS)
def test_michaelis_menten_against_its_implicit_solution(make_network, backend):
    substrate = symbol("substrate")
    network = make_network(
        {"substrate": symbol("first")},
        {"first": 20.0, "fastest": 5.0, "half": 3.0},
        [({"substrate": -1}, symbol("fastest") * substrate / (symbol("half") + substrate))],
        scale=10.0,
    )
    times = np.linspace(0.1, 6.0, 25)
    result = solve(compile_network(network, backend=backend), [20.0, 5.0, 3.0], outputs=times, rtol=1e-7)
    expected = [brentq(lambda s, t=t: 20.0 - s + 3.0 * np.log(20.0 / s) - 5.0 * t, 1e-9, 20.0, xtol=1e-14) for t in times]
    np.testing.assert_allclose(result.states[0, :, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_robertson_against_published_values(make_network, backend):
    """Reference at t = 4·10^k: Hairer and Wanner 1996, Solving Ordinary Differential Equations II, problem ROBER."""
    a, b, c = symbol("a"), symbol("b"), symbol("c")
    network = make_network(
        {"a": 1.0, "b": 0.0, "c": 0.0},
        {"slow": 0.04},
        [({"a": -1, "b": 1}, symbol("slow") * a), ({"b": -1, "c": 1}, 3e7 * b * b), ({"b": -1, "a": 1}, 1e4 * b * c)],
        scale={"a": 1e-3, "b": 1e-5, "c": 1.0},
    )
    result = solve(compile_network(network, backend=backend), [0.04], outputs=[1e11], rtol=1e-7)
    expected = [2.083340149701255e-08, 8.333360770334713e-14, 9.999999791665050e-01]
    np.testing.assert_allclose(result.states[0, 0], expected, rtol=1e-3)
