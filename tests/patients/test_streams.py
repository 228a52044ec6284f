"""Random numbers belong to a seed, a name and a patient."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kinecast.patients import normal, uniform


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.integers(0, 2**64 - 1))
def test_a_number_does_not_depend_on_its_neighbours(indices, seed):
    together = uniform(seed, "clearance", np.array(indices))
    alone = [uniform(seed, "clearance", np.array([i]))[0] for i in indices]
    assert together.tolist() == alone


def test_names_and_seeds_give_unrelated_numbers():
    patients = np.arange(4000)
    a, b, c = normal(1, "a", patients), normal(1, "b", patients), normal(2, "a", patients)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.06
    assert abs(np.corrcoef(a, c)[0, 1]) < 0.06


def test_uniform_and_normal_against_their_distributions():
    patients = np.arange(20_000)
    u, z = uniform(7, "x", patients), normal(7, "x", patients)
    assert u.min() > 0 and u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    assert stats.kstest(z, "norm").pvalue > 1e-3


def test_no_patients_is_no_numbers():
    assert uniform(1, "x", np.array([], dtype=int)).shape == (0,)
