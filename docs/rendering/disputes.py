"""Reports of the same thing that differ, side by side: never averaged, the largest difference first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from kinecast import catalog
from kinecast.catalog import Agent, Number
from kinecast.catalog.search import BY_ROUTE, Difference, difference, ends_of
from kinecast.catalog.tables import Cells
from kinecast.units import dimension
from rendering.evidence import (
    class_on_page,
    compared_with,
    day_of,
    drugs_are_certain,
    drugs_of,
    measurements_of,
    named,
    observations_of,
    regimens_of,
    reported,
    trial_link,
)
from rendering.markdown import linked, number_in_words, plain, table

MOST_DISPUTES, MOST_REPORTS = 15, 8
"""Disputes in a table, and reports side by side in one of them."""

AGREEING = 1.25
"""Reports whose lowest and highest differ by less than this many times are counted only."""

MOST_TIMES = 2
"""Times of a curve, such as survival at one and two years in the same disease and on the same drugs, that stand in a table."""

_NOT_COMPARED = {"Doses received and conduct"}
_BY_DOSE = {"Levels in blood", "Cells and molecules"}
"""Classes whose numbers are reports of the same thing only at the same dose; those of BY_ROUTE, by the same route."""


class Dispute(NamedTuple):
    """One thing that was reported differently."""

    what: str
    reports: Sequence[str]
    difference: Difference
    curve: str = ""


def disputed(agent: Agent) -> list[str]:
    """Return the tables of what is disputed about a drug, and the record's notes."""
    lines: list[str] = []
    measured = sorted([*_affinities(agent), *_measured(agent.id)], key=_place)
    if measured:
        lines += ["### Measured differently", "", *_table(measured, f"kinecast evidence --kind measurements --agent {agent.id}")]
    if seen := sorted(_seen(agent.id), key=_place):
        lines += [
            "### Reported differently in patients",
            "",
            "Same quantity, time, disease and drugs. Doses, schedules and patients may differ, and small arms differ by chance.",
            "",
            *_table(seen, f"kinecast evidence --agent {agent.id}"),
        ]
    if agent.notes:
        lines += ["### Notes", "", *(f"- {note}" for note in agent.notes), ""]
    return lines or ["Nothing that the catalogue holds is reported twice with different numbers.", ""]


def _table(found: Sequence[Dispute], command: str) -> list[str]:
    differing = [one for one in found if one.difference.ratio is None or one.difference.ratio >= AGREEING]
    shown: list[Dispute] = []
    for one in differing:
        if len(shown) < MOST_DISPUTES and sum(bool(one.curve) and one.curve == other.curve for other in shown) < MOST_TIMES:
            shown.append(one)
    lines = table(
        ("what", "lowest to highest", "reports"), [(one.what, _size(one.difference), _side_by_side(one)) for one in shown]
    )
    counts = (len(differing) - len(shown), "more differ"), (len(found) - len(differing), f"more agree within {AGREEING:g}-fold")
    rest = ", ".join(f"{number} {said}" for number, said in counts if number)
    if not shown:
        return [f"{len(found)} reported more than once agree within {AGREEING:g}-fold: `{command}`.", ""]
    return [*lines, *([f"{rest}: `{command}` lists all reports and how they differ.", ""] if rest else [])]


def _side_by_side(one: Dispute) -> str:
    left = len(one.reports) - MOST_REPORTS
    return "<br>".join([*one.reports[:MOST_REPORTS], *([f"and {left} more"] if left > 0 else [])])


def _place(one: Dispute) -> tuple[bool, float]:
    """Return the key by which disputes are sorted: by ratio, then those that have none by their distance."""
    found = one.difference
    return found.ratio is None, -(found.ratio or (found.high - found.low))


def _size(found: Difference) -> str:
    span = number_in_words(None, found.low, found.high, None, found.unit)
    return span + (f": {plain(float(f'{found.ratio:.2g}'))}-fold" if found.ratio else "")


def _affinities(agent: Agent) -> Iterable[Dispute]:
    """Yield the constants of a receptor that the record has from several sources."""
    for receptor, binding in agent.binds.items():
        numbers = [number for number in (binding.kd, *binding.other_reports) if number is not None]
        rows = [_cells(one) for one in numbers]
        if len({one.source for one in numbers}) > 1:
            yield from _compared(rows, f"KD, {receptor}", [_in_record(one) for one in numbers])


def _cells(one: Number) -> Cells:
    ends = {"value": one.value, "low": one.low, "high": one.high}
    return {"unit": one.unit} | {name: repr(end) for name, end in ends.items() if end is not None}


