"""The patient model: modules assembled for given agents and disease, with the records behind every parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kinecast.biology.observables import Observable
from kinecast.errors import ProtocolError
from kinecast.network import Network

if TYPE_CHECKING:
    from kinecast.engine import Kernel


@dataclass(frozen=True)
class PatientModel:
    """A network of one patient under treatment.

    Attributes:
        network: the equations.
        records: parameter name → catalogue record (value, unit, spread between patients, source, status).
        observables: clinical name → where it stands.
        agents: ids of the drugs that can be given.
        routes: (agent, route) → state that receives the dose, in nmol, or in the unit in which the drug is dosed.
        disease: disease id, or "none".
        mixture: where the disease is several, the id of each → its records for the parameters in which they may differ.
    """

    network: Network
    records: Mapping[str, Any]
    observables: Mapping[str, Observable]
    agents: tuple[str, ...]
    routes: Mapping[tuple[str, str], str]
    disease: str
    mixture: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def dose_target(self, agent: str, route: str) -> str:
        """State that receives a dose of `agent` by `route` (amounts as `Agent.amount` says)."""
        try:
            return self.routes[agent, route]
        except KeyError:
            valid = ", ".join(sorted(r for a, r in self.routes if a == agent)) or "none"
            raise ProtocolError(f"{agent} cannot be given by the route '{route}'", f"Routes: {valid}.") from None

    def kernel(self) -> Kernel:
        """The network, compiled when it is first asked for. Ask once before threads do: each would compile it again."""
        return self._kernel

    @cached_property
    def equations(self) -> str:
        """A hash of the equations alone: models with the same one differ in the values of parameters at most."""
        bare = tuple(replace(parameter, value=0.0) for parameter in self.network.parameters)
        return replace(self.network, parameters=bare).fingerprint()

    def share_kernel(self, other: PatientModel) -> None:
        """Take the compiled network of a model with the same `equations`, instead of compiling it once more."""
        self.__dict__["_kernel"] = other.kernel()

    @cached_property
    def columns(self) -> dict[str, int]:
        """Parameter → its column of patients' parameters, (N, n_parameters)."""
        return {parameter.name: column for column, parameter in enumerate(self.network.parameters)}

    @property
    def tumour(self) -> bool:
        """Whether this patient has a tumour."""
        return self.disease != "none"

    @cached_property
    def _kernel(self) -> Kernel:
        from kinecast.engine import compile_network

        return compile_network(self.network)
