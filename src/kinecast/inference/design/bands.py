"""How uncertain the scores of a candidate are: over patients, over numbers that data leave open, and on other patients.

Over patients: Wilson's interval of a share, or resampled patients. Over parameters: the draws of
`kinecast.inference.open_numbers`, each as its difference from the candidate's own score on the same patients. Of two candidates
with the same score in truth, the one that was lucky with its patients is the one that a search keeps: the score in as many
patients whom the search has not seen is free of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinecast.inference.design.evaluating import Bench, Refused
from kinecast.inference.design.objectives import OBJECTIVES
from kinecast.inference.design.scoring import Score
from kinecast.inference.open_numbers import Draws
from kinecast.runs.execute import in_threads
from kinecast.trial.chance import resampler
from kinecast.trial.estimators import limits, resamples
from kinecast.trial.protocol import Protocol

Band = tuple[float, float]
OWN = -1
"""In place of the number of a draw: the candidate's own numbers, in other patients."""


@dataclass(frozen=True)
class Banded:
    """A score with its 95 % bands, and its value in other patients; None where not asked or not defined."""

    value: float
    patients: Band | None = None
    parameters: Band | None = None
    both: Band | None = None
    other_patients: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values; a band without an end is None."""
        bands = {name: getattr(self, name) for name in ("patients", "parameters", "both")}
        plain = {name: None if band is None or not np.isfinite(band).all() else list(band) for name, band in bands.items()}
        return {"value": self.value, **plain, "other_patients": self.other_patients}


@dataclass(frozen=True)
class Bands:
    """The scores of one candidate with their bands; `failed_draws`: of how many draws it could not be simulated."""

    scores: Mapping[str, Banded]
    failed_draws: int = 0


def banded(
    bench: Bench,
    protocols: Sequence[Protocol],
    draws: int,
    ensemble: Draws | None,
    threads: int,
    progress: Any = None,
) -> list[Bands]:
    """Return the bands of candidates; `draws` of the ensemble, the first ones. Progress: (simulations done, in all)."""
    every = [(index, number) for index in range(len(protocols)) for number in (None, OWN, *range(draws))]

    def one(task: tuple[int, int | None]) -> Score | Refused:
        index, number = task
        if number is None:
            return bench.evaluate(protocols[index])
        if number == OWN:
            return bench.evaluate(protocols[index], seed=bench.seed + 1)
        return bench.evaluate(protocols[index], ensemble=ensemble, number=number)

    found = in_threads(one, every, threads, lambda task: 1, progress)
    wide = 2 + draws
    return [_bands(found[index * wide : (index + 1) * wide], bench.seed) for index in range(len(protocols))]


def _bands(found: Sequence[Score | Refused], seed: int) -> Bands:
    """Return the bands of one candidate: of its score, of that in other patients, and of that in each draw."""
    own, other, *drawn = found
    assert isinstance(own, Score)  # it was simulated before, and is again the same
    known = [one.values for one in drawn if isinstance(one, Score)]
    counts = resamples(np.ones(len(own.responded), dtype=bool), (len(own.responded),), resampler(seed, "design, patients"))
    elsewhere = other.values if isinstance(other, Score) else {}
    scores = {"visits": Banded(own.values["visits"])}
    for name, estimator in own.estimators.items():
        value = own.values[name]
        shifts = np.array([one[name] - value for one in known])
        samples = estimator.estimate(counts)
        over_patients = _holding(value, estimator.interval() or limits(samples))
        over_parameters = over_both = None
        if len(shifts):
            most = 1.0 if OBJECTIVES[name].share else float("inf")
            over_parameters = _holding(value, limits(np.clip(value + shifts, 0.0, most)))
            together = limits(np.clip(samples + shifts[np.arange(len(samples)) % len(shifts)], 0.0, most))
            low, high = _holding(value, together)
            over_both = min(low, over_patients[0]), max(high, over_patients[1])
        scores[name] = Banded(value, over_patients, over_parameters, over_both, elsewhere.get(name))
    return Bands({name: scores[name] for name in OBJECTIVES}, len(drawn) - len(known))


def _holding(value: float, band: Band) -> Band:
    """Return a band, widened where it does not hold the value."""
    return min(value, band[0]), max(value, band[1])
