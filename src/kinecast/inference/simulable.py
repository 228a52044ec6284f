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
    """Return the part of a trial that the model can simulate.

    Where the model lacks the tumour, but the patients' bodies are ordinary, the treatment is given to people without tumour:
    levels, cells and harms can be compared, responses and survival cannot.
    """
    stops = {arm: _stop(lacks) for arm in trial.arms if (lacks := list(missing(trial, arm)))}
    ill = None if trial.disease == "none" else catalog.disease(trial.disease)
    tumour = ill is None or bool(ill.parameters)
    if ill is not None and not tumour and not ill.body_is_ordinary:
        return Part(trial, None, dict.fromkeys(trial.arms, f"not a patient of the model: {ill.name}"))
    try:
        whole = protocol_of(trial, tumour=tumour)
    except KinecastError as error:
        return Part(trial, None, dict.fromkeys(trial.arms, error.message) | stops)
    arms = {}
    for arm, treatments in whole.arms.items():
        strange = [one.agent for one in treatments if not catalog.agent(one.agent).simulated]
        if strange:
            stops[arm] = f"the model lacks {', '.join(dict.fromkeys(strange))}"
        elif not treatments and not tumour:
            stops[arm] = f"the model has no tumour of {trial.disease}"
        else:
            arms[arm] = treatments
    stops |= {arm: "not an arm of its own: subset or pooled" for arm in trial.arms if arm not in arms and arm not in stops}
    return Part(trial, whole.model_copy(update={"arms": arms}) if arms else None, stops)


def _stop(lacks: list[str]) -> str:
    if lacks == ["regimen"]:
        return "no regimen: a comparison, a subset, or arms taken together"
    return f"schedule not complete: {', '.join(lacks)}"
