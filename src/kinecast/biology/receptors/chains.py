"""One receptor chain of a cell in a dish: on the surface and inside, made, taken in, recycled and degraded."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def chain(name: str, records: Records) -> Module:
    """A chain that no ligand holds; the ligands that bind it add their own reactions (`binding`).

    dR/dt  = synthesis − k_endo·R + k_rec·Ri
    dRi/dt = k_endo·R − (k_rec + k_deg)·Ri,   synthesis = k_deg·Ri(0), so that a cell without ligand stays as it is

    R and Ri are in molecules a cell; R(0) is the parameter `<name>_copies`, Ri(0) = k_endo·R(0)/(k_rec + k_deg).

    Sources: Farhat19 (the scheme and its rates).
    """
    module = Module(f"chain_{name}", f"{name} of a cell in a dish")
    p = Symbols(module, records)
    copies = module.parameter(f"{name}_copies", 1000.0, "molecule/cell")
    within = p.endocytosis / (p.recycling + p.degradation)
    surface = module.state(name, "molecule/cell", initial=copies, scale=100.0)
    inside = module.state(f"{name}_inside", "molecule/cell", initial=copies * within, scale=100.0)
    module.reaction("synthesis", {surface: 1}, p.degradation * within * copies)
    module.reaction("endocytosis", {surface: -1, inside: 1}, p.endocytosis * surface)
    module.reaction("recycling", {inside: -1, surface: 1}, p.recycling * inside)
    module.reaction("degradation", {inside: -1}, p.degradation * inside)
    return module
