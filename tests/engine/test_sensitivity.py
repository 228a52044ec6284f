"""Sensitivities against closed forms, against central differences at a tight tolerance, and bit by bit."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.engine import Bolus, Infusion, Status, compile_network, sensitivities, solve
from kinecast.errors import RunError
from kinecast.network.expression import log, symbol

NAMES = ("on", "inside", "density", "hill", "half", "growth", "most", "clearance")
TIMES = np.linspace(0.25, 12.0, 19)


@pytest.fixture(scope="module")
def kernel(growing_cells):
    return compile_network(growing_cells)


def schedule(n):
    amounts = np.linspace(5.0, 20.0, n)
    return [Bolus(0.0, "drug", amounts), Bolus(3.0, "drug", 10.0), Infusion(5.0, "drug", 2.0 * amounts, 1.5)]


def test_one_compartment_across_doses_against_the_closed_form(make_network):
    amount, loss = symbol("amount"), symbol("loss")
    network = make_network(
        {"amount": symbol("start")},
        {"loss": 0.7, "start": 5.0},
        [({"amount": -1}, loss * amount)],
        scale=100.0,
        dosed=("amount",),
    )
    k, start = np.array([[0.7], [1.3]]), 5.0
    times = np.array([0.5, 1.0, 1.5, 4.0, 6.0])
    doses, infusion = [(0.0, 30.0), (1.0, 100.0)], (2.0, 60.0, 1.5)
    events = [*(Bolus(time, "amount", size) for time, size in doses), Infusion(infusion[0], "amount", *infusion[1:])]
    found = sensitivities(compile_network(network), np.column_stack([k, [start] * 2]), ["loss", "start"], events, times)

    value, by_loss = start * np.exp(-k * times), -times * start * np.exp(-k * times)
    for time, size in doses:
        since = times - time
        # An output at the time of a dose reports the state before it.
        value += np.where(since > 0.0, size * np.exp(-k * since), 0.0)
        by_loss += np.where(since > 0.0, -since * size * np.exp(-k * since), 0.0)
    begin, size, duration = infusion
    ends = [np.maximum(times - begin, 0.0), np.maximum(times - begin - duration, 0.0)]
    shape = [-np.exp(-k * since) / k for since in ends]
    slope = [np.exp(-k * since) * (since / k + 1.0 / k**2) for since in ends]
    value += size / duration * (shape[0] - shape[1])
    by_loss += size / duration * (slope[0] - slope[1])
    np.testing.assert_allclose(found.values[:, :, 0], value, rtol=1e-5)
    np.testing.assert_allclose(found.derivatives[:, :, 0, 0], by_loss, rtol=1e-5)
    np.testing.assert_allclose(found.derivatives[:, :, 0, 1], np.exp(-k * times), rtol=1e-5)


def test_against_central_differences_at_a_tight_tolerance(kernel, growing_cells, varied):
    values = varied(growing_cells, 3)
    found = sensitivities(kernel, values, NAMES, schedule(3), TIMES)
    for number, name in enumerate(NAMES):
        change = np.zeros_like(values)
        change[:, kernel.parameter_names.index(name)] = 1e-4 * values[:, kernel.parameter_names.index(name)]
        above, below = (solve(kernel, values + side * change, schedule(3), TIMES, rtol=1e-11).states for side in (1.0, -1.0))
        # Per relative change of the parameter, and so in the unit of the state.
        expected = (above - below) / 2e-4
        scaled = found.derivatives[..., number] * 1e4 * change.max(axis=1)[:, None, None]
        np.testing.assert_allclose(scaled, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max(axis=(0, 1)).max())


def test_shared_steps_are_nearer_than_independent_ones(kernel, growing_cells, varied):
    values, place = varied(growing_cells, 3), kernel.parameter_names.index("growth")
    exact = sensitivities(kernel, values, ["growth"], schedule(3), TIMES, rtol=1e-9).derivatives[..., 0]
    shared = sensitivities(kernel, values, ["growth"], schedule(3), TIMES, rtol=1e-4).derivatives[..., 0]
    for increment in (1e-6, 1e-3, 1e-2):
        more = values.copy()
        more[:, place] *= 1.0 + increment
        states = [solve(kernel, rows, schedule(3), TIMES, rtol=1e-4).states for rows in (values, more)]
        independent = (states[1] - states[0]) / (more - values)[:, place, None, None]
        assert np.abs(independent - exact).max() > 2.0 * np.abs(shared - exact).max()


def test_values_are_those_without_derivatives_to_the_last_bit(kernel, growing_cells, varied):
    values = varied(growing_cells, 3)
    found = sensitivities(kernel, values, NAMES, schedule(3), TIMES, rtol=1e-5)
    alone = solve(kernel, values, schedule(3), TIMES, rtol=1e-5)
    np.testing.assert_array_equal(found.values, alone.states)
    np.testing.assert_array_equal(found.steps, alone.steps)


@pytest.mark.parametrize("lanes", [2, 4, 8])
def test_bits_do_not_depend_on_lanes_threads_or_company(growing_cells, varied, kernel, lanes):
    values = varied(growing_cells, 5)
    expected = sensitivities(kernel, values, NAMES, schedule(5), TIMES)
    found = sensitivities(compile_network(growing_cells, lanes=lanes), values, NAMES, schedule(5), TIMES, threads=2)
    np.testing.assert_array_equal(found.derivatives, expected.derivatives)
    events = [Bolus(0.0, "drug", schedule(5)[0].amount[3]), schedule(5)[1], Infusion(5.0, "drug", schedule(5)[2].amount[3], 1.5)]
    alone = sensitivities(kernel, values[3], NAMES[4:6], events, TIMES)
    np.testing.assert_array_equal(alone.derivatives[0], expected.derivatives[3, ..., 4:6])


def test_failure_of_one_patient_stays_with_that_patient(make_network):
    amount = symbol("amount")
    network = make_network({"amount": 1.0}, {"loss": 1.0}, [({"amount": -1}, symbol("loss") * (1.0 + 1e-9 * log(amount)))])
    found = sensitivities(compile_network(network), [[0.01], [1.0], [0.02]], ["loss"], outputs=[0.5, 2.0, 5.0])
    np.testing.assert_array_equal(found.status == Status.OK, [True, False, True])
    np.testing.assert_array_equal(np.isnan(found.derivatives[1, :, 0, 0]), [False, True, True])
    np.testing.assert_allclose(found.derivatives[[0, 2], :, 0, 0], [[-0.5, -2.0, -5.0]] * 2, rtol=1e-5)


def test_derivative_by_a_parameter_that_is_zero(growing_cells, kernel):
    values = [parameter.value for parameter in growing_cells.parameters]
    assert values[kernel.parameter_names.index("trouble")] == 0.0
    found = sensitivities(kernel, values, ["trouble"], outputs=[0.5])
    cells = kernel.state_names.index("cells")
    np.testing.assert_allclose(found.derivatives[0, 0, cells, 0], -5.0 * (1.0 - np.exp(-0.05 * 0.5)) / 0.05, rtol=1e-4)


def test_no_parameters_give_values_only(kernel, growing_cells):
    found = sensitivities(kernel, [parameter.value for parameter in growing_cells.parameters], [], outputs=[1.0])
    assert found.derivatives.shape == (1, 1, 4, 0)
    assert np.isfinite(found.values).all()


def test_what_cannot_be_differentiated_is_named(growing_cells, kernel):
    values = [parameter.value for parameter in growing_cells.parameters]
    with pytest.raises(RunError, match="'grwth' is not a parameter"):
        sensitivities(kernel, values, ["grwth"], outputs=[1.0])
    with pytest.raises(RunError, match="shape"):
        sensitivities(kernel, values, ["growth"], [Bolus(0.0, "drug", [1.0, 2.0])], [1.0])
    with pytest.raises(RunError, match="cannot share steps"):
        sensitivities(compile_network(growing_cells, backend="scipy"), values, ["growth"], outputs=[1.0])
