"""Functions of MathML that the model language lacks, written out in its operations.

Truth values are the numbers 1 and 0. Steps (`floor` and what is made of it) are written with `where` between constants, so that
their derivative is zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kinecast.network import Expression, exp, log, maximum, minimum, sqrt, where
from kinecast.network.expression import expression

LARGEST_FLOOR_BIT = 40
"""`floor` is right up to 2^41."""

SINE_TERMS = 15
"""Terms of the power series of the sine on -π … π: the next one is below 1e-17."""

HALVINGS = 3
ARCTANGENT_TERMS = 11
"""The arctangent is halved this often, to below 0.2, and then a power series whose next term is below 1e-17."""

LANCZOS = 7
"""Source: Lanczos 1964, SIAM Journal on Numerical Analysis B 1:86–96, doi 10.1137/0701008; g = 7, coefficients of n = 9."""
LANCZOS_SERIES = (
    0.99999999999980993,
    676.5203681218851,
    -1259.1392167224028,
    771.32342877765313,
    -176.61502916214059,
    12.507343278686905,
    -0.13857109526572012,
    9.9843695780195716e-6,
    1.5056327351493116e-7,
)


def truth(x: Expression) -> Expression:
    """1 where x is not zero, else 0."""
    return where(x, 1, where(-x, 1, 0))


def greater(a: Expression, b: Expression) -> Expression:
    """a > b."""
    return where(a - b, 1, 0)


def at_least(a: Expression, b: Expression) -> Expression:
    """a ≥ b."""
    return where(b - a, 0, 1)


def equal(a: Expression, b: Expression) -> Expression:
    """a = b."""
    return where(a - b, 0, where(b - a, 0, 1))


def negation(a: Expression) -> Expression:
    """Not a."""
    return where(a, 0, 1)


def conjunction(a: Expression, b: Expression) -> Expression:
    """Both a and b."""
    return where(a, b, 0)


def disjunction(a: Expression, b: Expression) -> Expression:
    """a or b."""
    return where(a, 1, b)


def exclusive(a: Expression, b: Expression) -> Expression:
    """One of a and b, not both."""
    return where(a, negation(b), b)


def absolute(x: Expression) -> Expression:
    """|x|."""
    return where(x, x, -x)


def floor(x: Expression) -> Expression:
    """The largest whole number not above x, bit by bit."""
    whole = expression(0.0)
    rest = absolute(x)
    for bit in range(LARGEST_FLOOR_BIT, -1, -1):
        size = expression(2.0**bit)
        part = where(size - rest, 0, size)
        whole = whole + part
        rest = rest - part
    return where(-x, -(whole + where(rest, 1, 0)), whole)


def ceiling(x: Expression) -> Expression:
    """The smallest whole number not below x."""
    return -floor(-x)


def quotient(a: Expression, b: Expression) -> Expression:
    """a/b without its fraction."""
    ratio = a / b
    return where(ratio, floor(ratio), ceiling(ratio))


def remainder(a: Expression, b: Expression) -> Expression:
    """What division of a by b leaves; it has the sign of a."""
    return a - b * quotient(a, b)


def factorial(n: Expression) -> Expression:
    """n! of a whole number, by Lanczos' approximation of the gamma function; exact where n is written as a number."""
    if n.op == "number" and n.value.is_integer() and 0 <= n.value <= 170:
        return expression(float(math.factorial(int(n.value))))
    series = expression(LANCZOS_SERIES[0])
    for k, coefficient in enumerate(LANCZOS_SERIES[1:], 1):
        series = series + coefficient / (n + k)
    shifted = n + (LANCZOS + 0.5)
    gamma = math.sqrt(2 * math.pi) * exp((n + 0.5) * log(shifted) - shifted) * series
    return floor(gamma + 0.5)


def sine(x: Expression) -> Expression:
    """The sine of an angle in radians."""
    turns = floor(x * (1 / (2 * math.pi)) + 0.5)
    r = x - turns * (2 * math.pi)
    square = r * r
    total = expression(0.0)
    for k in range(SINE_TERMS, 0, -1):
        total = square * (total + (-1.0) ** k / math.factorial(2 * k + 1))
    return r * (total + 1)


def cosine(x: Expression) -> Expression:
    """The cosine of an angle in radians."""
    return sine(x + math.pi / 2)


def tangent(x: Expression) -> Expression:
    """The tangent of an angle in radians."""
    return sine(x) / cosine(x)


