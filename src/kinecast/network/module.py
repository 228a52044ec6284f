"""A module: one piece of a model, written as states, parameters, definitions and reactions, to be joined by name with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kinecast.errors import NetworkError
from kinecast.network.expression import Expression, Operand, expression, symbol


@dataclass(frozen=True)
class State:
    """A quantity that changes by reactions.

    Arguments:
        name: unique in the model.
        unit: unit in which it is reported; inside the network it is held in canonical units.
        initial: value at time 0, an expression of parameters and of definitions of parameters only (canonical units).
        scale: typical size (canonical units, > 0), from which absolute tolerances are made.
        dosed: whether boluses and infusions may enter it.
    """

    name: str
    unit: str
    initial: Expression
    scale: float
    dosed: bool = False


@dataclass(frozen=True)
class Parameter:
    """A constant of a patient. `value` is the default in canonical units; `unit` is the unit in which it is reported."""

    name: str
    unit: str
    value: float


@dataclass(frozen=True)
class Reaction:
    """A process: `rate` (an expression) and by how much each state changes for one unit of it."""

    name: str
    changes: Mapping[str, Expression]
    rate: Expression


@dataclass(frozen=True)
class Reading:
    """A name that a module reads and another provides; `default` is used when no module provides it."""

    unit: str
    default: float | None


class Module:
    """One piece of a model. Methods return symbols, so that equations read as they are written on paper.

    Modules meet only through names: what one module declares as a state, parameter or definition, another may `read`;
    and several may `contribute` terms to one `total`.
    """

    def __init__(self, name: str, description: str = "") -> None:
        self.name = name
        self.description = description
        self.states: dict[str, State] = {}
        self.parameters: dict[str, Parameter] = {}
        self.definitions: dict[str, tuple[Expression, str]] = {}
        self.reactions: dict[str, Reaction] = {}
        self.readings: dict[str, Reading] = {}
        self.contributions: dict[str, list[Expression]] = {}
        self.totals: dict[str, str] = {}

    def state(self, name: str, unit: str, *, initial: Operand = 0.0, scale: float, dosed: bool = False) -> Expression:
        """Declare a state. A plain number as `initial`, and `scale`, are in `unit`; an expression is in canonical units."""
        from kinecast.units import canonical_factor

        self._claim(name)
        factor = canonical_factor(unit)
        if scale <= 0:
            raise NetworkError(f"state {name}: scale {scale} is not positive", "Give its typical size, in its unit.")
        start = initial if isinstance(initial, Expression) else expression(initial * factor)
        self.states[name] = State(name, unit, start, scale * factor, dosed)
        return symbol(name)

    def parameter(self, name: str, value: float, unit: str) -> Expression:
        """Declare a parameter; `value` is in `unit`. Declaring it again with the same value and unit is harmless."""
        from kinecast.units import canonical_factor

        parameter = Parameter(name, unit, value * canonical_factor(unit))
        if self.parameters.get(name) != parameter:
            self._claim(name)
            self.parameters[name] = parameter
        return symbol(name)

    def define(self, name: str, value: Operand, unit: str) -> Expression:
        """Name an expression (an assignment rule) and state the unit that it must turn out to have."""
        self._claim(name)
        self.definitions[name] = (expression(value), unit)
        return symbol(name)

    def read(self, name: str, unit: str, *, default: float | None = None) -> Expression:
        """Read a name that another module provides; without a default it must be there. `default` is in `unit`."""
        if name not in self.readings:
            self._claim(name)
        self.readings[name] = Reading(unit, default)
        return symbol(name)

    def total(self, name: str, unit: str) -> Expression:
        """Declare a sum to which any module may contribute; it is zero when none does."""
        self._claim(name)
        self.totals[name] = unit
        return symbol(name)

    def contribute(self, total: str, term: Expression) -> None:
        """Add a term to a `total` that some module declares; when none declares it, the term goes unused."""
        self.contributions.setdefault(total, []).append(term)

    def reaction(self, name: str, changes: Mapping[Expression, Operand], rate: Operand) -> None:
        """Declare a process.

        Arguments:
            name: unique in the model.
            changes: state symbol → change per unit of reaction (a number, or an expression with its own dimension).
            rate: dimension such that change × rate is state per time.
        """
        name = f"{self.name}.{name}"
        if name in self.reactions:
            raise NetworkError(f"module {self.name}: reaction {name} is declared twice")
        named = {state.name: expression(change) for state, change in changes.items()}
        self.reactions[name] = Reaction(name, named, expression(rate))

    def _claim(self, name: str) -> None:
        taken = (self.states, self.parameters, self.definitions, self.readings, self.totals)
        if any(name in names for names in taken):
            raise NetworkError(f"module {self.name}: the name {name} is declared twice")
        if not name.isidentifier():
            raise NetworkError(f"module {self.name}: '{name}' is not a name", "Use letters, digits and _.")
