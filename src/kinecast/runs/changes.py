"""What a run changes in the patients after they are drawn: brakes taken away, and parameters given one value in everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kinecast.biology import PatientModel
from kinecast.biology.brakes import BRAKES
from kinecast.errors import RunError, choices
from kinecast.patients import Patients
from kinecast.patients.population import COVARIATES
from kinecast.units import Quantity


@dataclass(frozen=True)
class Changes:
    """Changes of every patient; who is enrolled is decided before them, so that the patients stay the same people.

    Attributes:
        without: brakes that are taken away, by name. values: parameter → value in the unit of its record.
    """

    without: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, model: PatientModel, without: Iterable[str], values: Mapping[str, float]) -> Changes:
        """Return the changes, checked against a model.

        Raises:
            RunError: a brake or parameter that the model lacks, or a value that is not a finite number or cannot be this one's.
        """
        there = [name for name, brake in BRAKES.items() if brake.off in model.records]
        chosen = tuple(dict.fromkeys(without))
        if "" in chosen:
            raise RunError("without: no brake is named.", f"Brakes: {', '.join(BRAKES)}.")
        for name in chosen:
            if name not in BRAKES:
                raise RunError(f"without: there is no brake '{name}'.", f"Brakes: {', '.join(BRAKES)}.")
            if name not in there:
                said = f"Brakes of this model: {', '.join(there) or 'none'}."
                raise RunError(f"without: the model of this trial has no brake '{name}'.", said)
        able = [name for name in model.records if name not in COVARIATES]
        for name, value in values.items():
            if name in COVARIATES:
                raise RunError(f"set: '{name}' is the patient's own, and doses follow it; it cannot be set.")
            if name not in able:
                raise RunError(f"set: the model of this trial has no parameter '{name}'.", choices(name, able))
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < float("inf"):
                raise RunError(f"set: '{value}' of {name} is not a number.", f"Its record's unit is {model.records[name].unit}.")
            _check(name, model.records[name], float(value))
        return cls(chosen, {name: float(value) for name, value in values.items()})

    def applied(self, model: PatientModel, patients: Patients) -> Patients:
        """Return the same patients, changed."""
        if not self.without and not self.values:
            return patients
        parameters = patients.parameters.copy()
        for name in self.without:
            parameters[:, model.columns[BRAKES[name].off]] = 0.0
        for name, value in self.values.items():
            parameters[:, model.columns[name]] = Quantity(value, model.records[name].unit).canonical
        return replace(patients, parameters=parameters)

    def in_words(self, model: PatientModel) -> list[str]:
        """Return each change in words, as tables show it."""
        units = {name: model.records[name].unit for name in self.values}
        set_to = [f"{name} = {value:g}{'' if units[name] == '1' else f' {units[name]}'}" for name, value in self.values.items()]
        return [f"without {BRAKES[name].label}" for name in self.without] + set_to

    def recorded(self) -> dict[str, Any]:
        """Return what provenance keeps of the changes; nothing where there are none."""
        kept = {"without": list(self.without), "changes": dict(self.values)}
        return {name: value for name, value in kept.items() if value}


def _check(name: str, record: Any, value: float) -> None:
    """Refuse a value of the other sign than the record's, and one outside 0 to 1 of what lies there by its kind."""
    spread = record.between_patients
    share = record.unit == "fraction" or (spread is not None and spread.shape == "logitnormal")
    if share and not 0 < value < 1:
        raise RunError(f"set: {name} lies between 0 and 1, and {value:g} does not.", f"Its record says {record.value:g}.")
    if (value < 0) != (record.value < 0) and value != 0 and record.value != 0:
        raise RunError(f"set: {value:g} of {name} has the wrong sign.", f"Its record says {record.value:g} {record.unit}.")
    if value < 0 and record.value == 0:
        raise RunError(f"set: {name} is not below zero.", f"Its record says 0 {record.unit}.")
