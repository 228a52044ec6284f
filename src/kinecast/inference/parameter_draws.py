"""Draws of the open numbers that keep the response rates of single drugs: a random walk through the numbers of the prior.

Step (preconditioned Crank–Nicolson, Cotter et al. 2013, doi:10.1214/13-STS421): z' = sqrt(1 - b²)·z + b·ξ, ξ standard normal.
It leaves the prior as it is; a step is taken when every rate of `KEPT` stays inside its limits, and not taken otherwise. So the
states of the walk are draws from the prior, given that the rates are kept; neighbours in a walk are alike. The same virtual
patients are treated at every step, so the rates follow the numbers and not chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from kinecast.biology import PatientModel
from kinecast.errors import RunError
from kinecast.inference.cache import model_fingerprint
from kinecast.inference.open_numbers import LOG_SD, OF_DISEASE, Draws, factors, open_numbers
from kinecast.patients import Population
from kinecast.runs.execute import cores, patient_model
from kinecast.runs.source import resolve
from kinecast.trial.chance import Chance, resampler
from kinecast.trial.conduct import conduct
from kinecast.trial.outcome import outcome
from kinecast.trial.protocol import Protocol
from kinecast.trial.shortened import shortened

MELANOMA, RENAL = "melanoma-metastatic", "renal-cell-metastatic"
PATIENTS, DAYS, SEED = 100, 550, 1
CHAINS, BURN_IN, THINNING, WIDTH = 4, 80, 30, 0.4
"""Walks, steps before the first draw, steps between draws, and b, the width of a step."""


class Kept(NamedTuple):
    """A response rate that a draw keeps: of an arm of a trial ('' for untreated patients of a disease), and its limits."""

    trial: str
    arm: str
    low: float
    high: float


KEPT = (
    Kept("checkmate067", "nivo", 0.35, 0.52),
    Kept("checkmate067", "ipi", 0.08, 0.22),
    Kept("checkmate025", "nivo", 0.17, 0.36),
    Kept(RENAL, "", 0.0, 0.08),
    Kept(MELANOMA, "", 0.0, 0.02),
    Kept("atkins1999", "HD IL-2", 0.10, 0.22),
    Kept("fyfe1995", "HD IL-2", 0.12, 0.26),
)
"""Arms of one drug that calibrated the two diseases, with limits about as wide as their intervals and what trials of the same
treatment differ by; the fast ones first."""


@dataclass(frozen=True)
class Arm:
    """One of `KEPT`, ready to be conducted."""

    kept: Kept
    protocol: Protocol
    name: str
    model: PatientModel

    def rate(self, scores: dict[str, float], patients: int) -> float:
        """Return the response rate with the open numbers at these scores; NaN where nobody could be enrolled."""
        population = Population(self.model, SEED, factors=factors(self.model, scores, 0))
        try:
            people = population.sample(np.arange(patients))
        except RunError:
            return float("nan")
        happened = conduct(self.protocol, self.name, self.model, people, Chance(SEED, people.indices))
        return float(outcome(self.protocol, happened).responded.mean())

    def keeps(self, rate: float) -> bool:
        """Say whether a rate is inside the limits."""
        return self.kept.low - 1e-9 <= rate <= self.kept.high + 1e-9


def kept_arms(kept: Sequence[Kept] = KEPT) -> list[Arm]:
    """Return the arms of single drugs, each followed for `DAYS`, with their models compiled."""
    made = []
    for one in kept:
        if one.arm:
            protocol, name = shortened(resolve(one.trial)[0], one.arm, DAYS), one.arm
        else:
            content = {"title": "Untreated", "disease": one.trial, "patients": PATIENTS, "follow_up": f"{DAYS} days"}
            protocol, name = Protocol.read({**content, "scans": "every 8 weeks", "arms": {"untreated": []}}), "untreated"
        protocol = protocol.model_copy(update={"samples": ()})
        made.append(Arm(one, protocol, name, patient_model(protocol)))
    return made


def walk(
    arms: Sequence[Arm],
    chain: int,
    steps: int,
    patients: int = PATIENTS,
    width: float = WIDTH,
    tell: Callable[[str], None] = print,
) -> tuple[list[np.ndarray], int]:
    """Walk one chain from the values of the catalogue; return the state after each step (in the order of `all_names`), and how
    many steps were taken.

    Raises:
        RunError: the catalogue's own values do not keep the rates.
    """
    names = all_names(arms)
    random = resampler(SEED, f"parameter draws, chain {chain}")
    now = np.zeros(len(names))
    for arm in arms:
        rate = arm.rate(dict(zip(names, now, strict=True)), patients)
        if not arm.keeps(rate):
            said = f"{arm.kept.trial} {arm.name}: {rate:.3f}, not {arm.kept.low} to {arm.kept.high}"
            raise RunError(f"the catalogue's own numbers do not keep a rate: {said}.")
    states, taken = [], 0
    for step in range(steps):
        there = np.sqrt(1 - width**2) * now + width * random.standard_normal(len(names))
        scores = dict(zip(names, there.tolist(), strict=True))
        stop = next((arm for arm in arms if not arm.keeps(arm.rate(scores, patients))), None)
        if stop is None:
            now, taken = there, taken + 1
        tell(f"chain {chain} step {step}: " + ("taken" if stop is None else f"not kept: {stop.kept.trial} {stop.name}"))
        states.append(now)
    return states, taken


def all_names(arms: Sequence[Arm]) -> tuple[str, ...]:
    """Return the names of what is drawn: the open numbers of all arms, and the antigenicity of each disease."""
    names = {name for arm in arms for name in open_numbers(arm.model) if name != OF_DISEASE}
    return (*sorted(names), *sorted({f"{arm.model.disease}: {OF_DISEASE}" for arm in arms}))


def parameter_draws(draws: int = 20, patients: int = PATIENTS, tell: Callable[[str], None] = print) -> Draws:
    """Return draws from `CHAINS` walks, of each in turn."""
    arms = kept_arms()
    each = -(-draws // CHAINS)
    steps = BURN_IN + THINNING * (each - 1) + 1
    with ThreadPoolExecutor(max_workers=min(CHAINS, cores())) as pool:
        walks = list(pool.map(lambda chain: walk(arms, chain, steps, patients, tell=tell), range(CHAINS)))
    states = [walks[chain][0][BURN_IN + THINNING * number] for number in range(each) for chain in range(CHAINS)][:draws]
    made: dict[str, Any] = {
        "made_by": "python docs/parameter_draws.py",
        "date": datetime.now(UTC).date().isoformat(),
        "model": model_fingerprint(),
        "seed": SEED,
        "patients": patients,
        "log_sd": LOG_SD,
        "chains": CHAINS,
        "steps": steps,
        "width": WIDTH,
        "thinning": THINNING,
        "accepted": round(sum(taken for _, taken in walks) / (CHAINS * steps), 3),
        "kept": [one._asdict() for one in KEPT],
    }
    return Draws(all_names(arms), np.round(np.array(states), 3), made)
