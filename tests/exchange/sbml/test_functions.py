"""Functions that are written out in the model language, against Python's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast.exchange.sbml import functions
from kinecast.exchange.sbml.numeric import compiled
from kinecast.network import symbol
from kinecast.network.expression import expression

numbers = st.floats(-50.0, 50.0)


def value(function, *args: float) -> float:
    names = [f"x{i}" for i in range(len(args))]
    return float(compiled([function(*map(symbol, names))], {}, {}, "", names)(0.0, np.array(args))[0])


@pytest.mark.parametrize(
    ("kind", "low", "high", "reference"),
    [
        ("ABS", -9, 9, abs),
        ("ARCCOS", -1, 1, math.acos),
        ("ARCCOSH", 1.001, 30, math.acosh),
        ("ARCSIN", -1, 1, math.asin),
        ("ARCSINH", -30, 30, math.asinh),
        ("ARCTAN", -30, 30, math.atan),
        ("ARCTANH", -0.999, 0.999, math.atanh),
        ("COS", -50, 50, math.cos),
        ("COSH", -9, 9, math.cosh),
        ("CSC", 0.1, 3, lambda x: 1 / math.sin(x)),
        ("COT", 0.1, 3, lambda x: 1 / math.tan(x)),
        ("SEC", -1.5, 1.5, lambda x: 1 / math.cos(x)),
        ("SIN", -50, 50, math.sin),
        ("SINH", -9, 9, math.sinh),
        ("TAN", -1.5, 1.5, math.tan),
        ("TANH", -30, 30, math.tanh),
        ("ARCSEC", 1.001, 30, lambda x: math.acos(1 / x)),
        ("ARCCOTH", 1.001, 30, lambda x: math.atanh(1 / x)),
    ],
)
def test_function_of_one_number_against_math(kind, low, high, reference):
    for x in np.linspace(low, high, 41):
        assert value(functions.OF_ONE[kind], x) == pytest.approx(reference(x), rel=2e-13, abs=2e-14)


@given(numbers)
def test_floor_and_ceiling(x):
    assert value(functions.floor, x) == math.floor(x)
    assert value(functions.ceiling, x) == math.ceil(x)


@pytest.mark.parametrize("x", [1e12 + 0.5, -1e12 - 0.5, -1e-300, 3.0, -3.0, 0.0])
def test_floor_of_large_small_and_whole_numbers(x):
    assert value(functions.floor, x) == math.floor(x)


@given(numbers, numbers.filter(lambda b: abs(b) > 1e-3))
def test_quotient_and_remainder_rebuild_the_number(a, b):
    quotient, rest = value(functions.quotient, a, b), value(functions.remainder, a, b)
    assert quotient == math.trunc(a / b)
    assert quotient * b + rest == pytest.approx(a, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("n", range(15))
def test_factorial_of_a_symbol_and_of_a_number(n):
    assert value(functions.factorial, float(n)) == math.factorial(n)
    assert functions.factorial(expression(n)).value == math.factorial(n)


@pytest.mark.parametrize("a", [0.0, 1.0])
@pytest.mark.parametrize("b", [0.0, 1.0])
def test_truth_tables(a, b):
    assert value(functions.conjunction, a, b) == float(bool(a) and bool(b))
    assert value(functions.disjunction, a, b) == float(bool(a) or bool(b))
    assert value(functions.exclusive, a, b) == float(a != b)
    assert value(functions.negation, a) == 1.0 - a


@given(numbers, numbers)
def test_comparisons(a, b):
    expected = {"EQ": a == b, "GEQ": a >= b, "GT": a > b, "LEQ": a <= b, "LT": a < b, "NEQ": a != b}
    assert {kind: value(relation, a, b) == 1.0 for kind, relation in functions.RELATIONS.items()} == expected
