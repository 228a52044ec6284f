"""Expressions compiled to NumPy: infinities and undefined values come out as IEEE 754 has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kinecast.network import Expression

Function = Callable[[Any, Any], list[Any]]
"""function(time, states): times are a number or (T,), states (n,) or (T, n); one value, or array (T,), for each expression.

What depends on neither comes out as a number.
"""

_OPERATIONS: dict[str, tuple[str, Callable[..., Any]]] = {
    "add": ("{} + {}", np.add),
    "sub": ("{} - {}", np.subtract),
    "mul": ("{} * {}", np.multiply),
    "div": ("divide({}, {})", np.divide),
    "pow": ("power({}, {})", np.power),
    "neg": ("-{}", np.negative),
    "exp": ("exp({})", np.exp),
    "log": ("log({})", np.log),
    "max": ("maximum({}, {})", np.maximum),
    "min": ("minimum({}, {})", np.minimum),
    "where": ("where({} > 0, {}, {})", lambda c, a, b: a if c > 0 else b),
}


def compiled(
    expressions: Sequence[Expression],
    definitions: Mapping[str, Expression],
    constants: Mapping[str, float],
    time: str = "",
    states: Sequence[str] = (),
) -> Function:
    """Compile expressions; what depends on constants only is worked out once.

    Arguments:
        definitions: symbol → expression, each using only what stands before it.
        constants: symbol → number.
        time: symbol of the time.
        states: symbols of the states, in order.
    """
    code = _Code({time: "t"} | {name: f"y[{i}]" for i, name in enumerate(states) if name != time}, constants)
    needed, pending = set(), set().union(*(each.symbols() for each in expressions))
    while pending:
        name = pending.pop()
        if name in definitions and name not in needed:
            needed.add(name)
            pending |= definitions[name].symbols()
    with np.errstate(all="ignore"):
        for name, definition in definitions.items():
            if name in needed:
                code.names[name] = code.written(definition)
        results = [code.written(each) for each in expressions]
    return code.function(results)


class _Code:
    """Lines of a function; a value is its name in the code, or a number when it is constant."""

    def __init__(self, inputs: Mapping[str, str], constants: Mapping[str, float]) -> None:
        self.names: dict[str, str | float] = {name: float(value) for name, value in constants.items()} | dict(inputs)
        self._lines: list[str] = []
        self._known: dict[tuple, str] = {}
        self._numbers: list[float] = []

    def written(self, expression: Expression) -> str | float:
        done: dict[int, str | float] = {}
        for node in expression.walk():
            if node.op == "number":
                value: str | float = node.value
            elif node.op == "symbol":
                value = self.names[node.name]
            else:
                value = self._operation(node.op, [done[id(arg)] for arg in node.args])
            done[id(node)] = value
        return done[id(expression)]

    def _operation(self, op: str, args: list[str | float]) -> str | float:
        line, operation = _OPERATIONS[op]
        if not any(isinstance(arg, str) for arg in args):
            return float(operation(*map(np.float64, args)))
        if op == "where" and not isinstance(args[0], str):
            return args[1] if args[0] > 0 else args[2]
        key = (op, *args)
        if key not in self._known:
            name = f"v{len(self._lines)}"
            self._lines.append(f"{name} = {line.format(*map(self._reference, args))}")
            self._known[key] = name
        return self._known[key]

    def _reference(self, value: str | float) -> str:
        if isinstance(value, str):
            return value
        self._numbers.append(value)
        return f"c[{len(self._numbers) - 1}]"

    def function(self, results: list[str | float]) -> Function:
        body = [*self._lines, f"return [{', '.join(map(self._reference, results))}]"]
        source = "def values(t, y, c):\n" + "\n".join("    " + line for line in body)
        names = {name: getattr(np, name) for name in ("divide", "power", "exp", "log", "maximum", "minimum", "where")}
        exec(source, names)
        numbers = [np.float64(number) for number in self._numbers]
        values: Callable[..., list[Any]] = names["values"]

        def function(times: Any, states: Any) -> list[Any]:
            with np.errstate(all="ignore"):
                return values(times, np.asarray(states, float).T, numbers)

        return function
