"""Cells that are infused: tumour-infiltrating lymphocytes, and NK cells of a donor."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module, summed

HOST = ("cd4_memory", "cd8_memory")
"""Lymphocytes of the patient that reject cells of a donor."""


def tumour_specific_cells(agent: str, numbers: Records, records: Records) -> Module:
    """Tumour-infiltrating lymphocytes, grown outside the body and infused: N cells outside of tumours.

    u = x/(1 + x),  x = stimulus by IL-2 and IL-15 of plasma (`infused_cd8_stimulus`) + w·C
    N' = g·u/(1 + N/K)·N - d·(1 - u)·N - kill·N - h·N
    effectors infused += h·reactive·burst·potency·N

    C are the body's own cytokines over rest (`body_cytokines`): few beside a full set of lymphocytes, more after lymphodepletion.
    Cells grown in IL-2 die without it (d). They leave for tissue (h), where the share that knows the tumour divides a few times
    on meeting it (burst) and arrives as other effectors do: in proportion to how lesions draw them, against PD-1, Treg and the
    other brakes. What does not know the tumour counts for nothing. `kill` is chemotherapy that is still there. `<agent>_homed`,
    `_born` and `_died` keep the account:
    infused + born = in blood and tissue + died + homed.

    Arguments:
        agent: the product's name in equations.
        numbers: the product's own records: `potency`, per reactive cell.
        records: records of infused cells.

    Sources: see the records; one of them was calibrated, the burst (`cells_antigen_burst`).
    """
    module = Module(f"cells_{agent}", f"{agent} after infusion")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    drugs = module.read("infused_cd8_stimulus", "1", default=0.0)
    cells = _living(module, agent, drugs + p.cells_body_cytokines * module.read("body_cytokines", "1"), p, "cells")
    homed = module.state(f"{agent}_homed", "Gcell", scale=10.0)
    leaving = p.cells_homing * cells
    module.reaction(f"{agent}_homing", {cells: -1, homed: 1}, leaving)
    module.contribute("effectors_infused", p.cells_reactive * p.cells_antigen_burst * a.potency * leaving)
    return module


def donor_nk_cells(agent: str, numbers: Records, records: Records) -> Module:
    """NK cells of a half-matched donor: N cells that live on cytokines, and are rejected when the patient's T cells come back.

    u = x/(1 + x),  x = `nk_dim_stimulus` of drugs + w·C
    N' = g·u/(1 + N/K)·N - d·(1 - u)·N - kill·N - r·t·N
    direct killing += k·potency·alloreactivity·N

    t is the number of the patient's memory T cells over rest, C are the body's own cytokines over rest. The stimulus is that of
    the patient's own CD56dim cells, with the drug that all cells leave: Treg that take up IL-2 leave less of it, and hardly touch
    IL-15. `<agent>_rejected`, `_born` and `_died` keep the account.

    Arguments:
        agent: the product's name in equations.
        numbers: the product's own records: `potency`, per cell.
        records: records of infused cells.

    Sources: see the records; killing was calibrated to complete remissions with IL-2 (Bachanova14).
    """
    module = Module(f"cells_{agent}", f"{agent} after infusion")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    stimulus = module.read("nk_dim_stimulus", "1", default=0.0) + p.donor_nk_body_cytokines * module.read("body_cytokines", "1")
    cells = _living(module, agent, stimulus, p, "donor_nk")
    here = summed([module.read(f"{cell}_number", "Gcell") for cell in HOST])
    rest = summed([module.read(f"{cell}_total", "Gcell") for cell in HOST])
    rejected = module.state(f"{agent}_rejected", "Gcell", scale=1.0)
    module.reaction(f"{agent}_rejection", {cells: -1, rejected: 1}, p.donor_nk_rejection * here / rest * cells)
    module.contribute("direct_killing", p.donor_nk_killing * p.donor_nk_alloreactivity * a.potency * cells)
    return module


def _living(module: Module, agent: str, stimulus: Expression, p: Symbols, kind: str) -> Expression:
    """The state of infused cells that divide with the stimulus, die without it, and are killed by chemotherapy."""
    cells = module.state(f"{agent}_infused", "Gcell", scale=1.0, dosed=True)
    born = module.state(f"{agent}_born", "Gcell", scale=10.0)
    died = module.state(f"{agent}_died", "Gcell", scale=10.0)
    signal = module.define(f"{agent}_signal", stimulus / (1 + stimulus), "1")
    room = 1 + cells / p.of(kind, "capacity")
    module.reaction(f"{agent}_division", {cells: 1, born: 1}, p.of(kind, "division_max") * signal / room * cells)
    killed = p.of(kind, "death") * (1 - signal) + module.read("lymphocyte_kill", "1/d", default=0.0)
    module.reaction(f"{agent}_death", {cells: -1, died: 1}, killed * cells)
    return cells
