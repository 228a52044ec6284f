"""When the reports of a trial ask to look at its patients: the days of levels and cells, and the hours after a dose named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kinecast import catalog
from kinecast.catalog import Observation, Trial
from kinecast.trial.asked_dose import asked_dose
from kinecast.trial.endpoint import is_first_dose, observed_days, observed_window
from kinecast.trial.endpoint_exposure import is_exposure
from kinecast.trial.grid import after
from kinecast.trial.protocol import Protocol, Treatment
from kinecast.trial.schedule import PlannedDose, schedule

_RATES = ("fraction", "percent", "%")
_LAST = 400.0
"""Days after which a report's day needs no output of its own: what is reported so late changes slowly."""


def with_asked_times(protocol: Protocol, trial: Trial) -> Protocol:
    """Return the protocol with a sample at every time that a report of one of its arms asks about."""
    end = protocol.follow_up.canonical
    times = {
        round(time, 6)
        for arm, treatments in protocol.arms.items()
        if arm in trial.arms
        for time in _asked(treatments, trial.arms[arm].observations)
        if 0 < time <= end
    }
    if not times:
        return protocol
    return protocol.model_copy(update={"samples": (*protocol.samples, *(f"{time:.9g} days" for time in sorted(times)))})


def _asked(treatments: tuple[Treatment, ...], observations: Iterable[Observation]) -> Iterator[float]:
    planned = schedule(treatments)
    for seen in observations:
        if is_exposure(seen.quantity):
            yield from _after_its_dose(planned, treatments, seen)
        elif seen.unit not in _RATES and seen.since in ("", "start", "dose") and observed_window(seen.time) is None:
            written = observed_days(seen.time)
            day = seen.day if written is None or seen.since == "dose" else written
            if day is not None and day <= _LAST and (seen.since != "dose" or len(planned) == 1 or is_first_dose(seen.time)):
                yield day


def _after_its_dose(planned: tuple[PlannedDose, ...], treatments: tuple[Treatment, ...], seen: Observation) -> Iterator[float]:
    """Yield the times after the later dose that an exposure is about; the first ones are looked at in any case."""
    if not treatments:
        return
    agent = catalog.agent(treatments[0].agent).id
    doses = [dose for dose in planned if dose.agent == agent]
    number = asked_dose(doses, seen.time)
    if number is not None and number > 0:
        following = doses[number + 1].time if number + 1 < len(doses) else float("inf")
        yield from (time for time in (doses[number].time, *after(doses[number]), following) if time <= following)
