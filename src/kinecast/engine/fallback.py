"""Integration by SciPy's LSODA, one patient at a time: for where LLVM is not available, and slower by two orders of magnitude."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.integrate import LSODA

from kinecast.engine.cohort import Window
from kinecast.engine.emission import emit
from kinecast.engine.evaluation import evaluate_nodes
from kinecast.engine.events import BOLUS, OFF, Change
from kinecast.engine.graph import Node
from kinecast.engine.lowering import System
from kinecast.engine.python_code import PythonCode
from kinecast.engine.records import FIRST_STEP, SINCE, STATUS, STEPS, TIME, Records
from kinecast.engine.status import Status

SMALLEST_STEP = 1e-12
"""Steps are not shortened below this fraction of the time (or of one unit of time) when values are not finite."""

POINTS_AT_ONCE = 8192
"""Arrays of this length stay in the processor's cache."""

_lock = threading.Lock()
"""LSODA keeps its state in global variables in some versions of SciPy."""


class ScipyBackend:
    """Generated Python for one system, and LSODA; implements `cohort.Backend`."""

    def __init__(self, system: System) -> None:
        self._graph = system.graph
        self._dosed = system.dosed
        self._derivatives = _function(system, system.derivatives, [(i,) for i in range(len(system.derivatives))])
        self._jacobian = _function(system, list(system.jacobian.values()), list(system.jacobian))

    def integrate(self, window: Window, threads: int) -> None:
        """Integrate the window's patients one after another, changing their records."""
        with _lock:
            for patient in window.order:
                self._integrate_patient(window, patient)

    def evaluate(self, nodes: tuple[Node, ...], parameters: np.ndarray, states: np.ndarray) -> list[np.ndarray]:
        """Values of nodes, a part of the patients at a time."""
        n, m = states.shape[:2]
        results = [np.empty((n, m)) for _ in nodes]
        rows = max(1, POINTS_AT_ONCE // max(1, m))
        for first in range(0, n, rows):
            part = slice(first, first + rows)
            for result, values in zip(results, evaluate_nodes(self._graph, nodes, parameters[part], states[part]), strict=True):
                result[part] = values
        return results

    def _integrate_patient(self, window: Window, p: int) -> None:
        clock, count, state = window.records.clock, window.records.count, window.records.state
        mine = [change for change in window.changes if change.amount[p]]
        self._apply([change for change in mine if change.time <= clock[p, TIME]], window.records, p)
        window.outputs[p, window.output_times == clock[p, TIME]] = state[p]
        for stop in sorted({change.time for change in mine if change.time > clock[p, TIME]} | {window.until}):
            if stop > clock[p, TIME]:
                count[p, STATUS] = self._integrate_segment(window, p, stop)
            if count[p, STATUS] != Status.OK:
                return
            self._apply([change for change in mine if change.time == stop], window.records, p)

    def _integrate_segment(self, window: Window, p: int, stop: float) -> Status:
        clock, count, state = window.records.clock, window.records.count, window.records.state
        n, inputs = state.shape[1], window.records.inputs[p].tolist()

        def derivatives(_: float, y: np.ndarray) -> np.ndarray:
            result = np.zeros(n)
            self._derivatives(y.tolist(), inputs, result)
            return result

        def jacobian(_: float, y: np.ndarray) -> np.ndarray:
            result = np.zeros((n, n))
            self._jacobian(y.tolist(), inputs, result)
            return result

        solver: Any = None
        longest = np.inf
        while clock[p, TIME] < stop:
            if solver is None:
                first = min(FIRST_STEP, stop - clock[p, TIME], longest)
                tolerances: dict[str, Any] = {"rtol": window.rtol, "atol": window.atol}
                solver = LSODA(derivatives, clock[p, TIME], state[p], stop, first, max_step=longest, jac=jacobian, **tolerances)
            solver.step()
            if solver.status == "failed":
                return Status.STEP_TOO_SMALL
            if not np.isfinite(solver.y).all():
                # LSODA does not reject such a step: go back before it and take shorter ones.
                longest = 0.1 * (solver.t - clock[p, TIME])
                solver = None
                if longest < SMALLEST_STEP * max(abs(clock[p, TIME]), 1.0):
                    return Status.NOT_FINITE
                continue
            count[p, STEPS] += 1
            count[p, SINCE] += 1
            inside = (window.output_times > solver.t_old) & (window.output_times <= solver.t)
            if inside.any():
                window.outputs[p, inside] = solver.dense_output()(window.output_times[inside]).T
            clock[p, TIME], state[p] = solver.t, solver.y
            if count[p, SINCE] >= window.max_steps and solver.t < window.until:
                return Status.TOO_MANY_STEPS
        return Status.OK

    def _apply(self, found: list[Change], records: Records, p: int) -> None:
        for change in found:
            records.count[p, SINCE] = 0
            if change.kind == BOLUS:
                records.state[p, self._dosed[change.dosed]] += change.amount[p]
                continue
            sign = -1 if change.kind == OFF else 1
            records.infusions[p, change.dosed] += sign
            records.rates[p, change.dosed] += sign * change.amount[p]
            if records.infusions[p, change.dosed] == 0:
                records.rates[p, change.dosed] = 0.0


def _function(system: System, outputs: Sequence[Node], places: Sequence[tuple[int, ...]]) -> Callable[..., None]:
    """function(y, inputs, result): write each output at its place in `result`."""
    code = PythonCode()

    def write(k: int, value: str) -> None:
        code.lines.append(f"result[{', '.join(map(str, places[k]))}] = {value}")

    emit(system.graph, outputs, system.sources(range(len(system.derivatives))), code, write)
    return code.function("y", "inputs", "result")
