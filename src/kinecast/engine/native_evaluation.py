"""Chosen nodes evaluated at many points by generated code, several points to a vector."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kinecast.engine.emission import emit
from kinecast.engine.graph import Graph, Node
from kinecast.engine.llvm_code import LlvmCode, module
from kinecast.engine.native import aligned, compile_native

POINTS_AT_ONCE = 2048
"""What is gathered for so many points stays in the processor's cache."""


class VectorisedEvaluator:
    """Generated code for some nodes of a graph; safe to call from several threads."""

    def __init__(self, graph: Graph, nodes: Sequence[Node], lanes: int, cache: Path | None) -> None:
        leaves = [(node, *graph.nodes[node]) for node in graph.leaves(nodes)]
        self._states = [index for _, kind, index in leaves if kind == "state"]
        self._parameters = [index for _, kind, index in leaves if kind == "parameter"]
        order = [graph.state(index) for index in self._states] + [graph.parameter(index) for index in self._parameters]
        self._lanes, self._outputs = lanes, len(nodes)
        self._code = compile_native(_module(graph, nodes, order, lanes), cache)
        prototype = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
        self._function = prototype(self._code.address("evaluate"))

    def __call__(self, parameters: np.ndarray, states: np.ndarray) -> list[np.ndarray]:
        """Values (N, M) of each node, from parameters (N, n_parameters) and states (N, M, n_states)."""
        n, m = states.shape[:2]
        results = np.empty((self._outputs, n, m))
        rows = max(1, POINTS_AT_ONCE // max(1, m))
        for first in range(0, n, rows):
            part = slice(first, first + rows)
            results[:, part] = self._evaluate(parameters[part], states[part]).reshape(self._outputs, -1, m)
        return list(results)

    def _evaluate(self, parameters: np.ndarray, states: np.ndarray) -> np.ndarray:
        """Values (nodes, points) of a part."""
        n, m = states.shape[:2]
        split = len(self._states)
        blocks = -(-n * m // self._lanes)
        points = np.ones((blocks * self._lanes, split + len(self._parameters)))
        points[: n * m, :split] = states.reshape(n * m, -1)[:, self._states]
        points[: n * m, split:] = np.repeat(parameters[:, self._parameters], m, axis=0)
        inputs = aligned(blocks, points.shape[1], self._lanes)
        inputs[:] = points.reshape(blocks, self._lanes, -1).transpose(0, 2, 1)
        outputs = aligned(blocks, self._outputs, self._lanes)
        self._function(blocks, inputs.ctypes.data, outputs.ctypes.data)
        return outputs.transpose(1, 0, 2).reshape(self._outputs, -1)[:, : n * m]


def _module(graph: Graph, nodes: Sequence[Node], leaves: Sequence[Node], lanes: int) -> str:
    """evaluate(blocks, inputs, outputs): vectors of leaves to vectors of nodes, block after block."""
    code = LlvmCode(lanes)

    def body(block: str, total: str) -> str:
        for array, size in (("inputs", len(leaves)), ("outputs", len(nodes))):
            code.arrays[f"block_{array}"] = code.address(array, code.line(f"mul i64 {block}, {size}"))
        sources = {node: ("block_inputs", index) for index, node in enumerate(leaves)}
        emit(graph, nodes, sources, code, lambda k, value: code.store("block_outputs", k, value))
        return total

    code.loop("%blocks", body)
    return module(lanes, [code.function("evaluate", "inputs", "outputs", counts=("blocks",), public=True)])
