"""Numbers of a drug as rows of a table: those of its record, and measurements that the record does not have already."""

from __future__ import annotations

from collections.abc import Sequence

from kinecast.catalog import Agent, Number
from kinecast.catalog.tables import Cells
from kinecast.units import canonical_factor
from rendering.evidence import measurements_of, named, reported
from rendering.markdown import linked, number_in_words

COLUMNS = ("", "value", "conditions", "source", "where in it", "status", "note")


def number_row(name: str, number: Number, note: str = "") -> Sequence[object]:
    """Return the row of a number of a record."""
    said = number_in_words(number.value, number.low, number.high, number.interval, number.unit)
    if number.between_patients:
        said += f"; {number.between_patients.shape} {number.between_patients.size:g} between patients"
    notes = "; ".join(part for part in (number.note, note) if part)
    return name, said, number.conditions, linked(number.source), number.where, number.status, notes


def measured_row(row: Cells) -> Sequence[object]:
    """Return the row of a measurement."""
    conditions = ", ".join(part for part in (row["subject"], row["species"], row.get("conditions", "")) if part)
    where = "" if row["where"] == "place not noted" else row["where"]
    return named(row), reported(row), conditions, linked(row["source"]), where, row["status"], row.get("note", "")


def beyond_the_record(agent: Agent) -> list[Cells]:
    """Return the measurements of a drug that its record does not have already: another source, or another number."""
    bound = [number for each in agent.binds.values() for number in (each.kd, each.kon, each.koff, *each.other_reports)]
    own = (agent.molecular_weight, agent.potency, *agent.other_potencies.values(), *agent.reported.values(), *bound)
    known = {_same(one.source, one.unit, one.value, one.low, one.high) for one in own if one is not None}
    ends = ("value", "low", "high")
    return [row for row in measurements_of(agent.id) if _same(row["source"], row["unit"], *map(row.get, ends)) not in known]


def _same(source: str, unit: str, *numbers: float | str | None) -> tuple[str, ...]:
    factor = canonical_factor(unit)
    return source, *("" if number is None else f"{float(number) * factor:.3g}" for number in numbers)
