"""Rates as a hash-consed graph: equal subexpressions are one node, derivatives are nodes of the same graph.

A node is its position in `Graph.nodes`; children come before parents. Building a node that exists returns the existing one, so
value numbering is the common-subexpression elimination. Divisions become products with `inv`, and integer powers become
products, so that rates and their derivatives share them.
"""

from __future__ import annotations

from collections.abc import Sequence

from kinecast.engine import elementary

Node = int

LEAVES = ("number", "state", "parameter", "rate")

LARGEST_PRODUCT_POWER = 64
"""Integer powers up to this one are written as products."""

POWER_FLOOR = 1e-80
"""u^h is written (u² + POWER_FLOOR)^(h/2), so that a state that undershoots zero by an error within tolerance never gives NaN.

It alters only |u| below 1e-32, whatever unit u has, and keeps products of several powers of zero clear of denormal numbers.
"""


class Graph:
    """Nodes `(operation, *arguments)`: number, state, parameter, rate, add, sub, mul, neg, inv, exp, log, power, where.

    `power` has a positive base by construction. `rate` is an infusion rate, constant within a step. `depends[node]` has bit i set
    when the node depends on state i, and a further bit for rates: zero means that the node depends on parameters only.
    """

    def __init__(self, n_states: int) -> None:
        self.nodes: list[tuple] = []
        self.depends: list[int] = []
        self._known: dict[tuple, Node] = {}
        self._derivatives: list[dict[Node, Node]] = [{} for _ in range(n_states)]
        self._rate_bit = 1 << n_states

    def number(self, value: float) -> Node:
        """A constant."""
        return self._node(0, "number", float(value))

    def state(self, index: int) -> Node:
        """State `index` in network order."""
        return self._node(1 << index, "state", index)

    def parameter(self, index: int) -> Node:
        """Parameter `index` in network order."""
        return self._node(0, "parameter", index)

    def rate(self, index: int) -> Node:
        """Infusion rate into the dosed state `index` (counted among dosed states)."""
        return self._node(self._rate_bit, "rate", index)

    def value(self, node: Node) -> float | None:
        """The number a node stands for, or None."""
        operation, *arguments = self.nodes[node]
        return arguments[0] if operation == "number" else None

    def arguments(self, node: Node) -> tuple[Node, ...]:
        """The nodes that an operation is computed from; none for leaves."""
        operation, *arguments = self.nodes[node]
        return () if operation in LEAVES else tuple(arguments)

    def reachable(self, outputs: Sequence[Node]) -> list[Node]:
        """The nodes that outputs are computed from, and the outputs, children before parents."""
        seen: set[Node] = set()
        stack = list(outputs)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(self.arguments(node))
        return sorted(seen)

    def leaves(self, outputs: Sequence[Node]) -> list[Node]:
        """States, parameters and rates that outputs are computed from."""
        return [node for node in self.reachable(outputs) if self.nodes[node][0] in ("state", "parameter", "rate")]

    def add(self, a: Node, b: Node) -> Node:
        """a + b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x + y)
        if x == 0.0:
            return b
        if y == 0.0:
            return a
        if a == b:
            return self.mul(self.number(2.0), a)
        if self.nodes[b][0] == "neg":
            return self.sub(a, self.nodes[b][1])
        if self.nodes[a][0] == "neg":
            return self.sub(b, self.nodes[a][1])
        return self._operation("add", min(a, b), max(a, b))

    def sub(self, a: Node, b: Node) -> Node:
        """a − b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x - y)
        if y == 0.0:
            return a
        if x == 0.0:
            return self.neg(b)
        if a == b:
            return self.number(0.0)
        if self.nodes[b][0] == "neg":
            return self.add(a, self.nodes[b][1])
        return self._operation("sub", a, b)

    def neg(self, a: Node) -> Node:
        """−a."""
        x = self.value(a)
        if x is not None:
            return self.number(-x)
        operation, *arguments = self.nodes[a]
        if operation == "neg":
            return arguments[0]
        if operation == "sub":
            return self.sub(arguments[1], arguments[0])
        return self._operation("neg", a)

    def mul(self, a: Node, b: Node) -> Node:
        """a · b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.number(x * y)
        if x == 0.0 or y == 0.0:
            return self.number(0.0)
        for one, other in ((x, b), (y, a)):
            if one == 1.0:
                return other
            if one == -1.0:
                return self.neg(other)
        if self.nodes[a][0] == "neg":
            return self.neg(self.mul(self.nodes[a][1], b))
        if self.nodes[b][0] == "neg":
            return self.neg(self.mul(a, self.nodes[b][1]))
        return self._operation("mul", min(a, b), max(a, b))

    def inv(self, a: Node) -> Node:
        """1 / a."""
        x = self.value(a)
        return self.number(1.0 / x) if x else self._operation("inv", a)

    def div(self, a: Node, b: Node) -> Node:
        """a / b, as a product."""
        return self.mul(a, self.inv(b))

    def exp(self, a: Node) -> Node:
        """e to the power of a."""
        x = self.value(a)
        return self._operation("exp", a) if x is None else self.number(float(elementary.exp(x)))

    def log(self, a: Node) -> Node:
        """Natural logarithm of a."""
        x = self.value(a)
        return self._operation("log", a) if x is None else self.number(float(elementary.log(x)))

    def where(self, condition: Node, positive: Node, otherwise: Node) -> Node:
        """`positive` where condition > 0, else `otherwise`."""
        x = self.value(condition)
        if x is not None:
            return positive if x > 0.0 else otherwise
        if positive == otherwise:
            return positive
        return self._operation("where", condition, positive, otherwise)

    def max(self, a: Node, b: Node) -> Node:
        """The larger of two nodes."""
        return self.where(self.sub(a, b), a, b)

    def min(self, a: Node, b: Node) -> Node:
        """The smaller of two nodes."""
        return self.where(self.sub(a, b), b, a)

    def pow(self, base: Node, exponent: Node) -> Node:
        """base^exponent: products for integer exponents, else for a base that is not meant to be negative (see POWER_FLOOR)."""
        h, u = self.value(exponent), self.value(base)
        if h is not None and h.is_integer() and abs(h) <= LARGEST_PRODUCT_POWER:
            return self._integer_power(base, int(h))
        if u is not None and u > 0.0:
            return self.exp(self.mul(exponent, self.log(base)))
        floored = self.add(self.mul(base, base), self.number(POWER_FLOOR))
        return self._operation("power", floored, self.mul(self.number(0.5), exponent))

    def derivative(self, node: Node, state: int) -> Node:
        """∂node/∂state, memoised."""
        known = self._derivatives[state]
        bit = 1 << state
        stack, missing = [node], set()
        while stack:
            current = stack.pop()
            if current not in known and current not in missing and self.depends[current] & bit:
                missing.add(current)
                stack.extend(self.arguments(current))
        zero = self.number(0.0)
        for current in sorted(missing):
            known[current] = self._differentiate(current, [known.get(child, zero) for child in self.arguments(current)])
        return known.get(node, zero)

    def _differentiate(self, node: Node, d: list[Node]) -> Node:
        """Derivative of a node from the derivatives `d` of its arguments."""
        operation, *a = self.nodes[node]
        match operation:
            case "state":
                return self.number(1.0)
            case "add":
                return self.add(d[0], d[1])
            case "sub":
                return self.sub(d[0], d[1])
            case "neg":
                return self.neg(d[0])
            case "mul":
                return self.add(self.mul(d[0], a[1]), self.mul(a[0], d[1]))
            case "inv":
                return self.neg(self.mul(self.mul(node, node), d[0]))
            case "exp":
                return self.mul(node, d[0])
            case "log":
                return self.mul(self.inv(a[0]), d[0])
            case "power":
                slope = self.mul(self.mul(a[1], self.inv(a[0])), d[0])
                return self.mul(node, self.add(slope, self.mul(self.log(a[0]), d[1])))
            case "where":
                return self.where(a[0], d[1], d[2])
        raise AssertionError(operation)

    def _integer_power(self, base: Node, exponent: int) -> Node:
        result, square, remaining = self.number(1.0), base, abs(exponent)
        while remaining:
            if remaining & 1:
                result = self.mul(result, square)
            remaining >>= 1
            if remaining:
                square = self.mul(square, square)
        return self.inv(result) if exponent < 0 else result

    def _operation(self, operation: str, *arguments: Node) -> Node:
        depends = 0
        for argument in arguments:
            depends |= self.depends[argument]
        return self._node(depends, operation, *arguments)

    def _node(self, depends: int, *content: object) -> Node:
        node = self._known.get(content)
        if node is None:
            node = self._known[content] = len(self.nodes)
            self.nodes.append(content)
            self.depends.append(depends)
        return node
