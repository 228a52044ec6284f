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
from kinecast.biology.molecules.delivery import IN_TUMOUR, delivery, densities, sought
from kinecast.biology.molecules.opening import opening
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
    dosed = [drug(key) for key in dict.fromkeys(catalog.agent(key).id for key in agents)]
    given = [form for one in dosed for form in one.forms]
    _distinct(given)
    injected = {form.name for one in dosed if "intralesional" in one.routes for form in one.forms}
    touched = {part for one in given for name in _actions(one) for part in ACTIONS[name].touches}
    names = [name for name in PARTS if name == "body" or name in touched]
    modules = [PARTS[name](catalog.parameters(name)) for name in names]
    records: dict[str, Any] = {key: record for name in names for key, record in catalog.parameters(name).items()}
    routes: dict[tuple[str, str], str] = {}
    ill = _modelled(catalog.disease(disease)) if disease != "none" else None
    lesions = ill is not None and ill.tumour == "lesions"
    for one in given:
        if one.disposition:
            modules.append(_disposition(one))
        for name, numbers in _actions(one).items():
            file = catalog.parameters(ACTIONS[name].records)
            modules.append(ACTIONS[name].module(one.name, {**numbers, **(one.delivery if lesions else {})}, file))
            records |= file
        if one.opened is not None:
            modules.append(opening(one.name, one.opened.name, one.opening, tumour=lesions, injected=one.name in injected))
        records |= one.records
        routes |= {(one.id, route): _target(one, route) for route in one.routes if lesions or route != "intralesional"}
    own: dict[str, dict[str, Any]] = {}
    if ill is not None:
        disease = ill.id
        kind = TUMOURS[ill.tumour]
        files = {name: catalog.parameters(name) for name in kind.files}
        common = {key: record for file in files.values() for key, record in file.items()}
        own = _of_each(ill, common, year)
        first = next(iter(own.values()))
        modules += kind.modules(files, first)
        records |= common | first
        if lesions:
            entering = [one for one in given if one.delivery]
            modules += [_delivery(one, ill.id, first, injected=one.name in injected) for one in entering]
            records |= catalog.parameters("delivery") if entering else {}
    network = join(modules)
    names = [parameter.name for parameter in network.parameters]
    used = {name: records[name] for name in names if name in records}
    mixture = {key: {name: mine[name] for name in names if name in mine} for key, mine in own.items()} if len(own) > 1 else {}
    return PatientModel(network, used, observables(dosed, network), tuple(one.id for one in dosed), routes, disease, mixture)


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


def _actions(one: Drug) -> dict[str, Any]:
    """The actions of a drug by the ways in which it can be given."""
    return {name: numbers for name, numbers in one.actions.items() if ACTIONS[name].route in ("", *one.routes)}


def _distinct(drugs: list[Drug]) -> None:
    """Refuse two designed molecules that would have one name in the equations."""
    for index, one in enumerate(drugs):
        if any(one.name == other.name for other in drugs[:index]):
            called = one.name.removeprefix("molecule_")
            raise CatalogError(f"two molecules, or forms of them, are called '{called}'.", "Give each a name of its own.")


def _delivery(one: Drug, disease: str, numbers: dict[str, Any], *, injected: bool) -> Module:
    """A molecule in the lesions of a disease; raises CatalogError where the disease has no density of what it seeks."""
    antigen = sought(one.delivery)
    there = densities(numbers)
    if antigen is not None and antigen not in there:
        with_it = [key for key, record in catalog.diseases().items() if f"{antigen}{IN_TUMOUR}" in record.parameters]
        raise CatalogError(
            f"{one.id} seeks '{antigen}', of which {disease} has no density in the catalogue.",
            f"Diseases with it: {', '.join(with_it) or 'none'}. Antigens of {disease}: {', '.join(there) or 'none'}.",
        )
    records = {**catalog.parameters("receptors"), **catalog.parameters("delivery")}
    return delivery(one.name, one.delivery, records, numbers, injected=injected, at_once=one.at_once)


def _disposition(one: Drug) -> Module:
    if one.local:
        return depot(one.name, one.disposition, unit=one.amount_unit)
    common = any(route in COMMON_ROUTES and route not in ("iv", *one.own_depots) for route in one.routes)
    return disposition(one.name, one.disposition, depot=common, by_route=one.by_route, routes=one.own_depots)


def _target(one: Drug, route: str) -> str:
    """The state that a dose enters; what has no disposition has that state in its action (cells, bacteria)."""
    if one.local:
        return f"{one.name}_depot"
    if not one.disposition:
        return f"{one.name}_infused" if route == "iv" else f"{one.name}_{route}"
    if route == "iv":
        return f"{one.name}_central"
    if route == "intralesional":
        return f"{one.name}_injected"
    return f"{one.name}_{route}_depot" if route in one.own_depots else f"{one.name}_depot"


def _modelled(disease: Disease) -> Disease:
    if not disease.modelled:
        able = ", ".join(key for key, record in catalog.diseases().items() if record.modelled)
        raise CatalogError(f"{disease.id} is in the catalogue, but the model has no tumour of it.", f"It has: {able}, none.")
    return disease
