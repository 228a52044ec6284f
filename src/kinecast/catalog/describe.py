"""Says where in which work each number of a record stands, as lines that a table can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kinecast.catalog.records.agent import Approval, Dose
from kinecast.catalog.records.grade import Toxicity
from kinecast.catalog.records.number import Number, Record
from kinecast.catalog.records.rule import Criterion, Reduction
from kinecast.catalog.records.trial import Observation
from kinecast.catalog.sources import citation

_INTERVALS = {"ci95": "95 % CI ", "ci90": "90 % CI ", "ci99": "99 % CI ", "sd": "± SD ", "se": "± SE ", "iqr": "quartiles "} | {
    "p10_p90": "10th to 90th percentile ",
    "p5_p95": "5th to 95th percentile ",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a record and where it comes from.

    `field` is its place in the record, `reported` its value with unit and interval, `source` the work in short ('Konrad 1990'),
    `identifier` how to find that work, `where` the place in it, `resolved` whether the identifier was confirmed.
    """

    field: str
    reported: str
    source: str
    identifier: str
    where: str
    status: str
    resolved: bool
    note: str = ""


def describe(record: Record) -> list[Line]:
    """Return one line for every number of a record (agent, disease, trial, rule or grading), in the record's order."""
    return list(_lines(record, ""))


def interval_in_words(kind: str | None) -> str:
    """Return what stands before the limits of an interval: '95 % CI ', or nothing where it is a range or not stated."""
    return _INTERVALS.get(kind or "", "")


def _lines(item: Any, place: str) -> Iterator[Line]:
    said = _said(item)
    if said is not None:
        work = citation(item.source)
        status = _status(item)
        yield Line(place, said, work.short, work.identifier, item.where, status, work.resolved, item.note)
    if isinstance(item, Record):
        for name in type(item).model_fields:
            yield from _lines(getattr(item, name), f"{place}.{name}" if place else name)
    elif isinstance(item, Mapping):
        for name, inner in item.items():
            yield from _lines(inner, f"{place}.{name}")
    elif isinstance(item, tuple):
        for position, inner in enumerate(item):
            yield from _lines(inner, f"{place}.{_called(inner, position)}")


def _status(item: Any) -> str:
    """Return how far a number is to be believed; an approval that nobody read is recalled."""
    if isinstance(item, Approval):
        return "measured" if item.read == "yes" else "recalled"
    return "measured" if isinstance(item, Dose) else item.status


def _called(item: Any, position: int) -> str:
    """Return how one of several is called: by its quantity, its observable; a number by its conditions."""
    if isinstance(item, Number):
        return item.conditions or str(position + 1)
    parts = [getattr(item, name, "") for name in ("quantity", "observable", "indication", "time", "among", "data_cut")]
    words = [part for part in parts if isinstance(part, str) and part]
    return ", ".join(words) or str(position + 1)


def _said(item: Any) -> str | None:
    """Return what a record reports, as text, or None when it holds no number of its own."""
    if isinstance(item, Observation):
        sample = f" (n = {item.n})" if item.n else ""
        return _number(item.value, item.lower, item.upper, item.interval, item.unit) + sample
    if isinstance(item, Number):
        spread = (
            f"; {item.between_patients.shape} {item.between_patients.size:g} between patients" if item.between_patients else ""
        )
        return _number(item.value, item.low, item.high, item.interval, item.unit) + spread
    if isinstance(item, Dose):
        return f"{item.value:.10g} {item.unit} {item.route} per {item.per}"
    if isinstance(item, Approval):
        return f"{item.status} {item.year or ''} ({item.jurisdiction})".replace("  ", " ")
    if isinstance(item, Criterion):
        return _thresholds(item)
    if isinstance(item, Reduction):
        return ", ".join(f"{level:.3g}" for level in item.levels) + f" of the first dose of the {item.of}"
    if isinstance(item, Toxicity):
        grades = [f"{grade.grade}: {'>' if grade.above is not None else '<'} {_bound(grade):g}" for grade in item.grades]
        limits = f"; {item.dose_limiting} limits the dose" if item.dose_limiting else ""
        return "grade " + ", ".join(grades) + f" {item.unit}" + _relative(item.relative_to) + limits
    return None


def _number(value: float | None, low: float | None, high: float | None, interval: str | None, unit: str) -> str:
    limits = " to ".join(f"{limit:.10g}" for limit in (low, high) if limit is not None)
    kind = interval_in_words(interval)
    if value is None:
        return f"{limits} {unit}"
    return f"{value:.10g} {unit}" + (f" ({kind}{limits})" if limits else "")


def _thresholds(item: Criterion) -> str:
    said = []
    for consequence in ("hold", "resume", "stop", "discontinue"):
        for side, sign in (("above", ">"), ("below", "<")):
            bound = getattr(item, f"{consequence}_{side}")
            if bound is not None:
                said.append(f"{consequence} {sign} {bound:g}")
    return ", ".join(said) + f" {item.unit}" + _relative(item.relative_to)


def _relative(relative_to: str) -> str:
    return "" if relative_to == "nothing" else f" of {relative_to}"


def _bound(grade: Any) -> float:
    return grade.above if grade.above is not None else grade.below
