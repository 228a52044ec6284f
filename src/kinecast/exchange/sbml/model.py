"""An SBML model as Kinecast holds it: a network, and what a network does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kinecast.exchange.sbml.elements import SbmlConstraint, SbmlEvent, Variable
from kinecast.network import Network


@dataclass(frozen=True)
class Held:
    """The network's state that an event must change to set a variable: value = state / size.

    Attributes:
        state: name of the state.
        size: the compartment by which the state is divided, or "".
    """

    state: str
    size: str = ""


@dataclass(frozen=True)
class SbmlModel:
    """A model read from SBML.

    The network holds the file's own numbers: nothing is converted, its units all read "1", and `units` says what the file
    declares. Every SBML id is a state, parameter or definition of the network with the meaning that it has in formulas: a species
    is its concentration, unless it has only substance units.

    Attributes:
        name, level, version: of the file.
        network: the equations. Species that reactions change are held as amounts, in states named `<species>_amount` where the
            id means a concentration.
        events, constraints: with formulas over names of the network.
        variables: SBML id → compartment, species, parameter or stoichiometry as declared. Local parameters are called
            `<reaction>_<parameter>`.
        held: SBML id → the state that holds it.
        time: name of the time in formulas.
        time_unit: unit of time, or "".
    """

    name: str
    level: int
    version: int
    network: Network
    events: tuple[SbmlEvent, ...]
    constraints: tuple[SbmlConstraint, ...]
    variables: Mapping[str, Variable]
    held: Mapping[str, Held]
    time: str
    time_unit: str

    @property
    def units(self) -> dict[str, str]:
        """SBML id → unit in words, of those that have one."""
        return {key: variable.unit for key, variable in self.variables.items() if variable.unit}
