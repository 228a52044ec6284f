"""Running a protocol: patients drawn, every arm conducted on the same patients, chunk by chunk on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel, assemble
from kinecast.errors import RunError
from kinecast.patients import Population
from kinecast.runs.bibliography import bibliography
from kinecast.runs.changes import Changes
from kinecast.runs.curves import Curves
from kinecast.runs.forecast import Forecast
from kinecast.runs.provenance import provenance
from kinecast.runs.source import Source, resolve
from kinecast.runs.store import check_free
from kinecast.runs.summary import summary
from kinecast.runs.tables import tables
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct
from kinecast.trial.conducted import Conducted, joined
from kinecast.trial.outcome import outcome
from kinecast.trial.protocol import Protocol

CHUNK = 500
"""Most patients integrated together: enough to fill vectors, few enough to share among cores."""

Progress = Callable[[int, int], None]
Task = TypeVar("Task")
Part = TypeVar("Part")


def run(
    source: Source,
    patients: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    without: Iterable[str] = (),
    changes: Mapping[str, float] | None = None,
) -> Forecast:
    """Run a virtual trial and return its forecast.

    Arguments:
        source: a protocol, its path, YAML text or dict, or the id of a trial of the catalogue.
        patients: number of virtual patients (default: as many as the protocol treats). Every arm has the same ones.
        seed: of the population. Patient i is the same for any number of patients, threads or arms.
        threads: cores to use (default: all that this process may use). The result does not depend on it.
        out: folder to store the result in (default: nothing is stored). It is checked before anything is simulated.
        progress: called with (patients done, patients in all), each counted once an arm.
        without: brakes (`kinecast.biology.brakes.BRAKES`) that are taken away from every patient, in every arm.
        changes: parameter of the model → one value for every patient, in the unit of its record.

    Raises:
        KinecastError: a protocol that cannot be run as written, a number that makes no sense, a folder that cannot be used.
    """
    protocol, trial, left_out = resolve(source)
    size = protocol.patients if patients is None else patients
    check_number("patients", size, least=1)
    check_number("seed", seed, least=0)
    workers = cores() if threads is None else threads
    check_number("threads", workers, least=1)
    if out is not None:
        check_free(Path(out))
    model = patient_model(protocol)
    changed = Changes.of(model, without, changes or {})
    cohort = _conducted(protocol, model, size, seed, workers, progress, changed)
    units = {name: observable.unit for name, observable in model.observables.items()}
    outcomes = {arm: outcome(protocol, happened) for arm, happened in cohort.arms.items()}
    cited = bibliography(protocol, model, trial)
    forecast = Forecast(
        protocol=protocol,
        summary=summary(protocol, trial, outcomes, units, size, seed, cohort.baseline, left_out, changed.in_words(model)),
        provenance=provenance(protocol, trial, model, cohort.parameters, size, seed, cited) | changed.recorded(),
        columns=tables(outcomes, cohort.baseline),
        curves_store=Curves.of(outcomes, units),
    )
    if out is not None:
        forecast.save(out)
    return forecast


@dataclass(frozen=True)
class _Cohort:
    """All patients: parameters (N, n_parameters), baseline name → (N,), and what happened in each arm."""

    parameters: np.ndarray
    baseline: dict[str, np.ndarray]
    arms: dict[str, Conducted]


def _conducted(
    protocol: Protocol,
    model: PatientModel,
    size: int,
    seed: int,
    workers: int,
    progress: Progress | None,
    changed: Changes,
) -> _Cohort:
    """Draw the patients, change them and conduct every arm; chunks run in threads, and the engine works outside Python's lock."""
    population = population_of(protocol, model, seed)
    rounds = -(-size // (CHUNK * workers))
    chunks = np.array_split(np.arange(size), min(size, rounds * workers))

    def one(indices: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, Conducted]]:
        patients = changed.applied(model, population.sample(indices))
        chance = Chance(seed, indices)
        arms = {arm: conduct(protocol, arm, model, patients, chance) for arm in protocol.arms}
        return patients.parameters, patients.baseline, arms

    def steps(indices: np.ndarray) -> int:
        return len(indices) * len(protocol.arms)

    parts = in_threads(one, chunks, workers, steps, progress)
    return _Cohort(
        parameters=np.concatenate([parameters for parameters, _, _ in parts]),
        baseline={name: np.concatenate([baseline[name] for _, baseline, _ in parts]) for name in parts[0][1]},
        arms={arm: joined([arms[arm] for _, _, arms in parts]) for arm in protocol.arms},
    )


def in_threads(
    one: Callable[[Task], Part],
    tasks: Sequence[Task],
    workers: int,
    steps: Callable[[Task], int],
    progress: Progress | None = None,
) -> list[Part]:
    """Return what each task gave, in their order; the first error, or an interrupt, ends those that wait.

    Arguments:
        steps: how many a task is. progress: called with (steps done, steps in all).
    """
    done, every = 0, sum(map(steps, tasks))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = {pool.submit(one, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                future.result()
                done += steps(futures[future])
                if progress is not None:
                    progress(done, every)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        return [future.result() for future in futures]


def patient_model(protocol: Protocol) -> PatientModel:
    """Return the model of a protocol's patients, compiled here, once, before threads ask for it."""
    agents = tuple(dict.fromkeys(catalog.agent(key).id for key in protocol.agents))
    model = assemble(agents, protocol.disease, protocol.year)
    model.kernel()
    return model


def population_of(protocol: Protocol, model: PatientModel, seed: int) -> Population:
    """Return the population of a protocol: that of its model, with its own shares where the disease is a mixture."""
    return Population(model, seed, shares=protocol.mixture or None)


MOST = 1_000_000_000
"""Most patients, evaluations and the like that are taken for meant."""


def check_number(name: str, value: object, *, least: int) -> None:
    """Check a setting of a run; raises RunError when it is not a whole number from `least` to `MOST` (a seed may be larger)."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise RunError(f"{name}: '{value}' is not a whole number of {least} or more.", f"Write {least} or more.")
    if name != "seed" and value > MOST:
        raise RunError(f"{name}: {value} is more than {MOST:,}.", "Is a digit too many?")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
