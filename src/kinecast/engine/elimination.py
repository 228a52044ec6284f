"""Sparse Gaussian elimination planned once: order of least fill, and the unrolled factorisation and solution."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kinecast.engine.emission import Code


@dataclass(frozen=True)
class Elimination:
    """Where the factors of a matrix with a given pattern are stored.

    Attributes:
        order: order[k] is the index of the state stored at position k.
        position: the inverse of `order`.
        rows: for each position, the positions of the non-zero columns of L + U, ascending, diagonal included.
        slots: storage of entry (row position, column position).
        given: entries that the matrix itself has; the others are fill.
    """

    order: tuple[int, ...]
    position: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    slots: dict[tuple[int, int], int]
    given: frozenset[tuple[int, int]]


def plan_elimination(entries: Collection[tuple[int, int]], size: int) -> Elimination:
    """Plan the elimination of a matrix with these non-zero entries (and a full diagonal), with diagonal pivots."""
    order = _least_fill_order(entries, size)
    position = [0] * size
    for place, index in enumerate(order):
        position[index] = place
    given = frozenset((position[i], position[j]) for i, j in entries)
    columns = [{row} for row in range(size)]
    for i, j in given:
        columns[i].add(j)
    for row in range(size):
        for pivot in range(row):
            if pivot in columns[row]:
                columns[row].update(column for column in columns[pivot] if column > pivot)
    rows = tuple(tuple(sorted(row)) for row in columns)
    slots = {}
    for i, row in enumerate(rows):
        for j in row:
            slots[i, j] = len(slots)
    return Elimination(tuple(order), tuple(position), rows, slots, given)


def emit_factorisation(plan: Elimination, code: Code) -> None:
    """Factorise `factors` − `shift`·I in place, where `factors` holds the given entries.

    Kept for the solution: −L below the diagonal, U above it and −1/u_ii on it, so that all that follows is multiply-add.
    """
    shift = code.load("shift", 0)
    for i, row in enumerate(plan.rows):
        given = {j: code.load("factors", plan.slots[i, j]) for j in row if (i, j) in plan.given}
        entries = given.copy()
        entries[i] = code.sub(entries[i], shift) if i in entries else code.neg(shift)
        for k in row:
            if k >= i:
                break
            multiplier = code.mul(entries[k], code.load("factors", plan.slots[k, k]))
            code.store("factors", plan.slots[i, k], multiplier)
            for j in plan.rows[k]:
                if j > k:
                    above = code.load("factors", plan.slots[k, j])
                    entries[j] = code.fma(multiplier, above, entries[j]) if j in entries else code.mul(multiplier, above)
        code.store("factors", plan.slots[i, i], code.neg(code.inv(entries[i])))
        for j in row:
            if j > i and entries[j] != given.get(j):
                code.store("factors", plan.slots[i, j], entries[j])


def emit_solution(plan: Elimination, code: Code) -> None:
    """Solve (shift·I − matrix) x = b, in place in `x`."""
    values: list[str] = []
    for i, row in enumerate(plan.rows):
        value = code.load("x", i)
        for k in row:
            if k < i:
                value = code.fma(code.load("factors", plan.slots[i, k]), values[k], value)
        values.append(value)
    for i in reversed(range(len(values))):
        value = values[i]
        for j in plan.rows[i]:
            if j > i:
                value = code.fma(code.load("factors", plan.slots[i, j]), values[j], value)
        values[i] = code.mul(value, code.load("factors", plan.slots[i, i]))
        code.store("x", i, values[i])


def _least_fill_order(entries: Collection[tuple[int, int]], size: int) -> list[int]:
    """Diagonal pivots, each with the least fill, then the least (row count)·(column count), of what is left."""
    rows: list[set[int]] = [set() for _ in range(size)]
    columns: list[set[int]] = [set() for _ in range(size)]
    for i, j in entries:
        if i != j:
            rows[i].add(j)
            columns[j].add(i)

    def cost(k: int) -> tuple[int, int, int, int]:
        products = len(rows[k]) * len(columns[k])
        known = sum(len(rows[k] & (rows[i] | {i})) for i in columns[k])
        return products - known, products, len(rows[k]) + len(columns[k]), k

    left = set(range(size))
    order = []
    while left:
        pivot = min(left, key=cost)
        left.remove(pivot)
        order.append(pivot)
        for i in columns[pivot]:
            rows[i].remove(pivot)
        for j in rows[pivot]:
            columns[j].remove(pivot)
        for i in columns[pivot]:
            for j in rows[pivot]:
                if i != j:
                    rows[i].add(j)
                    columns[j].add(i)
    return order
