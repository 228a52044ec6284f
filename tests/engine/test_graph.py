"""The graph: values and derivatives of random expressions, powers, selections, and equal things stored once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast.engine.evaluation import evaluate_nodes
from kinecast.engine.graph import Graph
from kinecast.engine.lowering import lower
from kinecast.errors import NetworkError
from kinecast.network.expression import Expression, exp, expression, log, maximum, minimum, symbol, where

NAMES = ("x", "y", "k")


def compound(children):
    positive = children.map(lambda u: u * u + 0.5)
    return st.one_of(
        st.tuples(children, children).map(lambda p: p[0] + p[1]),
        st.tuples(children, children).map(lambda p: p[0] - p[1]),
        st.tuples(children, children).map(lambda p: p[0] * p[1]),
        st.tuples(children, positive).map(lambda p: p[0] / p[1]),
        st.tuples(children, st.integers(-3, 4)).map(lambda p: (p[0] * p[0] + 0.7) ** p[1]),
        st.tuples(positive, st.sampled_from([0.5, 1.3, -0.7])).map(lambda p: p[0] ** p[1]),
        positive.map(lambda u: u ** symbol("k")),
        children.map(lambda u: -u),
        children.map(lambda u: exp(u / (1.0 + u * u))),
        positive.map(log),
        st.tuples(children, children).map(lambda p: maximum(*p)),
        st.tuples(children, children).map(lambda p: minimum(*p)),
        st.tuples(children, children, children).map(lambda p: where(*p)),
    )


leaves = st.one_of(st.sampled_from(NAMES).map(symbol), st.floats(0.2, 2.0).map(expression))
expressions = st.recursive(leaves, compound, max_leaves=12)


def direct(node: Expression, values: dict[str, complex]) -> complex:
    """The value of an expression tree, also for complex numbers: an imaginary step gives derivatives without cancellation."""
    if node.op == "number":
        return node.value
    if node.op == "symbol":
        return values[node.name]
    a = [direct(argument, values) for argument in node.args]
    match node.op:
        case "max":
            return a[0] if np.real(a[0] - a[1]) > 0.0 else a[1]
        case "min":
            return a[1] if np.real(a[0] - a[1]) > 0.0 else a[0]
        case "where":
            return a[1] if np.real(a[0]) > 0.0 else a[2]
    functions = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power}
    return (functions | {"neg": np.negative, "exp": np.exp, "log": np.log})[node.op](*a)


def network_of(make_network, rate):
    return make_network({"x": 0.0, "y": 0.0}, {"k": 1.0}, [({"x": 1}, rate)])


@settings(max_examples=200, deadline=None)
@given(rate=expressions, x=st.floats(0.1, 2.0), y=st.floats(-2.0, 2.0), k=st.floats(0.3, 2.5))
def test_values_and_derivatives_of_random_expressions(make_network, rate, x, y, k):
    system = lower(network_of(make_network, rate))
    entries = [system.jacobian.get((0, column), system.graph.number(0.0)) for column in (0, 1)]
    found = evaluate_nodes(system.graph, [system.derivatives[0], *entries], np.array([[k]]), np.array([[[x, y]]]))
    value, by_x, by_y = (float(np.broadcast_to(result, (1, 1))[0, 0]) for result in found)
    step = 1e-30
    at_x, at_y = direct(rate, {"x": x + 1j * step, "y": y, "k": k}), direct(rate, {"x": x, "y": y + 1j * step, "k": k})
    size = 1e-11 * (1.0 + abs(value))
    np.testing.assert_allclose(value, np.real(at_x), rtol=1e-10, atol=size)
    np.testing.assert_allclose([by_x, by_y], [np.imag(at_x) / step, np.imag(at_y) / step], rtol=1e-8, atol=1e3 * size)


def test_equal_expressions_are_one_node(make_network):
    x, y, k = (symbol(name) for name in NAMES)
    rate = lower(network_of(make_network, (x + y) * k / x)).derivatives[0]
    assert rate == lower(network_of(make_network, symbol("k") * (y + x) / x)).derivatives[0]
    system = lower(network_of(make_network, exp(x * y) - exp(y * x)))
    assert system.graph.value(system.derivatives[0]) == 0.0


def test_integer_powers_are_products_with_the_sign_of_the_base():
    graph = Graph(1)
    u = graph.state(0)
    powers = [graph.pow(u, graph.number(h)) for h in (-3.0, 0.0, 1.0, 2.0, 5.0)]
    found = evaluate_nodes(graph, powers, np.zeros((1, 0)), np.array([[[-2.0]]]))
    np.testing.assert_array_equal([float(value[0, 0]) for value in found], [-0.125, 1.0, -2.0, 4.0, -32.0])


@pytest.mark.parametrize("h", [0.5, 1.3, 2.7])
def test_other_powers_are_finite_for_an_undershoot_and_vanish_at_zero(h):
    graph = Graph(1)
    power = graph.pow(graph.state(0), graph.number(h))
    values = np.array([[[-1e-9], [0.0], [1e-9]]])
    found, slope = evaluate_nodes(graph, [power, graph.derivative(power, 0)], np.zeros((1, 0)), values)
    np.testing.assert_allclose(found[0, [0, 2]], 1e-9**h, rtol=1e-12)
    assert 0.0 < found[0, 1] < 1e-19
    np.testing.assert_allclose(slope[0], [-h * 1e-9 ** (h - 1.0), 0.0, h * 1e-9 ** (h - 1.0)], rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(size=st.floats(-12.0, 12.0), h=st.floats(0.3, 4.0))
def test_powers_do_not_depend_on_the_unit(size, h):
    graph = Graph(1)
    power = graph.pow(graph.state(0), graph.parameter(0))
    value = 10.0**size
    found = evaluate_nodes(graph, [power], np.array([[h]]), np.array([[[value]]]))[0]
    np.testing.assert_allclose(found, value**h, rtol=1e-12)


def test_names_that_are_not_defined_are_refused(make_network):
    with pytest.raises(NetworkError, match="'kk' is not defined"):
        lower(network_of(make_network, symbol("kk") * symbol("x")))
    with pytest.raises(NetworkError, match="depends on states"):
        lower(make_network({"x": 1.0, "y": symbol("x")}, {}, []))


def test_coefficients_may_be_expressions(make_network):
    network = make_network({"x": 0.0, "y": 0.0}, {"k": 0.3}, [({"x": -1, "y": symbol("k")}, symbol("x"))])
    system = lower(network)
    entry = evaluate_nodes(system.graph, [system.jacobian[1, 0]], np.array([[0.3]]))[0]
    assert float(entry[0, 0]) == 0.3
