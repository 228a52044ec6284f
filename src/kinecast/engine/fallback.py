"""Integration by SciPy's LSODA, one patient at a time: for platforms without LLVM, and slower by two orders of magnitude."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.integrate import LSODA

from kinecast.engine.cohort import FIRST_STEP, Window
from kinecast.engine.emission import emit, hoisted
from kinecast.engine.events import BOLUS, OFF
from kinecast.engine.graph import Node
from kinecast.engine.lowering import System
from kinecast.engine.python_code import PythonCode
from kinecast.engine.status import Status

SMALLEST_RETRY = 1e-12
"""Steps are not shortened below this fraction of the time (or of one unit of time) when values are not finite."""
_lock = threading.Lock()
"""LSODA keeps its state in global variables in some versions of SciPy."""


class ScipyIntegrator:
    """Generated Python for one system, and LSODA; implements `cohort.Integrator`."""

    def __init__(self, system: System) -> None:
        self._size = len(system.derivatives)
        self._dosed = system.dosed
        constants = hoisted(system.graph, system.outputs())
        self._derivatives = _function(system, constants, system.derivatives, [(i,) for i in range(self._size)])
        self._jacobian = _function(system, constants, list(system.jacobian.values()), list(system.jacobian))

    def integrate(self, window: Window, threads: int) -> None:
        """Integrate the window's patients one after another, changing its arrays."""
        with _lock:
            for patient in window.order:
                self._integrate_patient(window, patient)

    def _integrate_patient(self, window: Window, p: int) -> None:
        mine = [change for change in window.changes if change.amount[p]]
        self._apply([change for change in mine if change.time <= window.time[p]], window, p)
        at_start = window.output_times == window.time[p]
        window.outputs[p, at_start] = window.state[p]
        for stop in sorted({change.time for change in mine if change.time > window.time[p]} | {window.until}):
            if stop > window.time[p]:
                self._integrate_segment(window, p, stop)
            if window.status[p] != Status.OK:
                return
            if stop < window.until:
                self._apply([change for change in mine if change.time == stop], window, p)

    def _integrate_segment(self, window: Window, p: int, stop: float) -> None:
        start = window.time[p]
        constants, rates = window.constants[p].tolist(), window.rates[p].tolist()

        def derivatives(_: float, y: np.ndarray) -> np.ndarray:
            result = np.zeros(self._size)
            self._derivatives(y.tolist(), constants, rates, result)
            return result

        def jacobian(_: float, y: np.ndarray) -> np.ndarray:
            result = np.zeros((self._size, self._size))
            self._jacobian(y.tolist(), constants, rates, result)
            return result

        if not np.isfinite(derivatives(start, window.state[p])).all():
            window.status[p] = Status.NOT_FINITE
            return
        solver: Any = None
        longest = np.inf
        while window.time[p] < stop:
            if solver is None:
                first = min(FIRST_STEP, stop - window.time[p], longest)
                solver = LSODA(
                    derivatives, window.time[p], window.state[p], stop, first, max_step=longest,
                    rtol=window.rtol, atol=window.atol, jac=jacobian,
                )  # fmt: skip
            solver.step()
            if solver.status == "failed":
                window.status[p] = Status.STEP_TOO_SMALL
                return
            if not np.isfinite(solver.y).all():
                # LSODA does not reject such a step: try again from before it with shorter ones.
                longest = 0.1 * (solver.t - window.time[p])
                solver = None
                if longest < SMALLEST_RETRY * max(abs(window.time[p]), 1.0):
                    window.status[p] = Status.NOT_FINITE
                    return
                continue
            window.steps[p] += 1
            inside = (window.output_times > solver.t_old) & (window.output_times <= solver.t)
            if inside.any():
                window.outputs[p, inside] = solver.dense_output()(window.output_times[inside]).T
            window.time[p], window.state[p] = solver.t, solver.y
            if window.steps[p] >= window.max_steps and solver.status == "running":
                window.status[p] = Status.TOO_MANY_STEPS
                return

    def _apply(self, found: list, window: Window, p: int) -> None:
        for change in found:
            if change.kind == BOLUS:
                window.state[p, self._dosed[change.dosed]] += change.amount[p]
                continue
            sign = -1 if change.kind == OFF else 1
            window.infusions[p, change.dosed] += sign
            window.rates[p, change.dosed] += sign * change.amount[p]
            if window.infusions[p, change.dosed] == 0:
                window.rates[p, change.dosed] = 0.0


def _function(system: System, constants: list[Node], outputs: Sequence[Node], places: list[tuple[int, ...]]) -> Callable[..., None]:
    """function(y, constants, rates, result): write each output at its place in `result`."""
    code = PythonCode()
    sources = {node: ("constants", index) for index, node in enumerate(constants)}
    sources |= {system.graph.state(index): ("y", index) for index in range(len(system.derivatives))}
    sources |= {system.graph.rate(index): ("rates", index) for index in range(len(system.dosed))}

    def write(k: int, value: str) -> None:
        code.lines.append(f"result[{', '.join(map(str, places[k]))}] = {value}")

    emit(system.graph, outputs, sources, code, write)
    return code.function("y", "constants", "rates", "result")
