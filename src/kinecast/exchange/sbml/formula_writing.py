"""Expressions of the model language turned into MathML, as libSBML holds it."""

from __future__ import annotations

from typing import Any

from kinecast.exchange.sbml.library import libsbml
from kinecast.network import Expression

_NAMES = {
    "add": "AST_PLUS",
    "sub": "AST_MINUS",
    "mul": "AST_TIMES",
    "div": "AST_DIVIDE",
    "pow": "AST_FUNCTION_POWER",
    "neg": "AST_MINUS",
    "exp": "AST_FUNCTION_EXP",
    "log": "AST_FUNCTION_LN",
    "max": "AST_FUNCTION_MAX",
    "min": "AST_FUNCTION_MIN",
}


def formula(expression: Expression) -> Any:
    """A libSBML ASTNode. Numbers are marked dimensionless, except 0, which fits every unit and is left without one."""
    library = libsbml()
    done: dict[int, Any] = {}
    for node in expression.walk():
        args = [done[id(arg)] for arg in node.args]
        if node.op == "number":
            done[id(node)] = number(node.value, "dimensionless" if node.value else "")
        elif node.op == "symbol":
            done[id(node)] = name(node.name)
        elif node.op == "where":
            condition = node.args[0]
            # where(a - b, …) reads better as a > b.
            sides = [done[id(arg)] for arg in condition.args] if condition.op == "sub" else [args[0], number(0.0, "")]
            greater = operation(library.AST_RELATIONAL_GT, *sides)
            done[id(node)] = operation(library.AST_FUNCTION_PIECEWISE, args[1], greater, args[2])
        else:
            done[id(node)] = operation(getattr(library, _NAMES[node.op]), *args)
    return done[id(expression)]


def operation(kind: int, *args: Any) -> Any:
    """An operation of libSBML on copies of the arguments."""
    node = libsbml().ASTNode(kind)
    for arg in args:
        node.addChild(arg.deepCopy())
    return node


def number(value: float, unit: str) -> Any:
    """A number with its unit, or with none ("")."""
    node = libsbml().ASTNode(libsbml().AST_REAL)
    node.setValue(float(value))
    if unit:
        node.setUnits(unit)
    return node


def name(identifier: str) -> Any:
    """A reference to an element."""
    node = libsbml().ASTNode(libsbml().AST_NAME)
    node.setName(identifier)
    return node


def time() -> Any:
    """The time."""
    node = libsbml().ASTNode(libsbml().AST_NAME_TIME)
    node.setName("time")
    return node
