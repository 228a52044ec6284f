"""Phosphorylated STAT of a cell in a dish, from the receptors that signal, and the feedback that dampens it within hours."""

from __future__ import annotations

from collections.abc import Sequence

from kinecast.biology.receptors.binding import Ligand
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, summed


def response(stat: str, ligands: Sequence[Ligand], records: Records) -> Module:
    """Phosphorylated STAT in units of its largest value, so that a free scale remains.

    x      = Σ over ligands of active·(copies/reference)^κ,  drive = x^n/(x^n + θ^n)
    dS/dt  = k_S·(drive − S),  pSTAT = drive/(1 + (S/S*)^m)

    active is the share of the signalling chains of the cell that are in receptors that signal: with κ = 0 cells of any number
    of chains answer alike, with κ = 1 their number counts. S follows the drive with a delay, as the inhibitors (SOCS, CIS)
    do that STAT induces.

    Arguments:
        stat: its name, such as "pstat5".
        ligands: those whose receptors use it.

    Sources: Farhat19 (the data that ask for each term; docs/receptors.md).
    """
    module = Module(f"response_{stat}", f"{stat} of a cell in a dish")
    p = Symbols(module, records)
    parts = []
    for ligand in ligands:
        copies = module.read(f"{ligand.signalling}_copies", "molecule/cell")
        parts.append(module.read(f"{ligand.key}_active", "1") * (copies / p.reference_copies) ** p.copies_exponent)
    x = module.define(f"{stat}_input", summed(parts), "1")
    raised = (x / p.half_input) ** p.steepness
    drive = module.define(f"{stat}_drive", raised / (1 + raised), "1")
    feedback = module.state(f"{stat}_feedback", "1", scale=0.1)
    module.reaction("feedback", {feedback: 1}, p.feedback_rate * (drive - feedback))
    module.define(stat, drive / (1 + (feedback / p.feedback_half) ** p.feedback_steepness), "1")
    return module
