"""What a drug was given as: its regimens by disease and trial; arms that differ by the dose alone share a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kinecast.catalog import Agent
from kinecast.catalog.tables import Cells
from rendering.evidence import regimens_of, trial_link
from rendering.markdown import counted, linked, plain, short_table

_HEAD = ("disease", "trial", "arm", "dose", "route", "schedule", "n", "source", "status")
_SHARED = ("trial", "phase", "unit", "route", "duration", "schedule", "days", "cycle_days", "times_per_day", "cycles", "source")


def given_as(agent: Agent) -> list[str]:
    """Return the table of a drug's regimens."""
    groups: dict[tuple[str, ...], list[Cells]] = {}
    for row in sorted(regimens_of(agent.id), key=lambda row: (row.get("disease", ""), row["trial"])):
        groups.setdefault(tuple(row.get(column, "") for column in _SHARED), []).append(row)
    rows = [_row(alike) for alike in groups.values()]
    command = f"kinecast evidence --kind regimens --agent {agent.id}"
    return short_table(_HEAD, rows, command) if rows else ["No trial of the catalogue gave it.", ""]


def _row(alike: Sequence[Cells]) -> Sequence[object]:
    """Return one row for arms that differ by the dose alone, their doses and sizes in the order of the arms."""
    alike = sorted(alike, key=lambda row: float(row.get("dose", "inf")))
    one = alike[0]
    doses = [plain(float(row["dose"])) if "dose" in row else row.get("dose_text", "not known") for row in alike]
    dose = ", ".join(dict.fromkeys(doses)) + (f" {one['unit']}" if "dose" in one and "unit" in one else "")
    arms = ", ".join(dict.fromkeys(row["arm"] for row in alike)) + (f" ({one['phase']})" if "phase" in one else "")
    sizes = ", ".join(row.get("n", "?") for row in alike) if any("n" in row for row in alike) else ""
    route = f"{one.get('route', '')} over {one['duration']}" if "duration" in one else one.get("route", "")
    schedule = one.get("schedule") or ", ".join(_times(one))
    status = ", ".join(dict.fromkeys(row["status"] for row in alike))
    return one.get("disease", ""), trial_link(one["trial"]), arms, dose, route, schedule, sizes, linked(one["source"]), status


def _times(row: Cells) -> Iterable[str]:
    if "days" in row:
        days = f"{'day' if row['days'].isdecimal() else 'days'} {row['days']}"
        yield f"{days} of {row['cycle_days']}" if "cycle_days" in row else days
    if row.get("times_per_day", "1") != "1":
        yield f"{row['times_per_day']} times a day"
    if "cycles" in row:
        yield counted(int(row["cycles"]), "cycle")
    if "until" in row:
        yield f"until {row['until']}"
