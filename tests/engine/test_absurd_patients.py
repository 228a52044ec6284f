"""A patient with absurd parameters changes no other patient's bits, and its status says what happened."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.engine import Bolus, Infusion, Status, compile_network

N, PLACE = 21, 11
TIMES = np.linspace(0.1, 10.0, 12)
EVENTS = [Bolus(time, "drug", 15.0) for time in (0.0, 1.0, 2.0)] + [Infusion(4.0, "drug", 20.0, 2.5)]
LIMIT = 5000
FAILING = {
    "negative clearance": {"clearance": -100.0},
    "negative carrying capacity": {"most": -1.0},
    "cells that die out in finite time": {"trouble": 1.0},
    "negative binding": {"on": -40.0},
    "negative uptake": {"inside": -30.0},
}
UNUSABLE = {"NaN": {"growth": np.nan}, "infinity": {"density": np.inf}, "NaN in the initial value": {"density": np.nan}}
FINISHING = {
    "Hill coefficient of 60": {"hill": 60.0},
    "slightly negative clearance": {"clearance": -8.0},
    "growth a million times": {"growth": 1e6},
}


@pytest.fixture(scope="module")
def kernel(growing_cells):
    return compile_network(growing_cells)


@pytest.fixture(scope="module")
def values(growing_cells, varied):
    return varied(growing_cells, N)


@pytest.fixture(scope="module")
def alone(kernel, values):
    result, cohort = run(kernel, values)
    assert (cohort.status == Status.OK).all()
    return result


def run(kernel, values):
    cohort = kernel.start(values, max_steps=LIMIT)
    return cohort.advance(10.0, EVENTS, TIMES), cohort


def changed(kernel, values, rows, parameters):
    values = values.copy()
    for name, value in parameters.items():
        values[rows, kernel.parameter_names.index(name)] = value
    return values


@pytest.mark.parametrize("kind", [*FAILING, *FINISHING, *UNUSABLE])
def test_one_absurd_patient_changes_no_other_patients_bits(kernel, values, alone, kind):
    result, cohort = run(kernel, changed(kernel, values, PLACE, (FAILING | FINISHING | UNUSABLE)[kind]))
    others = np.arange(N) != PLACE
    np.testing.assert_array_equal(result[others], alone[others])
    assert (cohort.status[others] == Status.OK).all()
    assert not np.array_equal(result[PLACE], alone[PLACE])


@pytest.mark.parametrize("kind", FAILING)
def test_an_absurd_patient_that_fails_says_why_and_reports_nan_from_there(kernel, values, kind):
    result, cohort = run(kernel, changed(kernel, values, PLACE, FAILING[kind]))
    status = Status(cohort.status[PLACE])
    assert status != Status.OK
    assert status.sentence.startswith("Stopped: ")
    assert status.advice.startswith("Look for ")
    assert cohort.time[PLACE] < 10.0
    np.testing.assert_array_equal(np.isnan(result[PLACE]).any(axis=1), cohort.time[PLACE] < TIMES)


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_patient_with_unusable_input_does_not_start_and_says_why(kernel, values, kind):
    result, cohort = run(kernel, changed(kernel, values, PLACE, UNUSABLE[kind]))
    status = Status(cohort.status[PLACE])
    assert status == Status.BAD_INPUT
    assert "not a finite number" in status.sentence
    assert "NaN" in status.advice
    assert (cohort.time[PLACE], cohort.steps[PLACE]) == (0.0, 0)
    assert np.isnan(result[PLACE]).all()


@pytest.mark.parametrize("kind", FINISHING)
def test_an_absurd_patient_that_can_be_integrated_is(kernel, values, kind):
    result, cohort = run(kernel, changed(kernel, values, PLACE, FINISHING[kind]))
    assert cohort.status[PLACE] == Status.OK
    assert np.isfinite(result[PLACE]).all()


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_one_percent_absurd_patients_lose_none_of_the_others(kernel, growing_cells, varied, threads):
    values = varied(growing_cells, 800)
    kinds = [*FAILING.values(), *UNUSABLE.values()]
    rows = np.arange(len(kinds)) * 97 + 3
    absurd = values.copy()
    for row, parameters in zip(rows, kinds, strict=True):
        absurd = changed(kernel, absurd, row, parameters)
    cohort = kernel.start(absurd, max_steps=LIMIT)
    result = cohort.advance(10.0, EVENTS, TIMES, threads=threads)
    np.testing.assert_array_equal(np.flatnonzero(cohort.status != Status.OK), rows)
    np.testing.assert_array_equal(np.delete(result, rows, axis=0), run(kernel, np.delete(values, rows, axis=0))[0])
