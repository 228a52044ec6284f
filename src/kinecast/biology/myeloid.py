"""Eosinophils, neutrophils and platelets: marrow, blood, and what moves or consumes them."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def myeloid(records: Records) -> Module:
    """Eosinophils follow IL-5; neutrophils have a feedback that holds the resting count; platelets are consumed with leak.

    eosinophils: M' = k_M·(E0·(1 + gain·(IL-5/IL-5 at rest - 1)) - M),  E' = k_E·(M - E)
    neutrophils: M' = k_tr·M·((N0/N)^γ - 1),  N' = k_N·(M - (1 + m·I)·N)
    platelets:   P' = k_P·(P0 - (1 + consumption·leak)·P)

    M is the marrow, I inflammation. Neutrophils are a two-state Friberg model whose blood pool is emptied by margination.

    Sources: Friberg02 (neutrophil feedback); VanHaelst91 and Macdonald90 (IL-5 before eosinophils); others see the records.
    """
    module = Module("myeloid", "Myeloid cells")
    p = Symbols(module, records)
    inflammation = module.read("inflammation", "1", default=0.0)
    leak = module.read("vascular_leak", "1", default=0.0)

    il5_rise = module.read("il5", "pg/mL", default=1.0) / module.read("il5_baseline", "pg/mL", default=1.0) - 1
    made = module.state("eosinophil_marrow", "Gcell/L", initial=p.eosinophil_baseline, scale=0.1)
    eosinophils = module.state("eosinophil_count", "Gcell/L", initial=p.eosinophil_baseline, scale=0.1)
    wanted = p.eosinophil_baseline * (1 + p.eosinophil_gain * il5_rise)
    module.reaction("eosinophil_marrow", {made: 1}, p.eosinophil_marrow_rate * (wanted - made))
    module.reaction("eosinophil_blood", {eosinophils: 1}, p.eosinophil_turnover * (made - eosinophils))

    rest = p.neutrophil_baseline
    marrow = module.state("neutrophil_marrow", "Gcell/L", initial=rest, scale=1.0)
    neutrophils = module.state("neutrophil_count", "Gcell/L", initial=rest, scale=1.0)
    feedback = (rest / neutrophils) ** p.neutrophil_feedback
    module.reaction("neutrophil_birth", {marrow: 1}, p.neutrophil_transit * marrow * feedback)
    module.reaction("neutrophil_release", {marrow: -1}, p.neutrophil_transit * marrow)
    # The marrow pool is scaled to the count that it upholds, so that blood turns over at its own, faster rate.
    module.reaction("neutrophil_entry", {neutrophils: 1}, p.neutrophil_turnover * marrow)
    leaving = p.neutrophil_turnover * (1 + p.neutrophil_margination * inflammation) * neutrophils
    module.reaction("neutrophil_loss", {neutrophils: -1}, leaving)

    platelets = module.state("platelet_count", "Gcell/L", initial=p.platelet_baseline, scale=50.0)
    module.reaction("platelet_birth", {platelets: 1}, p.platelet_turnover * p.platelet_baseline)
    module.reaction("platelet_loss", {platelets: -1}, p.platelet_turnover * (1 + p.platelet_consumption * leak) * platelets)
    return module
