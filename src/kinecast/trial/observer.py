"""What a clinic could see of a patient: observables read from the states of a cohort."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kinecast.biology import PatientModel


@dataclass(frozen=True)
class Observer:
    """Reads observables of a chunk of patients.

    Attributes:
        model: the patient model, for its kernel and its observables.
        parameters: (N, n_parameters) of the patients, in network order.
    """

    model: PatientModel
    parameters: np.ndarray

    @property
    def units(self) -> dict[str, str]:
        """Observable → its unit."""
        return {name: observable.unit for name, observable in self.model.observables.items()}

    def known(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of the names that the model has, each once, in order."""
        return tuple(dict.fromkeys(name for name in names if name in self.model.observables))

    def read(self, names: Iterable[str], states: np.ndarray) -> dict[str, np.ndarray]:
        """Return observable → values in the observable's unit; states (N, …, n_states) give values (N, …)."""
        chosen: Mapping[str, str] = {name: self.model.observables[name].definition for name in names}
        if not chosen:
            return {}
        values = self.model.kernel().evaluate(tuple(dict.fromkeys(chosen.values())), states, self.parameters)
        shape = states.shape[:-1]
        return {
            name: np.broadcast_to(values[definition], shape) * self.model.observables[name].factor
            for name, definition in chosen.items()
        }
