"""One-at-a-time sensitivity: each assumed number of a trial's model doubled and halved, and what that does to a forecast."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from kinecast.biology import PatientModel
from kinecast.biology.brakes import BRAKES, DRIVERS
from kinecast.errors import RunError, UnitError, choices
from kinecast.patients import Patients
from kinecast.patients.population import COVARIATES
from kinecast.patients.varied import scaled
from kinecast.runs.execute import CHUNK, check_number, cores, in_threads, patient_model, population_of
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct
from kinecast.trial.endpoint import NotSimulatedError, Question, in_unit
from kinecast.trial.endpoints import endpoint
from kinecast.trial.estimators import CountRatio, Share, SurvivalRate
from kinecast.trial.outcome import outcome
from kinecast.trial.protocol import Protocol

FACTOR = 2.0
BODY = ("kg", "cm", "year", "mmHg")
"""Units of what makes a patient: nobody has twice the blood pressure, and doses depend on weight and height."""

_UNCHANGED = ("", 1.0)


class Output(NamedTuple):
    """A forecast number as evidence names it: quantity, time, subset, and the unit it is wanted in ('': the model's own)."""

    quantity: str
    time: str = ""
    among: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Effect:
    """A parameter's value, and the forecast with it doubled and halved; None where it is not defined, infinite if not reached."""

    parameter: str
    value: float
    unit: str
    doubled: float | None
    halved: float | None


@dataclass(frozen=True)
class Sensitivity:
    """A forecast, and what each parameter does to it, the strongest first.

    Attributes:
        unit: of the forecast. share: whether it is a share of patients. effects: one a parameter.
    """

    arm: str
    output: Output
    unit: str
    share: bool
    forecast: float | None
    effects: tuple[Effect, ...]

    def strength(self, effect: Effect) -> float:
        """Return how far the forecast moves, to either side: a share by a difference, any other number by |log ratio|."""
        return max(self._moved(effect.doubled), self._moved(effect.halved))

    def _moved(self, value: float | None) -> float:
        base = self.forecast
        if value == base:
            return 0.0
        if value is None or base is None or math.isinf(value) or math.isinf(base):
            return math.inf
        if self.share:
            return abs(value - base)
        return abs(math.log(value / base)) if min(value / base if base else 0.0, 1.0) > 0 else math.inf


def sensitivity(
    protocol: Protocol,
    arm: str,
    outputs: Sequence[Output],
    *,
    patients: int = 30,
    seed: int = 1,
    threads: int | None = None,
    statuses: Sequence[str] = ("assumed",),
) -> list[Sensitivity]:
    """Return the sensitivity of each output of an arm, on the same patients throughout.

    Doubled and halved values are further patients of one cohort: the same people, each with his own value of one parameter
    changed. A number between 0 and 1 is changed in its odds. So 100 parameters cost what a trial of 200 times as many
    patients costs.

    Arguments:
        statuses: of the parameters that are changed; see `changed`.

    Raises:
        RunError: an arm that the protocol lacks, an output that cannot be forecast, a number that makes no sense.
    """
    for name, number, least in (("patients", patients, 1), ("seed", seed, 0), ("threads", threads, 1)):
        if number is not None:
            check_number(name, number, least=least)
    if arm not in protocol.arms:
        raise RunError(f"the protocol has no arm '{arm}'.", choices(arm, protocol.arms))
    protocol = protocol.model_copy(update={"arms": {arm: protocol.arms[arm]}})
    model = patient_model(protocol)
    drawn = population_of(protocol, model, seed).sample(np.arange(patients))
    names = changed(model, statuses)
    variants = [_UNCHANGED, *((name, factor) for name in names for factor in (FACTOR, 1 / FACTOR))]
    size = max(1, CHUNK // patients)
    parts = [variants[start : start + size] for start in range(0, len(variants), size)]

    def one(part: Sequence[tuple[str, float]]) -> list[_Values]:
        return _forecasts(protocol, arm, outputs, model, _varied(model, drawn, part), seed, len(part))

    found = in_threads(one, parts, threads or cores(), len)
    return [
        _sensitivity(arm, output, model, names, list(values))
        for output, values in zip(outputs, zip(*found, strict=True), strict=True)
    ]


def changed(model: PatientModel, statuses: Sequence[str] = ("assumed",)) -> tuple[str, ...]:
    """Return the parameters that are changed: those with one of the statuses, but no zeros, switches, sizes and pressures."""
    kept = {*COVARIATES, *(name for one in (*BRAKES.values(), *DRIVERS.values()) for name in (one.off, one.held))}
    return tuple(
        name
        for name, record in model.records.items()
        if record.status in statuses and record.value != 0 and record.unit not in BODY and name not in kept
    )


class _Values(NamedTuple):
    """Of one output: its unit, whether it is a share of patients, and its forecast in each variant of a chunk."""

    unit: str
    share: bool
    forecasts: list[float | None]


def _varied(model: PatientModel, drawn: Patients, part: Sequence[tuple[str, float]]) -> Patients:
    """Return the patients once for each variant, one after the other, each time with one parameter changed."""
    repeated = {
        field.name: _again(getattr(drawn, field.name), len(part)) for field in fields(drawn) if field.name != "parameters"
    }
    parameters = np.stack([drawn.parameters] * len(part))
    for own, (name, factor) in zip(parameters, part, strict=True):
        if name:
            column = model.columns[name]
            own[:, column] = scaled(name, model.records[name], own[:, column], factor)
    return replace(drawn, parameters=parameters.reshape(-1, parameters.shape[2]), **repeated)


def _again(values: Any, times: int) -> Any:
    if values is None:
        return None
    if isinstance(values, Mapping):
        return {name: _again(one, times) for name, one in values.items()}
    return np.concatenate([values] * times)


def _forecasts(
    protocol: Protocol, arm: str, outputs: Sequence[Output], model: PatientModel, people: Patients, seed: int, variants: int
) -> list[_Values]:
    """Conduct an arm on every variant of the patients, and return each output of each variant."""
    happened = conduct(protocol, arm, model, people, Chance(seed, people.indices))
    outcomes = {arm: outcome(protocol, happened)}
    units = {name: observable.unit for name, observable in model.observables.items()}
    counts = np.kron(np.eye(variants, dtype=np.int64), np.ones(len(people.indices) // variants, dtype=np.int64))
    made = []
    for output in outputs:
        asked = Question(output.quantity, output.time, output.among, arm, outcomes, units, protocol, unit=output.unit)
        try:
            found = endpoint(asked)
            factor = in_unit(found, output.unit) if output.unit else 1.0
        except NotSimulatedError as reason:
            raise RunError(f"{output.quantity} of {arm} cannot be forecast: {reason}.") from None
        except UnitError as error:
            raise RunError(f"{output.quantity} of {arm}: {error.message}", error.hint) from None
        values = np.asarray(found.estimator.estimate(counts), dtype=float) * factor
        share = isinstance(found.estimator, (Share, CountRatio, SurvivalRate))
        forecasts = [None if math.isnan(value) else float(value) for value in values]
        made.append(_Values(output.unit or found.unit, share, forecasts))
    return made


def _sensitivity(arm: str, output: Output, model: PatientModel, names: Sequence[str], values: Sequence[_Values]) -> Sensitivity:
    base, *others = (forecast for chunk in values for forecast in chunk.forecasts)
    effects = [
        Effect(name, model.records[name].value, model.records[name].unit, doubled, halved)
        for name, doubled, halved in zip(names, others[::2], others[1::2], strict=True)
    ]
    made = Sensitivity(arm, output, values[0].unit, values[0].share, base, tuple(effects))
    order = sorted(effects, key=lambda effect: (-made.strength(effect), effect.parameter))
    return replace(made, effects=tuple(order))
