"""The scoreboard: every trial that can be simulated is run, and every observation scored or listed with what stops it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kinecast import __version__, catalog
from kinecast.catalog import Observation, Trial
from kinecast.inference.cache import Remembered, remembered
from kinecast.inference.scoring import CLASSES, FAILED, RATES, RULES, Score, class_of, count_limits, verdict
from kinecast.runs.execute import check_number
from kinecast.trial.simulable import Part, simulable

Progress = Callable[[int, int], None]
Standing = Literal["independent", "same patients", "calibrated"]

STANDINGS: tuple[Standing, ...] = ("independent", "same patients", "calibrated")
"""independent: the model has not seen these patients. same patients: it was calibrated on another number of theirs, in this
trial or in one that overlaps with it. calibrated: on this number."""

NO_DISEASE = "the protocol has no disease"
"""What the endpoints of response and survival say in people without tumour."""

_RUN_FAILED = "the run failed: "
_APART = "no patient in both"
_EARLY = re.compile(r"first report|primary analysis|interim|early")
_CURVE = re.compile(r"curve")


@dataclass(frozen=True)
class Scoreboard:
    """Scores of every observation, and how they were made.

    `patients` is the number of virtual patients in an arm; `simulated` names the trials that were run; `failed` maps
    (trial, arm) → how many of its simulations failed, for arms with any.
    """

    scores: tuple[Score, ...]
    simulated: tuple[str, ...]
    patients: int
    seed: int
    failed: Mapping[tuple[str, str], int]

    @property
    def scored(self) -> tuple[Score, ...]:
        """Observations with a verdict."""
        return tuple(score for score in self.scores if score.met is not None)

    @property
    def trials(self) -> tuple[str, ...]:
        """Trials with at least one verdict."""
        return tuple(dict.fromkeys(score.trial for score in self.scored))

    @property
    def broken(self) -> tuple[str, ...]:
        """Trials whose run raised an error."""
        return tuple(dict.fromkeys(score.trial for score in self.scores if score.reason.startswith(_RUN_FAILED)))

    def tally(self, *, by: str = "kind") -> list[dict[str, Any]]:
        """Return rows of counts, one a class (`by='kind'`) or a drug (`by='agents'`).

        A row maps each of `STANDINGS` → (met, scored).
        """
        groups = CLASSES if by == "kind" else sorted({score.agents for score in self.scored})
        rows = []
        for group in groups:
            here = [score for score in self.scores if getattr(score, by) == group]
            if not here:
                continue
            row: dict[str, Any] = {by: group, "observations": len(here)}
            for standing in STANDINGS:
                scored = [score for score in here if score.met is not None and score.standing == standing]
                row[standing] = sum(score.met is True for score in scored), len(scored)
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
            "trials_with_scores": list(self.trials),
            "runs_failed": list(self.broken),
            "failed": [{"trial": trial, "arm": arm, "failed": count} for (trial, arm), count in self.failed.items()],
            "classes": [_plain(row) for row in self.tally()],
            "agents": [_plain(row) for row in self.tally(by="agents")],
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

    A run that fails is the reason why its arms have no scores; the others go on.

    Arguments:
        trials: of the catalogue, or the user's own (default: all of the catalogue).
        patients: virtual patients in each arm. seed: of the population.
        threads: cores to use (default: all). The result does not depend on it.
        progress: called with (trials done, trials to run).

    Raises:
        RunError: a number of patients, seed or threads that makes no sense.
    """
    for name, number, least in (("patients", patients, 1), ("seed", seed, 0), ("threads", threads, 1)):
        if number is not None:
            check_number(name, number, least=least)
    parts = [_part(trial) for trial in (catalog.trials().values() if trials is None else trials)]
    runs = {part.trial.id for part in parts if _observed(part)}
    fitted = _calibrated([*catalog.trials().values(), *(part.trial for part in parts)])
    scores: list[Score] = []
    failed: dict[tuple[str, str], int] = {}
    done = 0
    for part in parts:
        made = Remembered({}, {})
        if part.trial.id in runs:
            try:
                made = remembered(part, patients, seed, threads)
            except Exception as error:  # one trial's failure is its reason; the other trials go on
                part = _stopped(part, error)
            done += 1
            if progress is not None:
                progress(done, len(runs))
        failed |= {(part.trial.id, arm): count for arm, count in made.failed.items() if count}
        scores += _scores(part, made, patients, fitted)
    return Scoreboard(tuple(scores), tuple(part.trial.id for part in parts if part.trial.id in runs), patients, seed, failed)


def share_in_words(met: int, scored: int) -> str:
    """Return '16 of 33 (48%)', or a dash where nothing was scored."""
    return f"{met} of {scored} ({met / scored:.0%})" if scored else "–"


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{standing: {"met": row[standing][0], "scored": row[standing][1]} for standing in STANDINGS}}


def _part(trial: Trial) -> Part:
    try:
        return simulable(trial)
    except Exception as error:
        return _stopped(Part(trial, None, {}), error)


