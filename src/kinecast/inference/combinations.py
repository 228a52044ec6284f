"""The combinations of the catalogue: which can be simulated, which cannot and why, what they reported, and what they were
compared with in their own trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kinecast import catalog
from kinecast.biology.drug import drug
from kinecast.catalog import Observation, Trial
from kinecast.inference.scoreboard import repeated
from kinecast.inference.scoring import class_of, verdict
from kinecast.trial.endpoint import observed_days
from kinecast.trial.estimators import wilson
from kinecast.trial.protocol import Protocol
from kinecast.trial.regimens import UNTREATED
from kinecast.trial.simulable import Part, simulable
from kinecast.units import convert

NOT_RANDOMISED = {
    "quilt3032": "its cohorts were enrolled by stage of disease and one after the other",
    "rosenberg2011_til": "three trials, one after the other",
}
"""Trials of phase 2 or 3 whose arms were not allocated at random, and why; the records of trials have no field for it."""

_ALLOCATED = ("phase 2", "phase 3", "phase 2/3")


@dataclass(frozen=True)
class Listed:
    """An arm of the catalogue that is given two or more drugs; `reason` says why it cannot be simulated, '' where it can."""

    trial: str
    arm: str
    agents: tuple[str, ...]
    disease: str
    reason: str = ""


def catalogued() -> Iterator[Listed]:
    """Yield every combination of the catalogue."""
    for trial in catalog.trials().values():
        part: Part | None = None
        for arm in trial.arms:
            agents = given(trial, arm)
            if len(agents) > 1:
                part = part or simulable(trial)
                yield Listed(trial.id, arm, agents, trial.disease, _reason(part, arm, agents))


def given(trial: Trial, arm: str) -> tuple[str, ...]:
    """Return the drugs of an arm, each once, without placebo."""
    own = [regimen.agent for regimen in trial.arms[arm].regimens]
    if trial.protocol is not None and arm in trial.protocol["arms"]:
        own = [treatment["agent"] for treatment in trial.protocol["arms"][arm]]
    return tuple(dict.fromkeys(_id(agent) for agent in own if agent not in UNTREATED))


def _id(agent: str) -> str:
    return catalog.agent(agent).id if agent in catalog.agents() else agent


def _reason(part: Part, arm: str, agents: tuple[str, ...]) -> str:
    """Say what the model lacks of an arm: drugs, the tumour, or the plan of the treatment."""
    ill = None if part.trial.disease == "none" else catalog.disease(part.trial.disease)
    said = []
    lacking = [agent for agent in agents if agent not in catalog.agents() or not catalog.agent(agent).simulated]
    if lacking:
        said.append(f"the model lacks {', '.join(lacking)}")
    if ill is None:
        said.append("people without a tumour")
    elif not ill.modelled:
        said.append(f"the model has no tumour of {ill.name}")
    if not said and (part.protocol is None or arm not in part.protocol.arms):
        said.append(part.stops.get(arm, "the arm is not in the protocol"))
    if not said and not all(any(form.actions for form in drug(agent).forms) for agent in agents):
        said.append("a drug of it does nothing in the model")
    return "; ".join(said)


def compared(trial: Trial, protocol: Protocol, arm: str) -> dict[str, str]:
    """Return the other arms of a trial, in its protocol, that lack one drug of a combination and add none: arm → that drug."""
    mine = set(given(trial, arm))
    found = {}
    for other in protocol.arms:
        theirs = set(given(trial, other))
        if theirs < mine and len(mine - theirs) == 1:
            found[other] = next(iter(mine - theirs))
    return found


def randomised(trial: Trial) -> bool:
    """Say whether the arms of a trial were allocated at random, as far as its phase and title tell (see `NOT_RANDOMISED`)."""
    said = "randomised" in f"{trial.phase} {trial.title}".lower() or trial.phase in _ALLOCATED
    return said and trial.id not in NOT_RANDOMISED


@dataclass(frozen=True)
class Reported:
    """What an arm reported of an endpoint, as shares or in the unit of the forecast, with its 95 % interval where it has one."""

    value: float
    low: float | None
    high: float | None
    n: int | None
    seen: Observation


def reported(trial: Trial, arm: str, endpoint: str, unit: str) -> Reported | None:
    """Return the latest report on the whole arm of an endpoint of `inference.measured`; None where there is none."""
    old = repeated(trial, [arm])
    for position, seen in enumerate(trial.arms[arm].observations):
        if seen.quantity != endpoint or seen.among or seen.value is None or (arm, position) in old:
            continue
        if endpoint == "pfs_rate" and round(observed_days(seen.time) or seen.day or 0.0) not in (365, 364):
            continue
        factor = convert(1.0, seen.unit, unit)
        low, high = (None, None) if seen.interval != "ci95" else (seen.lower, seen.upper)
        if low is None and high is None and unit == "fraction" and seen.n:
            low, high = wilson(round(seen.value * factor * seen.n), seen.n) or (None, None)
        elif low is not None and high is not None:
            low, high = low * factor, high * factor
        return Reported(seen.value * factor, low, high, seen.n, seen)
    return None


def difference(above: Reported, below: Reported) -> tuple[float, float, float] | None:
    """Return the difference of two reported shares with its 95 % limits; None where a number of patients is missing.

    Source: Newcombe 1998, method 10 (doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I): from the Wilson
    intervals of the two shares.
    """
    if not above.n or not below.n:
        return None
    over, under = wilson(round(above.value * above.n), above.n), wilson(round(below.value * below.n), below.n)
    assert over is not None and under is not None
    apart = above.value - below.value
    low = apart - ((above.value - over[0]) ** 2 + (under[1] - below.value) ** 2) ** 0.5
    high = apart + ((over[1] - above.value) ** 2 + (below.value - under[0]) ** 2) ** 0.5
    return apart, low, high


def met(found: Reported, forecast: float, unit: str, patients: int) -> tuple[bool | None, str]:
    """Return whether a forecast meets a report by the scoreboard's own rule, and why it was not scored."""
    seen = found.seen
    row: Mapping[str, Any] = {
        "quantity": seen.quantity,
        "unit": seen.unit,
        "not_simulated": None,
        "not_reached": forecast == float("inf"),
        "forecast": convert(forecast, unit, seen.unit),
        "n": patients,
        "reported": seen.value,
        "reported_low": seen.lower,
        "reported_high": seen.upper,
        "reported_interval": seen.interval,
        "reported_bound": seen.bound,
        "n_reported": seen.n,
    }
    return verdict(class_of(seen.quantity, seen.unit), row, seen.note)
