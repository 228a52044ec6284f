"""The record of a regimen: one drug in one phase of one arm, as a publication states it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from kinecast.catalog.records.number import Record, Status, Unit
from kinecast.units import Quantity, quantity


def _rows(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Pack = Annotated[tuple[str, ...], BeforeValidator(_rows)]
"""Rows of the evidence pack that a record carries, such as o17 (observations), r4, p9 (parameters), s2 (status)."""


class Regimen(Record):
    """One drug in one phase of one arm.

    `dose` is one administration's (a rate, such as 10 ug/m2/d, is given over `duration`); empty when it was not found, and
    `dose_text` then has what the source says. Cycles of `cycle_days` start on day `start_day` of the trial; the drug is given on
    their `days` ('1-5,15-19'), `times_per_day` times, `max_doses_per_cycle` times at most. `cycles` is empty when it is given
    `until` progression. `schedule` is the source's own wording. `product` is what the source calls the drug.
    """

    trial: str
    arm: str
    agent: str
    product: str = ""
    phase: str = ""
    dose: float | None = Field(default=None, gt=0)
    unit: Unit | None = None
    route: str = ""
    duration: str = ""
    start_day: int = Field(default=1, ge=1)
    days: str = ""
    times_per_day: float | None = Field(default=None, gt=0)
    cycle_days: float | None = Field(default=None, gt=0)
    cycles: int | None = Field(default=None, ge=1)
    until: Literal["", "progression"] = ""
    max_doses_per_cycle: int | None = Field(default=None, ge=1)
    dose_text: str = ""
    schedule: str = ""
    n: int | None = Field(default=None, ge=1)
    source: str
    where: str
    status: Status
    note: str = ""
    pack: Pack = ()

    @model_validator(mode="after")
    def _can_be_read(self) -> Regimen:
        if self.days and not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", self.days):
            raise ValueError(f"days '{self.days}' are not day numbers such as '1-5,15-19'")
        if self.duration:
            quantity(self.duration, example="'15 min' or '24 h'")
        return self

    @property
    def quantity(self) -> Quantity | None:
        """The dose of one administration, or None when it is not known."""
        return None if self.dose is None or self.unit is None else Quantity(self.dose, self.unit)

    @property
    def day_numbers(self) -> tuple[int, ...]:
        """The days of a cycle, counted from 1; empty when they are not known."""
        spans = [part.partition("-") for part in self.days.split(",") if part]
        return tuple(day for first, _, last in spans for day in range(int(first), int(last or first) + 1))
