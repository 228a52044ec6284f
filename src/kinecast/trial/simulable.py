"""Which arms of a trial the model can treat, and what stops the others."""

from __future__ import annotations

from dataclasses import dataclass

from kinecast import catalog
from kinecast.biology.drug import drug
from kinecast.catalog import Disease, Trial
from kinecast.trial.protocol import Protocol
from kinecast.trial.regimens import left_out, protocol_of


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
    ill = None if trial.disease == "none" else catalog.disease(trial.disease)
    tumour = ill is None or ill.modelled
    if ill is not None and not tumour and not ill.body_is_ordinary:
        return Part(trial, None, dict.fromkeys(trial.arms, f"not a patient of the model: {ill.name}"))
    without = left_out(trial, tumour=tumour)
    stops = {arm: _stop(trial, arm, reason) for arm, reason in without.items()}
    if len(stops) == len(trial.arms):
        return Part(trial, None, stops)
    whole = protocol_of(trial, tumour=tumour, without=without)
    arms = {}
    for arm, treatments in whole.arms.items():
        strange = [one.agent for one in treatments if not catalog.agent(one.agent).simulated]
        if strange:
            stops[arm] = f"the model lacks {', '.join(dict.fromkeys(strange))}"
        elif ways := [f"{one.agent} {one.route}" for one in treatments if one.route not in drug(one.agent).routes]:
            stops[arm] = f"the model lacks the route of {', '.join(dict.fromkeys(ways))}"
        elif not _lesions(ill, tumour) and any(one.route == "intralesional" and drug(one.agent).delivery for one in treatments):
            stops[arm] = f"the model has no lesions of {trial.disease} to inject"
        elif not treatments and not tumour:
            stops[arm] = f"the model has no tumour of {trial.disease}"
        else:
            arms[arm] = treatments
    return Part(trial, whole.model_copy(update={"arms": arms}) if arms else None, stops)


def _lesions(ill: Disease | None, tumour: bool) -> bool:
    return tumour and ill is not None and ill.tumour == "lesions"


def _stop(trial: Trial, arm: str, reason: str) -> str:
    return reason if trial.arms[arm].regimens else "no regimen: a comparison, a subset, or arms taken together"
