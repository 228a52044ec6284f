"""Designing: a search conducted from its space to its Pareto front, stored so that it can be gone on with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kinecast.errors import RunError
from kinecast.inference.cache import model_fingerprint
from kinecast.inference.design.bands import Bands, banded
from kinecast.inference.design.designs import Designs, Point
from kinecast.inference.design.evaluating import Bench, Refused, references
from kinecast.inference.design.front import Evaluation, closest, front
from kinecast.inference.design.front import evaluations as evaluated
from kinecast.inference.design.journal import opened
from kinecast.inference.design.objectives import limits_of, objectives_of
from kinecast.inference.design.reading import Source, read_space
from kinecast.inference.design.search import AT_RANDOM, BATCH, Search
from kinecast.inference.design.starting import starting_points
from kinecast.inference.open_numbers import stored_draws
from kinecast.runs.execute import check_number, cores

JOURNAL = "search.log"
EVALUATIONS, PATIENTS, DRAWS = 200, 100, 10

Progress = Callable[[int, int], None]


def design(
    source: Source,
    evaluations: int = EVALUATIONS,
    patients: int = PATIENTS,
    seed: int = 1,
    objectives: Iterable[str] = (),
    constraints: Iterable[str] = (),
    draws: int = DRAWS,
    threads: int | None = None,
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    then: Progress | None = None,
) -> Designs:
    """Search for molecules, doses, schedules and partners, and return the Pareto front of their scores.

    Named molecules are evaluated first, then random ones, then what Optuna's TPE suggests. The front does not depend on threads,
    nor on whether the search was ended and gone on with.

    Arguments:
        source: a disease (its default space), or a space: its path, YAML text or the content as a dict.
        evaluations: how many candidates, named ones included. patients: virtual, the same for every candidate.
        seed: of the patients and of what is suggested.
        objectives: names of `objectives.OBJECTIVES` (default: all). constraints: texts such as 'grade3 <= 0.3'.
        draws: of the numbers that data leave open, for the bands of the front (0: none).
        threads: cores to use (default: all that this process may use).
        out: folder for the journal of the search; where it holds one of the same settings, that is gone on with.
        progress: called with (evaluations done, in all). then: the same of the simulations for bands.

    Raises:
        RunError: a space, constraint or number that cannot be used, or a folder that holds another search.
    """
    least = (("evaluations", evaluations, 1), ("patients", patients, 1), ("seed", seed, 0), ("draws", draws, 0))
    for name, number, lowest in least:
        check_number(name, number, least=lowest)
    workers = cores() if threads is None else threads
    check_number("threads", workers, least=1)
    ensemble = stored_draws() if draws else None
    if ensemble is not None and draws > len(ensemble):
        raise RunError(f"draws: {draws} are asked for, and {len(ensemble)} are stored.", f"Ask for {len(ensemble)} or fewer.")
    weighed, limits = objectives_of(objectives), limits_of(constraints)
    space = read_space(source)
    starts, left_out = starting_points(space)
    search = Search(space, weighed, limits, tuple(starts.values()), patients, seed)
    bench = Bench(space, patients, seed)
    path = None if out is None else Path(out) / JOURNAL
    with opened(path, _settings(search), search.directions) as journal:
        before = len(journal.finished)
        if before > evaluations:
            raise RunError(f"evaluations: {evaluations} are asked for, and {before} are there.", f"Ask for {before} or more.")
        search.run(bench, journal, evaluations, workers, progress)
        found = evaluated(journal.finished)
    best = front(found, weighed, limits)
    shown = best or closest(found, limits)
    protocols = [_protocol(search, one) for one in shown]
    bands = banded(bench, protocols, draws, ensemble, workers, then)
    names = {number: name for number, name in enumerate(starts) if number < evaluations}
    return Designs(
        space=space,
        objectives=weighed,
        limits=limits,
        patients=patients,
        seed=seed,
        draws=draws,
        evaluations=tuple(found),
        points=tuple(_point(search, one, names, band) for one, band in zip(shown, bands, strict=True)),
        feasible=bool(best),
        names=names,
        left_out=left_out,
        references=_references(bench),
        resumed=before,
    )


def _settings(search: Search) -> dict[str, Any]:
    """Return all that decides what is evaluated and how it scores."""
    return {
        "space": dict(search.space.content),
        "patients": search.patients,
        "seed": search.seed,
        "objectives": [one.name for one in search.objectives],
        "constraints": [str(limit) for limit in search.limits],
        "batch": BATCH,
        "at_random": AT_RANDOM,
        "optuna": version("optuna"),
        "model": model_fingerprint(),
    }


def _protocol(search: Search, one: Evaluation) -> Any:
    made = search.protocol(one.number, one.candidate)
    assert not isinstance(made, Refused)  # it was simulated
    return made


def _point(search: Search, one: Evaluation, names: dict[int, str], bands: Bands) -> Point:
    content = one.candidate.content(search.space, search.patients, search.title(one.number, one.candidate))
    return Point(one, names.get(one.number, ""), content, bands.scores, bands.failed_draws)


def _references(bench: Bench) -> dict[str, tuple[float, float]]:
    """Return name → response of the same patients, and of others, untreated and with each partner alone.

    Raises:
        RunError: they cannot be simulated.
    """
    found = {}
    for name, protocol in references(bench.space, bench.patients).items():
        own, other = bench.evaluate(protocol), bench.evaluate(protocol, seed=bench.seed + 1)
        if isinstance(own, Refused) or isinstance(other, Refused):
            reason = next(one.reason for one in (own, other) if isinstance(one, Refused))
            raise RunError(f"partners: {name} cannot be simulated: {reason}")
        found[name] = own.values["response"], other.values["response"]
    return found
