"""Which modules make a patient: those that the agents given touch, and those of the disease that is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kinecast import catalog
from kinecast.biology.actions import ACTIONS
from kinecast.biology.depot import depot
from kinecast.biology.disposition import disposition
from kinecast.biology.drug import COMMON_ROUTES, Drug, drug
from kinecast.biology.model import PatientModel
from kinecast.biology.observables import observables
from kinecast.biology.parts import PARTS
from kinecast.biology.tumours import TUMOURS
from kinecast.catalog import Disease
from kinecast.errors import CatalogError
from kinecast.network import Module
from kinecast.network import assemble as join

FILES = (*PARTS, *dict.fromkeys(action.records for action in ACTIONS.values() if action.records not in PARTS))
FILES = (*FILES, *dict.fromkeys(file for kind in TUMOURS.values() for file in kind.files))
"""Parameter files of the catalogue, one a module."""


def assemble(agents: Iterable[str], disease: str = "none", year: float | None = None) -> PatientModel:
    """Build the model of a patient.

    Arguments:
        agents: ids of the agents that may be given (none: the untreated patient). Only the parts of the body that they touch
            are built.
        disease: disease id, or "none" for a body without tumour.
        year: calendar year of treatment (none: the one to which the disease's hazard of death was calibrated).

    Raises:
        CatalogError: an agent, disease or record that is not in the catalogue, or that the model lacks.
    """
    given = [drug(key) for key in dict.fromkeys(catalog.agent(key).id for key in agents)]
    touched = {part for one in given for name in one.actions for part in ACTIONS[name].touches}
    names = [name for name in PARTS if name == "body" or name in touched]
    modules = [PARTS[name](catalog.parameters(name)) for name in names]
    records: dict[str, Any] = {key: record for name in names for key, record in catalog.parameters(name).items()}
    routes: dict[tuple[str, str], str] = {}
    for one in given:
        modules.append(_disposition(one))
        for name, numbers in one.actions.items():
            file = catalog.parameters(ACTIONS[name].records)
            modules.append(ACTIONS[name].module(one.name, numbers, file))
            records |= file
        records |= one.records
        routes |= {(one.id, route): _target(one, route) for route in one.routes}
    own: dict[str, dict[str, Any]] = {}
    if disease != "none":
        ill = _modelled(catalog.disease(disease))
        disease = ill.id
        kind = TUMOURS[ill.tumour]
        files = {name: catalog.parameters(name) for name in kind.files}
        common = {key: record for file in files.values() for key, record in file.items()}
        own = _of_each(ill, common, year)
        first = next(iter(own.values()))
        modules += kind.modules(files, first)
        records |= common | first
    network = join(modules)
    names = [parameter.name for parameter in network.parameters]
    used = {name: records[name] for name in names if name in records}
    mixture = {key: {name: mine[name] for name in names if name in mine} for key, mine in own.items()} if len(own) > 1 else {}
    return PatientModel(network, used, observables(given, network), tuple(one.id for one in given), routes, disease, mixture)


def _of_each(ill: Disease, common: dict[str, Any], year: float | None) -> dict[str, dict[str, Any]]:
    """Return disease → its numbers; of a mixture, each disease with a number for whatever any of them has a number for.

    Raises:
        CatalogError: diseases that are not of one kind, or a number that one of them and the common files lack.
    """
    diseases = [_modelled(catalog.disease(key)) for key in ill.mixture] or [ill]
    common = {**common, **ill.parameters}
    numbers = {one.id: {**one.parameters, **_of_year(one, year)} for one in diseases}
    names = dict.fromkeys(name for mine in numbers.values() for name in mine)
    for one in diseases:
        if one.tumour != ill.tumour:
            raise CatalogError(f"{one.id}, in the mixture {ill.id}, is of the kind {one.tumour}, not {ill.tumour}.")
    for one in diseases:
        lacking = [name for name in names if name not in numbers[one.id] and name not in common]
        if lacking:
            raise CatalogError(f"{one.id}, in the mixture {ill.id}, has no {', '.join(lacking)}.")
    return {key: {name: mine.get(name) or common[name] for name in names} for key, mine in numbers.items()}


def _of_year(one: Disease, year: float | None) -> dict[str, Any]:
    """Return the hazard ratio of death in a year, where the disease has one."""
    return {"death_of_year": one.death_in(year)} if year is not None and one.death_by_year else {}


def _disposition(one: Drug) -> Module:
    if one.local:
        return depot(one.name, one.disposition, unit=one.amount_unit)
    common = any(route in COMMON_ROUTES and route not in ("iv", *one.own_depots) for route in one.routes)
    return disposition(one.name, one.disposition, depot=common, by_route=one.by_route, routes=one.own_depots)


def _target(one: Drug, route: str) -> str:
    if one.local:
        return f"{one.name}_depot"
    if route == "iv":
        return f"{one.name}_central"
    return f"{one.name}_{route}_depot" if route in one.own_depots else f"{one.name}_depot"


def _modelled(disease: Disease) -> Disease:
    if not disease.modelled:
        able = ", ".join(key for key, record in catalog.diseases().items() if record.modelled)
        raise CatalogError(f"{disease.id} is in the catalogue, but the model has no tumour of it.", f"It has: {able}, none.")
    return disease