def _in_record(one: Number) -> str:
    said = number_in_words(one.value, one.low, one.high, one.interval, one.unit)
    return ", ".join(part for part in (f"**{said}**", one.conditions, linked(one.source), _doubt(one.status)) if part)


def _measured(agent: str) -> Iterable[Dispute]:
    """Yield what several sources measured of a drug in the same species."""
    groups = _grouped(measurements_of(agent), lambda row: (row["quantity"], row["species"], str(dimension(row["unit"]))))
    for group in groups:
        if len({row["source"] for row in group}) > 1:
            what = f"{named({**group[0], 'time': ''})}, {group[0]['species']}"
            yield from _compared(group, what, [_side(row, row["subject"], row.get("conditions", "")) for row in group])


def _seen(agent: str) -> Iterable[Dispute]:
    """Yield what several trials, sources or data cuts reported of the same drugs in the same disease."""
    said, routes = _given(agent, _dose), _given(agent, lambda row: row.get("route", ""))

    def same(row: Cells) -> tuple[str, ...]:
        arm, given = (row["trial"], row["arm"]), ""
        if row["quantity"].startswith(BY_ROUTE):
            given = routes.get(arm, "")
        elif class_on_page(row) in _BY_DOSE:
            given = said.get(arm) or f"dose of {arm} not known"
        told = (row["quantity"], day_of(row), row.get("disease", ""), drugs_of(row), str(dimension(row["unit"])), given)
        return *told, compared_with(row)

    whole = [row for row in observations_of(agent) if not row.get("among") and drugs_are_certain(row)]
    compared = [row for row in whole if class_on_page(row) not in _NOT_COMPARED]
    for group in _grouped(compared, same):
        if len({(row["trial"], row["source"], row.get("data_cut", "")) for row in group}) < 2:
            continue
        trials = {row["trial"] for row in group}
        sides = [_side(row, said.get((row["trial"], row["arm"]), ""), *_trial(row, trials)) for row in group]
        name, _, disease, drugs, *_, against = same(group[0])
        thing = named({**group[0], "time": "", "data_cut": ""})
        parts = (thing, day_of(group[0]), disease, drugs + (f" against {against}" if against else ""))
        yield from _compared(group, ", ".join(part for part in parts if part), sides, f"{name} {disease} {drugs}")


def _given(agent: str, part: Callable[[Cells], str]) -> Mapping[tuple[str, str], str]:
    """Return trial and arm → the doses, or another part of its regimens of a drug, one after another."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for row in regimens_of(agent):
        found.setdefault((row["trial"], row["arm"]), {})[part(row)] = None
    return {arm: ", then ".join(each for each in parts if each) for arm, parts in found.items()}


def _trial(row: Cells, others: set[str]) -> tuple[str, ...]:
    """Return size, arm and data cut, and with which of the other trials it shares patients."""
    shared = [other.trial for other in catalog.trial(row["trial"]).overlaps if other.trial in others]
    size = f"n = {row['n']}" if "n" in row else ""
    name = f"{trial_link(row['trial'])} {row['arm']}"
    return size, name, row.get("data_cut", ""), f"shares patients with {', '.join(shared)}" if shared else ""


def _side(row: Cells, *details: str) -> str:
    parts = (f"**{reported(row)}**", *details, linked(row["source"]), _doubt(row["status"]))
    return ", ".join(part for part in parts if part)


def _doubt(status: str) -> str:
    return "" if status == "measured" else status


def _dose(row: Cells) -> str:
    return f"{row['dose']} {row['unit']} {row.get('route', '')}".strip() if "dose" in row else row.get("dose_text", "")


def _grouped(rows: Iterable[Cells], same: Callable[[Cells], tuple[str, ...]]) -> Iterable[list[Cells]]:
    groups: dict[tuple[str, ...], list[Cells]] = {}
    for row in rows:
        groups.setdefault(same(row), []).append(row)
    return [group for group in groups.values() if len(group) > 1]


def _compared(rows: Sequence[Cells], what: str, sides: Sequence[str], curve: str = "") -> Iterable[Dispute]:
    """Yield a dispute, its reports from low to high, when no number lies within all of them.

    The difference is that of the two reports farthest apart, at their nearest ends: a value inside a range agrees with it.
    """
    found = difference(what, rows)
    if found is not None:
        ends = ends_of(rows)
        order = sorted(range(len(rows)), key=lambda position: min(ends[position]))
        yield Dispute(what, [sides[position] for position in order], found, curve)
