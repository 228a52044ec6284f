"""The elements of an SBML model as they are declared, with formulas as expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kinecast.network import Expression

Kind = Literal["compartment", "species", "parameter", "species reference"]


@dataclass(frozen=True)
class Variable:
    """Something with a value: a compartment's size, a species, a parameter, a stoichiometry.

    Attributes:
        value: as declared; NaN when none is.
        constant: whether only its initial value can be set.
        unit: as declared or by default, in words; empty when none is.
        compartment, in_amount, starts_as_amount, boundary, conversion: of species only. Where it is; whether its id means its
            amount (else its concentration); whether `value` is an amount; whether reactions leave it alone; id of its
            conversion factor.
    """

    id: str
    kind: Kind
    value: float
    constant: bool
    unit: str = ""
    compartment: str = ""
    in_amount: bool = True
    starts_as_amount: bool = True
    boundary: bool = False
    conversion: str = ""

    @property
    def place(self) -> str:
        """How messages call it."""
        return f"{self.kind} {self.id}"


@dataclass(frozen=True)
class ReactionElement:
    """A reaction: change of each species (in extents) and rate; `rate` is None when it has no kinetic law."""

    id: str
    changes: Mapping[str, Expression]
    rate: Expression | None


@dataclass(frozen=True)
class SbmlEvent:
    """An event: when `trigger` turns from 0 to 1, `assignments` are made after `delay`.

    Attributes:
        trigger, delay, priority, assignments: formulas over SBML ids and `time`.
        persistent: whether it takes place even when the trigger turns 0 again during the delay.
        initially: the trigger's value before the start.
        values_from_trigger_time: whether the assigned values are worked out at the trigger, not after the delay.
    """

    id: str
    trigger: Expression
    assignments: Mapping[str, Expression]
    delay: Expression | None = None
    priority: Expression | None = None
    persistent: bool = True
    initially: bool = True
    values_from_trigger_time: bool = True


@dataclass(frozen=True)
class SbmlConstraint:
    """A condition (0 or 1) that must hold at all times, and what to say when it does not."""

    id: str
    condition: Expression
    message: str


@dataclass
class Elements:
    """All of a model; rules and initial assignments are by variable, and `ids` are names that are taken."""

    name: str
    level: int
    version: int
    time_unit: str
    variables: dict[str, Variable] = field(default_factory=dict)
    reactions: list[ReactionElement] = field(default_factory=list)
    assigned: dict[str, Expression] = field(default_factory=dict)
    rates: dict[str, Expression] = field(default_factory=dict)
    initial: dict[str, Expression] = field(default_factory=dict)
    algebraic: list[Expression] = field(default_factory=list)
    events: list[SbmlEvent] = field(default_factory=list)
    constraints: list[SbmlConstraint] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
