"""The dimension of every expression of a network, worked out and compared with what was declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kinecast.errors import NetworkError
from kinecast.network.expression import Expression, text

if TYPE_CHECKING:
    from kinecast.network.network import Network
    from kinecast.units import Dimension


def check_dimensions(network: Network) -> None:
    """Check every definition, initial value and reaction of a network.

    Raises:
        NetworkError: naming the place, the expression and the two dimensions that differ.
    """
    from kinecast.units import dimension

    declared = {name: dimension(unit) for name, unit in network.units.items()}
    per_time = dimension("1/d")
    for name, value in network.definitions.items():
        found = dimension_of(value, declared, f"definition {name}")
        _compare(f"definition {name}", value, found, declared[name])
    for state in network.states:
        found = dimension_of(state.initial, declared, f"initial value of {state.name}")
        if state.initial.op != "number":
            _compare(f"initial value of {state.name}", state.initial, found, declared[state.name])
    for reaction in network.reactions:
        place = f"reaction {reaction.name}"
        rate = dimension_of(reaction.rate, declared, place)
        for name, change in reaction.changes.items():
            if rate is None:
                continue
            by = dimension_of(change, declared, place)
            product = rate if by is None else rate * by
            _compare(f"{place}, change of {name}", reaction.rate, product, declared[name] * per_time)


def dimension_of(node: Expression, declared: dict[str, Dimension], place: str) -> Dimension | None:
    """Dimension of an expression, or None for a literal zero, which fits everywhere.

    Arguments:
        declared: symbol name → dimension.
        place: where the expression stands, for the message.

    Raises:
        NetworkError: terms of different dimension are added or compared, a power or function has a dimension.
    """
    from kinecast.units import dimension

    none = dimension("dimensionless")
    found: dict[int, Dimension | None] = {}
    for part in node.walk():
        args = [found[id(arg)] for arg in part.args]
        if part.op == "number":
            result = None if part.value == 0 else none
        elif part.op == "symbol":
            result = declared[part.name]
        elif part.op in ("add", "sub", "max", "min"):
            result = _same(part, args, place)
        elif part.op == "where":
            result = _same(part, args[1:], place)
        elif part.op == "mul":
            left, right = args
            result = None if left is None or right is None else left * right
        elif part.op == "div":
            result = None if args[0] is None else args[0] / (args[1] or none)
        elif part.op == "pow":
            result = _power(part, args, none, place)
        elif part.op == "neg":
            result = args[0]
        else:
            if args[0] not in (None, none):
                raise NetworkError(f"{place}: {part.op} of a quantity with dimension {args[0]} in {text(part)}")
            result = none
        found[id(part)] = result
    return found[id(node)]


def _same(part: Expression, dimensions: list[Dimension | None], place: str) -> Dimension | None:
    known = [each for each in dimensions if each is not None]
    if any(each != known[0] for each in known[1:]):
        listed = " and ".join(str(each) for each in known)
        raise NetworkError(f"{place}: {part.op} of {listed} in {text(part)}")
    return known[0] if known else None


def _power(part: Expression, args: list[Dimension | None], none: Dimension, place: str) -> Dimension | None:
    base, exponent = args
    if exponent not in (None, none):
        raise NetworkError(f"{place}: an exponent has the dimension {exponent} in {text(part)}")
    if base in (None, none):
        return base
    if part.args[1].op != "number":
        raise NetworkError(f"{place}: {base} is raised to a power that is not a number in {text(part)}")
    return base ** part.args[1].value


def _compare(place: str, value: Expression, found: Dimension | None, wanted: Dimension) -> None:
    if found is not None and found != wanted:
        raise NetworkError(f"{place}: {text(value)} has the dimension {found}, where {wanted} is declared")
