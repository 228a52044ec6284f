"""From Optuna's trial to a candidate and back: the names and distributions of what a search chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kinecast.inference.design.candidate import Candidate, most_doses, rounded
from kinecast.inference.design.space import NONE, Space

if TYPE_CHECKING:
    from optuna import Trial

BINDS, LACKS = "binds", "none"


def chosen(trial: Trial, space: Space) -> Candidate:
    """Return the candidate that a trial suggests. What only some molecules have is suggested for those only, by its own name."""
    cytokine = _one(trial, "cytokine", space.cytokines)
    kd: dict[str, float | None] = {}
    for receptor, fold in space.cytokines[cytokine].items():
        name = f"{cytokine} {receptor}"
        if fold.may_lack and _one(trial, f"{name} binding", (BINDS, LACKS)) == LACKS:
            kd[receptor] = None
        else:
            kd[receptor] = _log(trial, f"{name} KD", fold.low, fold.high)
    copies = _one(trial, "copies", space.copies)
    target = _one(trial, "target", space.targets)
    span = space.targets[target]
    format = _one(trial, "format", space.formats) if span is None else _one(trial, "targeted format", space.targeted_formats)
    every = _one(trial, "every", space.every)
    return Candidate(
        cytokine=cytokine,
        kd=kd,
        copies=copies,
        format=format,
        target=target,
        target_kd=0.0 if span is None else _log(trial, f"{target} KD", span.low, span.high),
        mask=_one(trial, "mask", space.masks),
        dose=_log(trial, "dose", space.dose.low, space.dose.high),
        route=_one(trial, "route", space.routes),
        every=every,
        doses=most_doses(space, every, trial.suggest_int("doses", *space.doses)),
        partner=_one(trial, "partner", space.partners),
    )


def parameters(candidate: Candidate, space: Space) -> dict[str, Any]:
    """Return the values that make a trial suggest this candidate of the space."""
    found: dict[str, Any] = {"cytokine": candidate.cytokine}
    for receptor, fold in space.cytokines[candidate.cytokine].items():
        name, value = f"{candidate.cytokine} {receptor}", candidate.kd[receptor]
        found |= {f"{name} binding": LACKS if value is None else BINDS} if fold.may_lack else {}
        found |= {f"{name} KD": value} if value is not None else {}
    found |= {"copies": candidate.copies, "target": candidate.target}
    if candidate.target == NONE:
        found["format"] = candidate.format
    else:
        found |= {"targeted format": candidate.format, f"{candidate.target} KD": candidate.target_kd}
    same = ("mask", "dose", "route", "every", "doses", "partner")
    return found | {name: getattr(candidate, name) for name in same}


def _one(trial: Trial, name: str, among: Any) -> Any:
    return trial.suggest_categorical(name, list(among))


def _log(trial: Trial, name: str, low: float, high: float) -> float:
    """Return a number from a range on a logarithmic scale, rounded as protocols are written, but not out of the range."""
    return min(max(rounded(trial.suggest_float(name, low, high, log=True)), low), high)


def allowed(candidate: Candidate, space: Space) -> str:
    """Return why a space has no such molecule; '' where it has it."""
    if candidate.cytokine not in space.cytokines:
        return f"the space has no {candidate.cytokine}"
    folds = space.cytokines[candidate.cytokine]
    for receptor, value in candidate.kd.items():
        fold = folds.get(receptor)
        if fold is None:
            if value != 1.0:
                return f"the space changes no {receptor} of {candidate.cytokine}"
        elif value is None and not fold.may_lack:
            return f"in the space {candidate.cytokine} always binds {receptor}"
        elif value is not None and not fold.low <= value <= fold.high:
            return f"the space has no {receptor} of {value:g} times the KD"
    return _allowed_form(candidate, space)


def _allowed_form(candidate: Candidate, space: Space) -> str:
    listed: Mapping[str, tuple[Any, Any]] = {
        "copies": (candidate.copies, space.copies),
        "format": (candidate.format, space.formats),
        "target": (candidate.target, space.targets),
        "mask": (candidate.mask, space.masks),
    }
    for name, (value, among) in listed.items():
        if value not in among:
            if name == "target":
                return f"the space does not have the target {value}"
            return f"the space has no {name} '{value}'"
    span = space.targets[candidate.target]
    if span is not None and not span.low <= candidate.target_kd <= span.high:
        return f"the space has no KD of {candidate.target_kd:g} nM for {candidate.target}"
    return ""
