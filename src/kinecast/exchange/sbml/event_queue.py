"""Events of SBML at one moment: which are triggered, which are due, and what they assign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinecast.exchange.sbml.elements import SbmlEvent
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import SbmlModel
from kinecast.exchange.sbml.trajectory import model_function
from kinecast.network import symbol
from kinecast.network.expression import expression

LARGEST_CASCADE = 100_000
"""Events at one moment after which they are taken to set each other off for ever."""


@dataclass(frozen=True)
class Waiting:
    """An event that has been triggered: when it is due, and the values that it assigns if they are known already."""

    event: int
    due: float
    values: dict[str, float] | None


class EventQueue:
    """Events of one simulation.

    Arguments:
        seed: of the draw among events that are due together with the same priority.
    """

    def __init__(self, model: SbmlModel, seed: int) -> None:
        self._model = model
        self._events = model.events
        self._programs = [_Program(model, event) for event in model.events]
        self._all_triggers = model_function(model, [event.trigger for event in model.events])
        self._triggers = [model_function(model, [event.trigger]) for event in model.events]
        self._places = {state.name: i for i, state in enumerate(model.network.states)}
        self._random = np.random.default_rng(seed)
        self._waiting: list[Waiting] = []
        self._was = np.array([event.initially for event in model.events], bool)

    def triggers(self, times: np.ndarray | float, states: np.ndarray, chosen: Sequence[int] | None = None) -> np.ndarray:
        """Which triggers, of all events or of those chosen, are true at points: (events, …)."""
        if chosen is None:
            values = self._all_triggers(times, states)
        else:
            values = [self._triggers[index](times, states)[0] for index in chosen]
        true = np.empty((len(values), *np.shape(times)), bool)
        for row, value in enumerate(values):
            true[row] = np.greater(value, 0)
        return true

    def turned(self, times: np.ndarray, states: np.ndarray, chosen: Sequence[int] | None = None) -> tuple[int, list[int]] | None:
        """The first of these points at which triggers differ from what they were when settled, and which do; or None."""
        which = list(range(len(self._events)) if chosen is None else chosen)
        differ = self.triggers(times, states, chosen) != self._was[which, None]
        points = np.flatnonzero(differ.any(axis=0))
        if not len(points):
            return None
        return int(points[0]), [index for index, each in zip(which, differ, strict=True) if each[points[0]]]

    def next_due(self) -> float:
        """When the next waiting event is due; infinite when none waits."""
        return min((each.due for each in self._waiting), default=np.inf)

    def settle(self, time: float, states: np.ndarray) -> bool:
        """Carry out all events of this moment, changing `states` (n_states,); return whether there were any."""
        acted = False
        for _ in range(LARGEST_CASCADE):
            self._notice(time, states)
            due = [each for each in self._waiting if each.due <= time]
            if not due:
                return acted
            self._execute(self._first(due, time, states), time, states)
            acted = True
        raise SbmlError(f"model {self._model.name}: events set each other off for ever at time {time:g}.")

    def _notice(self, time: float, states: np.ndarray) -> None:
        """Queue events whose trigger has turned true; drop those that do not persist when it turns false."""
        now = self.triggers(time, states)
        self._waiting = [each for each in self._waiting if now[each.event] or self._events[each.event].persistent]
        for index in np.flatnonzero(now & ~self._was):
            event, program = self._events[index], self._programs[index]
            delay = program.delay(time, states)
            if not delay >= 0.0:
                raise SbmlError(f"event {event.id}: its delay is {delay:g} at time {time:g}.")
            values = program.values(time, states) if event.values_from_trigger_time else None
            self._waiting.append(Waiting(int(index), time + delay, values))
        self._was = now

    def _first(self, due: list[Waiting], time: float, states: np.ndarray) -> Waiting:
        """The event with the highest priority; chance decides among equals. One without priority comes after one with."""
        priorities = [self._programs[each.event].priority(time, states) for each in due]
        equals = [each for each, priority in zip(due, priorities, strict=True) if priority == max(priorities)]
        return equals[int(self._random.integers(len(equals)))] if len(equals) > 1 else equals[0]

    def _execute(self, waiting: Waiting, time: float, states: np.ndarray) -> None:
        self._waiting.remove(waiting)
        program = self._programs[waiting.event]
        values = program.values(time, states) if waiting.values is None else waiting.values
        sizes = program.sizes(time, states)
        held = self._model.held
        for key, value in values.items():
            if key in held:
                # A concentration sets the amount by the size before the event, also when the event changes the size too.
                states[self._places[held[key].state]] = value * sizes.get(held[key].size, 1.0)
                self._keep_amounts(key, value, sizes, states)

    def _keep_amounts(self, compartment: str, size: float, sizes: dict[str, float], states: np.ndarray) -> None:
        """When a compartment jumps, species held as concentrations keep their amounts."""
        for key, variable in self._model.variables.items():
            holding = self._model.held.get(key)
            concentration = variable.compartment == compartment and not variable.in_amount
            if concentration and holding is not None and not holding.size:
                states[self._places[holding.state]] *= sizes[compartment] / size


class _Program:
    """Formulas of one event as functions of time and states."""

    def __init__(self, model: SbmlModel, event: SbmlEvent) -> None:
        self._keys = tuple(event.assignments)
        self._assigned = model_function(model, list(event.assignments.values()))
        delay = expression(0.0) if event.delay is None else event.delay
        priority = expression(-np.inf) if event.priority is None else event.priority
        self._timing = model_function(model, [delay, priority])
        touched = [held for key in self._keys if (held := model.held.get(key)) is not None]
        jumping = [key for key in self._keys if model.variables[key].kind == "compartment"]
        self._compartments = sorted({*(held.size for held in touched if held.size), *jumping})
        self._sizes = model_function(model, [symbol(key) for key in self._compartments])

    def values(self, time: float, states: np.ndarray) -> dict[str, float]:
        """What is assigned to each variable."""
        return dict(zip(self._keys, map(float, self._assigned(time, states)), strict=True))

    def sizes(self, time: float, states: np.ndarray) -> dict[str, float]:
        """Sizes of the compartments of the species assigned to, and of compartments assigned to."""
        return dict(zip(self._compartments, map(float, self._sizes(time, states)), strict=True))

    def delay(self, time: float, states: np.ndarray) -> float:
        """The delay, 0 without one."""
        return float(self._timing(time, states)[0])

    def priority(self, time: float, states: np.ndarray) -> float:
        """The priority, -∞ without one or when it is not a number."""
        priority = float(self._timing(time, states)[1])
        return -np.inf if np.isnan(priority) else priority
