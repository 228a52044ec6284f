"""Modules joined into one network: names resolved, definitions put in order, units checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kinecast.errors import NetworkError, choices
from kinecast.network.absent import without
from kinecast.network.dimensions import check_dimensions
from kinecast.network.expression import Expression, expression, summed
from kinecast.network.module import Module, Parameter, Reaction, State


@dataclass(frozen=True)
class Network:
    """A complete model. All numbers are in canonical coherent units (`kinecast.units`): day, nmol, L, 1e9 cells, mg.

    Attributes:
        states, parameters, reactions: in the order in which modules declared them.
        definitions: name → expression, ordered so that each uses only states, parameters and earlier definitions.
        units: name → unit in which that state, parameter or definition is reported.
        origins: state, parameter or definition name → module that declared it.
    """

    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    definitions: Mapping[str, Expression]
    reactions: tuple[Reaction, ...]
    units: Mapping[str, str]
    origins: Mapping[str, str] = field(default_factory=dict)

    def factor(self, name: str) -> float:
        """How many canonical units one reported unit of `name` is: canonical = reported × factor."""
        from kinecast.units import canonical_factor

        return canonical_factor(self.units[name])

    def derivatives(self) -> dict[str, Expression]:
        """State name → its time derivative as one expression over states, parameters and definitions."""
        sums: dict[str, Expression] = {}
        for reaction in self.reactions:
            for name, change in reaction.changes.items():
                unit_change = change.op == "number" and change.value == 1.0
                term = reaction.rate if unit_change else change * reaction.rate
                sums[name] = sums[name] + term if name in sums else term
        return {state.name: sums.get(state.name, expression(0.0)) for state in self.states}

    def fingerprint(self) -> str:
        """A hash of the equations, units and default values: two networks with the same one give the same bits."""
        lines = [f"state {s.name} {s.unit} {s.scale!r} {s.dosed} {_exactly(s.initial)}" for s in self.states]
        lines += [f"parameter {p.name} {p.unit} {p.value!r}" for p in self.parameters]
        lines += [f"define {name} {_exactly(value)}" for name, value in self.definitions.items()]
        for reaction in self.reactions:
            changes = " ".join(f"{name}:{_exactly(change)}" for name, change in reaction.changes.items())
            lines.append(f"reaction {reaction.name} {changes} {_exactly(reaction.rate)}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def assemble(modules: Iterable[Module]) -> Network:
    """Join modules by name and check the result.

    Raises:
        NetworkError: a name declared twice, a name that nobody provides, definitions in a circle, a reaction on an
            unknown state, or a dimension that does not fit (the message names the expression and both dimensions).
    """
    modules = list(modules)
    states, parameters, reactions = {}, {}, {}
    loose: dict[str, Expression] = {}
    units: dict[str, str] = {}
    origins: dict[str, str] = {}
    for module in modules:
        for name, parameter in module.parameters.items():
            if name in origins and name not in parameters:
                raise NetworkError(f"{name} is declared by {origins[name]} and is a parameter of {module.name}")
            if parameters.get(name, parameter) != parameter:
                raise NetworkError(f"parameter {name} has two values: in {origins[name]} and in {module.name}")
            parameters[name], units[name] = parameter, parameter.unit
            origins.setdefault(name, module.name)
        declared = {
            **{name: state.unit for name, state in module.states.items()},
            **{name: unit for name, (_, unit) in module.definitions.items()},
            **module.totals,
        }
        for name, unit in declared.items():
            if name in origins:
                raise NetworkError(f"{name} is declared by {origins[name]} and by {module.name}")
            units[name] = unit
            origins[name] = module.name
        states.update(module.states)
        loose.update({name: value for name, (value, _) in module.definitions.items()})
        reactions.update(module.reactions)
    for module in modules:
        for name in module.totals:
            terms = [term for other in modules for term in other.contributions.get(name, ())]
            loose[name] = summed(terms) if terms else expression(0.0)
    _resolve_readings(modules, units, parameters, origins)
    network = Network(
        states=tuple(states.values()),
        parameters=tuple(parameters.values()),
        definitions=_ordered(loose, set(states) | set(parameters)),
        reactions=tuple(reactions.values()),
        units=units,
        origins=origins,
    )
    _check_names(network)
    check_dimensions(network)
    return _without_absent(network, modules)


def _without_absent(network: Network, modules: list[Module]) -> Network:
    """Return the network, checked as written, without the totals to which no module contributes."""
    given = {name for module in modules for name in module.contributions}
    absent = {name for module in modules for name in module.totals} - given
    if not absent:
        return network
    named = {reaction.name: reaction for reaction in network.reactions}
    definitions, reactions, zero = without(absent, network.definitions, named)
    used = set().union(*(part.symbols() for part in _parts(definitions, reactions, network.states)))
    return replace(
        network,
        definitions=definitions,
        reactions=tuple(reactions.values()),
        parameters=tuple(one for one in network.parameters if one.name in used),
        units={name: unit for name, unit in network.units.items() if name not in zero},
        origins={name: module for name, module in network.origins.items() if name not in zero},
    )


def _parts(
    definitions: Mapping[str, Expression], reactions: Mapping[str, Reaction], states: Iterable[State]
) -> Iterator[Expression]:
    yield from definitions.values()
    for reaction in reactions.values():
        yield from (reaction.rate, *reaction.changes.values())
    yield from (state.initial for state in states)


def _resolve_readings(
    modules: list[Module], units: dict[str, str], parameters: dict[str, Parameter], origins: dict[str, str]
) -> None:
    """Check what modules read from each other; what nobody provides becomes a parameter with its default."""
    from kinecast.units import canonical_factor, dimension

    for module in modules:
        for name, reading in module.readings.items():
            if name not in units:
                if reading.default is None:
                    raise NetworkError(f"module {module.name} reads {name}, which no module provides", choices(name, units))
                parameters[name] = Parameter(name, reading.unit, reading.default * canonical_factor(reading.unit))
                units[name], origins[name] = reading.unit, module.name
            elif dimension(units[name]) != dimension(reading.unit):
                raise NetworkError(
                    f"module {module.name} reads {name} in {reading.unit}, but {origins[name]} provides it in {units[name]}"
                )


def _ordered(loose: Mapping[str, Expression], known: set[str]) -> dict[str, Expression]:
    """Definitions sorted so that each uses only what stands before it."""
    done: dict[str, Expression] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in done or name in known:
            return
        if name in path:
            raise NetworkError("definitions in a circle: " + " → ".join([*path[path.index(name) :], name]))
        if name not in loose:
            raise NetworkError(f"{path[-1]} uses {name}, which nothing declares", choices(name, {*known, *loose}))
        path.append(name)
        for used in sorted(loose[name].symbols()):
            visit(used)
        path.pop()
        done[name] = loose[name]

    for name in loose:
        visit(name)
    return done


def _check_names(network: Network) -> None:
    names = set(network.units)
    state_names = {state.name for state in network.states}
    for reaction in network.reactions:
        for name in reaction.changes:
            if name not in state_names:
                raise NetworkError(f"reaction {reaction.name} changes {name}, which is not a state", choices(name, state_names))
        for part in (reaction.rate, *reaction.changes.values()):
            for name in sorted(part.symbols() - names):
                raise NetworkError(f"reaction {reaction.name} uses {name}, which nothing declares", choices(name, names))
    for state in network.states:
        reached, pending = set(), set(state.initial.symbols())
        while pending:
            name = pending.pop()
            if name in state_names:
                raise NetworkError(f"the initial value of {state.name} depends on the state {name}", "Use parameters only.")
            if name not in names:
                raise NetworkError(f"the initial value of {state.name} uses {name}, which nothing declares")
            reached.add(name)
            if name in network.definitions:
                pending |= network.definitions[name].symbols() - reached


def _exactly(node: Expression) -> str:
    """The tree with every digit and the order of every sum, which `text` leaves out; what is shared makes no difference."""
    places: dict[tuple, int] = {}
    place_of: dict[int, int] = {}
    for part in node.walk():
        key = (part.op, part.name, repr(part.value), *(place_of[id(arg)] for arg in part.args))
        place_of[id(part)] = places.setdefault(key, len(places))
    return repr(list(places))
