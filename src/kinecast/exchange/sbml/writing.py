"""SBML out: a network, one patient's parameters and doses become an SBML Level 3 Version 2 file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinecast.engine import Bolus, Infusion
from kinecast.errors import choices
from kinecast.exchange.sbml.annotations import Annotation, annotate, joined, module_annotations
from kinecast.exchange.sbml.dose_writing import infused_states, infusion_rate, write_doses
from kinecast.exchange.sbml.formula_writing import formula
from kinecast.exchange.sbml.library import SbmlError, libsbml
from kinecast.exchange.sbml.unit_writing import UnitWriter
from kinecast.network import Expression, Network, Reaction, symbol
from kinecast.units import dimension

COMPARTMENT = "patient"
"""The one compartment, of 1 L: species are amounts, and volumes are parameters of the model."""


def write_sbml(
    network: Network,
    path: str | Path,
    parameters: Mapping[str, float] | npt.ArrayLike | None = None,
    events: Sequence[Bolus | Infusion] = (),
    annotations: Mapping[str, Annotation] | None = None,
) -> None:
    """Write a model.

    All numbers are in canonical units (day, nmol, L, 1e9 cells, mg, mmHg), declared in the file. States in nmol are species that
    reactions change; SBML has one unit for the extent of reactions, so other states (cells, concentrations, pure numbers) are
    parameters with rate rules. Definitions are assignment rules; initial values that depend on parameters are initial
    assignments.

    Arguments:
        network: the equations.
        path: where to write; an existing file is replaced.
        parameters: one patient's, by name or (n_parameters,) in network order; canonical units. Default: the network's values.
        events: doses, with the amounts of this patient.
        annotations: name of a parameter, state or definition → note and sources (`catalogue_annotations`).

    Raises:
        SbmlError: for a parameter or dosed state that the network does not have, or doses of several patients.
    """
    library = libsbml()
    document = library.SBMLDocument(3, 2)
    writer = _Writer(network, document.createModel(), infused_states(network, events), annotations or {})
    writer.write(_values(network, parameters))
    units = {state.name: dimension(state.unit) for state in network.states if state.dosed}
    write_doses(
        writer.model,
        events,
        {state: writer.units.unit(unit) for state, unit in units.items()},
        {state: writer.units.unit(unit / dimension("d")) for state, unit in units.items()},
    )
    if not library.writeSBMLToFile(document, str(path)):
        raise SbmlError(f"{path}: the file cannot be written.")


class _Writer:
    """Fills a libSBML model with a network."""

    def __init__(self, network: Network, model: Any, infused: list[str], annotations: Mapping[str, Annotation]) -> None:
        self.network = network
        self.model = model
        self.units = UnitWriter(model)
        self._infused = infused
        own = module_annotations(network.origins, network.units)
        self._annotations = {name: joined(own.get(name), annotations.get(name)) for name in {*own, *annotations}}
        self._species = {state.name for state in network.states if dimension(state.unit) == dimension("nmol")}

    def write(self, values: Mapping[str, float]) -> None:
        model, network = self.model, self.network
        model.setId("kinecast_model")
        model.setTimeUnits(self.units.unit(dimension("d")))
        model.setSubstanceUnits(self.units.unit(dimension("nmol")))
        model.setExtentUnits(self.units.unit(dimension("nmol")))
        model.setVolumeUnits(self.units.unit(dimension("L")))
        compartment = model.createCompartment()
        compartment.setId(_unused(COMPARTMENT, network.units))
        compartment.setConstant(True)
        compartment.setSpatialDimensions(3)
        compartment.setSize(1.0)
        compartment.setUnits(self.units.unit(dimension("L")))
        for state in network.states:
            self._write_state(state.name, state.initial, compartment.getId())
        for parameter in network.parameters:
            self._parameter(parameter.name, constant=True).setValue(values[parameter.name])
        for state in self._infused:
            rate = model.createParameter()
            rate.setId(infusion_rate(state))
            rate.setConstant(False)
            rate.setValue(0.0)
            rate.setUnits(self.units.unit(dimension(network.units[state]) / dimension("d")))
        for name, definition in network.definitions.items():
            self._parameter(name, constant=False)
            rule = model.createAssignmentRule()
            rule.setVariable(name)
            rule.setMath(formula(definition))
        self._write_changes()

    def _write_state(self, name: str, initial: Expression, compartment: str) -> None:
        if name in self._species:
            element = self.model.createSpecies()
            self._identify(element, name)
            element.setCompartment(compartment)
            element.setConstant(False)
            element.setBoundaryCondition(False)
            element.setHasOnlySubstanceUnits(True)
            element.setSubstanceUnits(self.units.unit(dimension("nmol")))
        else:
            element = self._parameter(name, constant=False)
        if initial.op == "number":
            (element.setInitialAmount if name in self._species else element.setValue)(initial.value)
        else:
            start = self.model.createInitialAssignment()
            start.setSymbol(name)
            start.setMath(formula(initial))

    def _parameter(self, name: str, *, constant: bool) -> Any:
        element = self.model.createParameter()
        self._identify(element, name)
        element.setConstant(constant)
        element.setUnits(self.units.unit(dimension(self.network.units[name])))
        return element

    def _identify(self, element: Any, name: str) -> None:
        if element.setId(name) != libsbml().LIBSBML_OPERATION_SUCCESS:
            raise SbmlError(f"'{name}' cannot be an SBML id.", "Use letters of the English alphabet, digits and _.")
        element.setName(name.replace("_", " "))
        annotate(element, self._annotations.get(name, Annotation()))

    def _write_changes(self) -> None:
        """Reactions that change a species, and rate rules for all that reactions change besides."""
        terms: dict[str, list[Expression]] = {state.name: [] for state in self.network.states if state.name not in self._species}
        taken = set(self.network.units)
        for reaction in self.network.reactions:
            rate = reaction.rate
            if self._species & reaction.changes.keys():
                key = _unused(re.sub(r"\W", "_", reaction.name), taken)
                taken.add(key)
                self._write_reaction(key, reaction)
                rate = symbol(key)
            for name, change in reaction.changes.items():
                if name in terms:
                    terms[name].append(_product(change, rate))
        for state in self._infused:
            rate = symbol(infusion_rate(state))
            if state in terms:
                terms[state].append(rate)
            else:
                one = Expression("number", value=1.0)
                self._write_reaction(f"{state}_infusion", Reaction(f"infusion into {state}", {state: one}, rate))
        for name, parts in terms.items():
            if parts:
                rule = self.model.createRateRule()
                rule.setVariable(name)
                rule.setMath(formula(sum(parts[1:], start=parts[0])))

    def _write_reaction(self, key: str, reaction: Reaction) -> None:
        element = self.model.createReaction()
        element.setId(key)
        element.setName(reaction.name)
        element.setReversible(False)
        for name, change in reaction.changes.items():
            if name not in self._species:
                continue
            consumed = change.op == "number" and change.value < 0
            reference = element.createReactant() if consumed else element.createProduct()
            reference.setSpecies(name)
            if change.op == "number":
                reference.setConstant(True)
                reference.setStoichiometry(abs(change.value))
                continue
            # A coefficient that parameters give, such as a bioavailability.
            reference.setId(f"{key}_{name}")
            reference.setConstant(False)
            rule = self.model.createAssignmentRule()
            rule.setVariable(reference.getIdAttribute())
            rule.setMath(formula(change))
        for name in sorted(self._species & reaction.rate.symbols() - reaction.changes.keys()):
            element.createModifier().setSpecies(name)
        element.createKineticLaw().setMath(formula(reaction.rate))


def _product(change: Expression, rate: Expression) -> Expression:
    if change.op == "number" and abs(change.value) == 1.0:
        return rate if change.value > 0 else -rate
    return change * rate


def _unused(name: str, taken: Mapping[str, str] | set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _values(network: Network, parameters: Mapping[str, float] | npt.ArrayLike | None) -> dict[str, float]:
    """Value of each parameter, canonical."""
    values = {parameter.name: parameter.value for parameter in network.parameters}
    if parameters is None:
        return values
    if isinstance(parameters, Mapping):
        for name, value in parameters.items():
            if name not in values:
                raise SbmlError(f"'{name}' is not a parameter of the network.", choices(name, values))
            values[name] = float(value)
        return values
    given = np.asarray(parameters, float)
    if given.shape not in ((len(values),), (1, len(values))):
        raise SbmlError(f"parameters have shape {given.shape}, not ({len(values)},).", "Write the parameters of one patient.")
    return dict(zip(values, given.reshape(-1).tolist(), strict=True))
