"""Tumour-specific immunity: one progenitor pool, its recruits, and the brakes inside the tumour."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def immunity(records: Records) -> Module:
    """Progenitor CD8 cells P are recruited by cytokine into a fixed programme of divisions Q that ends in effectors.

    P' = k_P·(P0 - P) - k_rec·u·P,  P0 = antigenicity·P_rest,  u = x/(1 + x) with x the tumour CD8 stimulus
    Q' = k_rec·u·P - k_prog·Q
    effectors made = trickle·P + burst·k_prog·Q

    Once recruited, a cell runs its programme without more cytokine (Kaech01, VanStipdonk01), and a course recruits most of a
    finite pool within its first days. So the response follows the pool and the tumour far more than the number of doses,
    as practice found when doses fell from 13 to 7 (Kammula98).

    Brakes, each 1 at rest (interferon 0): Treg R follow blood Treg b (over its resting number); MDSC M follow tumour volume V
    (over its baseline); PD-L1 L follows interferon J from killing (a share of the tumour a day).

    R' = k_R·(1 + inflow·(b - 1) - R),  M' = k_M·((V/V0)^m - M)
    J' = k_J·(killing/k_half - J),  L' = k_L·(1 + induction·J/(1 + J) - L)
    suppression = 1/(1 + w_R·R + w_M·M·(1 + D)),  PD-1 engaged = L/(L + L_half)

    Cytokines contribute to x (`tumour_cd8_stimulus`), to PD-L1 induction (`pdl1_drive`) and to MDSC (D, `mdsc_drive`).
    """
    module = Module("immunity", "Tumour-specific immunity")
    p = Symbols(module, records)
    stimulus = module.total("tumour_cd8_stimulus", "1")
    signal = module.define("tumour_cd8_signal", stimulus / (1 + stimulus), "1")
    antigenicity = module.read("antigenicity", "1")
    rest = module.define("progenitors_at_rest", antigenicity * p.progenitor_baseline, "Gcell")
    progenitors = module.state("progenitors", "Gcell", initial=rest, scale=1e-5)
    recruits = module.state("recruits", "Gcell", scale=1e-5)
    module.reaction("progenitor_renewal", {progenitors: 1}, p.progenitor_renewal * (rest - progenitors))
    module.reaction("recruitment", {progenitors: -1, recruits: 1}, p.recruitment_rate * signal * progenitors)
    module.reaction("programme", {recruits: -1}, p.programme_rate * recruits)
    made = p.trickle_rate * progenitors + p.burst_size * p.programme_rate * recruits
    module.define("effectors_made", made, "Gcell/d")

    treg_at_rest = module.read("treg_total", "Gcell", default=1.0) * module.read("treg_blood_fraction", "1", default=1.0)
    blood_treg = module.read("treg_blood", "Gcell", default=1.0) / treg_at_rest
    treg = module.state("tumour_treg", "1", initial=1.0, scale=0.5)
    module.reaction("treg", {treg: 1}, p.tumour_treg_rate * (1 + p.tumour_treg_inflow * (blood_treg - 1) - treg))
    growth = module.read("tumour_volume", "mL") / module.read("tumour_volume_baseline", "mL")
    mdsc = module.state("tumour_mdsc", "1", initial=1.0, scale=0.5)
    module.reaction("mdsc", {mdsc: 1}, p.tumour_mdsc_rate * (growth**p.tumour_mdsc_growth - mdsc))
    interferon = module.state("tumour_interferon", "1", scale=0.1)
    killing = module.read("relative_killing", "1/d")
    module.reaction("interferon", {interferon: 1}, p.tumour_interferon_rate * (killing / p.tumour_interferon_half - interferon))
    ligand = module.state("tumour_pdl1", "1", initial=1.0, scale=0.5)
    seen = interferon + module.total("pdl1_drive", "1")
    induced = 1 + p.pdl1_induction * seen / (1 + seen)
    module.reaction("pdl1", {ligand: 1}, p.pdl1_rate * (induced - ligand))

    myeloid = mdsc * (1 + module.total("mdsc_drive", "1"))
    module.define("suppression", 1 / (1 + p.treg_brake * treg + p.mdsc_brake * myeloid), "1")
    module.define("pd1_engaged", ligand / (ligand + p.pdl1_half), "1")
    return module
