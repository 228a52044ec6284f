"""The elements of an SBML model put together as a network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from kinecast.exchange.sbml.declarations import unused
from kinecast.exchange.sbml.elements import Elements, SbmlConstraint, SbmlEvent
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import Held, SbmlModel
from kinecast.exchange.sbml.numeric import compiled
from kinecast.exchange.sbml.roles import Roles
from kinecast.network import Expression, Network, Parameter, Reaction, State, symbol
from kinecast.network.expression import expression

UNIT = "1"


def assembled(elements: Elements) -> SbmlModel:
    """Build the model.

    Raises:
        SbmlError: for a rule that cannot be solved, names in a circle, or a name that nothing declares.
    """
    roles = Roles(elements)
    events = tuple(_event(event, roles) for event in elements.events)
    constraints = tuple(replace(each, condition=roles.live(each.condition)) for each in elements.constraints)
    network, held = _network(elements, roles)
    _check_names({*network.units, roles.time}, network.reactions, events, constraints)
    return SbmlModel(
        elements.name,
        elements.level,
        elements.version,
        network,
        events,
        constraints,
        elements.variables,
        held,
        roles.time,
        elements.time_unit,
    )


def _network(elements: Elements, roles: Roles) -> tuple[Network, dict[str, Held]]:
    """The network, and which state holds each variable that changes."""
    held: dict[str, Held] = {}
    definitions = {key: roles.live(rule) for key, rule in elements.assigned.items()}
    for reaction in elements.reactions:
        definitions[reaction.id] = expression(math.nan) if reaction.rate is None else roles.live(reaction.rate)
    starts: dict[str, Expression] = {}
    parameters: dict[str, float] = {}
    for key, variable in elements.variables.items():
        as_amount = not (variable.in_amount or key in elements.rates)
        if key in elements.assigned:
            continue
        if roles.is_parameter(variable):
            parameters[key] = variable.value
        elif roles.is_fixed(key):
            varying = as_amount and not roles.is_fixed(variable.compartment)
            amount = roles.start_amount(variable) / symbol(variable.compartment) if varying else None
            definitions[key] = roles.defined_start(key) if amount is None else amount
        elif as_amount:
            amount = unused(f"{key}_amount", elements)
            held[key] = Held(amount, variable.compartment)
            starts[amount] = roles.start_amount(variable)
            definitions[key] = symbol(amount) / symbol(variable.compartment)
        else:
            held[key] = Held(key)
            starts[key] = roles.start(key)
    reactions = tuple(_reactions(elements, roles, held))
    formulas = [*definitions.values(), *(part for each in reactions for part in (each.rate, *each.changes.values()))]
    if any(roles.time in formula.symbols() for formula in formulas):
        reactions += (Reaction("clock", {roles.time: expression(1.0)}, expression(1.0)),)
        starts[roles.time] = expression(0.0)
    names = {*definitions, *parameters, *starts}
    definitions = _ordered(definitions, names)
    scales = _scales(starts, parameters, definitions)
    # Not joined by `network.assemble`: it checks dimensions, and many published models would not pass.
    network = Network(
        states=tuple(State(name, UNIT, start, scales[name]) for name, start in starts.items()),
        parameters=tuple(Parameter(name, UNIT, value) for name, value in parameters.items()),
        definitions=definitions,
        reactions=reactions,
        units=dict.fromkeys(names, UNIT),
    )
    return network, held


def _reactions(elements: Elements, roles: Roles, held: Mapping[str, Held]) -> Iterator[Reaction]:
    """Reactions and rate rules."""
    for reaction in elements.reactions:
        changes = {
            held[species].state: roles.live(roles.converted(species, change))
            for species, change in reaction.changes.items()
            if species in roles.moved
        }
        if reaction.rate is not None and changes:
            yield Reaction(reaction.id, changes, symbol(reaction.id))
    for key, rate in elements.rates.items():
        yield Reaction(f"rate rule of {key}", {key: expression(1.0)}, roles.live(rate))


def _event(event: SbmlEvent, roles: Roles) -> SbmlEvent:
    return replace(
        event,
        trigger=roles.live(event.trigger),
        assignments={key: roles.live(value) for key, value in event.assignments.items()},
        delay=None if event.delay is None else roles.live(event.delay),
        priority=None if event.priority is None else roles.live(event.priority),
    )


def _check_names(
    names: set[str], reactions: Iterable[Reaction], events: Iterable[SbmlEvent], constraints: Iterable[SbmlConstraint]
) -> None:
    places = [(each.name, formula) for each in reactions for formula in (each.rate, *each.changes.values())]
    for event in events:
        formulas = (event.trigger, event.delay, event.priority, *event.assignments.values())
        places += [(f"event {event.id}", formula) for formula in formulas if formula is not None]
    places += [(f"constraint {each.id}", each.condition) for each in constraints]
    for place, formula in places:
        if unknown := sorted(formula.symbols() - names):
            raise SbmlError(f"{place}: '{unknown[0]}' is not declared.")


def _scales(
    starts: Mapping[str, Expression], parameters: Mapping[str, float], definitions: Mapping[str, Expression]
) -> dict[str, float]:
    """Typical size of each state: its value at time 0, or the smallest of the others' when that is 0, but at most 1."""
    values = compiled(list(starts.values()), definitions, parameters)(0.0, np.zeros(0))
    sizes = {name: abs(float(value)) for name, value in zip(starts, values, strict=True)}
    usable = [size for size in sizes.values() if 0 < size < math.inf]
    smallest = min([*usable, 1.0])
    return {name: size if 0 < size < math.inf else smallest for name, size in sizes.items()}


def _ordered(definitions: Mapping[str, Expression], names: set[str]) -> dict[str, Expression]:
    """Definitions sorted so that each uses only what stands before it."""
    done: dict[str, Expression] = {}
    for root in definitions:
        path, stack = [], [(root, False)]
        while stack:
            name, ready = stack.pop()
            if ready:
                done[path.pop()] = definitions[name]
            elif name not in done:
                if name in path:
                    raise SbmlError("assignments in a circle: " + " → ".join([*path[path.index(name) :], name]))
                path.append(name)
                stack.append((name, True))
                used = definitions[name].symbols()
                if unknown := sorted(used - names):
                    raise SbmlError(f"{name} is computed from '{unknown[0]}', which is not declared.")
                stack.extend((each, False) for each in sorted(used & definitions.keys()))
    return done
