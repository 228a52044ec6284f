"""Times as a protocol writes them: durations ('8 h'), days ('day 1'), series ('every 8 weeks') and days of a cycle ('1-5')."""

from __future__ import annotations

import re

from kinecast.errors import UnitError
from kinecast.units import Quantity, dimension, quantity

LONGEST = Quantity(50.0, "years")
"""The longest time a protocol may name: more than anyone treated as an adult is followed, and output stays in memory."""
MOST_TIMES = 5_000
"""Most scans or samples of a protocol: each is kept for every patient and observable (weekly scans for 50 years are 2,600)."""
_LAST_DAY = int(LONGEST.canonical) + 1

_DAY = re.compile(r"day\s+(\S+)")
_SERIES = re.compile(r"every\s+(.+?)(?:\s+from\s+(.+?))?(?:\s+until\s+(.+))?")


def duration(text: object) -> Quantity:
    """Read a duration longer than zero, such as '15 min', '8 h' or '3 years'; `.canonical` is in days.

    Raises:
        UnitError: no unit, a unit that is not of time, or a length that is not above zero or beyond `LONGEST`.
    """
    read = quantity(text, example="'15 min', '8 h', '12 weeks' or '3 years'")
    if read.dimension != dimension("day"):
        raise UnitError(f"'{text}' is not a duration.", "Write '15 min', '8 h', '12 weeks' or '3 years'.")
    if not read.value > 0:
        raise UnitError(f"'{text}' is not longer than zero.", "Write '15 min', '8 h', '12 weeks' or '3 years'.")
    if read.canonical > LONGEST.canonical * (1 + 1e-9):
        raise UnitError(f"'{text}' is longer than {LONGEST}, the longest time of a protocol.", f"Write at most '{LONGEST}'.")
    return read


def moment(text: object) -> float:
    """Return when something happens, in days from the start: 'day 1' is 0, a duration counts from the start."""
    match = _DAY.fullmatch(str(text).strip())
    if match is None:
        return duration(text).canonical
    if not match[1].isdecimal() or not match[1].strip("0"):
        raise UnitError(f"'{text}' is not a day of the trial.", "Days count from 'day 1', the day of the first dose.")
    return float(_day(match[1]) - 1)


def series(text: object, *, until: float) -> list[float]:
    """Return the times (d) of a series or of one moment; none is later than `until` (d).

    A series is 'every 8 weeks', 'every 1 day until 14 days' or 'every 6 weeks from 12 weeks until 1 year', its first time
    included.

    Raises:
        UnitError: they cannot be read, or are more than `MOST_TIMES`.
    """
    match = _SERIES.fullmatch(str(text).strip())
    if match is None:
        return [moment(text)]
    step = duration(match[1]).canonical
    first = duration(match[2]).canonical if match[2] else step
    last = min(duration(match[3]).canonical, until) if match[3] else until
    count = (last - first) / step + 1 + 1e-9
    if not count < MOST_TIMES + 1:
        raise UnitError(f"'{text}' names {count:,.0f} times, more than {MOST_TIMES:,}.", "Lengthen the interval.")
    return [first + step * number for number in range(max(0, int(count)))]


def _day(digits: str) -> int:
    """Return the number of a day that a protocol can reach."""
    if len(digits) > len(str(_LAST_DAY)) or int(digits) > _LAST_DAY:
        shown = digits if len(digits) < 20 else f"{digits[:20]}…"
        raise UnitError(f"day {shown} is beyond {LONGEST}, the longest time of a protocol.", f"The last day is day {_LAST_DAY}.")
    return int(digits)


def day_numbers(written: object) -> tuple[int, ...]:
    """Return the days of a cycle from [1, 3, 5] or '1-5, 8-12', ascending.

    Raises:
        UnitError: not day numbers, a day below 1 or beyond `LONGEST`, or a day named twice.
    """
    parts = written if isinstance(written, (list, tuple)) else str(written).split(",")
    days: list[int] = []
    for part in parts:
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", str(part))
        if match is None:
            raise UnitError(f"'{part}' is not a day of the cycle.", "Write [1, 3, 5] or '1-5, 8-12'.")
        days.extend(range(_day(match[1]), _day(match[2] or match[1]) + 1))
    if not days or min(days) < 1 or len(set(days)) < len(days):
        raise UnitError(f"'{written}' does not name days of a cycle, each once, from 1.", "Write [1, 3, 5] or '1-5, 8-12'.")
    return tuple(sorted(days))
