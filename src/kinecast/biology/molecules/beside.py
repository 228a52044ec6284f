"""Cis-targeting: an arm that binds PD-1 or CD8 holds the cytokine beside the cytokine receptors of the same cell."""

from __future__ import annotations

from kinecast.biology.cells import RESPONDING
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module, summed

CELL_TARGETS = ("pd1", "cd8")
"""Receptors of lymphocytes that an arm may bind; `receptors.yaml` holds their number on each cell."""


def held(numbers: Records) -> str | None:
    """Return the receptor of lymphocytes that a molecule's arm binds, or None."""
    return next((name for name in CELL_TARGETS if f"{name}_cis_kd" in numbers), None)


def gain(p: Symbols, a: Symbols, target: str, cell: str, coupling: Expression) -> Expression:
    """Return by how much the arm lowers the EC50 of a cell: (1 + gain) times.

    gain = G·x/(x + G),  x = T_c/α_c·K_CD25/K_arm

    It works as CD25 does for IL-2: a chain that the cell has in numbers holds the cytokine beside its receptor, α_c being the
    number of CD25 (KD 10 nM) that halves the EC50. G is the most that an arm can do.
    """
    x = p.of(cell, target) / coupling * p.soluble_cd25_kd / a.of(target, "cis_kd")
    return p.cis_gain_max * x / (x + p.cis_gain_max)


def sink(module: Module, p: Symbols, a: Symbols, target: str, plasma: Expression) -> Expression:
    """Return what the target on lymphocytes takes up of the molecule, nmol/d: access·Σ N·T·k·c/(c + K)."""
    total = summed(module.read(f"{cell}_number", "Gcell") * p.of(cell, target) for cell in RESPONDING)
    return p.sink_access * p.cis_internalisation * total * plasma / (plasma + a.of(target, "cis_kd"))
