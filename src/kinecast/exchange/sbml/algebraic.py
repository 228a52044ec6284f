"""Algebraic rules turned into assignment rules: each is solved for the one variable that nothing else determines."""

from __future__ import annotations

from collections.abc import Mapping

from kinecast.exchange.sbml.elements import Elements
from kinecast.exchange.sbml.library import SbmlError
from kinecast.network import Expression, where
from kinecast.network.expression import expression

ZERO = expression(0.0)


def solve_algebraic_rules(elements: Elements, determined: set[str], preferably_not: set[str]) -> None:
    """Move the algebraic rules of a model to its assignment rules.

    Arguments:
        determined: variables that rules and reactions determine.
        preferably_not: variables that are solved for only when there is no other (events set them).

    Raises:
        SbmlError: for a rule that has no free variable or in which it does not stand linearly.
    """
    solutions: dict[str, Expression] = {}
    free = {key for key, v in elements.variables.items() if not v.constant and key not in determined}
    waiting = dict(enumerate(elements.algebraic, 1))
    while waiting:
        # A rule with the fewest unknowns first: what it determines is no unknown of the others.
        unknowns = {number: _unknowns(rule, free, elements.assigned) for number, rule in waiting.items()}
        number = min(waiting, key=lambda each: len(unknowns[each] - preferably_not) or len(elements.variables))
        rule = waiting.pop(number)
        candidates = sorted(unknowns[number], key=lambda key: (key in preferably_not, key))
        if not candidates:
            raise SbmlError(f"algebraic rule {number} has no variable that it could determine.")
        for key in candidates:
            parts = _linear(_without_rules(rule, key, elements.assigned), key)
            if parts is not None and parts[0] is not ZERO:
                break
        else:
            raise SbmlError(
                f"algebraic rule {number} is not linear in {' or '.join(candidates)}, and is not supported.",
                "Solve it by hand and write it as an assignment rule.",
            )
        factor, rest = parts
        solution = -rest / factor
        free.discard(key)
        solutions = {name: each.substitute({key: solution}) for name, each in solutions.items()} | {key: solution}
        waiting = {other: each.substitute({key: solution}) for other, each in waiting.items()}
    elements.assigned |= solutions
    elements.algebraic = []


def _unknowns(rule: Expression, free: set[str], assigned: Mapping[str, Expression]) -> set[str]:
    """Free variables in a rule, and in the assignment rules that it refers to."""
    found: set[str] = set()
    pending, seen = set(rule.symbols()), set()
    while pending:
        name = pending.pop()
        seen.add(name)
        if name in assigned:
            pending |= assigned[name].symbols() - seen
        elif name in free:
            found.add(name)
    return found


def _without_rules(rule: Expression, key: str, assigned: Mapping[str, Expression]) -> Expression:
    """The rule with those assignment rules written out that depend on `key`."""
    while True:
        names = [name for name in rule.symbols() if name in assigned]
        through = {name: assigned[name] for name in names if key in _unknowns(assigned[name], {key}, assigned)}
        if not through:
            return rule
        rule = rule.substitute(through)


def _linear(rule: Expression, key: str) -> tuple[Expression, Expression] | None:
    """(a, b) of rule = a·key + b, or None; `a` is ZERO when key is not there."""
    parts: dict[int, tuple[Expression, Expression] | None] = {}
    for node in rule.walk():
        args = [parts[id(arg)] for arg in node.args]
        known = [arg for arg in args if arg is not None]
        if node.op == "symbol" and node.name == key:
            parts[id(node)] = (expression(1.0), ZERO)
        elif len(known) < len(args):
            parts[id(node)] = None
        elif all(a is ZERO for a, _ in known):
            parts[id(node)] = (ZERO, node)
        else:
            parts[id(node)] = _combined(node.op, known)
    return parts[id(rule)]


def _combined(op: str, args: list[tuple[Expression, Expression]]) -> tuple[Expression, Expression] | None:
    (a, b), *others = args
    match op:
        case "neg":
            return -a, -b
        case "add" | "sub":
            c, d = others[0]
            return (a + c, b + d) if op == "add" else (a - c, b - d)
        case "mul" if others[0][0] is ZERO:
            return a * others[0][1], b * others[0][1]
        case "mul" if a is ZERO:
            return others[0][0] * b, others[0][1] * b
        case "div" if others[0][0] is ZERO:
            return a / others[0][1], b / others[0][1]
        case "where" if a is ZERO:
            return where(b, others[0][0], others[1][0]), where(b, others[0][1], others[1][1])
    return None
