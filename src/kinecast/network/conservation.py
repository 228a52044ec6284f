"""Conservation relations of a network: sums of states that no reaction changes."""

from __future__ import annotations

import numpy as np

from kinecast.network.expression import Expression
from kinecast.network.network import Network


def stoichiometry(network: Network) -> np.ndarray:
    """Change of each state (rows) by one unit of each reaction (columns), at the default parameters (canonical units)."""
    values = {parameter.name: parameter.value for parameter in network.parameters}
    for name, definition in network.definitions.items():
        if definition.symbols() <= values.keys():
            values[name] = _number(definition, values)
    rows = {state.name: i for i, state in enumerate(network.states)}
    matrix = np.zeros((len(network.states), len(network.reactions)))
    for column, reaction in enumerate(network.reactions):
        for name, change in reaction.changes.items():
            known = change.symbols() <= values.keys()
            matrix[rows[name], column] = _number(change, values) if known else np.nan
    return matrix


def conservation_relations(network: Network) -> list[dict[str, float]]:
    """Independent conserved sums, each as state name → weight, smallest support first.

    A state whose change depends on other states (not only on parameters) takes part in no relation. States that no
    reaction changes at all are left out. The relations are the row-reduced basis of the left null space of the
    stoichiometric matrix.
    """
    matrix = stoichiometry(network)
    used = [i for i, row in enumerate(matrix) if np.any(row != 0) and not np.any(np.isnan(row))]
    unknown = np.isnan(matrix).any(axis=0)
    blocked = {i for i in used if np.any((matrix[i] != 0) & unknown)}
    used = [i for i in used if i not in blocked]
    if not used:
        return []
    basis = _row_reduced(_left_null_space(matrix[used]))
    names = [network.states[i].name for i in used]
    relations = [{name: float(w) for name, w in zip(names, row, strict=True) if abs(w) > 1e-9} for row in basis]
    return sorted(relations, key=len)


def _left_null_space(matrix: np.ndarray) -> np.ndarray:
    left, singular, _ = np.linalg.svd(matrix, full_matrices=True)
    rank = int(np.sum(singular > 1e-10 * max(1.0, singular[0] if singular.size else 1.0)))
    return left[:, rank:].T


def _row_reduced(rows: np.ndarray) -> np.ndarray:
    """Reduced row echelon form, so that each relation shows the fewest states."""
    rows = rows.copy()
    top = 0
    for column in range(rows.shape[1]):
        if top == len(rows):
            break
        pivot = top + int(np.argmax(np.abs(rows[top:, column])))
        if abs(rows[pivot, column]) < 1e-9:
            continue
        rows[[top, pivot]] = rows[[pivot, top]]
        rows[top] /= rows[top, column]
        others = np.arange(len(rows)) != top
        rows[others] -= np.outer(rows[others, column], rows[top])
        top += 1
    return rows[:top]


def _number(node: Expression, values: dict[str, float]) -> float:
    done: dict[int, float] = {}
    for part in node.walk():
        args = [done[id(arg)] for arg in part.args]
        match part.op:
            case "number":
                result = part.value
            case "symbol":
                result = values[part.name]
            case "add":
                result = args[0] + args[1]
            case "sub":
                result = args[0] - args[1]
            case "mul":
                result = args[0] * args[1]
            case "div":
                result = args[0] / args[1]
            case "pow":
                result = args[0] ** args[1]
            case "neg":
                result = -args[0]
            case "exp":
                result = float(np.exp(args[0]))
            case "log":
                result = float(np.log(args[0]))
            case "max":
                result = max(args)
            case "min":
                result = min(args)
            case _:
                result = args[1] if args[0] > 0 else args[2]
        done[id(part)] = result
    return done[id(node)]
