"""Doses written as SBML events: a bolus is a jump, an infusion a rate that is switched on and off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kinecast.engine import Bolus, Infusion
from kinecast.errors import choices
from kinecast.exchange.sbml.formula_writing import name, number, operation, time
from kinecast.exchange.sbml.library import SbmlError, libsbml
from kinecast.network import Network


def infused_states(network: Network, events: Iterable[Bolus | Infusion]) -> list[str]:
    """States that any infusion enters, in the network's order.

    Raises:
        SbmlError: for a dose into a state that cannot be dosed.
    """
    events = list(events)
    dosed = [state.name for state in network.states if state.dosed]
    for event in events:
        if event.state not in dosed:
            raise SbmlError(f"state '{event.state}' of {type(event).__name__} cannot be dosed.", choices(event.state, dosed))
    infused = {event.state for event in events if isinstance(event, Infusion)}
    return [state for state in dosed if state in infused]


def infusion_rate(state: str) -> str:
    """Id of the parameter that holds the infusion rate into a state."""
    return f"{state}_infusion_rate"


def write_doses(model: Any, events: Sequence[Bolus | Infusion], amount_unit: dict[str, str], rate_unit: dict[str, str]) -> None:
    """Add the events to a libSBML model.

    Arguments:
        amount_unit, rate_unit: dosed state → id of the unit of amounts and of infusion rates.
    """
    for count, event in enumerate(sorted(events, key=lambda each: each.time), 1):
        amount = _single(event)
        if amount == 0.0:
            continue
        if isinstance(event, Bolus):
            _write_event(model, f"dose_{count}", event.time, event.state, amount, amount_unit[event.state])
            continue
        rate, parameter = amount / event.duration, infusion_rate(event.state)
        _write_event(model, f"dose_{count}_starts", event.time, parameter, rate, rate_unit[event.state])
        _write_event(model, f"dose_{count}_ends", event.time + event.duration, parameter, -rate, rate_unit[event.state])


def _write_event(model: Any, key: str, at: float, target: str, added: float, unit: str) -> None:
    """At a time, add a number to a variable."""
    library = libsbml()
    event = model.createEvent()
    event.setId(key)
    # Values at the time of execution: doses at the same time then add up.
    event.setUseValuesFromTriggerTime(False)
    trigger = event.createTrigger()
    trigger.setPersistent(True)
    trigger.setInitialValue(False)
    trigger.setMath(operation(library.AST_RELATIONAL_GEQ, time(), number(at, "day")))
    assignment = event.createEventAssignment()
    assignment.setVariable(target)
    assignment.setMath(operation(library.AST_PLUS, name(target), number(added, unit)))


def _single(event: Bolus | Infusion) -> float:
    amount = np.asarray(event.amount, float)
    if amount.size != 1:
        kind = type(event).__name__
        raise SbmlError(f"{kind} into '{event.state}' has {amount.size} amounts.", "Write the doses of one patient.")
    return float(amount.reshape(()))
