"""Expressions: writing them out and reading them back gives the same number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast.network import Expression, symbol
from kinecast.network.expression import expression, text

VALUES = {"x": 1.7, "y": 0.3, "z": 2.9}


def evaluate(node: Expression) -> float:
    args = [evaluate(arg) for arg in node.args]
    match node.op:
        case "number":
            return node.value
        case "symbol":
            return VALUES[node.name]
        case "add":
            return args[0] + args[1]
        case "sub":
            return args[0] - args[1]
        case "mul":
            return args[0] * args[1]
        case "div":
            return args[0] / args[1] if args[1] else math.nan
        case "neg":
            return -args[0]
    raise AssertionError(node.op)


leaves = st.sampled_from([symbol("x"), symbol("y"), symbol("z")]) | st.integers(0, 9).map(expression)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "sub", "mul", "div"]), inner, inner).map(lambda t: Expression(t[0], (t[1], t[2]))),
        inner.map(lambda e: -e),
    ),
    max_leaves=12,
)


@given(trees)
def test_text_read_by_python_gives_the_same_number(tree):
    wanted = evaluate(tree)
    try:
        found = eval(text(tree), {}, dict(VALUES))
    except ZeroDivisionError:
        found = math.nan
    if math.isnan(wanted) or math.isnan(found):
        return
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(trees)
def test_substituting_nothing_changes_nothing(tree):
    assert tree.substitute({}) is tree


def test_substitution_replaces_every_use():
    tree = symbol("x") * (symbol("x") + symbol("y"))
    replaced = tree.substitute({"x": symbol("z")})
    assert replaced.symbols() == {"z", "y"}
    assert tree.symbols() == {"x", "y"}


def test_powers_and_functions_are_written_as_on_paper():
    x = symbol("x")
    assert text((x + 1) ** 2 / (x - 1)) == "(x + 1)^2/(x - 1)"
    assert text(x - (x - 1)) == "x - (x - 1)"
    assert text(-(x + 1)) == "-(x + 1)"
