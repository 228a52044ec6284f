"""A network and its doses as SBML text (Level 3 Version 1), for the simulators that read it."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from kinecast.network.expression import Expression, symbol
from kinecast.network.network import Network

ELEMENTS = {
    "add": "plus", "sub": "minus", "mul": "times", "div": "divide", "pow": "power", "neg": "minus", "exp": "exp", "log": "ln",
}  # fmt: skip
TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time"> t </csymbol>'


def sbml_text(network: Network, doses: Iterable[tuple[float, str, float]] = ()) -> str:
    """SBML of a network: a species a state (in amounts), a reaction a reaction, an assignment rule a definition, an event a dose.

    Names get the prefix `q_`, since `return` and the like are words of the languages that some simulators write.
    Initial values must be numbers. A dose is (time, state, amount).
    """
    parameters = [*(_parameter(p.name, p.value) for p in network.parameters), *map(_variable, network.definitions)]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="benchmark">',
        '<listOfCompartments><compartment id="body" spatialDimensions="3" size="1" constant="true"/></listOfCompartments>',
        *_listed("listOfSpecies", [_species(state.name, state.initial.value) for state in network.states]),
        *_listed("listOfParameters", parameters),
        *_listed("listOfRules", [_rule(name, value) for name, value in network.definitions.items()]),
        *_listed("listOfReactions", _reactions(network)),
        *_listed("listOfEvents", [_event(number, *dose) for number, dose in enumerate(doses)]),
        "</model></sbml>",
    ]
    return "\n".join(parts)


def identifier(name: str) -> str:
    """The SBML identifier of a state, parameter or definition."""
    return f"q_{name}"


def _listed(name: str, items: list[str]) -> list[str]:
    return [f"<{name}>", *items, f"</{name}>"] if items else []


def _species(name: str, initial: float) -> str:
    return (
        f'<species id={quoteattr(identifier(name))} compartment="body" initialAmount="{initial!r}" hasOnlySubstanceUnits="true" '
        'boundaryCondition="false" constant="false"/>'
    )


def _parameter(name: str, value: float) -> str:
    return f'<parameter id={quoteattr(identifier(name))} value="{value!r}" constant="true"/>'


def _variable(name: str) -> str:
    return f'<parameter id={quoteattr(identifier(name))} constant="false"/>'


def _rule(name: str, value: Expression) -> str:
    return f"<assignmentRule variable={quoteattr(identifier(name))}>{_math(_content(value))}</assignmentRule>"


def _reactions(network: Network) -> list[str]:
    states = {state.name for state in network.states}
    found = []
    for number, reaction in enumerate(network.reactions):
        changes = {name: change.value for name, change in reaction.changes.items()}
        reactants = [_reference(name, -change) for name, change in changes.items() if change < 0.0]
        products = [_reference(name, change) for name, change in changes.items() if change > 0.0]
        others = sorted((reaction.rate.symbols() & states) - {name for name, change in changes.items() if change < 0.0})
        modifiers = [f"<modifierSpeciesReference species={quoteattr(identifier(name))}/>" for name in others]
        parts = [
            f'<reaction id="reaction_{number}" reversible="false" fast="false">',
            *_listed("listOfReactants", reactants),
            *_listed("listOfProducts", products),
            *_listed("listOfModifiers", modifiers),
            f"<kineticLaw>{_math(_content(reaction.rate))}</kineticLaw></reaction>",
        ]
        found.append("".join(parts))
    return found


def _reference(name: str, stoichiometry: float) -> str:
    return f'<speciesReference species={quoteattr(identifier(name))} stoichiometry="{stoichiometry!r}" constant="true"/>'


def _event(number: int, time: float, state: str, amount: float) -> str:
    due = f"<apply><geq/>{TIME}<cn> {time!r} </cn></apply>"
    raised = _content(symbol(state) + amount)
    return (
        f'<event id="dose_{number}" useValuesFromTriggerTime="true"><trigger initialValue="false" persistent="true">{_math(due)}'
        f"</trigger><listOfEventAssignments><eventAssignment variable={quoteattr(identifier(state))}>{_math(raised)}"
        "</eventAssignment></listOfEventAssignments></event>"
    )


def _math(content: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{content}</math>'


def _content(value: Expression) -> str:
    if value.op == "number":
        mantissa, _, exponent = repr(value.value).partition("e")
        return f'<cn type="e-notation"> {mantissa} <sep/> {int(exponent)} </cn>' if exponent else f"<cn> {mantissa} </cn>"
    if value.op == "symbol":
        return f"<ci> {identifier(value.name)} </ci>"
    return f"<apply><{ELEMENTS[value.op]}/>{''.join(map(_content, value.args))}</apply>"
