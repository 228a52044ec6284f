"""The record of a holding rule: which findings hold a dose, stop a cycle, lower later doses, or end the treatment."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Record, Status, Unit


class Criterion(Record):
    """Thresholds on one observable of the patient, looked at just before a dose.

    `hold_*` skips that dose, `stop_*` also skips the rest of the cycle, `discontinue_*` ends the treatment for good.
    A threshold is crossed when the observable is strictly above (below) it. With `relative_to: baseline` the observable is
    divided by the patient's value before treatment. `resume_*` is the level that a finding must have come back to before a dose
    is given again; where it is not given, that is the level at which doses are held.
    """

    observable: str
    unit: Unit
    relative_to: Literal["nothing", "baseline"] = "nothing"
    hold_above: float | None = None
    hold_below: float | None = None
    stop_above: float | None = None
    stop_below: float | None = None
    discontinue_above: float | None = None
    discontinue_below: float | None = None
    resume_below: float | None = None
    resume_above: float | None = None
    source: str
    where: str
    status: Status
    note: str = ""

    @model_validator(mode="after")
    def _has_threshold(self) -> Criterion:
        limits = (name for name in type(self).model_fields if name.endswith(("_above", "_below")))
        given = {name for name in limits if getattr(self, name) is not None}
        if not given - {"resume_above", "resume_below"}:
            raise ValueError(
                "no threshold is given: write hold_above, hold_below, stop_above, stop_below, discontinue_above or …_below"
            )
        for hold, resume, way in (("hold_above", "resume_below", -1), ("hold_below", "resume_above", 1)):
            if resume not in given:
                continue
            if hold not in given or way * getattr(self, resume) < way * getattr(self, hold):
                raise ValueError(f"{resume} needs {hold}, and must lie on the side of it at which doses are given")
        return self


class Reduction(Record):
    """The doses at which treatment goes on after a hold: fractions of the first planned dose, from high to low.

    After a hold, doses are given at the highest level below the dose that would have been next; a dose planned lower than that
    is given as planned. A hold that finds no lower level ends the treatment. With `of: phase` the first dose is that of the
    phase (one entry of an arm's list), and the next phase starts at its own; with `of: treatment` it is the drug's first, and a
    level stays for good.
    """

    levels: tuple[float, ...] = Field(min_length=1)
    of: Literal["phase", "treatment"]
    source: str
    where: str
    status: Status
    note: str = ""

    @model_validator(mode="after")
    def _falls(self) -> Reduction:
        steps = (1.0, *self.levels, 0.0)
        if any(later >= earlier for earlier, later in pairwise(steps)):
            raise ValueError("levels are fractions between 1 and 0, each lower than the one before")
        return self


class HoldingRule(Record):
    """Criteria that are all looked at before each dose; the gravest consequence counts.

    `stop_after_holds` skips the rest of a cycle after that many missed doses in a row. `start_criteria` are looked at before the
    first dose of a cycle or course: when one is crossed, that cycle is not given. `after_hold` lowers the doses that follow.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    description: str = ""
    criteria: tuple[Criterion, ...]
    start_criteria: tuple[Criterion, ...] = ()
    stop_after_holds: int | None = Field(default=None, ge=1)
    after_hold: Reduction | None = None
    not_modelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
