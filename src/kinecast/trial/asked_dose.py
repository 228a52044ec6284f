"""Which dose of a drug a reported exposure is about: the first, the largest, one of a day or cycle, or the last of several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kinecast.trial.schedule import PlannedDose

LARGEST = -1
"""Stands for the first of the largest doses: what a report means that names no time, where doses rise."""

_FIRST = re.compile(r"(day 1|(on |after )?(the )?(first|single|one)( dose| injection| infusion| bolus)?|(wk|week) 1)")
_REPEATED = re.compile(r"(after )?(the )?(repeated|multiple|last)( doses?| injections?| infusions?)?")
_DAY = re.compile(r"(?:study )?(?:day|d) ?(\d+)")
_NUMBERED = re.compile(r"dose (\d+)\b.*")
_CYCLE = re.compile(r"(?:cycle|course) (\d+)\b.*")


def asked_dose(doses: Sequence[PlannedDose], text: str) -> int | None:
    """Return the number, from 0, of the dose that a time names; `LARGEST` for no time, None for a time that names none.

    Arguments:
        doses: planned, of one drug. text: such as 'first injection', 'day 19', 'wk 1', 'dose 6', 'cycle 2' or 'after repeated
            injections' (the last dose of the first cycle that has several).
    """
    written = text.strip().lower()
    if not written:
        return LARGEST
    if _FIRST.fullmatch(written):
        return 0
    numbered, day, cycle = _NUMBERED.fullmatch(written), _DAY.fullmatch(written), _CYCLE.fullmatch(written)
    if numbered:
        number = int(numbered[1]) - 1
        return number if 0 <= number < len(doses) else None
    if day:
        return next((at for at, dose in enumerate(doses) if int(dose.time + 1e-6) == int(day[1]) - 1), None)
    cycles = list(dict.fromkeys((dose.course, dose.cycle) for dose in doses))
    members = {key: [at for at, dose in enumerate(doses) if (dose.course, dose.cycle) == key] for key in cycles}
    if cycle:
        number = int(cycle[1]) - 1
        return members[cycles[number]][0] if 0 <= number < len(cycles) else None
    if _REPEATED.fullmatch(written):
        return next((inside[-1] for inside in members.values() if len(inside) > 1), None)
    return None
