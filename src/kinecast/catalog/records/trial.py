"""The record of a trial: its protocol, and what each arm reported, with where it stands in the publication."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Interval, Record, Status, Unit, check_limits
from kinecast.catalog.records.regimen import Pack, Regimen

Enrolled = Annotated[str, Field(pattern=r"^((19|20)\d\d(-(19|20)\d\d)?)?$")]
"""The years of enrolment, or one year; empty where they are not known."""

Since = Literal["", "start", "dose", "response", "baseline", "surgery", "diagnosis", "stop"]


class Observation(Record):
    """One reported number of one arm.

    `time` is the source's own wording; `day` the same in days `since` an event, where it is a time. `among` names the subset
    that the number is about (responders, a risk group); empty means the whole arm. `data_cut` tells reports of the same patients
    apart. `value` is empty when only a range was reported. `bound` says that `value` is only a limit: 'upper' for a report of
    '< 10', 'lower' for '> 10'.
    """

    trial: str = ""
    arm: str = ""
    quantity: str
    among: str = ""
    data_cut: str = ""
    time: str = ""
    day: float | None = None
    since: Since = ""
    n: int | None = Field(default=None, ge=1)
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    interval: Interval | None = None
    bound: Literal["upper", "lower"] | None = None
    unit: Unit
    source: str
    where: str
    status: Status
    used_for: Literal["calibration", "validation"] = "validation"
    note: str = ""
    pack: Pack = ()

    @model_validator(mode="after")
    def _says_something(self) -> Observation:
        check_limits(self.value, self.lower, self.upper, ("lower", "upper"))
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
    """What one arm was given and what it reported."""

    description: str = ""
    regimens: tuple[Regimen, ...] = ()
    observations: tuple[Observation, ...] = ()


class Trial(Record):
    """A published trial or series.

    `protocol` is a hand-written one that `kinecast.trial` reads; where there is none, the arms' regimens say what was given.
    `mixture` is disease → number of patients, where the disease is a mixture and their numbers are known.
    `n` is how many were treated, `enrolled` the calendar years in which ('1985-1993', '2010'). `follow_up` and `scans` are in the
    protocol's form ('3 years', 'every 8 weeks').
    """

    id: str
    title: str
    synonyms: tuple[str, ...] = ()
    citations: tuple[str, ...]
    disease: str
    mixture: dict[str, int] = Field(default_factory=dict)
    phase: str = ""
    setting: str = ""
    n: int | None = Field(default=None, ge=1)
    enrolled: Enrolled = ""
    follow_up: str = ""
    scans: str = ""
    protocol: dict[str, Any] | None = None
    protocol_source: str = ""
    protocol_where: str = ""
    protocol_status: Status | None = None
    arms: dict[str, Arm]
    overlaps: tuple[Overlap, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _protocol_has_its_arms_and_source(self) -> Trial:
        if self.protocol is None:
            return self
        strangers = set(self.protocol.get("arms", {})) - set(self.arms)
        if strangers:
            raise ValueError(f"arms of the protocol {sorted(strangers)} are not among the arms {sorted(self.arms)}")
        if not (self.protocol_source and self.protocol_where and self.protocol_status):
            raise ValueError("a protocol needs protocol_source, protocol_where and protocol_status")
        return self

    @property
    def middle_of_enrolment(self) -> float | None:
        """The year in the middle of `enrolled`; None where it is not known."""
        years = [int(year) for year in self.enrolled.split("-") if year]
        return sum(years) / len(years) if years else None

    @property
    def agents(self) -> tuple[str, ...]:
        """The drugs that were given, in order of first mention."""
        planned = [] if self.protocol is None else [item["agent"] for arm in self.protocol["arms"].values() for item in arm]
        given = [regimen.agent for arm in self.arms.values() for regimen in arm.regimens]
        return tuple(dict.fromkeys([*planned, *given]))
