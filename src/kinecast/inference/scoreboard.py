"""The scoreboard: every trial that can be simulated is run, and every observation scored or listed with what stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kinecast import __version__, catalog
from kinecast.catalog import Observation, Trial
from kinecast.inference.cache import remembered
from kinecast.inference.scoring import CLASSES, RULES, Score, class_of, verdict
from kinecast.inference.simulable import Part, simulable

Progress = Callable[[int, int], None]

NO_DISEASE = "the protocol has no disease"
"""What the endpoints of response and survival say in people without tumour."""


@dataclass(frozen=True)
class Scoreboard:
    """Scores of every observation, and how they were made.

    `patients` is the number of virtual patients in an arm; `simulated` names the trials that were run.
    """

    scores: tuple[Score, ...]
    simulated: tuple[str, ...]
    patients: int
    seed: int

    @property
    def scored(self) -> tuple[Score, ...]:
        """Observations with a verdict."""
        return tuple(score for score in self.scores if score.met is not None)

    def tally(self, *, by: str = "kind") -> list[dict[str, Any]]:
        """Return rows of counts, one a class (`by='kind'`) or a drug (`by='agents'`): met and scored, calibrated apart."""
        groups = CLASSES if by == "kind" else sorted({score.agents for score in self.scored})
        rows = []
        for group in groups:
            here = [score for score in self.scores if getattr(score, by) == group]
            if not here:
                continue
            row: dict[str, Any] = {by: group, "observations": len(here)}
            for used in ("validation", "calibration"):
                scored = [score for score in here if score.met is not None and score.used_for == used]
                row |= {f"{used}_met": sum(score.met is True for score in scored), f"{used}_scored": len(scored)}
            rows.append(row)
        return rows

    def stops(self) -> list[dict[str, Any]]:
        """Return why observations were not scored: reason and how many, the most frequent first."""
        counts: dict[str, int] = {}
        for score in self.scores:
            if score.met is None:
                counts[score.reason] = counts.get(score.reason, 0) + 1
        return [{"reason": reason, "observations": count} for reason, count in sorted(counts.items(), key=lambda item: -item[1])]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values: settings, rules, tallies, what stops the rest, and every score."""
        return {
            "kinecast": __version__,
            "patients": self.patients,
            "seed": self.seed,
            "rules": RULES,
            "simulated": list(self.simulated),
            "classes": self.tally(),
            "agents": self.tally(by="agents"),
            "not_scored": self.stops(),
            "scores": [asdict(score) for score in self.scores],
        }


def scoreboard(
    trials: Iterable[Trial] | None = None,
    *,
    patients: int = 300,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Scoreboard:
    """Run every trial that the model can simulate, and score what it reported.

    Arguments:
        trials: of the catalogue, or the user's own (default: all of the catalogue).
        patients: virtual patients in each arm. seed: of the population.
        threads: cores to use (default: all). The result does not depend on it.
        progress: called with (trials done, trials to run).

    Raises:
        RunError: a number of patients, seed or threads that makes no sense.
    """
    parts = [simulable(trial) for trial in (catalog.trials().values() if trials is None else trials)]
    runs = [part for part in parts if part.protocol is not None and _observed(part)]
    scores: list[Score] = []
    done = 0
    for part in parts:
        rows = {}
        if part in runs:
            rows = remembered(part, patients, seed, threads)
            done += 1
            if progress is not None:
                progress(done, len(runs))
        scores += _scores(part, rows)
    return Scoreboard(tuple(scores), tuple(part.trial.id for part in runs), patients, seed)


def _observed(part: Part) -> bool:
    """Whether an arm that can be run has reported anything."""
    assert part.protocol is not None
    return any(part.trial.arms[arm].observations for arm in part.protocol.arms)


def _scores(part: Part, rows: dict[str, list[dict[str, Any]]]) -> Iterator[Score]:
    """Yield a score for every observation of a trial; the rows of an arm are in the order of its observations."""
    for arm, reported in part.trial.arms.items():
        for position, seen in enumerate(reported.observations):
            kind = class_of(seen.quantity, seen.unit)
            row = rows[arm][position] if arm in rows else {}
            met, reason = verdict(kind, row) if row else (None, part.stops.get(arm, "the trial was not run"))
            if reason == NO_DISEASE and part.trial.disease != "none":
                reason = f"the model has no tumour of {part.trial.disease}"
            yield _score(part.trial, arm, seen, kind, row, met, reason)


def _score(trial: Trial, arm: str, seen: Observation, kind: str, row: dict[str, Any], met: bool | None, reason: str) -> Score:
    given = [regimen.agent for regimen in trial.arms[arm].regimens] or list(trial.agents)
    return Score(
        trial=trial.id,
        arm=arm,
        agents=", ".join(dict.fromkeys(given)),
        disease=trial.disease,
        kind=kind,
        quantity=seen.quantity,
        time=seen.time,
        among=seen.among,
        unit=seen.unit,
        n=seen.n,
        reported=seen.value,
        reported_low=seen.lower,
        reported_high=seen.upper,
        bound=seen.bound,
        forecast=row.get("forecast"),
        low=row.get("trial_low"),
        high=row.get("trial_high"),
        used_for=seen.used_for,
        source=seen.source,
        met=met,
        reason=reason,
    )
