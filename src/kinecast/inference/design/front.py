"""The Pareto front of a search: evaluations that keep the limits and that no other one beats in every score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kinecast.inference.design.candidate import Candidate
from kinecast.inference.design.objectives import Limit, Objective

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of a search.

    Attributes:
        number: in the search, from 0. scores: name → value, empty where it was refused. failed: simulations that failed.
        refused: why it could not be simulated, '' where it was.
    """

    number: int
    candidate: Candidate
    scores: Mapping[str, float]
    failed: int = 0
    refused: str = ""

    def excess(self, limits: Sequence[Limit]) -> float:
        """Return the sum by which it breaks the limits, 0 where it keeps all."""
        return sum(max(0.0, limit.excess(self.scores)) for limit in limits)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        told = {"evaluation": self.number, "candidate": self.candidate.as_dict()}
        if self.refused:
            return {**told, "refused": self.refused}
        return {**told, "scores": dict(self.scores), "failed": self.failed}


def evaluations(trials: Sequence[FrozenTrial]) -> list[Evaluation]:
    """Return what a journal holds."""
    found = []
    for number, trial in enumerate(trials):
        told = trial.user_attrs
        candidate = Candidate(**told["candidate"])
        found.append(Evaluation(number, candidate, told.get("scores", {}), told.get("failed", 0), told.get("refused", "")))
    return found


def front(found: Sequence[Evaluation], objectives: Sequence[Objective], limits: Sequence[Limit]) -> list[Evaluation]:
    """Return the evaluations that no other one beats, best response first, of those that keep all limits.

    One beats another when it is at least as good in every objective and better in one. Of a candidate that was evaluated twice,
    or of candidates that are alike in all that they are, the first counts.
    """
    distinct: dict[str, Evaluation] = {}
    for one in found:
        if not one.refused and one.excess(limits) <= 0:
            distinct.setdefault(repr(one.candidate), one)
    able = list(distinct.values())
    costs = np.array([[one.scores[o.name] * (-1 if o.higher else 1) for o in objectives] for one in able])
    costs = costs.reshape(len(able), len(objectives))
    beaten = [bool(np.any(np.all(costs <= mine, axis=1) & np.any(costs < mine, axis=1))) for mine in costs]
    kept = [(tuple(mine), one) for one, mine, lost in zip(able, costs, beaten, strict=True) if not lost]
    return [one for _, one in sorted(kept, key=lambda pair: (pair[0], pair[1].number))]


def closest(found: Sequence[Evaluation], limits: Sequence[Limit], count: int = 5) -> list[Evaluation]:
    """Return the evaluations that break the limits least, for where none keeps them."""
    able = [one for one in found if not one.refused]
    return sorted(able, key=lambda one: (one.excess(limits), one.number))[:count]
