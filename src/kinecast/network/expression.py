"""Expressions of the model language: immutable trees over numbers, named symbols and a few operations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Union

Operand = Union["Expression", float, int]
Make = Callable[[str, tuple["Expression", ...]], "Expression"]
"""Builds a node from its operation and arguments."""


class Expression:
    """A node: a number (`op == "number"`, in `value`), a symbol (`op == "symbol"`, in `name`) or an operation on `args`.

    Operations are add, sub, mul, div, pow, max and min of two, neg, exp and log of one, and where(c, a, b): a if c > 0, else b.
    Nodes are built with Python operators and the functions `exp`, `log`, `sqrt`, `maximum`, `minimum`, `where` of this module.
    They are compared by identity; give equal things the same name instead of comparing trees.
    """

    __slots__ = ("args", "name", "op", "value")

    def __init__(self, op: str, args: tuple[Expression, ...] = (), *, value: float = math.nan, name: str = "") -> None:
        self.op = op
        self.args = args
        self.value = value
        self.name = name

    def __add__(self, other: Operand) -> Expression:
        return Expression("add", (self, expression(other)))

    def __radd__(self, other: Operand) -> Expression:
        return Expression("add", (expression(other), self))

    def __sub__(self, other: Operand) -> Expression:
        return Expression("sub", (self, expression(other)))

    def __rsub__(self, other: Operand) -> Expression:
        return Expression("sub", (expression(other), self))

    def __mul__(self, other: Operand) -> Expression:
        return Expression("mul", (self, expression(other)))

    def __rmul__(self, other: Operand) -> Expression:
        return Expression("mul", (expression(other), self))

    def __truediv__(self, other: Operand) -> Expression:
        return Expression("div", (self, expression(other)))

    def __rtruediv__(self, other: Operand) -> Expression:
        return Expression("div", (expression(other), self))

    def __pow__(self, other: Operand) -> Expression:
        return Expression("pow", (self, expression(other)))

    def __rpow__(self, other: Operand) -> Expression:
        return Expression("pow", (expression(other), self))

    def __neg__(self) -> Expression:
        return Expression("neg", (self,))

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value while the model is being written; use where(condition, a, b)")

    def __repr__(self) -> str:
        return text(self)

    def symbols(self) -> set[str]:
        """Names of all symbols in this expression."""
        return {node.name for node in self.walk() if node.op == "symbol"}

    def walk(self) -> Iterator[Expression]:
        """Every distinct node, children before parents."""
        seen: set[int] = set()
        stack: list[tuple[Expression, bool]] = [(self, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                yield node
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((child, False) for child in node.args)

    def substitute(self, replacements: Mapping[str, Expression], make: Make | None = None) -> Expression:
        """Return this expression with symbols replaced by name; what that touches is built anew, by `make` if it is given."""
        done: dict[int, Expression] = {}
        for node in self.walk():
            if node.op == "symbol":
                done[id(node)] = replacements.get(node.name, node)
            elif node.op == "number":
                done[id(node)] = node
            else:
                args = tuple(done[id(child)] for child in node.args)
                same = all(a is b for a, b in zip(args, node.args, strict=True))
                done[id(node)] = node if same else (make or Expression)(node.op, args)
        return done[id(self)]


def expression(value: Operand) -> Expression:
    """Turn a plain number into an expression; leave expressions alone."""
    return value if isinstance(value, Expression) else Expression("number", value=float(value))


def symbol(name: str) -> Expression:
    """A named quantity: a state, a parameter or a definition."""
    return Expression("symbol", name=name)


def summed(terms: Iterable[Expression]) -> Expression:
    """The sum of at least one expression, from the first to the last."""
    first, *rest = terms
    return sum(rest, start=first)


def exp(value: Operand) -> Expression:
    """e to the power of a dimensionless expression."""
    return Expression("exp", (expression(value),))


def log(value: Operand) -> Expression:
    """Natural logarithm of a positive dimensionless expression."""
    return Expression("log", (expression(value),))


def sqrt(value: Operand) -> Expression:
    """Square root, as a power of 1/2."""
    return Expression("pow", (expression(value), expression(0.5)))


def maximum(first: Operand, second: Operand) -> Expression:
    """The larger of two expressions of the same dimension (not smooth where they cross)."""
    return Expression("max", (expression(first), expression(second)))


def minimum(first: Operand, second: Operand) -> Expression:
    """The smaller of two expressions of the same dimension (not smooth where they cross)."""
    return Expression("min", (expression(first), expression(second)))


def where(condition: Operand, positive: Operand, otherwise: Operand) -> Expression:
    """`positive` where condition > 0, else `otherwise`."""
    return Expression("where", (expression(condition), expression(positive), expression(otherwise)))


_PRECEDENCE = {"add": 1, "sub": 1, "neg": 2, "mul": 3, "div": 3, "pow": 4}
_SIGNS = {"add": " + ", "sub": " - ", "mul": "*", "div": "/", "pow": "^"}


def text(node: Expression) -> str:
    """Write an expression as one line for people: numbers to six digits, brackets only where they change what it means."""
    return _written(node, 0)


def _written(node: Expression, outer: int, right: bool = False) -> str:
    """Write an operand of an operation of rank `outer`; `right` when brackets are needed at equal rank too."""
    if node.op == "number":
        return f"{node.value:g}"
    if node.op == "symbol":
        return node.name
    if node.op == "neg":
        inner = "-" + _written(node.args[0], _PRECEDENCE["neg"])
        return f"({inner})" if outer >= _PRECEDENCE["neg"] else inner
    if node.op not in _SIGNS:
        return f"{node.op}({', '.join(_written(arg, 0) for arg in node.args)})"
    rank = _PRECEDENCE[node.op]
    left, last = node.args
    inner = _written(left, rank) + _SIGNS[node.op] + _written(last, rank, right=node.op in ("sub", "div", "pow"))
    return f"({inner})" if rank < outer or (rank == outer and right) else inner