def _stopped(part: Part, error: Exception) -> Part:
    """Return a trial that cannot be run because of an error, which is the reason of every arm that had none."""
    said = str(error) or type(error).__name__
    return Part(part.trial, None, {**dict.fromkeys(part.trial.arms, _RUN_FAILED + said), **part.stops})


def _observed(part: Part) -> bool:
    """Whether an arm that can be run has reported anything."""
    return part.protocol is not None and any(part.trial.arms[arm].observations for arm in part.protocol.arms)


def _calibrated(trials: Iterable[Trial]) -> set[str]:
    """Return the trials that hold patients on whose numbers the model was calibrated: their own, or of one that overlaps."""
    trials = list(trials)
    own = {
        trial.id
        for trial in trials
        for arm in trial.arms.values()
        if any(seen.used_for == "calibration" for seen in arm.observations)
    }
    pairs = {(trial.id, other.trial) for trial in trials for other in trial.overlaps if _APART not in other.note}
    return own | {one for pair in pairs for one, other in (pair, pair[::-1]) if other in own}


def _scores(part: Part, made: Remembered, patients: int, fitted: set[str]) -> Iterator[Score]:
    """Yield a score for every observation of a trial; the rows of an arm are in the order of its observations."""
    old = repeated(part.trial, list(made.rows))
    for arm, reported in part.trial.arms.items():
        too_many = made.failed.get(arm, 0) > FAILED * patients
        for position, seen in enumerate(reported.observations):
            kind = class_of(seen.quantity, seen.unit)
            row = made.rows[arm][position] if arm in made.rows else {}
            met, reason = verdict(kind, row, seen.note) if row else (None, part.stops.get(arm, "the trial was not run"))
            if met is not None and (arm, position) in old:
                met, reason = None, old[arm, position]
            if met is not None and too_many:
                met, reason = None, f"more than {FAILED:.0%} of the arm's simulations failed"
            if reason == NO_DISEASE and part.trial.disease != "none":
                reason = f"the model has no tumour of {part.trial.disease}"
            standing = _standing(part.trial, seen, fitted)
            yield _score(part.trial, arm, seen, kind, row, standing, made.failed.get(arm, 0), met, reason)


def _standing(trial: Trial, seen: Observation, fitted: set[str]) -> Standing:
    if seen.used_for == "calibration":
        return "calibrated"
    return "same patients" if trial.id in fitted else "independent"


def repeated(trial: Trial, run: list[str]) -> dict[tuple[str, int], str]:
    """Return (arm, position) → why a report is counted elsewhere: in a later data cut, or in another arm that was run."""
    found: dict[tuple[str, int], str] = {}
    latest: dict[tuple[object, ...], tuple[str, int, Observation]] = {}
    first: dict[tuple[object, ...], str] = {}
    for arm in run:
        for position, seen in enumerate(trial.arms[arm].observations):
            asked = (seen.quantity, seen.among, seen.time if seen.day is None else (seen.day, seen.since))
            said = (*asked, seen.data_cut, seen.value, seen.lower, seen.upper, seen.unit, seen.n, seen.source, seen.note)
            if seen.note and first.setdefault(said, arm) != arm:
                found[arm, position] = f"the same report as of arm {first[said]}"
                continue
            *_, other = known = latest.setdefault((arm, *asked), (arm, position, seen))
            if other.data_cut == seen.data_cut:
                continue
            if _age(seen) >= _age(other):
                latest[(arm, *asked)] = (arm, position, seen)
                found[known[:2]] = "an earlier data cut"
            else:
                found[arm, position] = "an earlier data cut"
    return found


def _age(seen: Observation) -> tuple[float, ...]:
    """Return what orders data cuts: not a first report, no digitised curve of one, the year, the years of follow-up."""
    cut = seen.data_cut.lower()
    year = re.search(r"\b(19|20)\d\d\b", cut)
    follow_up = re.search(r"(\d+(\.\d+)?)[- ]years?", cut)
    rank = 0 if _EARLY.search(cut) else 1 if _CURVE.search(cut) else 2
    return rank, float(year[0]) if year else 0.0, float(follow_up[1]) if follow_up else 0.0


def _score(
    trial: Trial,
    arm: str,
    seen: Observation,
    kind: str,
    row: Mapping[str, Any],
    standing: Standing,
    failed: int,
    met: bool | None,
    reason: str,
) -> Score:
    given = [regimen.agent for regimen in trial.arms[arm].regimens] or list(trial.agents)
    low, high = row.get("trial_low"), row.get("trial_high")
    limits = count_limits(row) if row and kind in RATES else None
    if limits is not None and seen.n:
        whole = 1.0 if seen.unit == "fraction" else 100.0
        low, high = (whole * limit / seen.n for limit in limits)
    return Score(
        trial=trial.id,
        arm=arm,
        agents=", ".join(sorted(set(given))),
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
        low=low,
        high=high,
        used_for=seen.used_for,
        standing=standing,
        source=seen.source,
        failed=failed,
        met=met,
        reason=reason,
    )
