"""Straight-line code from graph nodes, through one small interface that every target implements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kinecast.engine.graph import Graph, Node


class Code(Protocol):
    """Writes operations one by one; values are names of the target language."""

    def number(self, value: float) -> str:
        """A constant."""
        ...

    def load(self, array: str, index: int) -> str:
        """Element of an array."""
        ...

    def store(self, array: str, index: int, value: str) -> None:
        """Write an element."""
        ...

    def add(self, a: str, b: str) -> str:
        """a + b."""
        ...

    def sub(self, a: str, b: str) -> str:
        """a − b."""
        ...

    def mul(self, a: str, b: str) -> str:
        """a · b."""
        ...

    def neg(self, a: str) -> str:
        """−a."""
        ...

    def inv(self, a: str) -> str:
        """1 / a."""
        ...

    def fma(self, a: str, b: str, c: str) -> str:
        """a · b + c with one rounding."""
        ...

    def exp(self, a: str) -> str:
        """e^a."""
        ...

    def log(self, a: str) -> str:
        """Natural logarithm."""
        ...

    def power(self, a: str, b: str) -> str:
        """a^b for a positive a."""
        ...

    def together(self, calls: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
        """Results of several operations, given by name and arguments, that do not need one another."""
        ...

    def where(self, condition: str, positive: str, otherwise: str) -> str:
        """`positive` where condition > 0, else `otherwise`."""
        ...


Sources = Mapping[Node, tuple[str, int]]
"""Nodes that the code does not compute but loads: array and index."""

CHAINS = ("exp", "log", "power")
"""Operations that become many instructions, each of which waits for the one before."""

TOGETHER = 6
"""So many chains are written interleaved. From 5 to 10 the time is the same; more would not fit the registers."""


def hoisted(graph: Graph, outputs: Sequence[Node]) -> list[Node]:
    """Nodes of parameters only that `outputs` are computed from: they can be computed once a patient, outside the code."""
    found: set[Node] = set()
    seen: set[Node] = set()
    stack = list(outputs)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if graph.depends[node]:
            stack.extend(graph.arguments(node))
        elif graph.value(node) is None:
            found.add(node)
    return sorted(found)


def emit(graph: Graph, outputs: Sequence[Node], sources: Sources, code: Code, write: Callable[[int, str], None]) -> None:
    """Compute `outputs` from `sources`; `write(k, value)` takes the k-th output as soon as it is ready.

    A product used once, in a sum, becomes a fused multiply-add. Sources are loaded at each use: an instruction can take one
    operand from memory, and keeping them in registers pushes computed values out to the stack.
    """
    fused = _fusable(graph, outputs, sources)
    values: dict[Node, str] = {}

    def value(node: Node) -> str:
        if node in sources:
            return code.load(*sources[node])
        number = graph.value(node)
        return values[node] if number is None else code.number(number)

    waiting: dict[Node, list[int]] = {}
    for position, node in enumerate(outputs):
        waiting.setdefault(node, []).append(position)
    for nodes in _evaluation_order(graph, outputs, sources, fused):
        if len(nodes) == 1:
            results = [_operation(graph, nodes[0], code, value, fused)]
        else:
            results = code.together([(graph.nodes[node][0], [value(a) for a in graph.arguments(node)]) for node in nodes])
        for node, result in zip(nodes, results, strict=True):
            values[node] = result
            for position in waiting.pop(node, ()):
                write(position, result)
    for node, positions in waiting.items():
        for position in positions:
            write(position, value(node))


def _operation(graph: Graph, node: Node, code: Code, value: Callable[[Node], str], fused: set[Node]) -> str:
    operation, arguments = graph.nodes[node][0], graph.arguments(node)
    product = next((argument for argument in arguments if argument in fused), None)
    if product is None:
        return getattr(code, operation)(*(value(argument) for argument in arguments))
    x, y = (value(factor) for factor in graph.arguments(product))
    if operation == "add":
        other = arguments[1] if product == arguments[0] else arguments[0]
        return code.fma(x, y, value(other))
    if product == arguments[0]:
        return code.fma(x, y, code.neg(value(arguments[1])))
    return code.fma(code.neg(x), y, value(arguments[0]))


def _fusable(graph: Graph, outputs: Sequence[Node], sources: Sources) -> set[Node]:
    """Products with one use, which is a sum that has not taken its other argument."""
    users: dict[Node, list[Node]] = {}
    for node in _reached(graph, outputs, sources):
        for argument in _computed_from(graph, node, sources):
            users.setdefault(argument, []).append(node)
    fused: set[Node] = set()
    taken: set[Node] = set()
    wanted = set(outputs)
    for node in sorted(users):
        user = users[node][0]
        product = graph.nodes[node][0] == "mul" and node not in sources and node not in wanted
        if product and len(users[node]) == 1 and graph.nodes[user][0] in ("add", "sub") and user not in taken:
            fused.add(node)
            taken.add(user)
    return fused


def _reached(graph: Graph, outputs: Sequence[Node], sources: Sources) -> list[Node]:
    """The nodes between sources and outputs, both included, children before parents."""
    seen: set[Node] = set()
    stack = list(outputs)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(_computed_from(graph, node, sources))
    return sorted(seen)


def _computed_from(graph: Graph, node: Node, sources: Sources) -> tuple[Node, ...]:
    return () if node in sources else graph.arguments(node)


def _evaluation_order(graph: Graph, outputs: Sequence[Node], sources: Sources, fused: set[Node]) -> list[tuple[Node, ...]]:
    """Operations, children first, depth first from each output in turn: values are used soon after they are made.

    An element of the list is one operation or a group of chains to be interleaved.
    """
    group = {node: nodes for nodes in _independent_chains(graph, outputs, sources) for node in nodes}
    order: list[tuple[Node, ...]] = []
    seen: set[Node] = set()
    stack = [(node, False) for node in reversed(outputs)]
    while stack:
        node, ready = stack.pop()
        nodes = group.get(node, (node,))
        if ready:
            order.append(nodes)
        elif node not in seen:
            seen.update(nodes)
            arguments = [argument for member in nodes for argument in _computed_from(graph, member, sources)]
            if arguments:
                if node not in fused:
                    stack.append((node, True))
                stack.extend((argument, False) for argument in reversed(arguments))
    return order


def _independent_chains(graph: Graph, outputs: Sequence[Node], sources: Sources) -> list[tuple[Node, ...]]:
    """Operations in CHAINS by groups of one kind that lie equally deep in other chains: none needs another of its group."""
    depth: dict[Node, int] = {}
    found: dict[tuple[str, int], list[Node]] = {}
    for node in _reached(graph, outputs, sources):
        arguments = _computed_from(graph, node, sources)
        depth[node] = max((depth[argument] for argument in arguments), default=0)
        operation = graph.nodes[node][0]
        if arguments and operation in CHAINS:
            depth[node] += 1
            found.setdefault((operation, depth[node]), []).append(node)
    return [tuple(nodes[i : i + TOGETHER]) for nodes in found.values() for i in range(0, len(nodes), TOGETHER)]
