"""Additivity as an output: a combination beside each of its drugs alone, on the same patients, and beside what two independent
drugs would give.

Untreated patients, each drug alone (its doses, days and rules as in the combination) and the combination are conducted on the
same virtual patients. Of shares p (0 untreated, i the drugs):

    either drug        the share of patients who respond to at least one of the drugs alone, patient by patient
    independent action 1 - (1 - p_0)·Π(1 - p_i)/(1 - p_0)   (Bliss, above what untreated patients do)

The combination minus each of the two is the interaction. It is called synergy or antagonism only where its 95 % band excludes 0.
Bands: over patients, a trial of the reported size drawn from a cohort like the virtual one; over parameters, the draws of the
numbers that data leave open (`kinecast.inference.open_numbers`), each as its difference from the forecast on the same patients;
and over both. Nothing is tuned to a combination.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.errors import RunError, choices
from kinecast.inference.measured import MEDIANS, Measured, joined, measured
from kinecast.inference.open_numbers import ATTEMPTS, Draws, stored_draws
from kinecast.patients import Population
from kinecast.runs.execute import check_number, cores, in_threads, patient_model
from kinecast.trial.chance import Chance, resampler
from kinecast.trial.conduct import conduct
from kinecast.trial.estimators import limits, resamples
from kinecast.trial.outcome import outcome
from kinecast.trial.protocol import Protocol, Treatment
from kinecast.trial.shortened import shortened

Progress = Callable[[int, int], None]

UNTREATED, COMBINATION, EITHER, INDEPENDENT = "untreated", "combination", "either drug", "independent action"
_DIFFERENCE = f"{COMBINATION} minus "
OVER_EITHER, OVER_INDEPENDENT = _DIFFERENCE + EITHER, _DIFFERENCE + INDEPENDENT
PATIENTS_A_DRAW = 100
DAYS_OF_A_DRAW = 550
"""Most patients on whom a draw of parameters is tried, and for how long: what it changes is taken against the model's own numbers
on the same patients for as long. Median survival, which takes years, has no band over parameters."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % bands: over patients, over parameters, and over both (None where not asked or not defined).

    A band always holds the value, and the band over both that over patients, also where the draws lie to one side of the
    forecast; a median that is not reached is infinite.
    """

    value: float
    patients: tuple[float, float]
    parameters: tuple[float, float] | None = None
    both: tuple[float, float] | None = None

    @property
    def band(self) -> tuple[float, float]:
        """The widest band that there is: over both, or over patients."""
        return self.both or self.patients

    @property
    def verdict(self) -> str:
        """'synergy', 'antagonism' or 'additive', of a difference in shares."""
        low, high = self.band
        return "synergy" if low > 0 else "antagonism" if high < 0 else "additive"


@dataclass(frozen=True)
class Comparison:
    """One endpoint of a combination: its numbers by name (`UNTREATED`, the drugs, `EITHER`, `INDEPENDENT`, `COMBINATION`,
    `OVER_EITHER`, `OVER_INDEPENDENT`, and of each other arm `of_arm` and `over_arm`)."""

    endpoint: str
    unit: str
    numbers: Mapping[str, Estimate]


@dataclass(frozen=True)
class Additivity:
    """A combination and its parts.

    Attributes:
        arm: of the protocol. parts: the drugs. comparisons: endpoint → numbers. patients, seed: of the virtual cohort.
        size: of the trial over which patients are banded. draws: how many of the parameters. failed: arm → failed simulations.
    """

    arm: str
    parts: tuple[str, ...]
    comparisons: Mapping[str, Comparison]
    patients: int
    seed: int
    size: int
    draws: int
    failed: Mapping[str, int] = field(default_factory=dict)


def combined_arms(protocol: Protocol) -> list[str]:
    """Return the arms of two or more drugs."""
    return [arm for arm, given in protocol.arms.items() if len({one.agent for one in given}) > 1]


def parts_of(protocol: Protocol, arm: str) -> dict[str, tuple[Treatment, ...]]:
    """Return drug → its treatments, as they are in a combination.

    Raises:
        RunError: no such arm, an arm of fewer than two drugs, or people without a tumour.
    """
    if arm not in protocol.arms:
        raise RunError(f"the protocol has no arm '{arm}'.", choices(arm, protocol.arms))
    found: dict[str, tuple[Treatment, ...]] = {}
    for treatment in protocol.arms[arm]:
        agent = catalog.agent(treatment.agent).id
        found[agent] = (*found.get(agent, ()), treatment)
    if len(found) < 2:
        given = next(iter(found), "nothing")
        several = combined_arms(protocol)
        hint = f"Arms of two or more drugs: {', '.join(several)}." if several else "No arm of this protocol has two drugs."
        raise RunError(f"{arm} is not a combination: it is given {given}{' alone' if found else ''}.", hint)
    if protocol.disease == "none":
        said = "A trial whose tumour the model lacks is given to people without one; write a protocol with a disease that it has."
        raise RunError(f"{arm} is given to people without a tumour: nothing can respond.", said)
    return found


def additivity(
    protocol: Protocol,
    arm: str,
    *,
    patients: int = 300,
    draws: int = 20,
    seed: int = 1,
    threads: int | None = None,
    size: int | None = None,
    others: Mapping[str, int | None] | None = None,
    ensemble: Draws | None = None,
    progress: Progress | None = None,
) -> Additivity:
    """Return a combination beside its parts and beside what independent drugs would give.

    Arguments:
        patients: virtual, the same in every arm. draws: of the parameters, the first ones of the ensemble (0: no band over them).
        size: patients of the trial over which is banded (default: the protocol's). others: further arms of the protocol, each
            with its number of patients, from which the combination's difference is wanted; in a trial they are other people.
        threads: the result does not depend on it. progress: called with (steps done, steps in all).

    Raises:
        RunError: an arm that is no combination, or a number that makes no sense.
    """
    for name, number, least in (("patients", patients, 1), ("draws", draws, 0), ("seed", seed, 0), ("threads", threads, 1)):
        if number is not None:
            check_number(name, number, least=least)
    parts = parts_of(protocol, arm)
    ensemble = ensemble if ensemble is not None else stored_draws() if draws else None
    if ensemble is not None and draws > len(ensemble):
        raise RunError(f"draws: {draws} are asked for, and {len(ensemble)} are stored.", f"Ask for {len(ensemble)} or fewer.")
    others = dict(others or {})
    whole = _arms(protocol, arm, parts, others)
    model = patient_model(whole)
    made = _treated(whole, model, patients, seed, threads or cores(), draws, ensemble, progress)
    forecast, base, changed = made[0], made[1], made[2:]
    size = size or protocol.patients
    names = (UNTREATED, *parts, COMBINATION)
    counts = _trials(seed, patients, size, arm)
    comparisons = {}
    for endpoint, unit in forecast[COMBINATION].endpoints():
        numbers = _estimates(
            endpoint,
            tuple(parts),
            {name: forecast[name] for name in names},
            [{name: one[name] for name in names} for one in (base, *changed)],
            counts,
        )
        for other, number in others.items():
            numbers |= _against(
                endpoint, forecast, (base, *changed), other, counts, _trials(seed, patients, number or size, other)
            )
        comparisons[endpoint] = Comparison(endpoint, unit, numbers)
    failed = {name: one.failed for name, one in forecast.items() if one.failed}
    return Additivity(arm, tuple(parts), comparisons, patients, seed, size, draws, failed)


def independent(untreated: np.ndarray, alone: Sequence[np.ndarray]) -> np.ndarray:
    """Return the share expected of independent drugs, above what untreated patients do: 1 - (1 - p0)·Π(1 - p_i)/(1 - p0)."""
    floor = 1 - np.asarray(untreated, dtype=float)
    left = np.array(floor)
    for share in alone:
        with np.errstate(invalid="ignore", divide="ignore"):
            left = np.where(floor > 0, left * (1 - share) / floor, 0.0)
    return np.clip(1 - left, 0.0, 1.0)


def _numbers(endpoint: str, people: Mapping[str, Measured], counts: np.ndarray, parts: Sequence[str]) -> dict[str, np.ndarray]:
    """Return every number of an endpoint (B,), with patient i counted counts[b, i] times."""
    found = {name: one.estimate(endpoint, counts) for name, one in people.items() if name != COMBINATION}
    alone = [people[name] for name in parts]
    found[EITHER] = alone[0].either(alone[1:]).estimate(endpoint, counts)
    if endpoint not in MEDIANS:
        found[INDEPENDENT] = independent(found[UNTREATED], [found[name] for name in parts])
    found[COMBINATION] = people[COMBINATION].estimate(endpoint, counts)
    if endpoint not in MEDIANS:
        found[OVER_EITHER] = found[COMBINATION] - found[EITHER]
        found[OVER_INDEPENDENT] = found[COMBINATION] - found[INDEPENDENT]
    return found


def _estimates(
    endpoint: str,
    parts: Sequence[str],
    forecast: Mapping[str, Measured],
    changed: Sequence[Mapping[str, Measured]],
    counts: np.ndarray,
) -> dict[str, Estimate]:
    """Return the estimate of each number: its value, its resamples, and how far each draw moves it (the first is no draw)."""
    values = _numbers(endpoint, forecast, _everyone(forecast), parts)
    samples = _numbers(endpoint, forecast, counts, parts)
    moved = [] if endpoint in MEDIANS else [_numbers(endpoint, one, _everyone(one), parts) for one in changed]
    return {name: _estimate(name, float(values[name][0]), samples[name], [one[name] for one in moved]) for name in values}


def _estimate(name: str, value: float, samples: np.ndarray, moved: Sequence[np.ndarray]) -> Estimate:
    """Return a number with its bands; `moved` is it without a draw, then with each."""
    over_patients = _holding(value, samples)
    if len(moved) < 2:
        return Estimate(value, over_patients)
    shifts = np.concatenate(moved[1:]) - moved[0]
    least = -1.0 if name.startswith(_DIFFERENCE) else 0.0
    over_parameters = np.clip(value + shifts, least, 1.0)
    together = np.clip(samples + shifts[np.arange(len(samples)) % len(shifts)], least, 1.0)
    low, high = _holding(value, together)
    over_both = min(low, over_patients[0]), max(high, over_patients[1])
    return Estimate(value, over_patients, _holding(value, over_parameters), over_both)


def _against(
    endpoint: str,
    forecast: Mapping[str, Measured],
    changed: Sequence[Mapping[str, Measured]],
    other: str,
    counts: np.ndarray,
    of_other: np.ndarray,
) -> dict[str, Estimate]:
    """Return another arm of the trial and the combination minus it; their patients are drawn each for themselves."""
    name, difference = of_arm(other), over_arm(other)

    def both(people: Mapping[str, Measured], mine: np.ndarray, theirs: np.ndarray) -> dict[str, np.ndarray]:
        found = {name: people[name].estimate(endpoint, theirs)}
        if endpoint not in MEDIANS:
            found[difference] = people[COMBINATION].estimate(endpoint, mine) - found[name]
        return found

    values, samples = both(forecast, *[_everyone(forecast)] * 2), both(forecast, counts, of_other)
    moved = [] if endpoint in MEDIANS else [both(one, *[_everyone(one)] * 2) for one in changed]
    return {key: _estimate(key, float(values[key][0]), samples[key], [one[key] for one in moved]) for key in values}


def _holding(value: float, sample: np.ndarray) -> tuple[float, float]:
    """Return the central 95 % of a sample, widened where it does not hold the value."""
    low, high = limits(sample)
    return min(value, low), max(value, high)


def _everyone(people: Mapping[str, Measured]) -> np.ndarray:
    """Return the counts (1, N) that take each patient once."""
    return np.ones((1, len(next(iter(people.values())).died)))


def _trials(seed: int, patients: int, size: int, name: str) -> np.ndarray:
    return resamples(np.ones(patients, dtype=bool), (patients, size), resampler(seed, f"combination, trials of {size}, {name}"))


def of_arm(arm: str) -> str:
    """Return the name of the numbers of another arm."""
    return f"arm {arm}"


def over_arm(arm: str) -> str:
    """Return the name of the combination's difference from another arm."""
    return _DIFFERENCE + of_arm(arm)


def _arms(protocol: Protocol, arm: str, parts: Mapping[str, tuple[Treatment, ...]], others: Mapping[str, object]) -> Protocol:
    """Return the protocol with the arms that are conducted, and nothing looked at between the scans."""
    arms: dict[str, tuple[Treatment, ...]] = {UNTREATED: (), **parts, COMBINATION: protocol.arms[arm]}
    for other in others:
        arms[of_arm(other)] = protocol.arms[other]
    return protocol.model_copy(update={"arms": arms, "samples": ()})


@dataclass(frozen=True)
class _Task:
    """Some patients of one version of the model: version 0 is the forecast, 1 its short form, the others are draws."""

    version: int
    protocol: Protocol
    population: Population
    indices: np.ndarray


def _treated(
    protocol: Protocol,
    model: PatientModel,
    patients: int,
    seed: int,
    threads: int,
    draws: int,
    ensemble: Draws | None,
    progress: Progress | None,
) -> list[dict[str, Measured]]:
    """Return arm → what was measured: of the forecast, of its first patients for a shorter time, then of those in each draw."""
    short = protocol
    if protocol.follow_up.canonical > DAYS_OF_A_DRAW:
        short = shortened(protocol, protocol.arms, DAYS_OF_A_DRAW)
    own = Population(model, seed, shares=protocol.mixture or None)
    few = np.arange(min(patients, PATIENTS_A_DRAW) if draws else 1)
    tasks = [_Task(0, protocol, own, indices) for indices in np.array_split(np.arange(patients), min(patients, threads))]
    tasks.append(_Task(1, short, own, few))
    for number in range(draws):
        assert ensemble is not None
        tasks.append(_Task(2 + number, short, replace(own, factors=ensemble.factors(number, model), attempts_max=ATTEMPTS), few))

    def one(task: _Task) -> dict[str, Measured]:
        people = task.population.sample(task.indices)
        chance = Chance(seed, people.indices)
        arms = task.protocol.arms
        return {
            arm: measured(task.protocol, outcome(task.protocol, conduct(task.protocol, arm, model, people, chance)))
            for arm in arms
        }

    found: list[list[dict[str, Measured]]] = [[] for _ in range(2 + draws)]
    for task, made in zip(tasks, in_threads(one, tasks, threads, lambda task: 1, progress), strict=True):
        found[task.version].append(made)
    return [{name: joined([part[name] for part in made]) for name in protocol.arms} for made in found]
