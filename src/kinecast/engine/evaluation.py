"""Graph nodes evaluated with NumPy, with the engine's own exp and log."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kinecast.engine import elementary
from kinecast.engine.graph import Graph, Node


def evaluate_nodes(
    graph: Graph, wanted: Sequence[Node], parameters: np.ndarray, states: np.ndarray | None = None
) -> list[np.ndarray]:
    """Values of nodes that do not depend on infusion rates.

    Arguments:
        parameters: (N, n_parameters).
        states: (N, M, n_states); without it, no wanted node may depend on states.

    Returns:
        One array for each wanted node: (N, 1) for nodes of parameters only, (1, 1) for numbers, else (N, M).
    """
    values: dict[Node, np.ndarray] = {}
    with np.errstate(all="ignore"):
        for node in graph.reachable(wanted):
            values[node] = _value(graph.nodes[node], values, parameters, states)
    return [values[node] for node in wanted]


def _value(content: tuple, values: dict[Node, np.ndarray], parameters: np.ndarray, states: np.ndarray | None) -> np.ndarray:
    operation, *arguments = content
    match operation:
        case "number":
            return np.full((1, 1), arguments[0])
        case "parameter":
            return parameters[:, arguments[0], None]
        case "state":
            assert states is not None
            return states[:, :, arguments[0]]
    a = [values[argument] for argument in arguments]
    match operation:
        case "add":
            return a[0] + a[1]
        case "sub":
            return a[0] - a[1]
        case "mul":
            return a[0] * a[1]
        case "neg":
            return -a[0]
        case "inv":
            return 1.0 / a[0]
        case "exp":
            return elementary.exp(a[0])
        case "log":
            return elementary.log(a[0])
        case "power":
            return elementary.exp(a[1] * elementary.log(a[0]))
        case "where":
            return np.where(a[0] > 0.0, a[1], a[2])
    raise AssertionError(operation)
