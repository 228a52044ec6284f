"""SciPy's LSODA on the right-hand side and the analytic Jacobian, both compiled by numba.

Choices: `odeint` with a restart at every dose, twice as fast as stepping the class `LSODA` from Python; the functions are those
that the engine derives, with common subexpressions shared and parameter-only parts computed once a patient, so that only the
method and its driver differ. Absolute tolerance of a state: 1e-4·rtol·typical size (1e-2 and 1e-3 cost the same and err more).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numba
import numpy as np
import scipy
from scipy.integrate import odeint

from kinecast.engine.emission import emit
from kinecast.engine.evaluation import evaluate_nodes
from kinecast.engine.graph import Node
from kinecast.engine.lowering import System, lower
from kinecast.engine.python_code import PythonCode
from peers.task import Task

ABSOLUTE = 1e-4
FIRST_STEP = 1e-5


class Lsoda:
    tolerances = (1e-3, 1e-4, 1e-5, 1e-6, 1e-8)
    label = f"SciPy {scipy.__version__} odeint (LSODA), numba"

    def __init__(self, task: Task) -> None:
        self._task = task
        self._system = lower(task.network)
        n = len(self._system.derivatives)
        self._derivatives = compiled(self._system, self._system.derivatives, [str(i) for i in range(n)])
        entries = self._system.jacobian
        self._jacobian = compiled(self._system, list(entries.values()), [f"{i}, {j}" for i, j in entries])
        self._start = np.array([state.initial.value for state in task.network.states])
        self._places = {state.name: place for place, state in enumerate(task.network.states)}

    def solve(self, parameters: np.ndarray, rtol: float) -> np.ndarray:
        return np.array([self._patient(row, rtol) for row in parameters])

    def _patient(self, values: np.ndarray, rtol: float) -> np.ndarray:
        constants = evaluate_nodes(self._system.graph, self._system.constants, values[None])
        inputs = np.concatenate([*(value[0] for value in constants), np.zeros(len(self._system.dosed))])
        y = self._start.copy()
        matrix = np.zeros((len(y), len(y)))

        def derivatives(_: float, y: np.ndarray) -> np.ndarray:
            result = np.empty(len(y))
            self._derivatives(y, inputs, result)
            return result

        def jacobian(_: float, y: np.ndarray) -> np.ndarray:
            self._jacobian(y, inputs, matrix)
            return matrix

        outputs, now = np.empty((len(self._task.outputs), len(y))), 0.0
        for stop, dose in self._task.segments():
            if stop > now:
                inside, times = self._task.stops(now, stop)
                found = odeint(
                    derivatives, y, times, Dfun=jacobian, tfirst=True, rtol=rtol, atol=ABSOLUTE * rtol * self._task.scales,
                    h0=FIRST_STEP, tcrit=[stop], mxstep=1_000_000,
                )  # fmt: skip
                outputs[inside] = found[1 : 1 + len(inside)]
                now, y = stop, found[-1].copy()
            if dose is not None:
                y[self._places[dose.state]] += dose.amount
        return outputs


def compiled(system: System, nodes: Sequence[Node], places: Sequence[str]) -> Callable[..., None]:
    """function(y, inputs, result) that writes nodes at their places."""
    code = PythonCode()

    def write(k: int, value: str) -> None:
        code.lines.append(f"result[{places[k]}] = {value}")

    emit(system.graph, nodes, system.sources(range(len(system.derivatives))), code, write)
    return numba.njit(code.function("y", "inputs", "result"))


def build(task: Task) -> Lsoda:
    return Lsoda(task)
