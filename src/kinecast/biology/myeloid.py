"""Eosinophils, neutrophils, monocytes and platelets: marrow, blood, and what moves, makes or consumes them."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def myeloid(records: Records) -> Module:
    """Eosinophils follow IL-5; neutrophils have a feedback that holds the resting count; platelets are consumed with leak.

    eosinophils: M' = k_M·(E0·(1 + gain·(IL-5/IL-5 at rest - 1) + G_E) - M),  E' = k_E·(M - (1 + H)·E)
    neutrophils: M' = k_tr·M·((N0/N)^γ·(1 + G_N)/(1 + Z) - 1),  N' = k_N·(M - (1 + m·I + H)·N)
    monocytes:   M' = k_M·(M0·(1 + G_M)/(1 + Z) - M),  B' = k_B·(M - (1 + H)·B)
    platelets:   P' = k_P·(P0/(1 + Z_P) - (1 + consumption·leak)·P)

    M is the marrow, I inflammation. What cytokines contribute is 0 at rest: growth G (`eosinophil_growth`,
    `neutrophil_growth`, `monocyte_growth`), suppression of the marrow Z (`marrow_suppression`, for platelets
    `platelet_suppression`), and margination H (`granulocyte_margination`: fast, out of blood and back). Neutrophils are a
    two-state Friberg model whose blood pool is emptied by margination.

    Sources: Friberg02 (neutrophil feedback); VanHaelst91 and Macdonald90 (IL-5 before eosinophils); others see the records.
    """
    module = Module("myeloid", "Myeloid cells")
    p = Symbols(module, records)
    inflammation = module.read("inflammation", "1", default=0.0)
    leak = module.read("vascular_leak", "1", default=0.0)

    il5_rise = module.read("il5", "pg/mL", default=1.0) / module.read("il5_baseline", "pg/mL", default=1.0) - 1
    made = module.state("eosinophil_marrow", "Gcell/L", initial=p.eosinophil_baseline, scale=0.1)
    eosinophils = module.state("eosinophil_count", "Gcell/L", initial=p.eosinophil_baseline, scale=0.1)
    held = module.total("granulocyte_margination", "1")
    suppressed = 1 + module.total("marrow_suppression", "1")
    wanted = p.eosinophil_baseline * (1 + p.eosinophil_gain * il5_rise + module.total("eosinophil_growth", "1"))
    module.reaction("eosinophil_marrow", {made: 1}, p.eosinophil_marrow_rate * (wanted - made))
    module.reaction("eosinophil_blood", {eosinophils: 1}, p.eosinophil_turnover * (made - (1 + held) * eosinophils))

    rest = p.neutrophil_baseline
    marrow = module.state("neutrophil_marrow", "Gcell/L", initial=rest, scale=1.0)
    neutrophils = module.state("neutrophil_count", "Gcell/L", initial=rest, scale=1.0)
    feedback = (rest / neutrophils) ** p.neutrophil_feedback * (1 + module.total("neutrophil_growth", "1")) / suppressed
    module.reaction("neutrophil_birth", {marrow: 1}, p.neutrophil_transit * marrow * feedback)
    module.reaction("neutrophil_release", {marrow: -1}, p.neutrophil_transit * marrow)
    # The marrow pool is scaled to the count that it upholds, so that blood turns over at its own, faster rate.
    module.reaction("neutrophil_entry", {neutrophils: 1}, p.neutrophil_turnover * marrow)
    leaving = p.neutrophil_turnover * (1 + p.neutrophil_margination * inflammation + held) * neutrophils
    module.reaction("neutrophil_loss", {neutrophils: -1}, leaving)

    rest = p.monocyte_baseline
    ready = module.state("monocyte_marrow", "Gcell/L", initial=rest, scale=0.3)
    monocytes = module.state("monocyte_count", "Gcell/L", initial=rest, scale=0.3)
    made = rest * (1 + module.total("monocyte_growth", "1")) / suppressed
    module.reaction("monocyte_marrow", {ready: 1}, p.monocyte_marrow_rate * (made - ready))
    module.reaction("monocyte_blood", {monocytes: 1}, p.monocyte_turnover * (ready - (1 + held) * monocytes))

    platelets = module.state("platelet_count", "Gcell/L", initial=p.platelet_baseline, scale=50.0)
    made = p.platelet_turnover * p.platelet_baseline / (1 + module.total("platelet_suppression", "1"))
    module.reaction("platelet_birth", {platelets: 1}, made)
    module.reaction("platelet_loss", {platelets: -1}, p.platelet_turnover * (1 + p.platelet_consumption * leak) * platelets)
    return module
