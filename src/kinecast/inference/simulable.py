"""Which arms of a trial the model can treat, and what stops the others."""

from __future__ import annotations

from dataclasses import dataclass

from kinecast import catalog
from kinecast.catalog import Trial
from kinecast.errors import KinecastError
from kinecast.trial.protocol import Protocol
from kinecast.trial.regimens import missing, protocol_of


@dataclass(frozen=True)
class Part:
    """A trial as far as it can be simulated.

    `protocol` has the arms that the model can treat; it is None when there is none. `stops` maps every other arm → the reason.
    """

    trial: Trial
    protocol: Protocol | None
    stops: dict[str, str]


def simulable(trial: Trial) -> Part:
    """Return the part of a trial that the model can simulate."""
    stops = {arm: f"schedule not complete: {', '.join(lacks)}" for arm in trial.arms if (lacks := list(missing(trial, arm)))}
    if trial.disease != "none" and not catalog.disease(trial.disease).parameters:
        return Part(trial, None, dict.fromkeys(trial.arms, f"the model has no tumour of {trial.disease}") | stops)
    try:
        whole = protocol_of(trial)
    except KinecastError as error:
        return Part(trial, None, dict.fromkeys(trial.arms, error.message) | stops)
    arms = {}
    for arm, treatments in whole.arms.items():
        strange = [one.agent for one in treatments if not catalog.agent(one.agent).simulated]
        if strange:
            stops[arm] = f"the model lacks {', '.join(dict.fromkeys(strange))}"
        else:
            arms[arm] = treatments
    stops |= {arm: "not an arm of its own: subset or pooled" for arm in trial.arms if arm not in arms and arm not in stops}
    return Part(trial, whole.model_copy(update={"arms": arms}) if arms else None, stops)
