"""The endpoints of a trial: forecast, interval, and what the trial reported; every observation is answered or says why not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kinecast.errors import UnitError
from kinecast.trial.chance import resampler
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question, in_unit
from kinecast.trial.endpoint_exposure import exposure_endpoint
from kinecast.trial.endpoint_harm import harm_endpoint
from kinecast.trial.endpoint_levels import level_endpoint
from kinecast.trial.endpoint_response import response_endpoint
from kinecast.trial.endpoint_treatment import treatment_endpoint
from kinecast.trial.estimators import limits, resamples
from kinecast.trial.outcome import Outcome
from kinecast.trial.protocol import Protocol

if TYPE_CHECKING:
    from kinecast.catalog import Observation

Row = dict[str, Any]

_FAMILIES = (response_endpoint, treatment_endpoint, harm_endpoint, exposure_endpoint, level_endpoint)
_ALWAYS = (
    ("orr", "fraction", ""),
    ("cr", "fraction", ""),
    ("pr", "fraction", ""),
    ("sd_rate", "fraction", ""),
    ("pfs_median", "month", ""),
    ("os_median", "month", ""),
    ("os_rate", "fraction", "12 months"),
    ("os_rate", "fraction", "24 months"),
    ("dor_median", "month", ""),
    ("doses_received_median", "dose", "first cycle"),
    ("doses_received_median", "dose", "first course"),
    ("death_treatment_related", "fraction", ""),
)
"""Endpoints that every arm is asked for, reported or not: quantity, unit, time."""

_KEYS = (
    *("quantity", "time", "among", "unit", "forecast", "low", "high", "trial_low", "trial_high", "n", "not_reached", "inside"),
    *("reported", "reported_low", "reported_high", "reported_interval", "reported_bound", "n_reported", "data_cut"),
    *("citation", "where", "used_for", "not_simulated"),
)
"""Keys of every row; None where there is nothing to say."""


def endpoint(question: Question) -> Endpoint:
    """Return the endpoint that answers a question; raises NotSimulatedError when the model or the protocol cannot."""
    for family in _FAMILIES:
        found = family(question)
        if found is not None:
            return found
    raise NotSimulatedError(f"no endpoint is defined for '{question.quantity}'")


class Comparison:
    """Forecasts of every arm beside what was reported.

    Arguments:
        protocol: of the trial. outcomes: arm → outcome, on the same patients.
        units: observable → unit. seed: of the resampling.
    """

    def __init__(self, protocol: Protocol, outcomes: Mapping[str, Outcome], units: Mapping[str, str], seed: int) -> None:
        self._protocol, self._outcomes, self._units, self._seed = protocol, outcomes, units, seed
        self._draws: dict[tuple[bytes, tuple[int, ...]], np.ndarray] = {}

    def arm(self, arm: str, observations: Iterable[Observation] = ()) -> dict[str, Row]:
        """Return name of the endpoint → row, the reported ones first.

        A row holds forecast, low and high (95 % sampling interval), trial_low and trial_high (95 % of trials of the reported
        size, or of the protocol's where none is reported), unit, time, among, and what was reported; or `not_simulated` with
        the reason. A median that is not reached is None with `not_reached`.

        `inside` says whether the report agrees: a reported value lies between trial_low and trial_high; a range reported
        without a value overlaps them; a `reported_bound` ('upper' for '< 10') has the forecast on its side.

        trial_low and trial_high are predictions: they vary with the patients of the trial and with those of the virtual
        cohort. Shares have `estimators.predicted_share`; everything else resamples a cohort, and then a trial from it.
        They are never narrower than low and high.
        """
        rows: dict[str, Row] = {}
        asked = set()
        for seen in observations:
            row = self._row(arm, seen.quantity, seen.unit, seen.time, seen)
            row |= {
                "reported": seen.value,
                "reported_low": seen.lower,
                "reported_high": seen.upper,
                "reported_interval": seen.interval,
                "reported_bound": seen.bound,
                "citation": seen.source,
                "where": seen.where,
                "n_reported": seen.n,
                "data_cut": seen.data_cut,
                "used_for": seen.used_for,
            }
            if not seen.among:
                asked.add((seen.quantity, seen.time))
            rows[_named(seen.quantity, (seen.time, seen.among), seen.data_cut, rows)] = row
        for quantity, unit, time in (*_ALWAYS, *self._harms(arm)):
            if (quantity, time) in asked or (quantity.startswith("doses_") and not self._several_doses(arm)):
                continue
            row = self._row(arm, quantity, unit, time)
            if row["not_simulated"] is None:
                rows[_named(quantity, (time,), "", rows)] = row
        return rows

    def _several_doses(self, arm: str) -> bool:
        return any(dose.number > 1 for dose in self._outcomes[arm].conducted.planned)

    def _harms(self, arm: str) -> list[tuple[str, str, str]]:
        return [(f"grade34_{name}", "fraction", "") for name in self._outcomes[arm].harm.toxicities]

    def _row(self, arm: str, quantity: str, unit: str, time: str, seen: Observation | None = None) -> Row:
        among = seen.among if seen else ""
        row: Row = {**dict.fromkeys(_KEYS), "quantity": quantity, "time": time, "among": among, "unit": unit}
        when = (seen.day, seen.since) if seen else (None, "")
        question = Question(quantity, time, among, arm, self._outcomes, self._units, self._protocol, *when, unit)
        try:
            found = endpoint(question)
            factor = in_unit(found, unit)
        except NotSimulatedError as reason:
            return row | {"not_simulated": f"not simulated: {reason}"}
        except UnitError as error:
            return row | {"not_simulated": f"not simulated: {error.message}"}
        estimator = found.estimator
        if not estimator.among.any():
            return row | {"not_simulated": "not simulated: no virtual patient is in this group"}
        value = float(estimator.estimate(np.ones((1, len(estimator.among)), dtype=np.int64))[0])
        known, size = int(estimator.among.sum()), (seen and seen.n) or self._size(estimator.among)
        interval = estimator.interval() or limits(estimator.estimate(self._drawn(estimator.among, known)))
        trial = estimator.prediction(size) or limits(estimator.estimate(self._drawn(estimator.among, known, size)))
        trial = float(np.fmin(trial[0], interval[0])), float(np.fmax(trial[1], interval[1]))
        row |= _numbers({"forecast": value, "low": interval[0], "high": interval[1]}, factor)
        row |= _numbers({"trial_low": trial[0], "trial_high": trial[1]}, factor)
        row["n"] = known
        if math.isinf(value):
            row["not_reached"] = True
        if seen is not None and not math.isnan(trial[0]):
            row["inside"] = _agrees(seen, value * factor, trial[0] * factor, trial[1] * factor)
        return row

    def _size(self, among: np.ndarray) -> int:
        """Return how many of the protocol's patients are in a group, when the report does not say."""
        return max(1, round(self._protocol.patients * float(among.mean())))

    def _drawn(self, among: np.ndarray, *sizes: int) -> np.ndarray:
        key = (np.packbits(among).tobytes(), sizes)
        if key not in self._draws:
            name = " from ".join(str(size) for size in reversed(sizes))
            self._draws[key] = resamples(among, sizes, resampler(self._seed, f"trials of {name}"))
        return self._draws[key]


def _agrees(seen: Observation, forecast: float, low: float, high: float) -> bool:
    """Say whether a report agrees with a forecast and with where trials of its size fall; see `Comparison.arm`."""
    least, most = seen.range
    if seen.bound:
        return forecast <= most if seen.bound == "upper" else forecast >= least
    return low - 1e-9 * abs(low) <= most and least <= high + 1e-9 * abs(high)


def _numbers(values: Mapping[str, float], factor: float) -> Row:
    """Return the values in the row's unit; what is infinite or undefined becomes None."""
    return {name: value * factor if math.isfinite(value) else None for name, value in values.items()}


def _named(quantity: str, details: Iterable[str], data_cut: str, taken: Mapping[str, Row]) -> str:
    """Return a name of an endpoint that is not taken: 'orr', 'os_rate, 12 months', or with the data cut, or a number."""
    name = ", ".join([quantity, *filter(None, details)])
    if name in taken and data_cut:
        name = f"{name}, {data_cut}"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique
