"""The coefficients of Rodas5P satisfy the order conditions, and the interpolant those of order 4."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from kinecast.engine import rosenbrock

S = rosenbrock.STAGES


def trees(order):
    """Rooted trees with so many nodes, each the sorted tuple of the trees on its root."""
    if order == 1:
        return [()]
    found = set()

    def forests(nodes, most):
        if nodes == 0:
            yield ()
        for size in range(min(nodes, most), 0, -1):
            for count in range(1, nodes // size + 1):
                for chosen in combinations_with_replacement(trees(size), count):
                    for rest in forests(nodes - size * count, size - 1):
                        yield chosen + rest

    for forest in forests(order - 1, order - 1):
        found.add(tuple(sorted(forest)))
    return sorted(found)


def nodes(tree):
    return 1 + sum(nodes(child) for child in tree)


def density(tree):
    return nodes(tree) * np.prod([density(child) for child in tree], initial=1.0)


def untransformed():
    """alpha, beta = alpha + gamma, and b, of the form with matrix products, from A and C. (Hairer and Wanner 1996, IV.7.)"""
    a, c = np.zeros((S, S)), np.zeros((S, S))
    for i in range(S):
        c[i, : len(rosenbrock.C[i])] = rosenbrock.C[i]
    for i, row in enumerate(rosenbrock.A):
        a[i, : len(row)] = row
    for i in range(len(rosenbrock.A), S):
        a[i] = a[i - 1]
        a[i, i - 1] += 1.0
    last = a[S - 1].copy()
    last[S - 1] += 1.0
    gamma = np.linalg.inv(np.eye(S) / rosenbrock.GAMMA - c)
    alpha = a @ gamma
    return alpha, alpha + gamma, last @ gamma, a[S - 1] @ gamma, gamma


def weight(tree, alpha, beta):
    """The elementary weight of each stage: one child through beta, several through alpha."""
    if len(tree) == 1:
        return beta @ weight(tree[0], alpha, beta)
    return np.prod([alpha @ weight(child, alpha, beta) for child in tree], axis=0, initial=1.0) * np.ones(S)


def test_numbers_of_trees():
    assert [len(trees(order)) for order in range(1, 6)] == [1, 1, 2, 4, 9]


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_solution_has_order_5(order):
    alpha, beta, b, _, _ = untransformed()
    for tree in trees(order):
        assert b @ weight(tree, alpha, beta) == pytest.approx(1.0 / density(tree), abs=1e-12), tree


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_embedded_solution_has_order_4(order):
    alpha, beta, _, embedded, _ = untransformed()
    for tree in trees(order):
        assert embedded @ weight(tree, alpha, beta) == pytest.approx(1.0 / density(tree), abs=1e-12), tree


def test_embedded_solution_has_not_order_5():
    alpha, beta, _, embedded, _ = untransformed()
    assert max(abs(embedded @ weight(tree, alpha, beta) - 1.0 / density(tree)) for tree in trees(5)) > 1e-4


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.83, 1.0])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_interpolant_has_order_4(order, fraction):
    alpha, beta, b, _, gamma = untransformed()
    h = np.array(rosenbrock.H)
    curve = (h[0] + fraction * (h[1] + fraction * h[2])) @ gamma
    at = fraction * (b + (1.0 - fraction) * curve)
    for tree in trees(order):
        assert at @ weight(tree, alpha, beta) == pytest.approx(fraction**order / density(tree), abs=1e-11), tree


def test_method_is_stiffly_accurate():
    """The last row of beta is b, so that the stability function vanishes at infinity."""
    _, beta, b, _, _ = untransformed()
    np.testing.assert_allclose(beta[-1], b, atol=1e-12)
    stability = 1.0 - b @ np.linalg.solve(beta, np.ones(S))
    assert abs(stability) < 1e-10
