"""The protocol of a trial: who is treated, with what, when, and how it is assessed."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from kinecast.errors import KinecastError, UnitError
from kinecast.trial.designed import by_recipe, with_molecules
from kinecast.trial.times import MOST_TIMES, day_numbers, duration, moment, series
from kinecast.units import Quantity, quantity

MOST_DOSES = 10_000
"""Most planned doses of an arm: each is an event and a row of every patient (three doses a day are 10,000 in nine years)."""

YEARS = (1950, 2100)
"""Calendar years that a protocol may name."""

Condition = Literal["always", "not progressed", "responding or stable"]


def _placed(read: Any) -> Any:
    """Wrap a reader so that pydantic adds the field's place to its error."""

    def reader(value: object) -> Any:
        if isinstance(value, Quantity):
            return value
        try:
            return read(value)
        except KinecastError as error:
            raise PydanticCustomError("kinecast", "{message}", {"message": error.message, "hint": error.hint}) from error

    return reader


def _as_list(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [value]


def _moment_text(value: object) -> str:
    moment(value)
    return str(value)


def _series_text(value: object) -> str:
    series(value, until=0.0)
    return str(value)


def _confirmation(value: object) -> Quantity | None:
    return None if value is None or value == "none" else duration(value)


def _calendar_year(value: object) -> float | None:
    if value is None:
        return None
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not YEARS[0] <= number <= YEARS[1]:
        raise UnitError(f"'{value}' is not a year from {YEARS[0]} to {YEARS[1]}.", "Write the middle of enrolment, such as 2008.")
    return float(number)


Duration = Annotated[Quantity, BeforeValidator(_placed(duration)), PlainSerializer(str)]
Confirmation = Annotated[Quantity | None, BeforeValidator(_placed(_confirmation)), PlainSerializer(lambda q: str(q or "none"))]
Moments = Annotated[
    tuple[Annotated[str, BeforeValidator(_placed(_moment_text))], ...], Field(max_length=MOST_DOSES), BeforeValidator(_as_list)
]
Series = Annotated[
    tuple[Annotated[str, BeforeValidator(_placed(_series_text))], ...], Field(max_length=MOST_TIMES), BeforeValidator(_as_list)
]
Name = Annotated[str, Field(min_length=1)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class Courses(_Record):
    """How often all cycles of a treatment are given again.

    Attributes:
        every: from the start of one course to the start of the next.
        most: largest number of courses, the first included.
        while_: condition (`while` in YAML) for each course after the first, judged on the scans up to its day:
            'always', 'not progressed' (also true before the first scan), or 'responding or stable' (CR, PR or SD seen).
    """

    every: Duration
    most: Annotated[int, Field(ge=1, le=MOST_DOSES)]
    while_: Annotated[Condition, Field(alias="while")] = "always"


class Treatment(_Record):
    """One drug in one arm.

    Attributes:
        agent: catalogue id.
        dose: amount of one dose ('600000 IU/kg', '10 ug/m2', '1 mg'), or a rate ('10 ug/m2/day') given over `duration`.
        route: one of the agent's routes.
        duration: length of the infusion; absent for an injection or a bolus.
        every, doses: interval between the doses of a cycle, and their number.
        days: instead of `every` and `doses`, the days of the cycle, one dose on each.
        start: when the cycles of a course start: 'day 1' is the start of the trial (of the course, for later courses).
        while_: condition (`while` in YAML) for the first dose, judged on the scans up to its day, as for courses: for a phase
            that follows another, such as maintenance.
        courses: repetition of the whole (absent: one course).
        hold: id of the rule by which doses are held; a held dose is skipped, not delayed.
    """

    agent: Name
    dose: Annotated[Quantity, BeforeValidator(_placed(quantity)), PlainSerializer(str)]
    route: Name
    duration: Duration | None = None
    every: Duration | None = None
    doses: Annotated[int, Field(ge=1, le=MOST_DOSES)] = 1
    days: Annotated[tuple[int, ...] | None, BeforeValidator(_placed(lambda v: None if v is None else day_numbers(v)))] = None
    start: Moments = ("day 1",)
    while_: Annotated[Literal["always", "not progressed"], Field(alias="while")] = "always"
    courses: Courses | None = None
    hold: Name | None = None

    @model_validator(mode="after")
    def _spacing(self) -> Treatment:
        if self.days is not None and (self.every is not None or self.doses > 1):
            raise _refused("days", "is written together with `every` or `doses`.", "Write either days, or every and doses.")
        if self.doses > 1 and self.every is None:
            raise _refused("every", f"is missing, with {self.doses} doses.", "Write the interval, such as 'every: 8 h'.")
        gap = min((b - a for a, b in pairwise(self.offsets)), default=float("inf"))
        if self.duration is not None and self.duration.canonical > gap * (1 + 1e-9):
            hint = "Shorten the infusion or lengthen `every`."
            raise _refused("duration", f"'{self.duration}' is longer than the {gap:g} d between doses.", hint)
        starts = self.starts
        if any(late < early + self.cycle_length * (1 - 1e-9) for early, late in pairwise(starts)):
            raise _refused("start", f"cycles start before the cycle before them ({self.cycle_length:g} d) has ended.")
        if self.courses and self.courses.most > 1:
            length = starts[-1] - starts[0] + self.cycle_length
            if self.courses.every.canonical < length * (1 - 1e-9):
                text = f"'{self.courses.every}' is shorter than a course ({length:g} d)."
                raise _refused("courses.every", text, "Lengthen it, or give fewer doses.")
        return self

    @property
    def planned(self) -> int:
        """Number of doses that are planned, by arithmetic."""
        cycle = self.doses if self.days is None else len(self.days)
        return cycle * len(self.start) * (self.courses.most if self.courses else 1)

    @property
    def starts(self) -> tuple[float, ...]:
        """Starts of the cycles of the first course, d from the start of the trial, ascending."""
        return tuple(sorted(moment(text) for text in self.start))

    @property
    def offsets(self) -> tuple[float, ...]:
        """Times of the doses of a cycle, d from its start."""
        if self.days is not None:
            return tuple(float(day - 1) for day in self.days)
        step = self.every.canonical if self.every else 0.0
        return tuple(step * number for number in range(self.doses))

    @property
    def cycle_length(self) -> float:
        """From the start of a cycle to the end of its last dose, d."""
        return self.offsets[-1] + (self.duration.canonical if self.duration else 0.0)


class Protocol(_Record):
    """A trial as it is run.

    Attributes:
        title: what the trial is.
        disease: catalogue id, or 'none' for people without a tumour.
        mixture: disease → share of patients or their number, where `disease` is a mixture and the trial has its own numbers.
        patients: how many are treated.
        year: calendar year in which they were treated, the middle of enrolment; later treatment, and so the hazard of death,
            depends on it. None: the year to which the disease's hazard was calibrated.
        follow_up: when everyone still followed is censored.
        scans: times of imaging after the baseline scan ('every 8 weeks' or a list); none: response is not assessed.
        confirmation: CR and PR must be seen again this much later; None ('none' in YAML): they need no confirmation.
        stable: least time from the start at which SD may be called. Both defaults are the shortest of RECIST 1.1, section 4.6.
        samples: further times at which the patient's observables are recorded.
        molecules: name → recipe of a designed molecule (`kinecast.catalog.molecules.RECIPE`), which arms may give as an agent.
        arms: arm → treatments; an empty list is an untreated arm.
    """

    title: Name
    disease: Name
    mixture: dict[Name, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    patients: Annotated[int, Field(ge=1)]
    year: Annotated[float | None, BeforeValidator(_placed(_calendar_year))] = None
    follow_up: Duration
    scans: Series = ()
    confirmation: Confirmation = Quantity(4.0, "weeks")
    stable: Duration = Quantity(6.0, "weeks")
    samples: Series = ()
    molecules: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    arms: Annotated[dict[Name, tuple[Treatment, ...]], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _with_molecules(cls, content: Any) -> Any:
        return with_molecules(content) if isinstance(content, Mapping) else content

    @model_validator(mode="after")
    def _ends_in_time(self) -> Protocol:
        end = self.follow_up.canonical
        for arm, treatments in self.arms.items():
            for index, treatment in enumerate(treatments):
                courses = treatment.courses
                again = (courses.most - 1) * courses.every.canonical if courses else 0.0
                last = again + treatment.starts[-1] + treatment.offsets[-1]
                if last >= end:
                    text = f"plans a dose on day {last + 1:g}, after follow_up '{self.follow_up}'."
                    raise _refused(f"arms.{arm}[{index}]", text, "Lengthen follow_up.")
        return self

    @model_validator(mode="after")
    def _can_be_computed(self) -> Protocol:
        for arm, treatments in self.arms.items():
            planned = sum(treatment.planned for treatment in treatments)
            if planned > MOST_DOSES:
                text = f"plans {planned:,} doses, more than {MOST_DOSES:,}."
                raise _refused(f"arms.{arm}", text, "Are doses, start and courses.most right? They are multiplied.")
        for name, texts in (("scans", self.scans), ("samples", self.samples)):
            try:
                self._times(texts)
            except KinecastError as error:
                raise _refused(name, error.message, error.hint) from error
        return self

    @property
    def scan_times(self) -> tuple[float, ...]:
        """Times of the scans after baseline, d, ascending, none after follow-up."""
        return self._times(self.scans)

    @property
    def sample_times(self) -> tuple[float, ...]:
        """Times of the extra samples, d, ascending, none after follow-up."""
        return self._times(self.samples)

    @property
    def agents(self) -> tuple[str, ...]:
        """Ids of the agents of all arms, each once, in order of appearance."""
        return tuple(dict.fromkeys(treatment.agent for treatments in self.arms.values() for treatment in treatments))

    @classmethod
    def read(cls, source: str | os.PathLike[str] | Mapping[str, Any]) -> Protocol:
        """Read and check a protocol: a path, YAML text, or the content as a dict. See `protocol_reading.read`."""
        from kinecast.trial.protocol_reading import read

        return read(source)

    def as_dict(self) -> dict[str, Any]:
        """Return the content as plain values that `read` accepts, without what was left at its default.

        Designed molecules are named as their recipes are, so that a recipe may be changed where it stands.
        """
        return by_recipe(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))

    def as_yaml(self) -> str:
        """Return the protocol as YAML text that `read` accepts."""
        import yaml

        return yaml.safe_dump(self.as_dict(), sort_keys=False, allow_unicode=True)

    def _times(self, texts: tuple[str, ...]) -> tuple[float, ...]:
        end = self.follow_up.canonical
        found: set[float] = set()
        for text in texts:
            found.update(time for time in series(text, until=end) if 0 < time <= end)
            if len(found) > MOST_TIMES:
                raise UnitError(f"names more than {MOST_TIMES:,} times.", "Lengthen the intervals.")
        return tuple(sorted(found))


def _refused(field: str, message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError("kinecast", "{message}", {"message": message, "hint": hint, "field": field})
