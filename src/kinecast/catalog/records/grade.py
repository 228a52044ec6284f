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
    `dose_limiting` is the least grade that limits the dose in a trial that seeks one; None when none does (see
    `Grading.dose_limiting`).
    """

    label: str
    synonyms: tuple[str, ...] = ()
    observable: str
    unit: Unit
    relative_to: Literal["nothing", "baseline", "normal"] = "nothing"
    normal: Number | None = None
    grades: tuple[Grade, ...]
    dose_limiting: int | None = None
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
        if self.dose_limiting is not None and self.dose_limiting not in numbers:
            raise ValueError(f"dose_limiting must be one of the grades {', '.join(map(str, numbers))}")
        return self


class Convention(Record):
    """A rule that is chosen, not measured: where it is from, and what it leaves out."""

    source: str
    where: str
    status: Status
    note: str = ""


class Grading(Record):
    """A grading system.

    `groups` are wider categories of reports: name → the toxicities that are counted as one ('constitutional': fever, fatigue);
    'any' may leave out those that trials do not count, otherwise it is all of them.
    `dose_limiting` says by which convention its toxicities have a dose-limiting grade.
    """

    id: str
    name: str
    version: str
    source: str
    toxicities: dict[str, Toxicity]
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    dose_limiting: Convention | None = None
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Grading:
        names = [*self.toxicities, *(name for toxicity in self.toxicities.values() for name in toxicity.synonyms)]
        names += self.groups
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: the name of more than one toxicity")
        if self.dose_limiting is None and any(toxicity.dose_limiting for toxicity in self.toxicities.values()):
            raise ValueError("dose-limiting grades need `dose_limiting`, the convention that they follow")
        strangers = sorted({name for group in self.groups.values() for name in group} - set(self.toxicities))
        if strangers:
            raise ValueError(f"groups name {', '.join(strangers)}, which are no toxicities")
        return self

    def key(self, name: str) -> str:
        """Return the toxicity that a name or a synonym stands for; the name itself when it stands for none."""
        return next((key for key, toxicity in self.toxicities.items() if name in toxicity.synonyms), name)

    def members(self, name: str) -> tuple[str, ...]:
        """Return the toxicities that a report counts under a name: those of a group, or the one that it stands for."""
        return self.groups.get(name, (self.key(name),))
