"""The unrolled factorisation and solution against numpy, through the Python code that the fallback also uses."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast.engine.elimination import emit_factorisation, emit_solution, plan_elimination
from kinecast.engine.python_code import PythonCode


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 12), density=st.floats(0.0, 1.0), seed=st.integers(0, 10**6))
def test_sparse_solution_against_numpy(size, density, seed):
    random = np.random.default_rng(seed)
    matrix = np.where(random.random((size, size)) < density, random.normal(size=(size, size)), 0.0)
    shift = 1.5 + np.abs(matrix).sum(axis=1).max()
    right = random.normal(size=size)

    plan = plan_elimination([(int(i), int(j)) for i, j in np.argwhere(matrix)], size)
    factors = np.zeros(len(plan.slots))
    for i, j in plan.given:
        factors[plan.slots[i, j]] = matrix[plan.order[i], plan.order[j]]
    solution = right[list(plan.order)].copy()
    factorise, solve = PythonCode(), PythonCode()
    emit_factorisation(plan, factorise)
    emit_solution(plan, solve)
    factorise.function("factors", "shift")(factors, [shift])
    solve.function("factors", "x")(factors, solution)

    expected = np.linalg.solve(shift * np.eye(size) - matrix, right)
    np.testing.assert_allclose(solution[list(plan.position)], expected, rtol=1e-11, atol=1e-13)


def test_an_arrow_is_eliminated_without_fill():
    size = 20
    entries = [(0, i) for i in range(1, size)] + [(i, 0) for i in range(1, size)]
    plan = plan_elimination(entries, size)
    assert len(plan.slots) == len(entries) + size
    assert plan.order.index(0) >= size - 2


def test_least_fill_goes_before_fewest_neighbours():
    """State 0 joins two groups of four that know one another: it has the fewest neighbours, and alone would cause fill."""
    groups = [(i, j) for group in (range(1, 5), range(5, 9)) for i in group for j in group if i != j]
    entries = [*groups, (0, 1), (1, 0), (0, 5), (5, 0)]
    plan = plan_elimination(entries, 9)
    assert len(plan.slots) == len(entries) + 9


def test_the_plan_is_a_permutation_that_holds_every_entry():
    entries = [(0, 3), (3, 1), (2, 2), (4, 0)]
    plan = plan_elimination(entries, 5)
    assert sorted(plan.order) == list(range(5))
    assert all(plan.order[plan.position[index]] == index for index in range(5))
    assert {(plan.position[i], plan.position[j]) for i, j in entries} <= set(plan.slots)
