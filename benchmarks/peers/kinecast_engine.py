"""This engine, one thread: doses are events of the integration, outputs come from the method's interpolant."""

from __future__ import annotations

import numpy as np

from kinecast.engine import Kernel, Status, compile_network, solve
from peers.task import Task


class Engine:
    tolerances = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    label = "kinecast"

    def __init__(self, task: Task, kernel: Kernel) -> None:
        self.kernel = kernel
        self._task = task

    def solve(self, parameters: np.ndarray, rtol: float, threads: int = 1) -> np.ndarray:
        found = solve(self.kernel, parameters, self._task.doses, self._task.outputs, rtol=rtol, threads=threads)
        if (found.status != Status.OK).any():
            raise RuntimeError(f"the engine did not finish {(found.status != Status.OK).sum()} patients at rtol {rtol}.")
        return found.states


def build(task: Task) -> Engine:
    return Engine(task, compile_network(task.network))
