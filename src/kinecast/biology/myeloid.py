"""Eosinophils, neutrophils, monocytes and platelets: marrow, blood, and what moves, makes or consumes them."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols, over_rest
from kinecast.network import Expression, Module, symbol


def myeloid(records: Records) -> Module:
    """Eosinophils follow IL-5; neutrophils have a feedback that holds the resting pool; platelets are consumed with leak.

    eosinophils: M' = k_M·(E0·(1 + gain·(IL-5/IL-5 at rest - 1) + G_E) - M),  B' = k_E·(M - B)
    neutrophils: M' = k_tr·M·((N0/B)^γ·(1 + G_N)/(1 + Z) - (1 + T)),  B' = k_N·(M·(1 + T) - (1 + m·I)·B/(1 + S))
    monocytes:   M' = k_M·(M0·(1 + G_M)/(1 + Z) - M),  B' = k_B·(M - B)
    counts:      B/(1 + H) for eosinophils and monocytes, B·(1 + W)/(1 + H) for neutrophils; leukocytes are all with lymphocytes
    lasting:     H_l' = k_l·(H - H_l), neutrophils by which toxicity is graded B·(1 + W)/(1 + H_l)
    platelets:   P' = k_P·(P0/(1 + Z_P) - (1 + consumption·leak)·P)

    M is the marrow, B the pool in blood and at vessel walls in units of the count that it upholds at rest, I inflammation. What
    cytokines contribute is 0 at rest: growth G (`eosinophil_growth`, `neutrophil_growth`, `monocyte_growth`), suppression of
    the marrow Z (`marrow_suppression`, for platelets `platelet_suppression`), early release from the marrow T
    (`neutrophil_release`), longer life in blood S (`neutrophil_survival`), margination H (`granulocyte_margination`: cells at
    vessel walls that come back when it ends), and its opposite W (`neutrophil_demargination`: cells that stand at vessel walls
    at rest, half of all, come into the stream). Neutrophils are a two-state Friberg model whose pool inflammation empties.

    Sources: Friberg02 (neutrophil feedback); VanHaelst91 and Macdonald90 (IL-5 before eosinophils); Dale98 (release, life and
    pool of neutrophils under GM-CSF); others see the records.
    """
    module = Module("myeloid", "Myeloid cells")
    p = Symbols(module, records)
    margination = module.total("granulocyte_margination", "1")
    lasting = module.state("granulocyte_margination_lasting", "1", scale=0.1)
    module.reaction("granulocyte_margination_lasting", {lasting: 1}, p.margination_lasting_rate * (margination - lasting))
    held = 1 + margination
    suppressed = 1 + module.total("marrow_suppression", "1")
    _eosinophils(module, p, held)
    seen = _neutrophils(module, p, suppressed)
    module.define("neutrophil_count", seen / held, "Gcell/L")
    module.define("neutrophil_count_lasting", seen / (1 + lasting), "Gcell/L")
    _monocytes(module, p, held, suppressed)
    _platelets(module, p)
    lymphocytes = module.read("lymphocyte_count", "Gcell/L", default=records["lymphocytes_elsewhere"].value)
    counts = [symbol(f"{cell}_count") for cell in ("eosinophil", "neutrophil", "monocyte")]
    module.define("leukocyte_count", sum(counts, start=lymphocytes), "Gcell/L")
    return module


def _eosinophils(module: Module, p: Symbols, held: Expression) -> None:
    rise = over_rest(module, "il5", "il5_baseline", "pg/mL") - 1
    rest = p.eosinophil_baseline
    made = module.state("eosinophil_marrow", "Gcell/L", initial=rest, scale=0.1)
    pool = module.state("eosinophil_pool", "Gcell/L", initial=rest, scale=0.1)
    wanted = rest * (1 + p.eosinophil_gain * rise + module.total("eosinophil_growth", "1"))
    module.reaction("eosinophil_marrow", {made: 1}, p.eosinophil_marrow_rate * (wanted - made))
    module.reaction("eosinophil_blood", {pool: 1}, p.eosinophil_turnover * (made - pool))
    module.define("eosinophil_count", pool / held, "Gcell/L")


def _neutrophils(module: Module, p: Symbols, suppressed: Expression) -> Expression:
    """Marrow and pool of neutrophils; returns the count that blood would have if no drug held cells at vessel walls."""
    inflammation = module.read("inflammation", "1", default=0.0)
    rest = p.neutrophil_baseline
    marrow = module.state("neutrophil_marrow", "Gcell/L", initial=rest, scale=1.0)
    pool = module.state("neutrophil_pool", "Gcell/L", initial=rest, scale=1.0)
    feedback = (rest / pool) ** p.neutrophil_feedback * (1 + module.total("neutrophil_growth", "1")) / suppressed
    released = 1 + module.total("neutrophil_release", "1")
    module.reaction("neutrophil_birth", {marrow: 1}, p.neutrophil_transit * marrow * feedback)
    module.reaction("neutrophil_release", {marrow: -1}, p.neutrophil_transit * marrow * released)
    # The marrow pool is scaled to the count that it upholds, so that blood turns over at its own, faster rate.
    module.reaction("neutrophil_entry", {pool: 1}, p.neutrophil_turnover * marrow * released)
    leaving = p.neutrophil_turnover * (1 + p.neutrophil_margination * inflammation) * pool
    module.reaction("neutrophil_loss", {pool: -1}, leaving / (1 + module.total("neutrophil_survival", "1")))
    return pool * (1 + module.total("neutrophil_demargination", "1"))


def _monocytes(module: Module, p: Symbols, held: Expression, suppressed: Expression) -> None:
    rest = p.monocyte_baseline
    marrow = module.state("monocyte_marrow", "Gcell/L", initial=rest, scale=0.3)
    pool = module.state("monocyte_pool", "Gcell/L", initial=rest, scale=0.3)
    made = rest * (1 + module.total("monocyte_growth", "1")) / suppressed
    module.reaction("monocyte_marrow", {marrow: 1}, p.monocyte_marrow_rate * (made - marrow))
    module.reaction("monocyte_blood", {pool: 1}, p.monocyte_turnover * (marrow - pool))
    module.define("monocyte_count", pool / held, "Gcell/L")


def _platelets(module: Module, p: Symbols) -> None:
    leak = module.read("vascular_leak", "1", default=0.0)
    platelets = module.state("platelet_count", "Gcell/L", initial=p.platelet_baseline, scale=50.0)
    made = p.platelet_turnover * p.platelet_baseline / (1 + module.total("platelet_suppression", "1"))
    module.reaction("platelet_birth", {platelets: 1}, made)
    module.reaction("platelet_loss", {platelets: -1}, p.platelet_turnover * (1 + p.platelet_consumption * leak) * platelets)
