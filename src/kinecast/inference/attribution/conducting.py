"""Explaining an arm: its trial conducted once, and its doses replayed with brakes and drivers turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.catalog import Trial
from kinecast.errors import RunError, choices
from kinecast.inference.attribution.explanation import Attribution, Explanation
from kinecast.inference.attribution.games import Game, games
from kinecast.inference.attribution.measures import RESPONSE, SIZE, Measure, measure
from kinecast.inference.attribution.replay import Replay
from kinecast.inference.attribution.shapley import Plan, plan
from kinecast.patients import Patients, Population
from kinecast.runs.execute import check_number, cores, in_threads, patient_model, population_of
from kinecast.runs.source import Source, is_file, resolve
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct
from kinecast.trial.protocol import Protocol

PATIENTS, ORDERS = 300, 4
"""Patients and orders of each where nothing else is asked for: cohort values to about a twentieth of the leading ones."""
_CHUNK = 20
"""Most patients in a chunk: each has about a hundred rows."""

Progress = Callable[[int, int], None]


def explain(
    source: Source,
    arm: str = "",
    patients: int = PATIENTS,
    seed: int = 1,
    threads: int | None = None,
    disease: str = "",
    orders: int = ORDERS,
    weeks: float | None = None,
    days: Sequence[float] = (),
    progress: Progress | None = None,
) -> Explanation:
    """Attribute the outcome of one arm to brakes and drivers, for the cohort and for every patient.

    The arm is conducted once, with its holding rules; the doses that it gave are replayed in every coalition of three games
    (`games.games`): brakes taken away, brakes held at rest, drivers alone. Shapley values are exact where a game has at most
    64 coalitions, and otherwise the mean over random orders of each patient's own; both sum to the whole in every patient.
    Results do not depend on threads.

    Arguments:
        source: a protocol, its path, YAML text or dict, or a trial of the catalogue (as `kinecast.run`).
        arm: which one (default: the first that is treated).
        patients, seed: as in a run; the same seed gives the same patients.
        disease: give the arm's treatment to patients of another disease, such as one that the model has a tumour of.
        orders: random orders a patient in the larger games; even, because each comes with its reverse.
        weeks: how long tumours are followed (default: `measures.measure`).
        days: when they are looked at (default: at the planned scans); for a comparison, `visits` of the other arm.
        progress: called with (patients done, patients in all).

    Raises:
        RunError: an arm that is not there or not treated, a disease without tumour in the model, numbers that make no sense.
    """
    for name, number, least in (("patients", patients, 1), ("seed", seed, 0), ("threads", threads, 1), ("orders", orders, 2)):
        if number is not None:
            check_number(name, number, least=least)
    if orders % 2:
        raise RunError(f"orders: '{orders}' is odd, but each order comes with its reverse.", f"Write {orders + 1}.")
    if weeks is not None and not 0 < weeks < float("inf"):
        raise RunError(f"weeks: '{weeks}' is not a number above 0.", "Write 26, or leave it out.")
    protocol = of_arm(source, arm, disease)
    name = next(iter(protocol.arms))
    what = measure(protocol, weeks, days)
    model = patient_model(protocol)
    played = games(model)
    if not played:
        raise RunError(f"the model of {protocol.disease} has neither brakes nor drivers to explain.")
    population = population_of(protocol, model, seed)
    work = _Work(protocol, name, model, population, what, played, orders)
    workers = threads or cores()
    count = max(min(patients, workers), ceil(patients / _CHUNK))
    chunks = np.array_split(np.arange(patients), count)
    return _joined(work, in_threads(work.chunk, chunks, workers, len, progress))


def of_arm(source: Source, arm: str, disease: str) -> Protocol:
    """Return the protocol of one treated arm, in patients of another disease where one is named.

    Raises:
        RunError: no such arm, an untreated one, or patients without a tumour.
    """
    if isinstance(source, str) and "\n" not in source and not is_file(source) and source in catalog.trials():
        source = catalog.trials()[source]
    of_trial = source if isinstance(source, Trial) else None
    if disease:
        disease = catalog.disease(disease).id
        if not catalog.disease(disease).modelled:
            able = ", ".join(key for key, one in catalog.diseases().items() if one.modelled)
            raise RunError(f"the model has no tumour of {disease}.", f"It has: {able}.")
        source = _with_disease(source, disease)
    protocol, _, _ = resolve(source)
    if protocol.disease == "none":
        lacking = of_trial.disease if of_trial is not None else "none"
        raise RunError(
            f"the model has no tumour of {lacking}, so there is no outcome to explain.",
            "Use --disease (disease=...) to give the treatment to patients with a tumour, such as melanoma-metastatic.",
        )
    treated = [name for name, given in protocol.arms.items() if given]
    if not treated:
        raise RunError("no arm of the protocol is treated: there is nothing to explain.")
    if arm and arm not in protocol.arms:
        raise RunError(f"the protocol has no arm '{arm}'.", choices(arm, protocol.arms))
    chosen = arm or treated[0]
    if chosen not in treated:
        raise RunError(f"arm '{chosen}' is not treated: there is nothing to explain.", f"Treated: {', '.join(treated)}.")
    return protocol.model_copy(update={"arms": {chosen: protocol.arms[chosen]}})


def _with_disease(source: Source, disease: str) -> Source:
    """Return a trial or protocol with its patients' disease replaced, and scanned as those are where it names no scans."""
    if isinstance(source, Trial):
        written = source.protocol and {**source.protocol, "disease": disease, "mixture": {}}
        return source.model_copy(update={"disease": disease, "mixture": {}, "protocol": written})
    content = Protocol.read(source.as_dict() if isinstance(source, Protocol) else source).as_dict()
    content.pop("mixture", None)
    return Protocol.read({**content, "disease": disease})


