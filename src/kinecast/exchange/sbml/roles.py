"""What determines each variable of an SBML model, how fast it changes, and what it is at time 0."""

from __future__ import annotations

import math

import numpy as np

from kinecast.exchange.sbml.algebraic import solve_algebraic_rules
from kinecast.exchange.sbml.declarations import unused
from kinecast.exchange.sbml.elements import Elements, Variable
from kinecast.exchange.sbml.formulas import RATE_OF, TIME
from kinecast.exchange.sbml.library import SbmlError
from kinecast.network import Expression, symbol
from kinecast.network.expression import expression


class Roles:
    """Who changes what; algebraic rules become assignment rules here.

    Attributes:
        time: name of the time in the network.
        moved: species that reactions change.
        jumped: variables that only events change.
    """

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

    def is_fixed(self, key: str) -> bool:
        """Whether nothing changes this variable."""
        changing = (self.elements.assigned, self.elements.rates, self.moved, self.jumped)
        return not any(key in each for each in changing)

    def is_parameter(self, variable: Variable) -> bool:
        """Whether a variable becomes a parameter: it is fixed, and declared as a finite number of what its id means."""
        as_meant = variable.kind != "species" or variable.in_amount == variable.starts_as_amount
        volume = variable.in_amount or self.is_fixed(variable.compartment)
        return (
            self.is_fixed(variable.id)
            and variable.id not in self.elements.initial
            and bool(np.isfinite(variable.value) and as_meant and volume)
        )

    def converted(self, species: str, change: Expression) -> Expression:
        """Change of a species' amount for one extent of a reaction."""
        conversion = self.variables[species].conversion
        return change * symbol(conversion) if conversion else change

    def live(self, formula: Expression) -> Expression:
        """A formula with the time and rates of change as names of the network."""
        while special := {name for name in formula.symbols() if name == TIME or name.startswith(RATE_OF)}:
            formula = formula.substitute({name: self._special(name) for name in special})
        return formula

    def _special(self, name: str) -> Expression:
        return symbol(self.time) if name == TIME else self.rate(name.removeprefix(RATE_OF))

    def rate(self, key: str) -> Expression:
        """Rate of change of what an id means."""
        if key in self.elements.assigned or key in self.reactions:
            raise SbmlError(f"rateOf {key}: what an assignment rule or a kinetic law determines has no rate here.")
        if key in self.elements.rates:
            return self.elements.rates[key]
        rate = expression(0.0)
        if key not in self.variables:
            raise SbmlError(f"rateOf {key}: '{key}' is not declared.")
        variable = self.variables[key]
        for name, reaction in self.reactions.items():
            if key in self.moved and key in reaction.changes and reaction.rate is not None:
                rate = rate + self.converted(key, reaction.changes[key]) * symbol(name)
        if variable.in_amount:
            return rate
        if not self.is_fixed(variable.compartment):
            rate = rate - symbol(key) * self.rate(variable.compartment)
        return rate / symbol(variable.compartment)

    def start(self, name: str) -> Expression:
        """What a name means at time 0, as an expression of parameters and of definitions of parameters."""
        if name == TIME:
            return expression(0.0)
        if name in self.variables and name not in self.elements.assigned and self.is_fixed(name):
            variable = self.variables[name]
            if self.is_parameter(variable) or variable.in_amount or self.is_fixed(variable.compartment):
                return symbol(name)
        return self.defined_start(name)

    def defined_start(self, name: str) -> Expression:
        """What an id means at time 0, written out."""
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
                return self._at_start(rules[name])
        if name.startswith(RATE_OF):
            return self._at_start(self._special(name))
        if name in self.reactions:
            rate = self.reactions[name].rate
            return expression(math.nan) if rate is None else self._at_start(rate)
        variable = self.variables.get(name)
        if variable is None:
            raise SbmlError(f"an initial value uses '{name}', which is not declared.")
        value = expression(variable.value)
        if variable.in_amount == variable.starts_as_amount or variable.kind != "species":
            return value
        size = self.start(variable.compartment)
        return value * size if variable.in_amount else value / size

    def start_amount(self, variable: Variable) -> Expression:
        """Amount of a species at time 0."""
        if variable.starts_as_amount and variable.id not in self.elements.initial:
            return expression(variable.value)
        return self.defined_start(variable.id) * self.start(variable.compartment)

    def _at_start(self, formula: Expression) -> Expression:
        return formula.substitute({name: self.start(name) for name in formula.symbols()})
