"""Integration of a cohort by generated code, several patients to a vector."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from kinecast.engine.cohort import Window
from kinecast.engine.driver_loading import load_driver
from kinecast.engine.elimination import plan_elimination
from kinecast.engine.events import BOLUS
from kinecast.engine.graph import Node
from kinecast.engine.lowering import System
from kinecast.engine.native import aligned, compile_native, vector_lanes
from kinecast.engine.native_evaluation import VectorisedEvaluator
from kinecast.engine.step import plan_layout, step_module


class VectorisedBackend:
    """Generated code of one system and the loop that runs it; implements `cohort.Backend`.

    With `shared`, the patients of a window come in groups of `lanes` with the same events, and the first of each group decides
    on the steps of all: lanes that start together and step together stay together.
    """

    def __init__(self, system: System, lanes: int | None, cache: Path | None, shared: bool = False) -> None:
        self.lanes = lanes or vector_lanes()
        self._system = system
        self._together = self.lanes if shared else 1
        self._dosed = np.array(system.dosed, np.int64)
        self._plan = plan_elimination(system.jacobian, len(system.derivatives))
        self._place = np.array(self._plan.position, np.int64)
        n = len(self._plan.order)
        self._layout = plan_layout(self.lanes, n, len(system.constants) + len(system.dosed), len(self._plan.slots))
        self._code = compile_native(step_module(system, self._plan, self._layout, self.lanes, shared), cache)
        self._step = self._code.address("step")
        self._graph = system.graph
        self._cache = cache
        self._evaluators: dict[tuple[Node, ...], VectorisedEvaluator] = {}
        self._sharing: VectorisedBackend | None = None
        self._lock = threading.Lock()

    def integrate(self, window: Window, threads: int) -> None:
        """Integrate the window's patients, changing its arrays."""
        driver = load_driver()
        records, changes = window.records, window.changes
        kinds = np.array([change.kind for change in changes], np.int64)
        dosed = np.array([change.dosed for change in changes], np.int64)
        targets = np.where(kinds == BOLUS, self._place[self._dosed[dosed]], dosed) if changes else dosed
        amounts = np.array([change.amount for change in changes], float).reshape(len(changes), len(records.clock))
        times = np.array([change.time for change in changes], float)

        def work(order: np.ndarray) -> None:
            driver(
                self._step, self._layout, self._block(window), self._place, order, window.until, window.max_steps,
                records.clock, records.count, records.state, records.inputs, records.infusions,
                times, kinds, targets, amounts, window.output_times, window.outputs,
            )  # fmt: skip

        parts = max(1, min(threads, -(-len(window.order) // self.lanes)))
        if parts == 1:
            work(window.order)
            return
        with ThreadPoolExecutor(parts) as pool:
            groups = window.order.reshape(-1, self._together)
            list(pool.map(work, (groups[part::parts].ravel() for part in range(parts))))

    def sharing_steps(self) -> VectorisedBackend:
        """The same equations for groups that share steps, compiled when first asked for."""
        with self._lock:
            if self._sharing is None:
                self._sharing = VectorisedBackend(self._system, self.lanes, self._cache, shared=True)
        return self._sharing

    def evaluate(self, nodes: tuple[Node, ...], parameters: np.ndarray, states: np.ndarray) -> list[np.ndarray]:
        """Values of nodes, as `evaluation.evaluate_nodes`, by code that is generated for them once."""
        with self._lock:
            if nodes not in self._evaluators:
                self._evaluators[nodes] = VectorisedEvaluator(self._graph, nodes, self.lanes, self._cache)
        return self._evaluators[nodes](parameters, states)

    def _block(self, window: Window) -> np.ndarray:
        """Memory for one thread, (rows, lanes), with tolerances filled in."""
        block = aligned(self._layout.size, self.lanes)
        n = len(self._place)
        tolerances = block[self._layout.tolerances : self._layout.argument].reshape(-1)
        tolerances[:n][self._place] = window.atol
        tolerances[n] = window.rtol
        return block
