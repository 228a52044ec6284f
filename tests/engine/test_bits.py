"""A patient's result has the same bits whoever is integrated beside it, in whatever order, and on however many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kinecast.engine import Bolus, Infusion, Status, compile_network

N = 37
TIMES = np.linspace(0.1, 10.0, 23)


def schedule(rows):
    amounts = np.random.default_rng(4).uniform(1.0, 20.0, N)
    amounts[::5] = 0.0
    return [Bolus(time, "drug", amounts[rows]) for time in (0.0, 1.0, 2.0)] + [Infusion(4.0, "drug", 3.0 * amounts[rows], 2.5)]


def run(kernel, values, rows, threads=1):
    cohort = kernel.start(values[rows])
    first = cohort.advance(5.0, schedule(rows), TIMES[TIMES <= 5.0], threads=threads)
    second = cohort.advance(10.0, schedule(rows), TIMES[TIMES > 5.0], threads=threads)
    return np.concatenate([first, second], axis=1), cohort


@pytest.fixture(scope="module")
def kernel(growing_cells):
    return compile_network(growing_cells)


@pytest.fixture(scope="module")
def values(growing_cells, varied):
    return varied(growing_cells, N)


@pytest.fixture(scope="module")
def together(kernel, values):
    result, cohort = run(kernel, values, np.arange(N))
    assert np.isfinite(result).all()
    assert (cohort.status == Status.OK).all()
    return result


def test_alone(kernel, values, together):
    for patient in (0, 5, 17, 36):
        np.testing.assert_array_equal(run(kernel, values, np.array([patient]))[0][0], together[patient])


def test_permuted(kernel, values, together):
    rows = np.random.default_rng(2).permutation(N)
    np.testing.assert_array_equal(run(kernel, values, rows)[0], together[rows])


def test_in_chunks(kernel, values, together):
    chunks = [run(kernel, values, rows)[0] for rows in np.array_split(np.arange(N), 5)]
    np.testing.assert_array_equal(np.concatenate(chunks), together)


@pytest.mark.parametrize("lanes", [2, 8])
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_on_one_two_and_eight_threads(growing_cells, values, together, threads, lanes):
    kernel = compile_network(growing_cells, lanes=lanes)
    np.testing.assert_array_equal(run(kernel, values, np.arange(N), threads=threads)[0], together)


def test_chunks_in_two_threads_of_the_caller(kernel, values, together):
    with ThreadPoolExecutor(2) as pool:
        chunks = pool.map(lambda rows: run(kernel, values, rows)[0], np.array_split(np.arange(N), 4))
    np.testing.assert_array_equal(np.concatenate(list(chunks)), together)


@pytest.mark.parametrize("lanes", [2, 4, 8])
def test_with_any_number_of_lanes(growing_cells, values, together, lanes):
    kernel = compile_network(growing_cells, lanes=lanes)
    np.testing.assert_array_equal(run(kernel, values, np.arange(N))[0], together)


def test_beside_failing_patients(kernel, values, together):
    troubled = values.copy()
    failing = np.array([0, 3, 4, 20])
    troubled[failing, kernel.parameter_names.index("trouble")] = 1.0
    result, cohort = run(kernel, troubled, np.arange(N))
    assert set(np.flatnonzero(cohort.status != Status.OK)) == set(failing)
    others = np.setdiff1d(np.arange(N), failing)
    np.testing.assert_array_equal(result[others], together[others])


def test_beside_patients_that_are_not_active(kernel, values, together):
    active = np.arange(N) % 3 == 0
    rows = np.arange(N)
    cohort = kernel.start(values)
    first = cohort.advance(5.0, schedule(rows), TIMES[TIMES <= 5.0], active)
    np.testing.assert_array_equal(first[active], together[active, : first.shape[1]])
    assert np.isnan(first[~active]).all()
    np.testing.assert_array_equal(cohort.time, np.where(active, 5.0, 0.0))
    late = cohort.advance(5.0, schedule(rows), TIMES[TIMES <= 5.0], ~active)
    np.testing.assert_array_equal(late[~active], together[~active, : first.shape[1]])


def test_bits_that_must_not_change_from_machine_to_machine(growing_cells):
    kernel = compile_network(growing_cells)
    cohort = kernel.start([parameter.value for parameter in growing_cells.parameters])
    outputs = cohort.advance(5.0, [Bolus(0.0, "drug", 15.0), Infusion(2.0, "drug", 30.0, 1.5)], [3.0, 5.0])
    assert [value.hex() for value in outputs[0].ravel().tolist()] == [
        "0x1.b07b312118ed4p-4",
        "0x1.b41cf2cb109bcp+2",
        "0x1.475ade3ed2553p-1",
        "0x1.11fb2bb65476cp+4",
        "0x0.0p+0",
        "0x1.dcb6f3779eb92p+2",
        "-0x1.85c7998e09d6cp-47",
        "0x1.28b488d74cab8p+4",
    ]
