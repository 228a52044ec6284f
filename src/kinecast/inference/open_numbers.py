"""Numbers that data leave open: which they are, how far they may vary, and the draws that keep what single drugs did.

A draw multiplies each open number by exp(0.7·z), z standard normal a priori (0.7 is what a guess is worth: 95 % within a factor
of 4). Draws that are stored were accepted because the model still has the response rates of the drugs given alone
(`kinecast.inference.parameter_draws`). A number of a drug that was in none of those arms is as free as before: its z is drawn by
its name and by the draw's number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.biology.actions import ACTIONS
from kinecast.biology.drug import drug
from kinecast.errors import CatalogError
from kinecast.inference.sensitivity import BODY
from kinecast.patients.streams import normal
from kinecast.patients.varied import Factors

ATTEMPTS = 200
"""Times that a draw may refuse a patient: where its tumours shrink untreated more often than they do in the catalogue."""
LOG_SD = 0.7
"""Standard deviation of the logarithm (of the log odds for numbers between 0 and 1) of what is a guess."""

FILE = Path(catalog.__file__).parent / "data" / "parameter_draws.json"

IMMUNITY = ("immunity", "brakes")
"""Files whose calibrated numbers are drawn as well: they were fitted, with the assumed ones at their values, to the arms that a
draw has to keep."""
OF_DISEASE = "antigenicity_median"
"""The one number of a disease that is drawn; each disease has its own factor."""
_TUMOUR = (*IMMUNITY, "tumour", "micrometastases", "clone", "bladder", "antibodies")
_BLOOD = ("body", "receptors", "lymphocytes", "mediators", "myeloid", "diversity", "toxicity", "survival")
_DEFINED = ("_present", "_induced", "_of_patient"), ("driver_", "one_", "lesion_1_", "lesion_2_", "lesion_3_"), ("cell_density",)
"""Ends, beginnings and whole names of switches, units, and what differs between patients or lesions about 1."""


def open_numbers(model: PatientModel) -> tuple[str, ...]:
    """Return the parameters of a model that data leave open and that act on tumour immunity, in alphabetical order.

    They are the assumed numbers of immunity, brakes, tumours, antibodies and of what the drugs do, of engineered molecules also
    those of their way into the tumour, the calibrated ones of immunity and brakes, and the disease's antigenicity. Zeros,
    switches, units, medians that are 1 by definition and what a designer chose stay.
    """
    files = (*_TUMOUR, *(one.records for one in map(ACTIONS.__getitem__, _actions(model)) if one.records not in _BLOOD))
    chosen = {
        name
        for file in dict.fromkeys(files)
        for name, record in catalog.parameters(file).items()
        if record.status == "assumed" or (file in IMMUNITY and record.status == "calibrated")
    }
    chosen |= {name for name in catalog.parameters("receptors") if name.startswith("tumour")}
    forms = [form for one in map(drug, model.agents) for form in one.forms]
    chosen |= {f"{one.name}_{key}" for one in forms for numbers in one.actions.values() for key in numbers}
    if any(one.delivery for one in forms):
        chosen |= {name for name, record in catalog.parameters("delivery").items() if record.status == "assumed"}
        chosen |= {f"{one.name}_{key}" for one in forms for key in (*one.delivery, *one.opening)}
        chosen |= {name for name in model.records if name.endswith("_in_tumour")}
    free = {name for name in chosen if name in model.records and _is_free(name, model.records[name])}
    return tuple(sorted(free | {name for name in (OF_DISEASE,) if name in model.records}))


def _actions(model: PatientModel) -> Iterator[str]:
    for agent in model.agents:
        for form in drug(agent).forms:
            yield from form.actions


def _is_free(name: str, record: Any) -> bool:
    ends, beginnings, whole = _DEFINED
    defined = name.endswith(ends) or name.startswith(beginnings) or name in whole or record.unit in BODY
    definition = record.value == 1 and record.unit == "1" and _of_drug(name)
    known = record.status == "measured" or (record.status == "calibrated" and name not in _fitted())
    chosen = record.source == "Designed"
    return not (defined or definition or known or chosen or record.value == 0)


def _of_drug(name: str) -> bool:
    """Whether a number is one of a drug's record, where 1 says that it is the drug to which others are compared."""
    return all(name not in catalog.parameters(file) for file in (*_TUMOUR, *_action_files()))


@cache
def _action_files() -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.records for one in ACTIONS.values()))


@cache
def _fitted() -> frozenset[str]:
    return frozenset(
        name for file in IMMUNITY for name, record in catalog.parameters(file).items() if record.status == "calibrated"
    )


@dataclass(frozen=True)
class Draws:
    """Draws of the open numbers.

    `names` of the numbers, 'disease: antigenicity_median' for a disease's own; `scores` (draws, names), z of each.
    `made` says how: settings, share accepted, and what the draws keep.
    """

    names: tuple[str, ...]
    scores: np.ndarray
    made: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def effective(self) -> float:
        """About how many independent draws these are worth: n·(1 - r)/(1 + r), r the correlation of neighbours in a walk.

        A walk's draws stand `chains` rows apart. r is pooled over the numbers, whose mean and variance a priori are 0 and 1.
        """
        apart = int(self.made["chains"])
        before, after = self.scores[:-apart], self.scores[apart:]
        if not len(before):
            return float(len(self))
        r = max(0.0, float((before * after).sum() / np.sqrt((before**2).sum() * (after**2).sum())))
        return len(self) * (1 - r) / (1 + r)

    def factors(self, number: int, model: PatientModel) -> Factors:
        """Return what a draw multiplies the numbers of a model by."""
        return factors(model, dict(zip(self.names, self.scores[number], strict=True)), number)


def factors(model: PatientModel, scores: Mapping[str, float], number: int) -> Factors:
    """Return disease → parameter → factor, from scores by name; what has none is drawn by its name and the draw's number.

    A disease of which no arm is kept has the antigenicity factor of one that begins like it, or else one drawn by its own name.
    """
    found: dict[str, dict[str, float]] = {"": {}}
    for name in open_numbers(model):
        if name == OF_DISEASE:
            for disease in model.mixture or (model.disease,):
                found[disease] = {name: _factor(_of_disease(scores, disease, number))}
        else:
            z = scores[name] if name in scores else float(normal(0, f"open {name}", np.array([number]))[0])
            found[""][name] = _factor(z)
    return found


def _of_disease(scores: Mapping[str, float], disease: str, number: int) -> float:
    known = {name.split(": ")[0]: z for name, z in scores.items() if ": " in name}
    alike = [z for other, z in known.items() if other.split("-")[0] == disease.split("-")[0]]
    chosen = [known[disease]] if disease in known else alike
    return float(np.mean(chosen)) if chosen else float(normal(0, f"open antigenicity of {disease}", np.array([number]))[0])


def _factor(z: float) -> float:
    from kinecast.engine.elementary import exp

    return float(exp(np.array([LOG_SD * z]))[0])


@cache
def stored_draws() -> Draws:
    """Return the draws of the package.

    Raises:
        CatalogError: the file is absent or damaged.
    """
    try:
        content = json.loads(FILE.read_text(encoding="utf-8"))
        return Draws(tuple(content["names"]), np.array(content["scores"], dtype=float), content["made"])
    except (OSError, ValueError, KeyError) as error:
        raise CatalogError(f"{FILE.name} cannot be read: {error}.", "Write it: python docs/parameter_draws.py") from None
