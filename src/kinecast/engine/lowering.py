"""From a network to its equations as graph nodes: derivatives, Jacobian, initial values and definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kinecast.engine.emission import Sources, hoisted
from kinecast.engine.graph import Graph, Node
from kinecast.errors import NetworkError, choices
from kinecast.network.expression import Expression
from kinecast.network.network import Network


@dataclass(frozen=True)
class System:
    """The equations of a network; every index is in network order.

    Attributes:
        graph: the nodes.
        derivatives: dy/dt of each state, infusion rates included.
        jacobian: ∂(dy_i/dt)/∂y_j of the entries (i, j) that are not zero.
        initial: initial value of each state, a function of parameters.
        definitions: node of each definition, state and parameter by name.
        dosed: indices of the states that can be dosed.
    """

    graph: Graph
    derivatives: tuple[Node, ...]
    jacobian: dict[tuple[int, int], Node]
    initial: tuple[Node, ...]
    definitions: dict[str, Node]
    dosed: tuple[int, ...]

    @cached_property
    def outputs(self) -> list[Node]:
        """The derivatives and the Jacobian's entries, in order."""
        return [*self.derivatives, *self.jacobian.values()]

    @cached_property
    def constants(self) -> list[Node]:
        """Nodes of parameters only that the outputs are computed from, evaluated once a patient."""
        return hoisted(self.graph, self.outputs)

    def sources(self, position: Sequence[int]) -> Sources:
        """Where code for the outputs finds its leaves: `y` has state i at position[i]; `inputs` has constants, then rates."""
        sources = {self.graph.state(index): ("y", position[index]) for index in range(len(self.derivatives))}
        sources |= {node: ("inputs", index) for index, node in enumerate(self.constants)}
        return sources | {self.graph.rate(number): ("inputs", len(self.constants) + number) for number in range(len(self.dosed))}


def lower(network: Network) -> System:
    """Lower a network's states, parameters, definitions and reactions."""
    graph = Graph(len(network.states))
    names = {state.name: graph.state(index) for index, state in enumerate(network.states)}
    names |= {parameter.name: graph.parameter(index) for index, parameter in enumerate(network.parameters)}
    lowered: dict[int, Node] = {}

    def node(expression: Expression) -> Node:
        return _lower_expression(expression, graph, names, lowered)

    for name, definition in network.definitions.items():
        names[name] = node(definition)
    initial = tuple(node(state.initial) for state in network.states)
    for state, start in zip(network.states, initial, strict=True):
        if graph.depends[start]:
            raise NetworkError(f"initial value of '{state.name}' depends on states.", "Write it with parameters only.")

    index = {state.name: position for position, state in enumerate(network.states)}
    dosed = tuple(position for position, state in enumerate(network.states) if state.dosed)
    derivatives = [graph.number(0.0)] * len(network.states)
    for reaction in network.reactions:
        rate = node(reaction.rate)
        for name, coefficient in reaction.changes.items():
            position = index[name]
            derivatives[position] = graph.add(derivatives[position], graph.mul(node(coefficient), rate))
    for number, position in enumerate(dosed):
        derivatives[position] = graph.add(derivatives[position], graph.rate(number))
    return System(graph, tuple(derivatives), _jacobian(graph, derivatives), initial, names, dosed)


def _jacobian(graph: Graph, derivatives: list[Node]) -> dict[tuple[int, int], Node]:
    jacobian = {}
    for i, derivative in enumerate(derivatives):
        for j in range(len(derivatives)):
            if graph.depends[derivative] >> j & 1:
                entry = graph.derivative(derivative, j)
                if graph.value(entry) != 0.0:
                    jacobian[i, j] = entry
    return jacobian


def _lower_expression(root: Expression, graph: Graph, names: dict[str, Node], lowered: dict[int, Node]) -> Node:
    if id(root) in lowered:
        return lowered[id(root)]
    for expression in root.walk():
        if id(expression) in lowered:
            continue
        if expression.op == "number":
            node = graph.number(expression.value)
        elif expression.op == "symbol":
            if expression.name not in names:
                raise NetworkError(f"'{expression.name}' is not defined.", choices(expression.name, names))
            node = names[expression.name]
        else:
            node = getattr(graph, expression.op)(*(lowered[id(argument)] for argument in expression.args))
        lowered[id(expression)] = node
    return lowered[id(root)]
