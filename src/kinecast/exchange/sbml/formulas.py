"""MathML, as libSBML parses it, turned into expressions of the model language."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from kinecast.exchange.sbml import functions
from kinecast.exchange.sbml.library import SbmlError, libsbml
from kinecast.network import Expression, log, symbol, where
from kinecast.network.expression import expression

TIME = "csymbol time"
"""Symbol of the time in expressions just read; no SBML id has a space."""
RATE_OF = "csymbol rateOf "
"""Beginning of the symbol of a rate of change."""


class FormulaReader:
    """Reads formulas of one model: functions are written out, names become symbols.

    Arguments:
        definitions: id → lambda of each function definition.
    """

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._kinds = _kinds()

    def read(self, formula: Any, place: str, names: Mapping[str, str] | None = None) -> Expression:
        """Read a formula.

        Arguments:
            formula: a libSBML ASTNode.
            place: the element that holds it, for messages.
            names: names that mean something else here (local parameters): written → meant.

        Raises:
            SbmlError: for an operation that the model language cannot express.
        """
        local = {written: symbol(meant) for written, meant in (names or {}).items()}
        return self._expression(formula, place, local)

    def condition(self, formula: Any, place: str) -> Expression:
        """Read a formula whose value is true (1) or false (0)."""
        return self._truth(formula, place, {})

    def _expression(self, node: Any, place: str, local: Mapping[str, Expression]) -> Expression:
        family, kind = self._kinds.get(node.getType(), ("", ""))
        children = [node.getChild(i) for i in range(node.getNumChildren())]
        if family in ("number", "truth"):
            return expression(_number(node, kind))
        if family == "name":
            return self._name(node, kind, local)
        if family in ("logical", "relational"):
            return self._logical(family, kind, children, place, local)
        if kind == "PIECEWISE":
            return self._piecewise(children, place, local)
        if kind == "RATE_OF":
            of = children[0].getName()
            return symbol(RATE_OF + (local[of].name if of in local else of))
        if kind == "USER":
            return self._user(node.getName(), children, place, local)
        args = [self._expression(child, place, local) for child in children]
        result = _operation(kind, args)
        if result is None:
            name = kind.lower() or libsbml().formulaToL3String(node)
            raise SbmlError(f"{place}: {name} is not supported.", _HINTS.get(kind, ""))
        return result

    def _name(self, node: Any, kind: str, local: Mapping[str, Expression]) -> Expression:
        if kind == "TIME":
            return symbol(TIME)
        if kind == "AVOGADRO":
            return expression(node.getValue())
        name = node.getName()
        return local[name] if name in local else symbol(name)

    def _user(self, name: str, children: list[Any], place: str, local: Mapping[str, Expression]) -> Expression:
        function = self._definitions.get(name)
        if function is None:
            raise SbmlError(f"{place}: the function {name} is not defined.")
        count = function.getNumChildren() - 1
        if count != len(children):
            raise SbmlError(f"{place}: the function {name} takes {count} arguments, not {len(children)}.")
        if count < 0:
            return expression(math.nan)
        body = function.getChild(count)
        args = {function.getChild(i).getName(): self._expression(child, place, local) for i, child in enumerate(children)}
        return self._expression(body, f"function {name}", args)

    def _piecewise(self, children: list[Any], place: str, local: Mapping[str, Expression]) -> Expression:
        pairs = len(children) // 2
        result = self._expression(children[-1], place, local) if len(children) % 2 else expression(math.nan)
        for i in range(pairs - 1, -1, -1):
            value = self._expression(children[2 * i], place, local)
            result = where(self._truth(children[2 * i + 1], place, local), value, result)
        return result

    def _truth(self, node: Any, place: str, local: Mapping[str, Expression]) -> Expression:
        value = self._expression(node, place, local)
        family, _ = self._kinds.get(node.getType(), ("", ""))
        return value if family in ("logical", "relational", "truth") else functions.truth(value)

    def _logical(self, family: str, kind: str, children: list[Any], place: str, local: Mapping[str, Expression]) -> Expression:
        if family == "relational":
            args = [self._expression(child, place, local) for child in children]
            relation = functions.RELATIONS[kind]
            return _all([relation(a, b) for a, b in pairwise(args)])
        args = [self._truth(child, place, local) for child in children]
        match kind:
            case "AND":
                return _all(args)
            case "OR":
                return _folded(functions.disjunction, args, 0.0)
            case "XOR":
                return _folded(functions.exclusive, args, 0.0)
            case "NOT":
                return functions.negation(args[0])
        return functions.disjunction(functions.negation(args[0]), args[1])


def _operation(kind: str, args: list[Expression]) -> Expression | None:
    """An operation on numbers, or None when there is no such operation."""
    match kind, len(args):
        case ("PLUS", _):
            return _folded(lambda a, b: a + b, args, 0.0)
        case ("TIMES", _):
            return _folded(lambda a, b: a * b, args, 1.0)
        case ("MINUS", 1):
            return -args[0]
        case ("MINUS", 2):
            return args[0] - args[1]
        case ("DIVIDE", 2):
            return args[0] / args[1]
        case ("POWER", 2):
            return args[0] ** args[1]
        case ("ROOT", 1):
            return args[0] ** 0.5
        case ("ROOT", 2):
            return args[1] ** (expression(1 / args[0].value) if args[0].op == "number" else 1 / args[0])
        case ("LOG", 1):
            return log(args[0]) / math.log(10)
        case ("LOG", 2):
            return log(args[1]) / log(args[0])
    if kind in functions.OF_ONE and len(args) == 1:
        return functions.OF_ONE[kind](args[0])
    if kind in functions.OF_TWO and len(args) == 2:
        return functions.OF_TWO[kind](*args)
    if kind in functions.OF_MANY and args:
        return _folded(functions.OF_MANY[kind], args, 0.0)
    return None


def _folded(join: Callable[[Expression, Expression], Expression], args: list[Expression], empty: float) -> Expression:
    if not args:
        return expression(empty)
    result = args[0]
    for arg in args[1:]:
        result = join(result, arg)
    return result


def _all(args: list[Expression]) -> Expression:
    return _folded(functions.conjunction, args, 1.0)


def _number(node: Any, kind: str) -> float:
    constants = {"E": math.e, "PI": math.pi, "TRUE": 1.0, "FALSE": 0.0}
    return constants[kind] if kind in constants else float(node.getValue())


def _kinds() -> dict[int, tuple[str, str]]:
    """libSBML's type code → family (number, name, logical, relational, truth or '') and kind of operation."""
    library = libsbml()
    kinds: dict[int, tuple[str, str]] = {}
    for name in dir(library):
        parts = name.split("_", 2)
        if parts[0] != "AST" or len(parts) < 2:
            continue
        code = getattr(library, name)
        match parts[1:]:
            case ["FUNCTION"]:
                kinds[code] = ("", "USER")
            case ["FUNCTION", kind]:
                kinds[code] = ("", kind)
            case ["RELATIONAL", kind]:
                kinds[code] = ("relational", kind)
            case ["LOGICAL", ("AND" | "OR" | "XOR" | "NOT" | "IMPLIES") as kind]:
                kinds[code] = ("logical", kind)
            case ["CONSTANT", ("E" | "PI" | "TRUE" | "FALSE") as kind]:
                kinds[code] = ("truth" if kind in ("TRUE", "FALSE") else "number", kind)
            case [("PLUS" | "MINUS" | "TIMES" | "DIVIDE" | "POWER") as kind]:
                kinds[code] = ("", kind)
            case [("INTEGER" | "RATIONAL" | "REAL") as kind] | ["REAL", kind]:
                kinds[code] = ("number", kind if kind != "E" else "REAL")
            case ["NAME", *kind]:
                kinds[code] = ("name", kind[0] if kind else "")
    return kinds


_HINTS = {"DELAY": "Delay equations are outside the engine's reach; replace the delay by a chain of states."}
