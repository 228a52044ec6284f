"""Times as a protocol writes them: durations ('8 h'), days ('day 1'), series ('every 8 weeks') and days of a cycle ('1-5')."""

from __future__ import annotations

import re

from kinecast.errors import UnitError
from kinecast.units import Quantity, dimension, quantity

_DAY = re.compile(r"day\s+(\S+)")
_SERIES = re.compile(r"every\s+(.+?)(?:\s+until\s+(.+))?")


def duration(text: object) -> Quantity:
    """Read a duration longer than zero, such as '15 min', '8 h' or '3 years'; `.canonical` is in days.

    Raises:
        UnitError: no unit, a unit that is not of time, or a length that is not above zero.
    """
    read = quantity(text, example="'15 min', '8 h', '12 weeks' or '3 years'")
    if read.dimension != dimension("day"):
        raise UnitError(f"'{text}' is not a duration.", "Write '15 min', '8 h', '12 weeks' or '3 years'.")
    if not read.value > 0:
        raise UnitError(f"'{text}' is not longer than zero.", "Write '15 min', '8 h', '12 weeks' or '3 years'.")
    return read


def moment(text: object) -> float:
    """Return when something happens, in days from the start: 'day 1' is 0, a duration counts from the start."""
    match = _DAY.fullmatch(str(text).strip())
    if match is None:
        return duration(text).canonical
    if not match[1].isdigit() or int(match[1]) < 1:
        raise UnitError(f"'{text}' is not a day of the trial.", "Days count from 'day 1', the day of the first dose.")
    return float(int(match[1]) - 1)


def series(text: object, *, until: float) -> list[float]:
    """Return the times (d) of 'every 8 weeks', 'every 1 day until 14 days' or of one moment; none is later than `until` (d)."""
    match = _SERIES.fullmatch(str(text).strip())
    if match is None:
        return [moment(text)]
    step = duration(match[1]).canonical
    last = min(duration(match[2]).canonical, until) if match[2] else until
    return [step * count for count in range(1, int(last / step + 1e-9) + 1)]


def day_numbers(written: object) -> tuple[int, ...]:
    """Return the days of a cycle from [1, 3, 5] or '1-5, 8-12', ascending.

    Raises:
        UnitError: not day numbers, a day below 1, or a day named twice.
    """
    parts = written if isinstance(written, (list, tuple)) else str(written).split(",")
    days: list[int] = []
    for part in parts:
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", str(part))
        if match is None:
            raise UnitError(f"'{part}' is not a day of the cycle.", "Write [1, 3, 5] or '1-5, 8-12'.")
        days.extend(range(int(match[1]), int(match[2] or match[1]) + 1))
    if not days or min(days) < 1 or len(set(days)) < len(days):
        raise UnitError(f"'{written}' does not name days of a cycle, each once, from 1.", "Write [1, 3, 5] or '1-5, 8-12'.")
    return tuple(sorted(days))
