"""Values of expressions with NumPy: infinities and undefined values come out as IEEE 754 has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kinecast.network import Expression


class Values:
    """Values of a model at some points.

    Arguments:
        names: symbol → number, or array over points.
        definitions: symbol → expression, for symbols that are not in `names`.
    """

    def __init__(self, names: Mapping[str, Any], definitions: Mapping[str, Expression]) -> None:
        self._names = names
        self._definitions = definitions
        self._known: dict[int, Any] = {}
        self._nodes: list[Expression] = []

    def of(self, expression: Expression) -> Any:
        """The value of an expression: a number, or an array over points."""
        with np.errstate(all="ignore"):
            return self._of(expression)

    def name(self, name: str) -> Any:
        """The value of a symbol."""
        with np.errstate(all="ignore"):
            return self._symbol(name)

    def _of(self, expression: Expression) -> Any:
        if id(expression) not in self._known:
            for node in expression.walk():
                if id(node) not in self._known:
                    self._known[id(node)] = self._node(node)
            # Values are remembered by identity, so the nodes must live as long.
            self._nodes.append(expression)
        return self._known[id(expression)]

    def _symbol(self, name: str) -> Any:
        return self._of(self._definitions[name]) if name not in self._names else self._names[name]

    def _node(self, node: Expression) -> Any:
        a = [self._known[id(arg)] for arg in node.args]
        match node.op:
            case "number":
                return np.float64(node.value)
            case "symbol":
                return self._symbol(node.name)
            case "add":
                return a[0] + a[1]
            case "sub":
                return a[0] - a[1]
            case "mul":
                return a[0] * a[1]
            case "div":
                return np.divide(a[0], a[1])
            case "pow":
                return np.power(a[0], a[1])
            case "neg":
                return -a[0]
            case "exp":
                return np.exp(a[0])
            case "log":
                return np.log(a[0])
            case "max":
                return np.maximum(a[0], a[1])
            case "min":
                return np.minimum(a[0], a[1])
            case "where":
                return np.where(a[0] > 0, a[1], a[2])
        raise AssertionError(node.op)