def arctangent(x: Expression) -> Expression:
    """The angle between -π/2 and π/2 that has this tangent."""
    # The angle of a large tangent is taken from its inverse, so that an infinite one gives π/2.
    large = greater(absolute(x), expression(1.0))
    r = where(large, 1 / x, x)
    for _ in range(HALVINGS):
        r = r / (1 + sqrt(1 + r * r))
    square = r * r
    total = expression(0.0)
    for k in range(ARCTANGENT_TERMS, 0, -1):
        total = square * (total + (-1.0) ** k / (2 * k + 1))
    angle = 2.0**HALVINGS * r * (total + 1)
    return where(large, where(x, math.pi / 2, -math.pi / 2) - angle, angle)


def arcsine(x: Expression) -> Expression:
    """The angle between -π/2 and π/2 that has this sine."""
    return 2 * arctangent(x / (1 + sqrt(1 - x * x)))


def arccosine(x: Expression) -> Expression:
    """The angle between 0 and π that has this cosine."""
    return math.pi / 2 - arcsine(x)


def hyperbolic_sine(x: Expression) -> Expression:
    """(e^x - e^-x)/2."""
    return (exp(x) - exp(-x)) / 2


def hyperbolic_cosine(x: Expression) -> Expression:
    """(e^x + e^-x)/2."""
    return (exp(x) + exp(-x)) / 2


def hyperbolic_tangent(x: Expression) -> Expression:
    """1 - 2/(e^2x + 1)."""
    return 1 - 2 / (exp(2 * x) + 1)


def inverse_hyperbolic_sine(x: Expression) -> Expression:
    """log(x + √(x² + 1)), odd in x."""
    size = absolute(x)
    value = log(size + sqrt(size * size + 1))
    return where(x, value, -value)


def inverse_hyperbolic_cosine(x: Expression) -> Expression:
    """log(x + √(x² - 1)) for x ≥ 1."""
    return log(x + sqrt(x - 1) * sqrt(x + 1))


def inverse_hyperbolic_tangent(x: Expression) -> Expression:
    """log((1 + x)/(1 - x))/2."""
    return log((1 + x) / (1 - x)) / 2


def _inverse(function: Callable[[Expression], Expression]) -> Callable[[Expression], Expression]:
    return lambda x: 1 / function(x)


def _of_inverse(function: Callable[[Expression], Expression]) -> Callable[[Expression], Expression]:
    return lambda x: function(1 / x)


OF_ONE: dict[str, Callable[[Expression], Expression]] = {
    "ABS": absolute,
    "ARCCOS": arccosine,
    "ARCCOSH": inverse_hyperbolic_cosine,
    "ARCCOT": _of_inverse(arctangent),
    "ARCCOTH": _of_inverse(inverse_hyperbolic_tangent),
    "ARCCSC": _of_inverse(arcsine),
    "ARCCSCH": _of_inverse(inverse_hyperbolic_sine),
    "ARCSEC": _of_inverse(arccosine),
    "ARCSECH": _of_inverse(inverse_hyperbolic_cosine),
    "ARCSIN": arcsine,
    "ARCSINH": inverse_hyperbolic_sine,
    "ARCTAN": arctangent,
    "ARCTANH": inverse_hyperbolic_tangent,
    "CEILING": ceiling,
    "COS": cosine,
    "COSH": hyperbolic_cosine,
    "COT": _inverse(tangent),
    "COTH": _inverse(hyperbolic_tangent),
    "CSC": _inverse(sine),
    "CSCH": _inverse(hyperbolic_sine),
    "EXP": exp,
    "FACTORIAL": factorial,
    "FLOOR": floor,
    "LN": log,
    "SEC": _inverse(cosine),
    "SECH": _inverse(hyperbolic_cosine),
    "SIN": sine,
    "SINH": hyperbolic_sine,
    "TAN": tangent,
    "TANH": hyperbolic_tangent,
}
"""Functions of one number, by libSBML's name for them (without AST_FUNCTION_)."""

OF_TWO: dict[str, Callable[[Expression, Expression], Expression]] = {"QUOTIENT": quotient, "REM": remainder}

OF_MANY: dict[str, Callable[[Expression, Expression], Expression]] = {"MAX": maximum, "MIN": minimum}

RELATIONS: dict[str, Callable[[Expression, Expression], Expression]] = {
    "EQ": equal,
    "GEQ": at_least,
    "GT": greater,
    "LEQ": lambda a, b: at_least(b, a),
    "LT": lambda a, b: greater(b, a),
    "NEQ": lambda a, b: negation(equal(a, b)),
}
"""Comparisons, by libSBML's name (without AST_RELATIONAL_)."""
