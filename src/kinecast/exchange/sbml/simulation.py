"""Simulation of an SBML model on the engine, with events located in time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinecast.engine import Kernel, Status, compile_network
from kinecast.exchange.sbml.event_queue import EventQueue
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import SbmlModel
from kinecast.exchange.sbml.numeric import compiled
from kinecast.exchange.sbml.trajectory import Trajectory, Violation, model_function

LOOKS = 8
"""Times at which triggers are looked at between two outputs."""
REFINEMENT = 100
"""Parts into which the interval in which a trigger turns is divided, again and again."""
SHARPNESS = 1e-13
"""Width of that interval, relative to the time, at which it is a moment."""
MOST_STEPS = 10_000_000
"""One model is solved for its own sake: it holds up nobody."""


def simulate(
    model: SbmlModel, times: npt.ArrayLike, *, rtol: float = 1e-8, seed: int = 0, cache: str | Path | None = None
) -> Trajectory:
    """Simulate from time 0.

    At the time of an event the output is the value after it. A trigger that turns and turns back between two of eight looks
    per output interval goes unseen.

    Arguments:
        times: (T,) output times, ascending, in the model's unit of time.
        rtol: relative tolerance of the integration.
        seed: of the draw among events that are due at the same time with the same priority.
        cache: folder for compiled code, as in `compile_network`.

    Raises:
        SbmlError: when the integration fails, naming the time.
    """
    outputs = np.asarray(times, float)
    run = _Run(model, rtol, seed, cache)
    states = np.empty((len(outputs), len(model.network.states)))
    for row, time in enumerate(outputs):
        run.advance(float(time))
        states[row] = run.states
    return Trajectory(model, outputs, states, tuple(run.violations.values()))


class _Run:
    """Where a simulation stands: `time` and `states` (n_states,)."""

    def __init__(self, model: SbmlModel, rtol: float, seed: int, cache: str | Path | None) -> None:
        self.model = model
        self.time = 0.0
        self.queue = EventQueue(model, seed)
        self.violations: dict[str, Violation] = {}
        self._conditions = model_function(model, [constraint.condition for constraint in model.constraints])
        self._rtol = rtol
        self._parameters = np.array([parameter.value for parameter in model.network.parameters])
        self.states = _initial(model)
        moving = {name for reaction in model.network.reactions for name in reaction.changes}
        self._kernel: Kernel | None = compile_network(model.network, cache=cache) if moving else None
        self._restart()
        self._settle()

    def advance(self, until: float) -> None:
        """Go on to a time, through all events on the way."""
        while self.time < until:
            stop = min(until, self.queue.next_due())
            if self.model.events:
                self._look(stop)
            else:
                self._move(np.array([stop]))
                self.time = stop
            self._settle()

    def _look(self, stop: float) -> None:
        """Go on to `stop`, or to the moment just after a trigger turns."""
        looks, which = np.linspace(self.time, stop, LOOKS + 1), None
        while True:
            before = self.states
            seen = self._move(looks[1:])
            turned = self.queue.turned(looks[1:], seen, which)
            if turned is None:
                self.time = stop
                return
            # From here on only the triggers that have turned at the end of the interval are looked at.
            first, which = turned
            start, end = float(looks[first]), float(looks[first + 1])
            if end - start <= SHARPNESS * max(abs(end), 1e-3):
                self.time, self.states = end, seen[first].copy()
                self._restart()
                return
            self.time, self.states = start, (seen[first - 1] if first else before).copy()
            self._restart()
            stop, looks = end, np.linspace(start, end, REFINEMENT + 1)

    def _move(self, times: np.ndarray) -> np.ndarray:
        """Integrate to the last of these times; return the states at each (T, n_states)."""
        if self._kernel is None:
            return np.broadcast_to(self.states, (len(times), len(self.states)))
        seen = self._cohort.advance(float(times[-1]), outputs=times)[0]
        status = Status(self._cohort.status[0])
        if status != Status.OK:
            raise SbmlError(f"model {self.model.name}, after time {self._cohort.time[0]:g}: {status.sentence}", status.advice)
        self.states = self._cohort.states[0].copy()
        return seen

    def _restart(self) -> None:
        if self._kernel is not None:
            self._cohort = self._kernel.start(
                self._parameters, time=self.time, initial=self.states, rtol=self._rtol, max_steps=MOST_STEPS
            )

    def _settle(self) -> None:
        """Carry out events and look at the constraints."""
        if self.model.events:
            states = self.states.copy()
            if self.queue.settle(self.time, states):
                self.states = states
                self._restart()
        if self.model.constraints:
            values = self._conditions(self.time, self.states)
            for constraint, value in zip(self.model.constraints, values, strict=True):
                if not value > 0 and constraint.id not in self.violations:
                    self.violations[constraint.id] = Violation(self.time, constraint.id, constraint.message)


def _initial(model: SbmlModel) -> np.ndarray:
    """States at time 0 (n_states,)."""
    network = model.network
    constants = {parameter.name: parameter.value for parameter in network.parameters}
    values = compiled([state.initial for state in network.states], network.definitions, constants)
    return np.array(values(0.0, np.zeros(0)), float)
