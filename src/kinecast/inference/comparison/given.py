"""What every molecule of a comparison is given, and the protocol with an arm for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinecast.errors import KinecastError, ProtocolError, RunError, choices
from kinecast.inference.comparison.asked import Asked
from kinecast.trial.doses import administered
from kinecast.trial.protocol import Protocol
from kinecast.trial.protocol_checks import typical_size
from kinecast.trial.times import duration
from kinecast.units import Quantity, dimension, quantity

DOSE, EVERY, DOSES, ROUTE = "10 nmol", "1 week", 8, "iv"
UNTREATED = "untreated"
"""Arm of the same patients without any dose, where they have a disease: what they would have done anyway."""
STUDIED = "studied"
"""In place of a dose: the highest one studied of the molecule, by its route."""
SEEN_AFTER, FOLLOWED_AFTER = 28.0, 182.0
"""Days after the last dose that are drawn, and that patients are followed."""
OTHERS = "others"
"""Name, among doses by name, of all molecules that have none of their own."""


@dataclass(frozen=True)
class Given:
    """One dose of one molecule.

    Attributes:
        dose: as a protocol writes it. route: how. why: how the dose came about.
        nmol, milligrams: in the typical patient. cytokine: nmol of cytokine in it.
    """

    dose: str
    route: str
    why: str
    nmol: float
    milligrams: float
    cytokine: float


def planned(
    molecules: Sequence[Asked],
    dose: str | Mapping[str, str],
    *,
    disease: str,
    every: str,
    doses: int,
    route: str,
    patients: int,
) -> tuple[Protocol, dict[str, Given]]:
    """Return the protocol, an arm for each molecule on one schedule and one untreated, and name → what it is given.

    Arguments:
        molecules: what is compared. dose: of all, or name → dose (see `compare`). every, doses, route: the schedule.
        disease: id, or 'none'. patients: number.

    Raises:
        RunError: a dose, interval, route, disease or number that cannot be used.
    """
    if UNTREATED in [one.name for one in molecules]:
        raise RunError(f"molecules: '{UNTREATED}' is the arm without any.", "Choose another name.")
    written = _written(molecules, dose, route)
    step, last = _schedule(every, doses)
    arms: dict[str, list[dict[str, Any]]] = {}
    for one in molecules:
        amount, way, _ = written[one.name]
        again = {"every": every, "doses": doses} if doses > 1 else {}
        arms[one.name] = [{"agent": one.name if one.recipe else one.agent.id, "dose": amount, "route": way, **again}]
    if disease != "none":
        arms[UNTREATED] = []
    content = {
        "title": "Molecules side by side",
        "disease": disease,
        "patients": patients,
        "follow_up": f"{last + FOLLOWED_AFTER:.10g} days",
        **({"scans": "every 8 weeks"} if disease != "none" else {}),
        "samples": [f"every 1 day until {last + SEEN_AFTER:.10g} days", *_around(step, last)],
        "molecules": {one.name: one.recipe for one in molecules if one.recipe},
        "arms": arms,
    }
    try:
        protocol = Protocol.read({key: value for key, value in content.items() if value})
    except ProtocolError as error:
        # The mistake was made in what was asked for, not in a protocol that the user has never seen.
        raise RunError(re.sub(r"^protocol, (arms\.)?|\[0\](?=\.)", "", error.message, flags=re.MULTILINE), error.hint) from None
    return protocol, {one.name: _given(protocol, one, written[one.name]) for one in molecules}


def _around(step: float, last: float) -> list[str]:
    """Return series of times after every dose: within hours of each, levels of short-lived molecules rise and fall."""
    close = [text for text in ("6 min", "30 min", "1 h", "2 h", "4 h", "8 h", "12 h", "18 h") if duration(text).canonical < step]
    return [f"every {step:.10g} days from {text} until {last + 1:.10g} days" for text in close] if last else []


def _schedule(every: str, doses: int) -> tuple[float, float]:
    """Return interval and day of the last dose, d."""
    if not isinstance(doses, int) or isinstance(doses, bool) or doses < 1:
        raise RunError(f"doses: '{doses}' is not a whole number of 1 or more.", "Write how many doses each molecule is given.")
    try:
        step = duration(every).canonical
    except KinecastError as error:
        raise RunError(f"every: {error.message}", error.hint) from None
    return step, step * (doses - 1)


def _written(molecules: Sequence[Asked], dose: str | Mapping[str, str], route: str) -> dict[str, tuple[str, str, str]]:
    """Return name → (dose as a protocol writes it, route, how it came about)."""
    own = {OTHERS: dose} if isinstance(dose, str) else dict(dose)
    common = own.pop(OTHERS, DOSE)
    for name in own:
        if name not in [one.name for one in molecules]:
            raise RunError(f"dose: '{name}' is not compared.", choices(name, [one.name for one in molecules]))
    return {one.name: _dose(one, str(own.get(one.name, common)), route, alone=one.name in own) for one in molecules}


def _dose(one: Asked, text: str, route: str, *, alone: bool) -> tuple[str, str, str]:
    if text == STUDIED:
        return _studied(one)
    try:
        amount = quantity(text, example=f"'{DOSE}', '6 mg', '20 ug/kg' or '{STUDIED}'")
    except KinecastError as error:
        raise RunError(f"dose of {one.name}: {error.message}", error.hint) from None
    first, _, _ = amount.unit.partition("/")
    if alone or dimension(first) != dimension("nmol"):
        return text, route, "as written"
    return str(Quantity(amount.value / one.copies, amount.unit)), route, f"{text} of cytokine"


def _studied(one: Asked) -> tuple[str, str, str]:
    known = one.agent.highest_dose_studied
    if known is None or known.per != "dose":
        lacking = "has no highest dose studied in the catalogue" if known is None else f"has one per {known.per} only"
        raise RunError(f"dose of {one.name}: '{STUDIED}', and it {lacking}.", f"Write a dose of its own: '{one.name}=6 mg'.")
    told = f"{known.source}: {known.note}" if known.note else known.source
    return str(known.quantity), known.route, f"highest dose studied ({told})"


def _given(protocol: Protocol, one: Asked, written: tuple[str, str, str]) -> Given:
    size = typical_size()
    body = {"weight_kg": np.array([size["weight"]]), "surface_m2": np.array([size["surface"]])}
    treatment = protocol.arms[one.name][0]
    nmol = float(administered(treatment, body)[0])
    milligrams = float(one.agent.milligrams(treatment.dose, **size))
    return Given(*written, nmol, milligrams, nmol * one.copies)
