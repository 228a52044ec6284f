"""Candidates simulated: those with the same equations share one compiled model, and the same people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from kinecast.biology import PatientModel, assemble
from kinecast.errors import KinecastError
from kinecast.inference.design.scoring import Score, score
from kinecast.inference.design.space import Space
from kinecast.inference.open_numbers import ATTEMPTS, Draws
from kinecast.patients import Patients, Population
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct
from kinecast.trial.outcome import outcome
from kinecast.trial.protocol import Protocol


@dataclass(frozen=True)
class Refused:
    """A candidate that could not be simulated, and why."""

    reason: str


@dataclass
class Bench:
    """Simulates candidates on the same people: patient i is patient i of `kinecast run` with the seed.

    What a candidate is scored at does not depend on what was simulated before it, nor on threads: a shared model lends its
    compiled equations and the people's other numbers, and the numbers of the candidate are drawn as a run of it draws them.
    """

    space: Space
    patients: int
    seed: int
    _kept: dict[tuple[str, int, int | None], tuple[PatientModel, Patients]] = field(default_factory=dict)
    _compiled: dict[str, PatientModel] = field(default_factory=dict)
    _locks: defaultdict[object, Lock] = field(default_factory=lambda: defaultdict(Lock))
    _entry: Lock = field(default_factory=Lock)

    def evaluate(
        self, protocol: Protocol, seed: int | None = None, ensemble: Draws | None = None, number: int = 0
    ) -> Score | Refused:
        """Return the score of a protocol of one arm, or why it has none.

        Arguments:
            seed: of other people than the search's. ensemble, number: draws of the numbers that data leave open, and which one.
        """
        try:
            return self._evaluate(protocol, self.seed if seed is None else seed, ensemble, number)
        except KinecastError as error:
            return Refused(error.message)
        except Exception as error:  # a search of hours is not to end on one candidate: what went wrong is counted and told
            return Refused(f"{type(error).__name__}: {error}")

    def _evaluate(self, protocol: Protocol, seed: int, ensemble: Draws | None, number: int) -> Score:
        model = self._model(protocol)
        if ensemble is None:
            population = Population(model, seed)
        else:
            population = Population(model, seed, factors=ensemble.factors(number, model), attempts_max=ATTEMPTS)
        people = self._people(population, (model.equations, seed, None if ensemble is None else number))
        arm = next(iter(protocol.arms))
        happened = conduct(protocol, arm, model, people, Chance(seed, people.indices))
        return score(protocol, outcome(protocol, happened), self.space.not_counted)

    def _model(self, protocol: Protocol) -> PatientModel:
        """Return the model of a protocol with its compiled network, which models of the same equations share."""
        model = assemble(protocol.agents, protocol.disease, protocol.year)
        with self._lock(model.equations):
            first = self._compiled.setdefault(model.equations, model)
            model.share_kernel(first)
        return model

    def _people(self, population: Population, key: tuple[str, int, int | None]) -> Patients:
        """Return the patients of a population, from those drawn before for another molecule of the same equations."""
        with self._lock(key):
            if key not in self._kept:
                self._kept[key] = population.model, population.sample(np.arange(self.patients))
                return self._kept[key][1]
        model, people = self._kept[key]
        return population.redrawn(people, model)

    def _lock(self, key: object) -> Lock:
        with self._entry:
            return self._locks[key]


def references(space: Space, patients: int) -> dict[str, Protocol]:
    """Return name → protocol of what candidates are set beside: no treatment, and each partner alone, in the same patients."""
    arms = {"untreated": [], **{f"{name} alone": [{"agent": name, **given}] for name, given in space.partners.items() if given}}
    common = {"disease": space.disease, "patients": patients, "follow_up": space.follow_up, "scans": space.scans}
    return {name: Protocol.read({"title": name, **common, "arms": {name: given}}) for name, given in arms.items()}
