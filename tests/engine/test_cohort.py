"""What `Cohort.advance` promises: events, outputs, parts of a run, failures and tolerances."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.engine import Bolus, Infusion, Status, compile_network, driver, rosenbrock, solve, step
from kinecast.errors import NetworkError, RunError
from kinecast.network.expression import log, symbol

BACKENDS = ("llvm", "scipy")
OUT = [3.0, 2.0, 0.5]


@pytest.fixture(scope="module", params=BACKENDS)
def kernel(two_compartments, request):
    return compile_network(two_compartments, backend=request.param)


def test_network_orders_are_kept(kernel):
    assert kernel.state_names == ("central", "peripheral")
    assert kernel.parameter_names == ("out", "there", "back")
    assert kernel.dosed_names == ("central",)


def test_output_at_an_event_is_the_state_before_it_but_after_it_at_the_start(kernel):
    doses = [Bolus(0.0, "central", 10.0), Bolus(1.0, "central", 1000.0)]
    result = kernel.start(OUT).advance(2.0, doses, [1.0, 0.0, 1.0 + 1e-9])[0, :, 0]
    assert result[1] == 10.0
    assert 0.0 < result[0] < 10.0
    assert result[2] == pytest.approx(result[0] + 1000.0, rel=1e-6)


def test_event_at_the_end_belongs_to_the_next_call(kernel):
    doses = [Bolus(0.0, "central", 10.0), Bolus(1.0, "central", 1000.0)]
    cohort = kernel.start(OUT)
    first = cohort.advance(1.0, doses, [1.0])
    assert first[0, 0, 0] == cohort.states[0, 0] < 10.0
    second = cohort.advance(2.0, doses, [1.0])
    assert second[0, 0, 0] == first[0, 0, 0] + 1000.0


def test_boluses_before_the_time_reached_are_left_out(kernel):
    cohort = kernel.start(OUT, time=5.0)
    cohort.advance(6.0, [Bolus(1.0, "central", 10.0)])
    assert cohort.states[0, 0] == 0.0


def test_outputs_outside_the_call_are_nan(kernel):
    cohort = kernel.start(OUT, time=1.0, initial=[5.0, 5.0])
    result = cohort.advance(2.0, outputs=[0.5, 1.0, 1.5, 2.0, 2.5])[0, :, 0]
    np.testing.assert_array_equal(np.isnan(result), [True, False, False, False, True])


def test_advance_to_the_time_reached_changes_nothing_and_reports(kernel):
    cohort = kernel.start(OUT, initial=[5.0, 5.0])
    np.testing.assert_array_equal(cohort.advance(0.0, outputs=[0.0]), [[[5.0, 5.0]]])
    assert cohort.steps[0] == 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_run_in_parts_agrees_with_one_in_whole(growing_cells, varied, backend):
    kernel = compile_network(growing_cells, backend=backend)
    values = varied(growing_cells, 4)
    events = [Bolus(1.0, "drug", 20.0), Bolus(3.0, "drug", 5.0), Infusion(4.0, "drug", 40.0, 3.3)]
    whole = solve(kernel, values, events, [10.0], rtol=1e-7).states[:, 0]
    cohort = kernel.start(values, rtol=1e-7)
    for until in (0.5, 3.0, 4.7, 4.8, 6.0, 10.0):
        cohort.advance(until, events)
    np.testing.assert_allclose(cohort.states, whole, rtol=1e-5, atol=1e-7)


def test_infusion_goes_on_and_ends_in_later_calls(kernel):
    cohort = kernel.start(np.tile(OUT, (2, 1)))
    cohort.advance(1.0, [Infusion(0.5, "central", [100.0, 0.0], 1.0)])
    np.testing.assert_array_equal(cohort.rates, [[100.0], [0.0]])
    cohort.advance(2.0)
    np.testing.assert_array_equal(cohort.rates, [[0.0], [0.0]])
    whole = solve(kernel, OUT, [Infusion(0.5, "central", 100.0, 1.0)], [2.0]).states[0, 0]
    np.testing.assert_allclose(cohort.states[0], whole, rtol=1e-3)
    np.testing.assert_array_equal(cohort.states[1], 0.0)


def test_infusion_of_a_patient_who_waits_ends_at_its_time(kernel):
    cohort = kernel.start(np.tile(OUT, (2, 1)))
    cohort.advance(1.0, [Infusion(0.5, "central", 100.0, 1.0)])
    cohort.advance(2.0, active=[True, False])
    np.testing.assert_array_equal(cohort.rates, [[0.0], [100.0]])
    cohort.advance(3.0)
    np.testing.assert_allclose(cohort.states[0], cohort.states[1], rtol=1e-3)


def test_zero_amounts_do_not_restart_the_step(growing_cells, varied):
    kernel = compile_network(growing_cells)
    values = np.tile(varied(growing_cells, 1), (2, 1))
    doses = [Bolus(time, "drug", [0.0, 1.0]) for time in np.arange(1.0, 20.0)]
    cohort = kernel.start(values)
    cohort.advance(20.0, doses)
    alone = kernel.start(values[:1])
    alone.advance(20.0)
    np.testing.assert_array_equal(cohort.states[0], alone.states[0])
    assert cohort.steps[0] == alone.steps[0] < cohort.steps[1] / 5


def test_step_size_carries_over_between_calls(growing_cells, varied):
    kernel = compile_network(growing_cells)
    cohort = kernel.start(varied(growing_cells, 1))
    cohort.advance(50.0)
    before = cohort.steps[0]
    for until in range(51, 61):
        cohort.advance(float(until))
    assert cohort.steps[0] - before <= 20


@pytest.mark.parametrize("backend", BACKENDS)
def test_failed_patients_keep_their_reason_and_report_nan(make_network, backend):
    amount = symbol("amount")
    network = make_network({"amount": 1.0}, {"loss": 1.0}, [({"amount": -1}, symbol("loss") * (1.0 + 1e-9 * log(amount)))])
    kernel = compile_network(network, backend=backend)
    cohort = kernel.start([[0.01], [1.0]])
    result = cohort.advance(5.0, outputs=[0.5, 2.0, 5.0])
    assert cohort.status[0] == Status.OK
    assert cohort.status[1] in (Status.NOT_FINITE, Status.STEP_TOO_SMALL)
    assert Status(cohort.status[1]).sentence.startswith("Stopped")
    np.testing.assert_array_equal(np.isnan(result[:, :, 0]), [[False, False, False], [False, True, True]])
    reached = cohort.time[1]
    again = cohort.advance(6.0, outputs=[6.0])
    assert cohort.time[1] == reached < 2.0
    np.testing.assert_array_equal(np.isnan(again[:, 0, 0]), [False, True])


def test_a_cohort_may_be_empty(kernel):
    cohort = kernel.start(np.empty((0, 3)))
    assert cohort.advance(1.0, [Bolus(0.0, "central", 1.0)], [0.5, 1.0]).shape == (0, 2, 2)


def test_limit_on_steps(kernel):
    cohort = kernel.start(OUT, initial=[1.0, 1.0], max_steps=5)
    result = cohort.advance(100.0, outputs=[100.0])
    assert cohort.status[0] == Status.TOO_MANY_STEPS
    assert cohort.steps[0] == 5
    assert np.isnan(result).all()


def test_units_do_not_matter(make_network):
    def run(unit):
        drug, effect = symbol("drug"), symbol("effect")
        network = make_network(
            {"drug": 0.0, "effect": 0.0},
            {"out": 2.0, "half": 3.0 * unit},
            [
                ({"drug": -1}, symbol("out") * drug),
                ({"effect": 1}, unit * drug**1.5 / (symbol("half") ** 1.5 + drug**1.5)),
                ({"effect": -1}, 0.1 * effect),
            ],
            scale=10.0 * unit,
            dosed=("drug",),
        )
        doses = [Bolus(time, "drug", 10.0 * unit) for time in (0.0, 1.0)]
        result = solve(network, [2.0, 3.0 * unit], doses, np.linspace(0.1, 30.0, 40))
        return result.states / unit, result.steps

    plain, steps = run(1.0)
    for unit in (1e-6, 1e6):
        scaled, scaled_steps = run(unit)
        np.testing.assert_allclose(scaled, plain, rtol=1e-9, atol=1e-12)
        assert abs(scaled_steps - steps).max() <= 2


@pytest.mark.parametrize(("amount", "cell"), [(1e6, 1.0), (1e-6, 1.0), (1.0, 1e6), (1e6, 1e-6), (1e-6, 1e6), (1e6, 1e6)])
def test_states_parameters_and_doses_in_other_units_give_the_same_answer(make_network, amount, cell):
    """Amounts of drug and receptor in one unit, cells in another: every number that has a unit is rescaled."""

    def run(amount, cell):
        drug, receptor, bound, cells = (symbol(name) for name in ("drug", "receptor", "bound", "cells"))
        on, off, inside, each, half, hill = (symbol(name) for name in ("on", "off", "inside", "each", "half", "hill"))
        parameters = {
            "on": 40.0 / amount, "off": 15.0, "inside": 30.0, "each": 0.4 * amount / cell, "half": 0.3 * amount, "hill": 1.4,
            "growth": 0.6, "most": 200.0 * cell, "clearance": 8.0, "start": 10.0 * cell,
        }  # fmt: skip
        network = make_network(
            {"drug": 0.0, "receptor": each * symbol("start"), "bound": 0.0, "cells": symbol("start")},
            parameters,
            [
                ({"drug": -1, "receptor": -1, "bound": 1}, on * drug * receptor),
                ({"drug": 1, "receptor": 1, "bound": -1}, off * bound),
                ({"bound": -1}, inside * bound),
                ({"drug": -1}, symbol("clearance") * drug),
                ({"receptor": 1}, 12.0 * each * cells),
                ({"receptor": -1}, 12.0 * receptor),
                ({"cells": 1}, symbol("growth") * symbol("signal") * cells * log(symbol("most") / cells)),
                ({"cells": -1}, 0.05 * cells),
            ],
            definitions={"power": bound**hill, "signal": symbol("power") / (half**hill + symbol("power"))},
            scale={"drug": 10.0 * amount, "receptor": 4.0 * amount, "bound": 2.0 * amount, "cells": 10.0 * cell},
            dosed=("drug",),
        )
        doses = [Bolus(0.0, "drug", 15.0 * amount), Bolus(1.0, "drug", 4.0 * amount), Infusion(3.0, "drug", 30.0 * amount, 2.0)]
        result = solve(network, list(parameters.values()), doses, np.linspace(0.1, 12.0, 40), rtol=1e-8)
        return result.states / [amount, amount, amount, cell], result.steps[0]

    plain, steps = run(1.0, 1.0)
    assert np.ptp(plain[0], axis=0).min() > 0.1
    scaled, scaled_steps = run(amount, cell)
    np.testing.assert_allclose(scaled, plain, rtol=1e-7, atol=1e-10)
    assert abs(scaled_steps - steps) <= steps // 50


def test_tighter_tolerance_gives_smaller_error(growing_cells, varied):
    kernel = compile_network(growing_cells)
    values, events, times = varied(growing_cells, 8), [Bolus(0.0, "drug", 15.0)], np.linspace(0.1, 20.0, 30)
    reference = solve(kernel, values, events, times, rtol=1e-10).states
    error = [np.abs(solve(kernel, values, events, times, rtol=rtol).states - reference).max() for rtol in (1e-3, 1e-5, 1e-7)]
    assert error[0] > 10 * error[1] > 100 * error[2]
    assert error[2] < 1e-5


def test_fallback_agrees_with_generated_code(growing_cells, varied):
    values = varied(growing_cells, 3)
    events = [Bolus(0.0, "drug", 15.0), Bolus(2.0, "drug", [0.0, 4.0, 8.0]), Infusion(3.0, "drug", 30.0, 2.0)]
    times = np.linspace(0.0, 12.0, 31)
    results = [solve(compile_network(growing_cells, backend=backend), values, events, times, rtol=1e-8) for backend in BACKENDS]
    np.testing.assert_allclose(results[0].states, results[1].states, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_evaluate_broadcasts_over_the_middle_axes(growing_cells, varied, backend):
    kernel = compile_network(growing_cells, backend=backend)
    values = varied(growing_cells, 3)
    states = np.random.default_rng(0).uniform(0.5, 2.0, (3, 5, 2, 4))
    found = kernel.evaluate(["occupancy", "signal", "cells", "hill"], states, values)
    hill, half, density = (values[:, kernel.parameter_names.index(name), None, None] for name in ("hill", "half", "density"))
    occupancy = states[..., 2] / (density * states[..., 3])
    np.testing.assert_allclose(found["occupancy"], occupancy, rtol=1e-13)
    np.testing.assert_allclose(found["signal"], occupancy**hill / (half**hill + occupancy**hill), rtol=1e-13)
    np.testing.assert_array_equal(found["cells"], states[..., 3])
    np.testing.assert_array_equal(found["hill"], np.broadcast_to(hill, (3, 5, 2)))


@pytest.mark.parametrize("backend", BACKENDS)
def test_evaluate_many_points_as_few(growing_cells, varied, backend):
    kernel = compile_network(growing_cells, backend=backend)
    values = varied(growing_cells, 700)
    states = np.random.default_rng(0).uniform(0.5, 2.0, (700, 30, 4))
    whole = kernel.evaluate(["signal"], states, values)["signal"]
    np.testing.assert_array_equal(
        kernel.evaluate(["signal"], states[350:352, 3:4], values[350:352])["signal"], whole[350:352, 3:4]
    )
    assert kernel.evaluate(["signal"], states[:0], values[:0])["signal"].shape == (0, 30)


def test_input_that_cannot_be_used_is_named(kernel):
    cohort = kernel.start(OUT)
    with pytest.raises(RunError, match="'centrl' of Bolus cannot be dosed"):
        cohort.advance(1.0, [Bolus(0.0, "centrl", 1.0)])
    with pytest.raises(RunError, match="shape"):
        cohort.advance(1.0, [Bolus(0.0, "central", [1.0, 2.0])])
    with pytest.raises(RunError, match=r"duration 0\.0"):
        cohort.advance(1.0, [Infusion(0.0, "central", 1.0, 0.0)])
    with pytest.raises(RunError, match="finite amounts"):
        cohort.advance(1.0, [Bolus(0.0, "central", -1.0)])
    with pytest.raises(RunError, match="parameter 'there' of patient 0"):
        kernel.start([1.0, np.nan, 1.0])
    with pytest.raises(NetworkError, match="'centrl' is not"):
        kernel.evaluate(["centrl"], cohort.states, OUT)
    cohort.advance(1.0)
    with pytest.raises(RunError, match="before the time"):
        cohort.advance(0.5)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5])
def test_outputs_within_steps_are_more_exact_than_the_tolerance(growing_cells, varied, tolerance):
    kernel = compile_network(growing_cells)
    values = varied(growing_cells, 8)
    doses = [Bolus(time, "drug", 15.0) for time in (0.0, 3.0)]
    times = np.linspace(0.02, 12.0, 60)
    exact = solve(kernel, values, doses, times, rtol=1e-10).states
    found = solve(kernel, values, doses, times, rtol=tolerance).states
    assert (np.abs(found - exact) / (np.abs(exact) + 1e-4)).max() < 0.15 * tolerance


def test_steps_near_outputs_are_shorter_but_any_number_of_outputs_costs_less_than_twice_the_steps(growing_cells):
    kernel = compile_network(growing_cells)
    values = [parameter.value for parameter in growing_cells.parameters]
    steps = [
        solve(kernel, values, [Bolus(0.0, "drug", 15.0)], times, rtol=1e-6).steps[0]
        for times in ([30.0], np.linspace(1.0, 30.0, 5), np.linspace(0.01, 30.0, 3000))
    ]
    assert steps[0] < steps[1] < steps[2] < 2 * steps[0]


def test_a_shorter_step_tells_the_controller_what_the_proposed_one_would_have():
    exponent, order = step.PROPORTIONAL * rosenbrock.ORDER, rosenbrock.ORDER
    assert pytest.approx(driver.SHORTER ** (exponent - 1.0), rel=1e-15) == driver.LONGER
    assert pytest.approx(order * np.log(driver.SHORTER), rel=1e-15) == driver.LOG_LESS
