"""Events of SBML at one moment: which are triggered, which are due, and what they assign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinecast.exchange.sbml.elements import SbmlEvent
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import Held, SbmlModel
from kinecast.exchange.sbml.numeric import Values
from kinecast.exchange.sbml.trajectory import point_values

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
        self._places = {state.name: i for i, state in enumerate(model.network.states)}
        self._random = np.random.default_rng(seed)
        self._waiting: list[Waiting] = []
        self._was = np.array([event.initially for event in model.events], bool)

    def triggers(self, times: np.ndarray | float, states: np.ndarray) -> np.ndarray:
        """Which triggers are true at points: (events, …)."""
        values = point_values(self._model, times, states)
        shape = np.shape(times)
        return np.array([np.broadcast_to(values.of(event.trigger), shape) > 0 for event in self._events])

    def changed(self, times: np.ndarray, states: np.ndarray) -> np.ndarray:
        """At which points (…) any trigger differs from what it was when events were last settled."""
        return (self.triggers(times, states) != self._was.reshape(-1, *[1] * np.ndim(times))).any(axis=0)

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
        values = point_values(self._model, time, states)
        self._waiting = [each for each in self._waiting if now[each.event] or self._events[each.event].persistent]
        for index in np.flatnonzero(now & ~self._was):
            event = self._events[index]
            delay = 0.0 if event.delay is None else float(values.of(event.delay))
            if not delay >= 0.0:
                raise SbmlError(f"event {event.id}: its delay is {delay:g} at time {time:g}.")
            kept = self._assigned(event, values) if event.values_from_trigger_time else None
            self._waiting.append(Waiting(int(index), time + delay, kept))
        self._was = now

    def _first(self, due: list[Waiting], time: float, states: np.ndarray) -> Waiting:
        """The event with the highest priority; chance decides among equals. One without priority comes after one with."""
        values = point_values(self._model, time, states)
        priorities = []
        for each in due:
            priority = self._events[each.event].priority
            level = -np.inf if priority is None else float(values.of(priority))
            priorities.append(-np.inf if np.isnan(level) else level)
        equals = [each for each, priority in zip(due, priorities, strict=True) if priority == max(priorities)]
        return equals[int(self._random.integers(len(equals)))] if len(equals) > 1 else equals[0]

    def _execute(self, waiting: Waiting, time: float, states: np.ndarray) -> None:
        self._waiting.remove(waiting)
        event = self._events[waiting.event]
        before = point_values(self._model, time, states.copy())
        values = self._assigned(event, before) if waiting.values is None else waiting.values
        held = self._model.held
        # Sizes first: the amount of a species follows from its new concentration and its compartment's new size.
        order = sorted(values, key=lambda key: key in held and held[key].size != "")
        for key in order:
            if key in held:
                self._keep_amounts(key, values, before, states)
                self._set(held[key], values[key], time, states)

    def _keep_amounts(self, compartment: str, values: dict[str, float], before: Values, states: np.ndarray) -> None:
        """When a compartment jumps, species held as concentrations keep their amounts."""
        for key, variable in self._model.variables.items():
            holding = self._model.held.get(key)
            concentration = variable.compartment == compartment and not variable.in_amount
            if concentration and holding is not None and not holding.size:
                states[self._places[holding.state]] *= float(before.name(compartment)) / values[compartment]

    def _set(self, held: Held, value: float, time: float, states: np.ndarray) -> None:
        if held.size:
            value *= float(point_values(self._model, time, states).name(held.size))
        states[self._places[held.state]] = value

    def _assigned(self, event: SbmlEvent, values: Values) -> dict[str, float]:
        return {key: float(values.of(formula)) for key, formula in event.assignments.items()}
