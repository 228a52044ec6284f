"""The elements of an SBML model put together as a network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kinecast.exchange.sbml.algebraic import solve_algebraic_rules
from kinecast.exchange.sbml.declarations import unused
from kinecast.exchange.sbml.elements import Elements, SbmlConstraint, SbmlEvent, Variable
from kinecast.exchange.sbml.formulas import RATE_OF, TIME
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import Held, SbmlModel
from kinecast.exchange.sbml.numeric import compiled
from kinecast.network import Expression, Network, Parameter, Reaction, State, symbol
from kinecast.network.expression import expression

UNIT = "1"


def assembled(elements: Elements) -> SbmlModel:
    """Build the model.

    Raises:
        SbmlError: for a rule that cannot be solved, names in a circle, or a name that nothing declares.
    """
    return _Assembly(elements).model()


@dataclass(frozen=True)
class _Start:
    """A state to be: its name and its value at time 0 as an expression of parameters."""

    name: str
    initial: Expression


class _Assembly:
    """Who changes what, and what each id means at time 0 and afterwards."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.time = unused("time", elements)
        self.variables = elements.variables
        self.reactions = {reaction.id: reaction for reaction in elements.reactions}
        ruled = {*elements.assigned, *elements.rates}
        moved = {key for r in elements.reactions if r.rate is not None for key in r.changes if not self.variables[key].boundary}
        self.moved = moved - ruled
        jumped = {key for event in elements.events for key in event.assignments}
        if elements.algebraic:
            solve_algebraic_rules(elements, ruled | moved, jumped)
        self.jumped = jumped - {*elements.assigned, *elements.rates, *self.moved}
        self._starts: dict[str, Expression | None] = {}

    def model(self) -> SbmlModel:
        elements = self.elements
        held: dict[str, Held] = {}
        definitions: dict[str, Expression] = {key: self.live(rule) for key, rule in elements.assigned.items()}
        for key, reaction in self.reactions.items():
            definitions[key] = expression(math.nan) if reaction.rate is None else self.live(reaction.rate)
        starts: list[_Start] = []
        parameters: dict[str, float] = {}
        for key, variable in self.variables.items():
            if key in elements.assigned:
                continue
            if key in elements.rates:
                held[key] = Held(key)
                starts.append(_Start(key, self.start(key)))
            elif key in self.moved or key in self.jumped:
                if variable.in_amount:
                    held[key] = Held(key)
                    starts.append(_Start(key, self.start(key)))
                else:
                    amount = unused(f"{key}_amount", elements)
                    held[key] = Held(amount, variable.compartment)
                    starts.append(_Start(amount, self.start_amount(variable)))
                    definitions[key] = symbol(amount) / symbol(variable.compartment)
            elif self.is_parameter(variable):
                parameters[key] = variable.value
            elif variable.in_amount or self.is_fixed(variable.compartment):
                definitions[key] = self.defined_start(variable)
            else:
                definitions[key] = self.start_amount(variable) / symbol(variable.compartment)
        processes = tuple(self.processes(held))
        formulas = [*definitions.values(), *(part for each in processes for part in (each.rate, *each.changes.values()))]
        if any(self.time in formula.symbols() for formula in formulas):
            processes += (Reaction("clock", {self.time: expression(1.0)}, expression(1.0)),)
            starts.append(_Start(self.time, expression(0.0)))
        names = {*definitions, *parameters, *(start.name for start in starts)}
        definitions = _ordered(definitions, names)
        scales = _scales(starts, parameters, definitions)
        # Not joined by `network.assemble`: it checks dimensions, and many published models would not pass.
        network = Network(
            states=tuple(State(start.name, UNIT, start.initial, scales[start.name]) for start in starts),
            parameters=tuple(Parameter(name, UNIT, value) for name, value in parameters.items()),
            definitions=definitions,
            reactions=processes,
            units=dict.fromkeys(names, UNIT),
        )
        return SbmlModel(
            elements.name,
            elements.level,
            elements.version,
            network,
            tuple(map(self.live_event, elements.events)),
            tuple(SbmlConstraint(each.id, self.live(each.condition), each.message) for each in elements.constraints),
            self.variables,
            held,
            self.time,
            elements.time_unit,
        )

    def processes(self, held: Mapping[str, Held]) -> Iterator[Reaction]:
        """Reactions and rate rules."""
        for key, reaction in self.reactions.items():
            changes = {
                held[species].state: self.live(self.converted(species, change))
                for species, change in reaction.changes.items()
                if species in self.moved
            }
            if reaction.rate is not None and changes:
                yield Reaction(key, changes, symbol(key))
        for key, rate in self.elements.rates.items():
            yield Reaction(f"rate of {key}", {key: expression(1.0)}, self.live(rate))

    def converted(self, species: str, change: Expression) -> Expression:
        """Change of a species' amount for one extent of a reaction."""
        conversion = self.variables[species].conversion
        return change * symbol(conversion) if conversion else change

    def live(self, formula: Expression) -> Expression:
        """A formula with the time and rates of change as names of the network."""
        while special := {name for name in formula.symbols() if name == TIME or name.startswith(RATE_OF)}:
            formula = formula.substitute({name: self.special(name) for name in special})
        return formula

    def special(self, name: str) -> Expression:
        return symbol(self.time) if name == TIME else self.rate(name.removeprefix(RATE_OF))

    def rate(self, key: str) -> Expression:
        """Rate of change of what an id means."""
        if key in self.elements.assigned or key in self.reactions:
            raise SbmlError(f"rateOf {key}: what an assignment rule or a kinetic law determines has no rate here.")
        if key in self.elements.rates:
            return self.elements.rates[key]
        rate = expression(0.0)
        variable = self.variables[key]
        for name, reaction in self.reactions.items():
            if key in self.moved and key in reaction.changes and reaction.rate is not None:
                rate = rate + self.converted(key, reaction.changes[key]) * symbol(name)
        if variable.in_amount:
            return rate
        if not self.is_fixed(variable.compartment):
            rate = rate - symbol(key) * self.rate(variable.compartment)
        return rate / symbol(variable.compartment)

    def live_event(self, event: SbmlEvent) -> SbmlEvent:
        return SbmlEvent(
            event.id,
            self.live(event.trigger),
            {key: self.live(value) for key, value in event.assignments.items()},
            None if event.delay is None else self.live(event.delay),
            None if event.priority is None else self.live(event.priority),
            event.persistent,
            event.initially,
            event.values_from_trigger_time,
        )

    def is_fixed(self, key: str) -> bool:
        """Whether nothing changes this variable."""
        changing = (self.elements.assigned, self.elements.rates, self.moved, self.jumped)
        return not any(key in each for each in changing)

    def is_parameter(self, variable: Variable) -> bool:
        """Whether a variable becomes a parameter: it is fixed, and declared as a finite number of what its id means."""
        as_meant = variable.kind != "species" or variable.in_amount == variable.starts_as_amount
        volume = variable.in_amount or self.is_fixed(variable.compartment)
        return self.is_fixed(variable.id) and variable.id not in self.elements.initial and bool(
            np.isfinite(variable.value) and as_meant and volume
        )

    def start(self, name: str) -> Expression:
        """What a name means at time 0, as an expression of parameters and of definitions of parameters."""
        if name == TIME:
            return expression(0.0)
        if name in self.variables and name not in self.elements.assigned and self.is_fixed(name):
            variable = self.variables[name]
            if self.is_parameter(variable) or variable.in_amount or self.is_fixed(variable.compartment):
                return symbol(name)
        return self.defined_start(name)

    def defined_start(self, key: Variable | str) -> Expression:
        """What an id means at time 0, written out."""
        name = key.id if isinstance(key, Variable) else key
        if name in self._starts:
            known = self._starts[name]
            if known is None:
                raise SbmlError(f"the initial value of {name} depends on itself.")
            return known
        self._starts[name] = None
        value = self._defined_start(name)
        self._starts[name] = value
        return value

    def _defined_start(self, name: str) -> Expression:
        elements = self.elements
        for rules in (elements.assigned, elements.initial):
            if name in rules:
                return self.at_start(rules[name])
        if name.startswith(RATE_OF):
            return self.at_start(self.special(name))
        if name in self.reactions:
            rate = self.reactions[name].rate
            return expression(math.nan) if rate is None else self.at_start(rate)
        variable = self.variables.get(name)
        if variable is None:
            raise SbmlError(f"an initial value uses '{name}', which nothing declares.")
        value = expression(variable.value)
        if variable.in_amount == variable.starts_as_amount or variable.kind != "species":
            return value
        size = self.start(variable.compartment)
        return value * size if variable.in_amount else value / size

    def start_amount(self, variable: Variable) -> Expression:
        """Amount of a species at time 0."""
        if variable.starts_as_amount and variable.id not in self.elements.initial:
            return expression(variable.value)
        return self.defined_start(variable) * self.start(variable.compartment)

    def at_start(self, formula: Expression) -> Expression:
        return formula.substitute({name: self.start(name) for name in formula.symbols()})


def _scales(starts: list[_Start], parameters: Mapping[str, float], definitions: Mapping[str, Expression]) -> dict[str, float]:
    """Typical size of each state: its value at time 0, or the smallest of the others' when that is 0, but at most 1."""
    values = compiled([start.initial for start in starts], definitions, parameters)(0.0, np.zeros(0))
    sizes = {start.name: abs(float(value)) for start, value in zip(starts, values, strict=True)}
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
                    raise SbmlError(f"{name} is computed from '{unknown[0]}', which nothing declares.")
                stack.extend((each, False) for each in sorted(used & definitions.keys()))
    return done
