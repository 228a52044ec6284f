"""At which times patients are looked at: close around doses, then daily, weekly and four-weekly, and at every scan and sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kinecast.trial.protocol import Protocol
from kinecast.trial.schedule import PlannedDose, schedule

_MINUTE, _HOUR, _WEEK = 1 / 1440, 1 / 24, 7.0
_EARLY = tuple(minutes * _MINUTE for minutes in (2, 5, 10, 15, 20, 30, 45, 60, 90))
AFTER_DOSE = (*_EARLY, *(hours * _HOUR for hours in (2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48, 72, 96)))
"""Times after a dose, d, at which its levels are looked at: after the first of each treatment, and where a report asks."""
_DAILY_AFTER_DOSES = 14
"""Days after the last dose of a cycle that are looked at daily."""
_CLOSE = 28.0
"""Days from the first dose, or from the first after as long a pause, in which every dose is looked at; later, weekly."""
_CLOSE_IF_HELD = 84.0
"""The same for doses that a rule may hold."""
_WEEKLY_UNTIL = 84.0
_LATE_STEP = 28.0
_SAME = 1e-6


def output_times(protocol: Protocol) -> np.ndarray:
    """Return the output times of a run (d, ascending, from 0 to follow-up), the same for all arms."""
    end = protocol.follow_up.canonical
    times = {0.0, end, *protocol.scan_times, *protocol.sample_times}
    times.update(np.arange(_WEEK, min(_WEEKLY_UNTIL, end), _WEEK).tolist())
    times.update(np.arange(_WEEKLY_UNTIL, end, _LATE_STEP).tolist())
    for treatments in protocol.arms.values():
        for index in range(len(treatments)):
            times.update(_around([dose for dose in schedule(treatments) if dose.treatment == index]))
    ascending = np.array(sorted(time for time in times if 0 <= time <= end))
    # of times that differ by rounding only, the earlier: at a dose that is still before it
    return ascending[np.diff(ascending, prepend=-1.0) > _SAME]


def after(dose: PlannedDose) -> Iterable[float]:
    """Yield the times at which the levels of one dose are looked at: from its start, and from the end of a short infusion."""
    for since in AFTER_DOSE:
        yield dose.time + since
        if 0 < dose.duration <= 1:
            yield dose.time + dose.duration + since


def _around(doses: Sequence[PlannedDose]) -> Iterable[float]:
    """Yield the times around the doses of one treatment."""
    first = doses[0]
    yield from after(first)
    anchor, before = first.time, first.time
    for dose, following in zip(doses, [*doses[1:], None], strict=True):
        if dose.time - before >= _CLOSE:
            anchor = dose.time
        before = dose.time
        since = dose.time - anchor
        if since < (_CLOSE_IF_HELD if dose.hold else _CLOSE) or min(since % _WEEK, _WEEK - since % _WEEK) < _SAME:
            yield dose.time
            yield dose.time + dose.duration
        for day in np.arange(1.0, dose.duration):  # an infusion of days
            yield dose.time + day
        last_of_cycle = following is None or (following.course, following.cycle) != (dose.course, dose.cycle)
        if last_of_cycle and (since < _CLOSE or following is None):
            end = dose.time + dose.duration
            yield from (end + day for day in range(1, _DAILY_AFTER_DOSES + 1))
