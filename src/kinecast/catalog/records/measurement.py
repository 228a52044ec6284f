"""The record of a measurement: a mechanistic number of a molecule, cell or tissue, as somebody reported it."""

from __future__ import annotations

from pydantic import model_validator

from kinecast.catalog.records.number import Interval, Record, Status, Unit, check_limits
from kinecast.catalog.records.regimen import Pack


class Measurement(Record):
    """A number such as an affinity, a half-life or a receptor count; `agent` is the drug that it is about, if it is a drug.

    `value` is empty when only a range was reported.
    """

    subject: str
    agent: str = ""
    quantity: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    interval: Interval | None = None
    unit: Unit
    species: str
    conditions: str = ""
    source: str
    where: str
    status: Status
    note: str = ""
    pack: Pack = ()

    @model_validator(mode="after")
    def _says_something(self) -> Measurement:
        check_limits(self.value, self.low, self.high)
        return self
