"""What happens to one patient, in order: stages between which the state is set anew, or the parameters change."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from kinecast.exchange.nonmem.checks import refuse
from kinecast.exchange.nonmem.compartments import Records
from kinecast.exchange.nonmem.table import Kind

SAME_TIME = 1e-9
"""Days: additional and lagged doses this near to a record happen at its time, whatever rounding says."""
ADD, CONTINUE = 2, 3
"""Values of SS."""


class Put(NamedTuple):
    """An amount that goes into a state (by position) at once."""

    state: int
    amount: float


class Keep(NamedTuple):
    """A record whose state is to be kept."""

    row: int


class Sample(NamedTuple):
    """A record whose state is to be kept on the way, and the boluses at that time that it counts."""

    time: float
    row: int
    added: list[Put]


@dataclass(frozen=True)
class SteadyDose:
    """A dose repeated for ever. `interval` 0: at a constant `rate` instead. `phase`: time after the last dose that went in."""

    row: int
    ss: int
    state: int
    amount: float
    rate: float
    duration: float
    interval: float
    phase: float


@dataclass
class Stage:
    """A stretch of time with one set of parameters (those of `row`), in times from its `start` (days).

    First `fresh` (start from the initial state of that row) or `steady`, then `steps` without time passing, then `boluses`
    (time, what), `infusions` (time, state, rate, duration) and `samples` for `length`, and `last` boluses at the very end.
    """

    row: int
    start: float
    fresh: int | None = None
    steady: SteadyDose | None = None
    steps: list[Put | Keep] = field(default_factory=list)
    boluses: list[tuple[float, Put]] = field(default_factory=list)
    infusions: list[tuple[float, int, float, float]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    last: list[Put] = field(default_factory=list)
    length: float = 0.0


def plan(found: Records, first: int, end: int, carry: str) -> list[Stage]:
    """Stages of the patient whose records are rows first … end.

    Arguments:
        carry: "backward" (a record's covariates hold since the record before it) or "forward" (until the next).

    Raises:
        DataSetError: for a rate, duration or amount of a dose that cannot be given.
    """
    patient = _Patient(found, carry, first)
    for row in range(first, end):
        patient.record(row)
    return patient.finish()


class _Patient:
    """A patient on the way through the records, with the doses that are to come and the infusions that run."""

    def __init__(self, found: Records, carry: str, first: int) -> None:
        self.found, self.carry = found, carry
        self.time = found.time[first]
        self.first, self.before = first, first
        self.pending: list[tuple[float, int]] = []
        self.running: list[tuple[float, int, float]] = []
        self.stages = [Stage(first, self.time, fresh=first)]

    def record(self, row: int) -> None:
        found = self.found
        kind = found.kind[row]
        resets = kind in (Kind.RESET, Kind.RESET_AND_DOSE)
        if row > self.first and found.time[row] >= self.time:
            self._advance(row)
        if resets:
            self.pending, self.running = [], []
            self._begin(Stage(row, found.time[row], fresh=row))
        if kind in (Kind.DOSE, Kind.RESET_AND_DOSE):
            self._dose(row)
        self._keep(row)
        self.before = row

    def finish(self) -> list[Stage]:
        self._close()
        return self.stages

    def _advance(self, row: int) -> None:
        """To the time of a record, under the parameters in effect, with the doses that go in on the way."""
        found, target = self.found, self.found.time[row]
        effective = row if self.carry == "backward" else self.before
        if not np.array_equal(found.parameters[self.stages[-1].row], found.parameters[effective]):
            self._begin(Stage(effective, self.time))
        while self.pending and self.pending[0][0] <= target + SAME_TIME:
            time, dose = heapq.heappop(self.pending)
            self._give(dose, min(max(time, self.time), target), effective)
        self.time = target

    def _dose(self, row: int) -> None:
        found, time = self.found, self.found.time[row]
        lag, ii = found.lag[row, found.compartment[row]], found.ii[row]
        if found.ss[row]:
            if found.ss[row] != ADD:
                self.pending, self.running = [], []
            if found.amount[row] == 0.0:
                rate = self._rate(row, row) if found.rate[row] else 0.0
                dose = SteadyDose(row, found.ss[row], found.states[found.compartment[row]], 0.0, rate, 0.0, 0.0, 0.0)
                self._begin(Stage(row, time, steady=dose))
                return
            self._steady(row, lag, ii)
        elif lag > 0.0:
            self._later(row, time + lag)
        else:
            self._give(row, time, row)
        for number in range(1, found.addl[row] + 1):
            self._later(row, time + lag + number * ii)

    def _steady(self, row: int, lag: float, ii: float) -> None:
        """All doses that ever went in until now, those on their way through the lag, and this one."""
        time = self.found.time[row]
        amount, duration = self._size(row, row)
        waiting = int(np.floor(lag / ii + SAME_TIME))
        phase = ii - (lag - waiting * ii)
        if phase > ii - SAME_TIME:
            phase = ii
        state = self.found.states[self.found.compartment[row]]
        rate = amount / duration if duration else 0.0
        dose = SteadyDose(row, self.found.ss[row], state, amount, rate, duration, ii, phase)
        back = phase
        while back < duration - SAME_TIME:
            self.running.append((time - back + duration, state, rate))
            back += ii
        self._begin(Stage(row, time, steady=dose))
        for number in range(waiting, -1, -1):
            if lag - number * ii > SAME_TIME:
                self._later(row, time + lag - number * ii)
            else:
                self._give(row, time, row)

    def _later(self, row: int, time: float) -> None:
        heapq.heappush(self.pending, (time, row))

    def _give(self, dose: int, time: float, effective: int) -> None:
        """Put a dose in; `effective` is the row whose bioavailability, rate and duration are in effect."""
        amount, duration = self._size(dose, effective)
        state, stage = self.found.states[self.found.compartment[dose]], self.stages[-1]
        if amount == 0.0:
            return
        if duration:
            self.running.append((time + duration, state, amount / duration))
            stage.infusions.append((time - stage.start, state, amount / duration, duration))
        elif time == stage.start:
            stage.steps.append(Put(state, amount))
        else:
            stage.boluses.append((time - stage.start, Put(state, amount)))

    def _size(self, dose: int, effective: int) -> tuple[float, float]:
        """Amount that arrives, and how long that takes (0 for a bolus)."""
        found, compartment = self.found, self.found.compartment[dose]
        amount = found.amount[dose] * found.bioavailability[effective, compartment]
        if found.duration[dose] > 0.0:
            return amount, found.duration[dose]
        if found.rate[dose] == 0.0:
            return amount, 0.0
        if found.rate[dose] == -2.0:
            return amount, self._in_model(found.model_duration, "duration", dose, effective)
        return amount, amount / self._rate(dose, effective)

    def _rate(self, dose: int, effective: int) -> float:
        if self.found.rate[dose] > 0.0:
            return self.found.rate[dose]
        return self._in_model(self.found.model_rate, "rate", dose, effective)

    def _in_model(self, values: np.ndarray, name: str, dose: int, effective: int) -> float:
        value = float(values[effective, self.found.compartment[dose]])
        if not (value > 0.0 and np.isfinite(value)):
            problem = f"the model's {name} when the dose goes in is {value:.6g} (record {self.found.labels[effective]})"
            refuse(self.found.labels[dose], "RATE", float(self.found.rate[dose]), problem, f"The {name} must be above 0.")
        return value

    def _keep(self, row: int) -> None:
        stage, since = self.stages[-1], self.time - self.stages[-1].start
        if since == 0.0:
            stage.steps.append(Keep(row))
        else:
            stage.samples.append(Sample(since, row, [put for time, put in stage.boluses if time == since]))

    def _begin(self, stage: Stage) -> None:
        """Start a stage with the infusions that still run."""
        self._close()
        self.time = stage.start
        self.running = [each for each in self.running if each[0] > stage.start + SAME_TIME]
        stage.infusions = [(0.0, state, rate, end - stage.start) for end, state, rate in self.running]
        self.stages.append(stage)

    def _close(self) -> None:
        """End the stage now; boluses at its end are the last thing in it, infusions that begin there belong to the next."""
        stage = self.stages[-1]
        stage.length = self.time - stage.start
        stage.last = [put for time, put in stage.boluses if time >= stage.length]
        stage.boluses = [bolus for bolus in stage.boluses if bolus[0] < stage.length]
        stage.infusions = [infusion for infusion in stage.infusions if infusion[0] < stage.length]
