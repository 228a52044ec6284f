"""What a simulation of an SBML model gives: values by SBML id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kinecast.errors import choices
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import SbmlModel
from kinecast.exchange.sbml.numeric import Function, compiled
from kinecast.network import Expression, symbol


class Violation(NamedTuple):
    """A constraint found broken at a time."""

    time: float
    constraint: str
    message: str


@dataclass(frozen=True)
class Trajectory:
    """Values over time.

    Attributes:
        model: what was simulated.
        times: (T,).
        states: (T, n_states) of the network.
        violations: the first time at which each constraint was found broken.
    """

    model: SbmlModel
    times: np.ndarray
    states: np.ndarray
    violations: tuple[Violation, ...]

    def __getitem__(self, key: str) -> np.ndarray:
        """Values (T,) of what an SBML id means in formulas."""
        names = self.model.network.units
        if key not in names:
            raise SbmlError(f"'{key}' is not in the model {self.model.name}.", choices(key, names))
        values = model_function(self.model, [symbol(key)])(self.times, self.states)
        return np.array(np.broadcast_to(values[0], self.times.shape), float)

    def amount(self, species: str) -> np.ndarray:
        """Amounts (T,) of a species."""
        variable = self.model.variables[species]
        held = self.model.held.get(species)
        if held is not None and held.size:
            return self[held.state]
        return self[species] if variable.in_amount else self[species] * self[variable.compartment]

    def concentration(self, species: str) -> np.ndarray:
        """Concentrations (T,) of a species."""
        variable = self.model.variables[species]
        with np.errstate(all="ignore"):
            return self[species] / self[variable.compartment] if variable.in_amount else self[species]


def model_function(model: SbmlModel, expressions: Sequence[Expression]) -> Function:
    """Expressions over names of a model as a function of time and states."""
    network = model.network
    constants = {parameter.name: parameter.value for parameter in network.parameters}
    return compiled(expressions, network.definitions, constants, model.time, [state.name for state in network.states])
