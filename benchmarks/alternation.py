"""Two solvers measured in turns, so that a machine that slows down slows both, and their costs compared at equal error."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from peers import Solver, Task


@dataclass
class Curve:
    """Work and precision of one solver: for each tolerance its error, and CPU seconds a patient in every round."""

    label: str
    tolerances: tuple[float, ...]
    errors: list[float] = field(default_factory=list)
    rounds: list[list[float]] = field(default_factory=list)

    @property
    def cost(self) -> np.ndarray:
        """Median over rounds, for each tolerance."""
        return np.median(np.array(self.rounds), axis=0)

    @property
    def spread(self) -> np.ndarray:
        """Half of the range over rounds as a fraction of the median."""
        rounds = np.array(self.rounds)
        return (rounds.max(axis=0) - rounds.min(axis=0)) / (2.0 * self.cost)

    def cost_at(self, error: float, costs: np.ndarray | None = None) -> float:
        """CPU seconds a patient for an error of at most `error`: log–log between measured points, NaN when none is as exact.

        Points that cost more and err more than another are left out first. No point is extrapolated: a solver that was not
        measured as loosely as `error` is charged its cheapest point.
        """
        points = sorted(zip(self.errors, self.cost if costs is None else costs, strict=True))
        front: list[tuple[float, float]] = []
        for point in reversed(points):
            while front and front[-1][1] >= point[1]:
                front.pop()
            front.append(point)
        errors, work = np.log(np.array(front[::-1])).T
        if np.log(error) < errors[0]:
            return float("nan")
        return float(np.exp(np.interp(np.log(error), errors, work)))


@dataclass
class Duel:
    """The engine and a peer, measured in turns."""

    engine: Curve
    peer: Curve

    def ratios(self, error: float) -> np.ndarray:
        """Peer's cost over the engine's at equal error, one a round."""
        pairs = zip(self.engine.rounds, self.peer.rounds, strict=True)
        return np.array([self.peer.cost_at(error, np.array(b)) / self.engine.cost_at(error, np.array(a)) for a, b in pairs])


def alternate(
    engine: Solver,
    peer: Solver,
    task: Task,
    parameters: np.ndarray,
    reference: np.ndarray,
    *,
    copies: int,
    rounds: int,
    points: int,
) -> Duel:
    """Measure engine, peer, engine, peer, … at their `points` tightest tolerances, as many rounds as told.

    The peer integrates the patients of `parameters` one by one; the engine the same ones `copies` times over, to fill its lanes
    as a cohort does.
    """
    cohort = np.tile(parameters, (copies, 1))
    duel = Duel(Curve(engine.label, engine.tolerances[-points:]), Curve(peer.label, peer.tolerances[-points:]))
    engine.solve(cohort[:1], engine.tolerances[0])
    peer.solve(parameters[:1], peer.tolerances[0])
    for number in range(rounds):
        costs: tuple[list[float], list[float]] = [], []
        for pair in zip(duel.engine.tolerances, duel.peer.tolerances, strict=True):
            sides = zip((engine, peer), (duel.engine, duel.peer), pair, (cohort, parameters), costs, strict=True)
            for solver, curve, rtol, patients, cost in sides:
                start = time.process_time()
                states = solver.solve(patients, rtol)
                cost.append((time.process_time() - start) / len(patients))
                if number == 0:
                    curve.errors.append(task.error(states[: len(parameters)], reference))
        duel.engine.rounds.append(costs[0])
        duel.peer.rounds.append(costs[1])
    return duel
