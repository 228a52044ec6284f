"""Which modules make a patient, for the agents that are given and the disease that is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kinecast import catalog
from kinecast.biology.body import body
from kinecast.biology.disposition import disposition
from kinecast.biology.immunity import immunity
from kinecast.biology.lymphocytes import lymphocytes
from kinecast.biology.mediators import mediators
from kinecast.biology.model import PatientModel
from kinecast.biology.myeloid import myeloid
from kinecast.biology.observables import observables
from kinecast.biology.receptors import binding, receptors
from kinecast.biology.survival import survival
from kinecast.biology.toxicity import toxicity
from kinecast.biology.tumour import tumour
from kinecast.catalog import Agent, Disease
from kinecast.errors import CatalogError
from kinecast.network import assemble as join

FILES = ("body", "receptors", "lymphocytes", "mediators", "myeloid", "toxicity", "immunity", "tumour", "survival")
"""Parameter files of the catalogue, one a module."""


def assemble(agents: Iterable[str], disease: str = "none") -> PatientModel:
    """Build the model of a patient.

    Arguments:
        agents: ids of the agents that may be given (none: the untreated patient).
        disease: disease id, or "none" for a body without tumour.

    Raises:
        CatalogError: an agent, disease or record that is not in the catalogue, or that the model lacks.
    """
    given = [_simulated(catalog.agent(key)) for key in dict.fromkeys(agents)]
    files = {name: catalog.parameters(name) for name in FILES}
    modules = [
        body(files["body"]),
        receptors(files["receptors"]),
        lymphocytes(files["lymphocytes"]),
        mediators(files["mediators"]),
        myeloid(files["myeloid"]),
        toxicity(files["toxicity"]),
    ]
    records: dict[str, Any] = {key: record for file in files.values() for key, record in file.items()}
    routes: dict[tuple[str, str], str] = {}
    for agent in given:
        depot = any(route != "iv" for route in agent.routes)
        modules.append(disposition(agent.id, agent.disposition, depot=depot))
        modules.append(binding(agent.id, agent.disposition, files["receptors"]))
        records |= {f"{agent.id}_{key}": record for key, record in agent.disposition.items()}
        routes |= {(agent.id, route): f"{agent.id}_{'central' if route == 'iv' else 'depot'}" for route in agent.routes}
    if disease != "none":
        ill = _modelled(catalog.disease(disease))
        disease = ill.id
        modules += [
            immunity(files["immunity"]),
            tumour(files["tumour"], ill.parameters),
            survival(files["survival"], ill.parameters),
        ]
        records |= ill.parameters
    network = join(modules)
    used = {parameter.name: records[parameter.name] for parameter in network.parameters if parameter.name in records}
    ids = tuple(agent.id for agent in given)
    return PatientModel(network, used, observables(ids, tumour=disease != "none"), ids, routes, disease)


def _simulated(agent: Agent) -> Agent:
    if not agent.simulated:
        able = ", ".join(key for key, record in catalog.agents().items() if record.simulated)
        raise CatalogError(f"{agent.id} is in the catalogue, but the model of the patient lacks it.", f"It has: {able}.")
    return agent


def _modelled(disease: Disease) -> Disease:
    if not disease.parameters:
        able = ", ".join(key for key, record in catalog.diseases().items() if record.parameters)
        raise CatalogError(f"{disease.id} is in the catalogue, but the model has no tumour of it.", f"It has: {able}, none.")
    return disease
