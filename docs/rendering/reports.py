"""What arms with a drug reported: a table for each class; the points of a curve share a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kinecast.catalog.tables import Cells
from rendering.evidence import (
    CLASSES,
    class_on_page,
    compared_with,
    given_with,
    in_order,
    named,
    observations_of,
    reported,
    trial_link,
)
from rendering.markdown import linked, short_table

FEWEST_POINTS, MOST_POINTS = 4, 12
"""Times from which on the numbers of an arm are a curve, and how many of them its row shows."""

_HEAD = ("quantity", "trial", "arm", "with", "disease", "value", "n", "source", "status")
_OF_A_CURVE = ("trial", "arm", "quantity", "among", "data_cut", "unit", "source", "status")


def reports_of(agent: str) -> list[str]:
    """Return the tables of what arms with a drug reported."""
    lines: list[str] = []
    for name in CLASSES:
        seen = in_order(row for row in observations_of(agent) if class_on_page(row) == name)
        rows = [_row(points, agent) for points in _curves(seen)]
        lines += [f"### {name}", "", *short_table(_HEAD, rows, f"kinecast evidence --agent {agent}")] if rows else []
    return lines


def _curves(rows: Iterable[Cells]) -> list[list[Cells]]:
    """Return the rows, those of a curve together, in the order of their first ones."""
    groups: dict[tuple[str, ...], list[Cells]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(column, "") for column in _OF_A_CURVE), []).append(row)
    return [part for points in groups.values() for part in ([points] if _is_curve(points) else [[point] for point in points])]


def _is_curve(points: Sequence[Cells]) -> bool:
    return len({point.get("time", "") for point in points} - {""}) >= FEWEST_POINTS


def _row(points: Sequence[Cells], agent: str) -> Sequence[object]:
    one = points[0]
    status = f"{one['status']}, used for calibration" if one.get("used_for") == "calibration" else one["status"]
    given = (trial_link(one["trial"]), one["arm"], given_with(one, agent), one.get("disease", ""))
    if len(points) == 1:
        against = f", against {compared}" if (compared := compared_with(one)) else ""
        return named(one) + against, *given, reported(one), one.get("n"), linked(one["source"]), status
    points = sorted(points, key=lambda point: float(point.get("day", "inf")))
    told = [f"{point.get('time', '')}: {reported(point)}" for point in points[:MOST_POINTS]]
    left = len(points) - MOST_POINTS
    value = "; ".join([*told, *([f"and {left} more times"] if left > 0 else [])])
    return named({**one, "time": ""}), *given, value, one.get("n"), linked(one["source"]), status
