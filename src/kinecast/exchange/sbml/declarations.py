"""What a libSBML model declares, element by element, as `Elements`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from kinecast.exchange.sbml.elements import Elements, ReactionElement, SbmlConstraint, SbmlEvent, Variable
from kinecast.exchange.sbml.formulas import FormulaReader
from kinecast.exchange.sbml.library import SbmlError, libsbml
from kinecast.network import Expression, symbol
from kinecast.network.expression import expression


def declared(model: Any) -> Elements:
    """Read all elements of a libSBML model.

    Raises:
        SbmlError: naming the element that is not supported.
    """
    functions = {f.getId(): f.getMath() for f in _each(model.getListOfFunctionDefinitions()) if f.isSetMath()}
    reader = FormulaReader(functions)
    name = model.getName() or model.getId()
    elements = Elements(name, model.getLevel(), model.getVersion(), _time_unit(model))
    elements.ids |= {element.getId() for element in _each(model.getListOfAllElements())}
    for compartment in _each(model.getListOfCompartments()):
        _add(elements, _compartment(compartment))
    for species in _each(model.getListOfSpecies()):
        _add(elements, _species(species, model))
    for parameter in _each(model.getListOfParameters()):
        value = parameter.getValue() if parameter.isSetValue() else math.nan
        constant = model.getLevel() > 1 and parameter.getConstant()
        _add(elements, Variable(parameter.getId(), "parameter", value, constant, _unit(parameter)))
    for reaction in _each(model.getListOfReactions()):
        _read_reaction(reaction, elements, reader)
    _read_rules(model, elements, reader)
    for event in _each(model.getListOfEvents()):
        _read_event(event, elements, reader)
    for number, constraint in enumerate(_each(model.getListOfConstraints()), 1):
        if constraint.isSetMath():
            key = constraint.getId() or f"constraint_{number}"
            condition = reader.condition(constraint.getMath(), f"constraint {key}")
            elements.constraints.append(SbmlConstraint(key, condition, _words(constraint.getMessageString())))
    return elements


def _each(items: Any) -> Iterator[Any]:
    return (items.get(i) for i in range(items.getSize() if hasattr(items, "getSize") else items.size()))


def _add(elements: Elements, variable: Variable) -> None:
    elements.variables[variable.id] = variable


def _compartment(compartment: Any) -> Variable:
    points = compartment.getSpatialDimensionsAsDouble() == 0
    size = compartment.getSize() if compartment.isSetSize() else (math.nan if compartment.getLevel() > 1 else 1.0)
    constant = compartment.getLevel() > 1 and compartment.getConstant()
    return Variable(compartment.getId(), "compartment", size, constant, "" if points else _unit(compartment))


def _species(species: Any, model: Any) -> Variable:
    amount = species.isSetInitialAmount()
    value = species.getInitialAmount() if amount else math.nan
    if species.isSetInitialConcentration():
        amount, value = False, species.getInitialConcentration()
    compartment = model.getCompartment(species.getCompartment())
    if compartment is None:
        raise SbmlError(f"species {species.getId()}: the compartment '{species.getCompartment()}' is not declared.")
    points = compartment.getSpatialDimensionsAsDouble() == 0 and not compartment.isSetSize()
    return Variable(
        species.getId(),
        "species",
        value,
        species.getLevel() > 1 and species.getConstant(),
        _unit(species),
        compartment=species.getCompartment(),
        in_amount=species.getHasOnlySubstanceUnits() or points,
        starts_as_amount=amount or points,
        boundary=species.getBoundaryCondition(),
        conversion=(species.getConversionFactor() or model.getConversionFactor()) if model.getLevel() > 2 else "",
    )


def _read_reaction(reaction: Any, elements: Elements, reader: FormulaReader) -> None:
    key = reaction.getId()
    if reaction.isSetFast() and reaction.getFast():
        raise SbmlError(f"reaction {key}: fast reactions are not supported.", "Write the equilibrium as an assignment rule.")
    changes: dict[str, Expression] = {}
    for sign, references in ((-1, reaction.getListOfReactants()), (1, reaction.getListOfProducts())):
        for reference in _each(references):
            species = reference.getSpecies()
            if species not in elements.variables:
                raise SbmlError(f"reaction {key}: the species '{species}' is not declared.")
            count = _stoichiometry(reference, key, elements, reader)
            change = count if sign > 0 else -count
            changes[species] = changes[species] + change if species in changes else change
    law = reaction.getKineticLaw()
    rate = None
    if law is not None and law.isSetMath():
        local = {}
        for parameter in _each(law.getListOfParameters() if elements.level < 3 else law.getListOfLocalParameters()):
            value = parameter.getValue() if parameter.isSetValue() else math.nan
            local[parameter.getId()] = unused(f"{key}_{parameter.getId()}", elements)
            _add(elements, Variable(local[parameter.getId()], "parameter", value, True, _unit(parameter)))
        rate = reader.read(law.getMath(), f"kinetic law of reaction {key}", local)
    elements.reactions.append(ReactionElement(key, changes, rate))


def _stoichiometry(reference: Any, reaction: str, elements: Elements, reader: FormulaReader) -> Expression:
    if reference.isSetStoichiometryMath():
        math_element = reference.getStoichiometryMath()
        place = f"stoichiometry of {reference.getSpecies()} in reaction {reaction}"
        if math_element.isSetMath():
            return reader.read(math_element.getMath(), place)
    value = reference.getStoichiometry() / (reference.getDenominator() if reference.getLevel() == 1 else 1)
    if elements.level < 3 or not reference.isSetId():
        return expression(value)
    _add(elements, Variable(reference.getId(), "species reference", value, reference.getConstant()))
    return symbol(reference.getId())


def _read_rules(model: Any, elements: Elements, reader: FormulaReader) -> None:
    for rule in _each(model.getListOfRules()):
        if not rule.isSetMath():
            continue
        if rule.isAlgebraic():
            place = f"algebraic rule {len(elements.algebraic) + 1}"
            elements.algebraic.append(reader.read(rule.getMath(), place))
            continue
        key = rule.getVariable()
        kind, rules = ("assignment", elements.assigned) if rule.isAssignment() else ("rate", elements.rates)
        place = f"{kind} rule of {key}"
        _known(key, elements, place)
        rules[key] = reader.read(rule.getMath(), place)
    for start in _each(model.getListOfInitialAssignments()):
        key = start.getSymbol()
        place = f"initial assignment of {key}"
        _known(key, elements, place)
        if start.isSetMath():
            elements.initial[key] = reader.read(start.getMath(), place)


def _read_event(event: Any, elements: Elements, reader: FormulaReader) -> None:
    key = event.getId() or unused(f"event_{len(elements.events) + 1}", elements)
    trigger = event.getTrigger()
    if trigger is None or not trigger.isSetMath():
        return
    modern = elements.level > 2
    assignments = {}
    for assignment in _each(event.getListOfEventAssignments()):
        place = f"event {key}, assignment of {assignment.getVariable()}"
        _known(assignment.getVariable(), elements, place)
        if assignment.isSetMath():
            assignments[assignment.getVariable()] = reader.read(assignment.getMath(), place)
    elements.events.append(
        SbmlEvent(
            key,
            reader.condition(trigger.getMath(), f"trigger of event {key}"),
            assignments,
            _optional(reader, event.getDelay(), f"delay of event {key}"),
            _optional(reader, event.getPriority(), f"priority of event {key}") if modern else None,
            trigger.getPersistent() if modern else True,
            trigger.getInitialValue() if modern else True,
            event.getUseValuesFromTriggerTime(),
        )
    )


def _optional(reader: FormulaReader, element: Any, place: str) -> Expression | None:
    return reader.read(element.getMath(), place) if element is not None and element.isSetMath() else None


def unused(name: str, elements: Elements) -> str:
    """A name like this one that no element of the model has; it counts as taken from now on."""
    while name in elements.ids:
        name += "_"
    elements.ids.add(name)
    return name


def _known(key: str, elements: Elements, place: str) -> None:
    if key not in elements.variables:
        raise SbmlError(f"{place}: '{key}' is not declared.")


def _unit(element: Any) -> str:
    """The unit that is declared or follows by default, such as '(0.001 mole) litre^-1'; '' when there is none."""
    definition = element.getDerivedUnitDefinition()
    words = []
    for unit in _each(definition.getListOfUnits()) if definition is not None else ():
        factor = unit.getMultiplier() * 10.0 ** unit.getScale()
        kind = libsbml().UnitKind_toString(unit.getKind())
        exponent = unit.getExponentAsDouble()
        words.append((kind if factor == 1 else f"({factor:g} {kind})") + ("" if exponent == 1 else f"^{exponent:g}"))
    return " ".join(words)


def _time_unit(model: Any) -> str:
    if model.getLevel() > 2:
        return model.getTimeUnits()
    return "second" if model.getUnitDefinition("time") is None else "time"


def _words(message: str) -> str:
    """The text of an XHTML message."""
    return " ".join(re.sub(r"<[^>]*>", " ", message).split())
