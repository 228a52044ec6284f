"""The search: candidates suggested by Optuna in batches, simulated in threads, and stored batch by batch.

Each batch is suggested by a sampler that is made anew from the finished evaluations and from a seed that is a function of the
search's seed and of how many of them there are. So a search that was ended anywhere, killed in the middle of a batch or of a
write, goes on exactly as one that was not, and threads decide nothing: they only simulate what was suggested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kinecast.errors import KinecastError
from kinecast.inference.design.candidate import Candidate
from kinecast.inference.design.choosing import chosen, parameters
from kinecast.inference.design.evaluating import Bench, Refused
from kinecast.inference.design.journal import Journal
from kinecast.inference.design.objectives import Direction, Limit, Objective
from kinecast.inference.design.scoring import Score
from kinecast.inference.design.space import Space
from kinecast.runs.execute import in_threads
from kinecast.trial.protocol import Protocol

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

BATCH = 8
"""Candidates that are suggested together, from what is known before the first of them; the result depends on it."""

AT_RANDOM = 40
"""Evaluations after which candidates follow from those before; until then they are named ones and random ones."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Search:
    """What is searched, and how candidates are weighed. `starts`: named candidates that are evaluated first."""

    space: Space
    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...]
    starts: tuple[Candidate, ...]
    patients: int
    seed: int

    @property
    def directions(self) -> tuple[Direction, ...]:
        """Of each objective."""
        return tuple(one.direction for one in self.objectives)

    def run(self, bench: Bench, journal: Journal, evaluations: int, threads: int, progress: Progress | None = None) -> None:
        """Evaluate until the journal holds so many; progress is called with (evaluations done, in all)."""
        while (done := len(journal.finished)) < evaluations:
            first = done // BATCH * BATCH
            asked = self._suggested(journal.finished[:first], min(first + BATCH, evaluations))
            # Of a batch that was cut off in the middle of being stored, the rest is evaluated.
            rest = asked[done - first :]
            protocols = [self.protocol(done + index, one.candidate) for index, one in enumerate(rest)]

            def one(index: int, protocols: Sequence[Protocol | Refused] = protocols) -> Score | Refused:
                protocol = protocols[index]
                return protocol if isinstance(protocol, Refused) else bench.evaluate(protocol)

            def tell(part: int, _: int, done: int = done) -> None:
                if progress is not None:
                    progress(done + part, evaluations)

            found = in_threads(one, range(len(rest)), threads, lambda index: 1, tell)
            journal.add([self._finished(ask, result) for ask, result in zip(rest, found, strict=True)])

    def protocol(self, number: int, candidate: Candidate) -> Protocol | Refused:
        """Return the protocol of an evaluation, or why there is none; made before threads start, because it names a molecule."""
        try:
            return candidate.protocol(self.space, self.patients, self.title(number, candidate))
        except KinecastError as error:
            return Refused(error.message)

    def title(self, number: int, candidate: Candidate) -> str:
        """Return the title of the protocol of an evaluation."""
        return f"{candidate.in_words(self.space)}: evaluation {number} of a search (seed {self.seed}, {self.patients} patients)"

    def _suggested(self, finished: Sequence[FrozenTrial], until: int) -> list[_Asked]:
        """Return the candidates of a batch, which begins after the finished ones and ends before number `until`."""
        import optuna

        sampler = optuna.samplers.TPESampler(seed=self._seed_of(len(finished)), n_startup_trials=AT_RANDOM)
        study = optuna.create_study(directions=list(self.directions), sampler=sampler)
        study.add_trials(finished)
        return [self._asked(study, number) for number in range(len(finished), until)]

    def _asked(self, study: Study, number: int) -> _Asked:
        if number < len(self.starts):
            study.enqueue_trial(parameters(self.starts[number], self.space))
        trial = study.ask()
        candidate = chosen(trial, self.space)
        return _Asked(candidate, trial.params, trial.distributions)

    def _seed_of(self, finished: int) -> int:
        digest = hashlib.sha256(f"kinecast design, {self.seed}, after {finished}".encode()).digest()
        return int.from_bytes(digest[:4], "little")

    def _finished(self, asked: _Asked, result: Score | Refused) -> FrozenTrial:
        """Return an evaluation as it is stored: complete with its scores, or failed with the reason."""
        from optuna.trial import TrialState, create_trial

        common: dict[str, Any] = {"params": asked.params, "distributions": asked.distributions}
        told: dict[str, Any] = {"candidate": asked.candidate.as_dict()}
        if isinstance(result, Refused):
            return create_trial(state=TrialState.FAIL, user_attrs={**told, "refused": result.reason}, **common)
        values = result.values
        told |= {"scores": values, "failed": result.failed}
        return create_trial(
            state=TrialState.COMPLETE,
            values=[values[one.name] for one in self.objectives],
            constraints={str(limit): limit.excess(values) for limit in self.limits},
            user_attrs=told,
            **common,
        )


@dataclass(frozen=True)
class _Asked:
    """A candidate that was suggested, with the values and the distributions behind it."""

    candidate: Candidate
    params: dict[str, Any]
    distributions: dict[str, Any]