@dataclass(frozen=True)
class _Part:
    """What a chunk of patients gave: which could be simulated, their numbers, outcomes, and each game's simulations."""

    people: Patients
    fine: np.ndarray
    treated: np.ndarray
    untreated: np.ndarray
    games: Mapping[str, Attribution]


@dataclass(frozen=True)
class _Work:
    """All that the chunks share."""

    protocol: Protocol
    arm: str
    model: PatientModel
    population: Population
    measure: Measure
    games: Mapping[str, Game]
    orders: int

    def chunk(self, indices: np.ndarray) -> _Part:
        """Conduct the arm on some patients, and replay its doses in every coalition."""
        people = self.population.sample(indices)
        happened = conduct(self.protocol, self.arm, self.model, people, Chance(self.population.seed, indices))
        replay = Replay(self.model, happened, self.measure)
        everyone = np.arange(len(indices))
        treated, fine = replay.outcomes(people.parameters, everyone)
        untreated, also = replay.outcomes(people.parameters, everyone, treated=False)
        fine = fine & also & (happened.status == 0)
        found = {}
        for name, game in self.games.items():
            asked = plan(name, len(game.players), indices, self.population.seed, self.orders)
            turned = game.switched(self.model, people.parameters[asked.rows], asked.coalitions)
            values, simulated = replay.outcomes(turned, asked.rows)
            without, also = replay.outcomes(turned, asked.rows, treated=False)
            fine = fine & (np.bincount(asked.rows[~(simulated & also)], minlength=len(indices)) == 0)
            found[name] = _attribution(game, asked, values, without)
        return _Part(people, fine, treated, untreated, found)


def _attribution(game: Game, asked: Plan, values: np.ndarray, without: np.ndarray) -> Attribution:
    """Return the values of a game from the outcomes (M, 2) of its coalitions with the doses and without."""
    worth = values - without if game.over_untreated else values
    none, every = (asked.everywhere(worth, coalition) for coalition in (0, 2**asked.players - 1))
    shares, alone, variance = asked.shapley(worth), asked.alone(worth), asked.variance(worth)
    return Attribution(game.name, game.players, asked.exact, shares, alone, asked.shapley(without), none, every, variance)


def _joined(work: _Work, parts: list[_Part]) -> Explanation:
    """Return the chunks as one, without the patients who could not be simulated."""
    fine = np.concatenate([part.fine for part in parts])
    if not fine.any():
        raise RunError("no patient could be simulated.")

    def kept(arrays: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(arrays)[fine]

    arrays = ("values", "alone", "without", "none", "every", "variance")
    found = {}
    for name, game in work.games.items():
        mine = [part.games[name] for part in parts]
        together = {field: kept([getattr(one, field) for one in mine]) for field in arrays}
        found[name] = Attribution(name, game.players, mine[0].exact, **together)
    parameters = kept([part.people.parameters for part in parts])
    names = [parameter.name for parameter in work.model.network.parameters]
    varied = [place for place in range(len(names)) if np.ptp(parameters[:, place]) > 0]
    return Explanation(
        title=work.protocol.title,
        arm=work.arm,
        disease=work.protocol.disease,
        agents=work.protocol.agents,
        seed=work.population.seed,
        orders=work.orders,
        visits=work.measure.visits,
        indices=kept([part.people.indices for part in parts]),
        failed=int((~fine).sum()),
        words={SIZE: work.measure.size, RESPONSE: work.measure.response},
        treated=kept([part.treated for part in parts]),
        untreated=kept([part.untreated for part in parts]),
        games=found,
        numbers={names[place]: parameters[:, place] for place in varied},
        units={names[place]: work.model.network.parameters[place].unit for place in varied},
    )
