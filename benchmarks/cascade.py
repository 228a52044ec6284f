"""A stiff network of any size: a cascade of enzymes, each switched on by the one above it and off by itself.

Level k turns over in minutes near the drug and in months far from it, so that every size is as stiff as the benchmark problem.
"""

from __future__ import annotations

import benchmark_problem
import numpy as np

from kinecast.engine import Bolus
from kinecast.network.expression import expression, symbol

END = 100.0
OUTPUTS = np.linspace(0.0, END, 51)[1:] - 0.013
DOSES = tuple(Bolus(7.0 * week, "depot", 10.0) for week in range(12))
FASTEST, SLOWEST = 200.0, 0.02


def cascade(states: int) -> benchmark_problem.Problem:
    """A network of `states` states (even): a depot, a drug, and levels of an inactive and an active form each."""
    problem = benchmark_problem.Problem()
    problem.states.append(benchmark_problem.State("depot", expression(0.0), 10.0, dosed=True))
    depot, drug = symbol("depot"), problem.state("drug", 0.0, 5.0)
    problem.react(problem.parameter("absorption", 4.0) * depot, depot=-1, drug=1)
    problem.react(problem.parameter("loss", 2.0) * drug, drug=-1)
    above = drug
    for level, rate in enumerate(np.geomspace(FASTEST, SLOWEST, (states - 2) // 2)):
        off, on = problem.state(f"off_{level}", 1.0, 1.0), problem.state(f"on_{level}", 0.0, 0.3)
        speed = problem.parameter(f"speed_{level}", float(rate))
        half = problem.parameter(f"half_{level}", 0.3)
        problem.react(speed * above * off / (half + off), **{f"off_{level}": -1, f"on_{level}": 1})
        problem.react(speed * on / (half + on), **{f"off_{level}": 1, f"on_{level}": -1})
        above = on
    return problem


def patients(problem: benchmark_problem.Problem, n: int) -> np.ndarray:
    """Parameters of n patients, each 20 % off the typical ones, (n, n_parameters)."""
    values = np.array([parameter.value for parameter in problem.parameters])
    return values * np.exp(np.random.default_rng(1).normal(0.0, 0.2, (n, len(values))))
