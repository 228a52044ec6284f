"""The record of toxicity grades: thresholds on what the model shows of a patient."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Number, Record, Status, Unit


class Grade(Record):
    """One grade, reached strictly above or strictly below a threshold."""

    grade: int = Field(ge=1, le=5)
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Grade:
        if (self.above is None) == (self.below is None):
            raise ValueError("give one of above and below")
        return self


class Toxicity(Record):
    """The grades of one toxicity.

    With `relative_to: baseline` the observable is divided by the patient's value before treatment; with `relative_to: normal`
    by `normal` (the upper or lower limit of normal). Grades that need an observation that the model lacks are left out, and
    `note` says so. `synonyms` are what reports call it, or a wider category whose part it is ('hepatic' for ALT).
    """

    label: str
    synonyms: tuple[str, ...] = ()
    observable: str
    unit: Unit
    relative_to: Literal["nothing", "baseline", "normal"] = "nothing"
    normal: Number | None = None
    grades: tuple[Grade, ...]
    source: str
    where: str
    status: Status
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Toxicity:
        if (self.relative_to == "normal") != (self.normal is not None):
            raise ValueError("`normal` is given when, and only when, relative_to is normal")
        numbers = [grade.grade for grade in self.grades]
        sides = {grade.above is None for grade in self.grades}
        bounds = [grade.above if grade.above is not None else -(grade.below or 0.0) for grade in self.grades]
        if numbers != sorted(set(numbers)) or len(sides) != 1 or bounds != sorted(set(bounds)):
            raise ValueError("grades must rise, all above or all below, with thresholds that get graver")
        return self


class Grading(Record):
    """A grading system."""

    id: str
    name: str
    version: str
    source: str
    toxicities: dict[str, Toxicity]
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Grading:
        names = [*self.toxicities, *(name for toxicity in self.toxicities.values() for name in toxicity.synonyms)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: the name of more than one toxicity")
        return self

    def key(self, name: str) -> str:
        """Return the toxicity that a name or a synonym stands for; the name itself when it stands for none."""
        return next((key for key, toxicity in self.toxicities.items() if name in toxicity.synonyms), name)
