"""Speed and error of the engine on the benchmark problem, beside SciPy's LSODA: `python benchmarks/engine_speed.py [patients]`.

LSODA gets the same equations with the same Jacobian, compiled by numba, and as many restarts as there are doses.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import benchmark_problem
import numba
import numpy as np
from scipy.integrate import LSODA

from kinecast.engine import Kernel, compile_network, solve
from kinecast.engine.emission import emit
from kinecast.engine.evaluation import evaluate_nodes
from kinecast.engine.graph import Node
from kinecast.engine.lowering import System, lower
from kinecast.engine.python_code import PythonCode

TOLERANCES = (1e-3, 1e-4, 1e-6)
REFERENCE_PATIENTS = 64
LSODA_PATIENTS = 3


def main(patients: int) -> None:
    network = benchmark_problem.network()
    start = time.perf_counter()
    kernel = compile_network(network)
    print(f"compiled in {time.perf_counter() - start:.2f} s")
    values = benchmark_problem.patients(patients)
    start = time.perf_counter()
    solve(kernel, values[:1], benchmark_problem.DOSES, benchmark_problem.OUTPUTS)
    print(f"first patient after {time.perf_counter() - start:.2f} s (includes loading the integration loop)")
    reference = solve(kernel, values[:REFERENCE_PATIENTS], benchmark_problem.DOSES, benchmark_problem.OUTPUTS, rtol=1e-10).states

    print(f"\n{'solver':28} {'rtol':>7} {'patients/s':>11} {'max error':>10} {'median':>9} {'steps':>6}")
    for rtol in TOLERANCES:
        start = time.perf_counter()
        result = solve(kernel, values, benchmark_problem.DOSES, benchmark_problem.OUTPUTS, rtol=rtol)
        speed = patients / (time.perf_counter() - start)
        report("kinecast, one thread", rtol, speed, error(kernel, result.states, reference), result.steps.mean())
    lsoda = Lsoda(lower(network), kernel)
    lsoda.run(values[0], 1e-3)
    for rtol in TOLERANCES:
        start = time.perf_counter()
        runs = [lsoda.run(row, rtol) for row in values[:LSODA_PATIENTS]]
        speed = LSODA_PATIENTS / (time.perf_counter() - start)
        states, steps = np.array([run[0] for run in runs]), np.mean([run[1] for run in runs])
        report("SciPy LSODA, numba equations", rtol, speed, error(kernel, states, reference), steps)


def report(solver: str, rtol: float, speed: float, errors: np.ndarray, steps: float) -> None:
    print(f"{solver:28} {rtol:7.0e} {speed:11.1f} {errors.max():10.1e} {np.median(errors):9.1e} {steps:6.0f}")


def error(kernel: Kernel, states: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Relative error, with a floor at 1e-4 of each state's scale."""
    n = min(len(states), len(reference))
    return np.abs(states[:n] - reference[:n]) / (np.abs(reference[:n]) + 1e-4 * kernel.scales)


class Lsoda:
    """One patient at a time through SciPy's LSODA."""

    def __init__(self, system: System, kernel: Kernel) -> None:
        self._system, self._kernel = system, kernel
        n = len(system.derivatives)
        self._derivatives = compiled(system, system.derivatives, [str(i) for i in range(n)])
        self._jacobian = compiled(system, list(system.jacobian.values()), [f"{i}, {j}" for i, j in system.jacobian])

    def run(self, parameters: np.ndarray, rtol: float) -> tuple[np.ndarray, int]:
        y = self._kernel.start(parameters).states[0].copy()
        n = len(y)
        constants = evaluate_nodes(self._system.graph, self._system.constants, parameters[None])
        inputs = np.concatenate([*(value[0] for value in constants), np.zeros(len(self._system.dosed))])

        def derivatives(_: float, y: np.ndarray) -> np.ndarray:
            result = np.zeros(n)
            self._derivatives(y, inputs, result)
            return result

        def jacobian(_: float, y: np.ndarray) -> np.ndarray:
            result = np.zeros((n, n))
            self._jacobian(y, inputs, result)
            return result

        outputs, steps, now = np.empty((len(benchmark_problem.OUTPUTS), n)), 0, 0.0
        stops = [*((dose.time, dose) for dose in benchmark_problem.DOSES), (benchmark_problem.END, None)]
        for stop, dose in stops:
            if stop > now:
                solver = LSODA(derivatives, now, y, stop, 1e-5, rtol=rtol, atol=1e-3 * rtol * self._kernel.scales, jac=jacobian)
                while solver.status == "running":
                    solver.step()
                    steps += 1
                    inside = (solver.t_old < benchmark_problem.OUTPUTS) & (solver.t >= benchmark_problem.OUTPUTS)
                    if inside.any():
                        outputs[inside] = solver.dense_output()(benchmark_problem.OUTPUTS[inside]).T
                now, y = stop, solver.y.copy()
            if dose is not None:
                y[self._kernel.state_names.index(dose.state)] += dose.amount
        return outputs, steps


def compiled(system: System, nodes: Sequence[Node], places: Sequence[str]) -> Callable[..., None]:
    """function(y, inputs, result) that writes nodes at their places."""
    code = PythonCode()

    def write(k: int, value: str) -> None:
        code.lines.append(f"result[{places[k]}] = {value}")

    emit(system.graph, nodes, system.sources(range(len(system.derivatives))), code, write)
    return numba.njit(code.function("y", "inputs", "result"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
