"""The record of a trial: its protocol, and what each arm reported, with where it stands in the publication."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Interval, Record, Status, Unit


class Observation(Record):
    """One reported number of one arm.

    `among` names the subset that the number is about (responders, a risk group); empty means the whole arm.
    `data_cut` tells reports of the same patients apart. `value` is empty when only a range was reported.
    `bound` says that `value` is only a limit: 'upper' for a report of '< 10', 'lower' for '> 10'.
    """

    quantity: str
    time: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    interval: Interval | None = None
    bound: Literal["upper", "lower"] | None = None
    unit: Unit
    n: int | None = Field(default=None, ge=1)
    among: str = ""
    data_cut: str = ""
    source: str
    where: str
    status: Status
    note: str = ""
    used_for: Literal["calibration", "validation"] = "validation"

    @model_validator(mode="after")
    def _says_something(self) -> Observation:
        if self.value is None and self.lower is None and self.upper is None:
            raise ValueError("neither a value nor a limit is given")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"lower {self.lower:g} is above upper {self.upper:g}")
        if (self.lower is None) != (self.upper is None) and self.interval not in {None, "range"}:
            raise ValueError(f"an interval of kind {self.interval} needs both limits")
        if self.bound and (self.value is None or self.lower is not None or self.upper is not None):
            raise ValueError("a bound is one value without limits")
        return self

    @property
    def range(self) -> tuple[float, float]:
        """Least and most of the report: its value, or the limits where there is none, infinite where it is open."""
        if self.value is not None:
            return self.value, self.value
        return -math.inf if self.lower is None else self.lower, math.inf if self.upper is None else self.upper


class Overlap(Record):
    """Another record that reports some of the same patients, so that the two are not counted as independent."""

    trial: str
    note: str


class Arm(Record):
    """What one arm reported."""

    description: str = ""
    observations: tuple[Observation, ...] = ()


class Trial(Record):
    """A published trial or series. `protocol` is what `kinecast.trial` reads; its arm names equal those of `arms`."""

    id: str
    title: str
    synonyms: tuple[str, ...] = ()
    citations: tuple[str, ...]
    disease: str
    phase: str = ""
    setting: str = ""
    protocol: dict[str, Any]
    protocol_source: str
    protocol_where: str
    protocol_status: Status
    arms: dict[str, Arm]
    overlaps: tuple[Overlap, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _arms_match(self) -> Trial:
        planned = set(self.protocol.get("arms", {}))
        if planned != set(self.arms):
            raise ValueError(f"arms of the protocol {sorted(planned)} differ from the arms that report {sorted(self.arms)}")
        return self
