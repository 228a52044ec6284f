"""The record of a holding rule: which findings hold a dose, stop a cycle, or end the treatment."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Record, Status, Unit


class Criterion(Record):
    """Thresholds on one observable of the patient, looked at just before a dose.

    `hold_*` skips that dose, `stop_*` also skips the rest of the cycle, `discontinue_*` ends the treatment for good.
    A threshold is crossed when the observable is strictly above (below) it. With `relative_to: baseline` the observable is
    divided by the patient's value before treatment.
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
    source: str
    where: str
    status: Status
    note: str = ""

    @model_validator(mode="after")
    def _has_threshold(self) -> Criterion:
        if not any(getattr(self, name) is not None for name in type(self).model_fields if name.endswith(("_above", "_below"))):
            raise ValueError(
                "no threshold is given: write hold_above, hold_below, stop_above, stop_below, discontinue_above or …_below"
            )
        return self


class HoldingRule(Record):
    """Criteria that are all looked at before each dose; the gravest consequence counts.

    `stop_after_holds` skips the rest of a cycle after that many missed doses in a row. `start_criteria` are looked at before the
    first dose of a cycle or course: when one is crossed, that cycle is not given.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    description: str = ""
    criteria: tuple[Criterion, ...]
    start_criteria: tuple[Criterion, ...] = ()
    stop_after_holds: int | None = Field(default=None, ge=1)
    not_modelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
