"""Totals to which no module contributes are zero; what they would multiply or add to is written without them."""

from __future__ import annotations

from collections.abc import Mapping

from kinecast.network.expression import Expression, expression
from kinecast.network.module import Reaction

_ZERO = expression(0.0)


def without(
    absent: set[str], definitions: Mapping[str, Expression], reactions: Mapping[str, Reaction]
) -> tuple[dict[str, Expression], dict[str, Reaction], set[str]]:
    """Return definitions (in order) and reactions without the absent totals, and every name that turned out to be zero.

    A definition that is zero because of them goes too, and so does a reaction whose rate is. Expressions that do not mention
    them stay as they are, node for node.
    """
    zero = dict.fromkeys(absent, _ZERO)
    kept: dict[str, Expression] = {}
    for name, value in definitions.items():
        found = value.substitute(zero, _simpler) if name not in absent else _ZERO
        if _is(found, 0.0) and found is not value:
            zero[name] = _ZERO
        else:
            kept[name] = found
    acting = {}
    for name, reaction in reactions.items():
        rate = reaction.rate.substitute(zero, _simpler)
        if not _is(rate, 0.0):
            changes = {state: change.substitute(zero, _simpler) for state, change in reaction.changes.items()}
            acting[name] = Reaction(name, changes, rate)
    return kept, acting, set(zero)


def _simpler(op: str, args: tuple[Expression, ...]) -> Expression:
    """Return an operation with what 0 and 1 do to it worked out."""
    first, *rest = args
    last = rest[0] if rest else first
    if op == "neg" and _is(first, 0.0):
        return _ZERO
    if op == "add" and (_is(first, 0.0) or _is(last, 0.0)):
        return last if _is(first, 0.0) else first
    if op == "sub" and _is(last, 0.0):
        return first
    if op == "sub" and _is(first, 0.0):
        return Expression("neg", (last,))
    if op == "mul" and (_is(first, 0.0) or _is(last, 0.0)):
        return _ZERO
    if op == "mul" and (_is(first, 1.0) or _is(last, 1.0)):
        return last if _is(first, 1.0) else first
    if op == "div" and _is(first, 0.0):
        return _ZERO
    if op == "div" and _is(last, 1.0):
        return first
    return Expression(op, args)


def _is(node: Expression, value: float) -> bool:
    return node.op == "number" and node.value == value
