"""The record of a regimen: one drug in one phase of one arm, as a publication states it."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from kinecast.catalog.records.number import Record, Status, Unit
from kinecast.errors import UnitError
from kinecast.units import Quantity, dimension, quantity


def _rows(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Pack = Annotated[tuple[str, ...], BeforeValidator(_rows)]
"""Rows of the evidence pack that a record carries, such as o17 (observations), r4, p9 (parameters), s2 (status)."""


LAST_DAY = 3660
"""Last day that a cycle can have; a later one is a slip of the pen."""


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

    @field_validator("days")
    @classmethod
    def _days_ascend(cls, days: str) -> str:
        if not days:
            return days
        if not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", days):
            raise ValueError("these are not day numbers such as '1-5,15-19'")
        spans = [[int(end) for end in part.split("-")] for part in days.split(",")]
        ends = [end for span in spans for end in span]
        if any(len(span) == 2 and span[0] > span[1] for span in spans) or ends[0] < 1:
            raise ValueError("days are ascending and counted from 1")
        if any(before[-1] >= after[0] for before, after in pairwise(spans)):
            raise ValueError("days are ascending, and each stands once")
        if ends[-1] > LAST_DAY:
            raise ValueError(f"no cycle has a day after {LAST_DAY}")
        return days

    @field_validator("duration")
    @classmethod
    def _is_a_time(cls, duration: str) -> str:
        example = "'15 min' or '24 h'"
        if not duration:
            return duration
        try:
            length = quantity(duration, example=example)
        except UnitError as error:
            raise ValueError(f"{error.message} {error.hint}") from None
        if length.dimension != dimension("d") or not 0 < length.value < math.inf:
            raise ValueError(f"this is not a length of time such as {example}")
        return duration

    @property
    def quantity(self) -> Quantity | None:
        """The dose of one administration, or None when it is not known."""
        return None if self.dose is None or self.unit is None else Quantity(self.dose, self.unit)

    @property
    def day_numbers(self) -> tuple[int, ...]:
        """The days of a cycle, counted from 1; empty when they are not known."""
        spans = [part.partition("-") for part in self.days.split(",") if part]
        return tuple(day for first, _, last in spans for day in range(int(first), int(last or first) + 1))
