"""Checkpoints: PD-1 with its ligand, CTLA-4 and TIGIT, what raises them, and the antibodies that lift them."""

from __future__ import annotations

from kinecast.biology.brakes.level import level
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def checkpoints(records: Records, disease: Records) -> Module:
    """Interferon raises the ligand L above the patient's own L0, and stimulated T cells carry more inhibitory receptors N.

    J' = k_J·(killing/k_half - J),  seen = J + w·γ,  γ = (c - rest)/(c - rest + half), c the interferon gamma of serum
    L' = k_L·(L0·(1 + induction·seen/(1 + seen)) - L),  L0 = of the disease·of the patient
    N' = k_N·(1 + g·(1 - (1 - u)·(1 - A)) - N)

    PD-1    engaged o = N·L/(L + L_half)/[(1 + load of PD-1 antibodies)·(1 + load of PD-L1 antibodies)]

    TIGIT   killing is divided by 1 + w·N

    CTLA-4  priming left = (1 + w)/(1 + w/(1 + load of CTLA-4 antibodies))

    `killing` is the share of the tumour killed in a day, u the signal of tumour-specific CD8 cells, A the activation of memory
    CD8 cells in blood. o is L0/(L0 + L_half) at rest. It brakes killing (1 + w·o), holds progenitors back from answering antigen
    (1 + h·(2·o)^n: most receptors must be free before they do), and exhausts effectors. A load is the antibody's level in the
    tumour over its affinity; several antibodies to one target add up. The common-gamma-chain cytokines raise PD-1 on T cells, and
    interferon gamma raises PD-L1: the brake comes with the drive.

    Sources: Kinter08 (receptors); Shin17 (ligand); see the records.
    """
    module = Module("checkpoints", "Checkpoints")
    p = Symbols(module, records)
    interferon = module.state("tumour_interferon", "1", scale=0.1)
    killing = module.read("relative_killing", "1/d")
    module.reaction("interferon", {interferon: 1}, p.tumour_interferon_rate * (killing / p.tumour_interferon_half - interferon))
    above = module.read("ifn_gamma_level", "pg/mL", default=0.0) - module.read("ifn_gamma_baseline", "pg/mL", default=0.0)
    serum = above / (above + p.serum_interferon_half)
    seen = module.define("interferon_seen", interferon + p.serum_interferon_weight * serum, "1")
    own = module.define("pdl1_at_rest", Symbols(module, disease).pdl1_median * p.pdl1_of_patient, "1")
    ligand = module.state("tumour_pdl1", "1", initial=own, scale=0.5)
    module.reaction("pdl1", {ligand: 1}, p.pdl1_rate * (own * (1 + p.pdl1_induction * seen / (1 + seen)) - ligand))
    receptors = module.state("inhibitory_receptors", "1", initial=1.0, scale=0.5)
    signal, blood = module.read("tumour_cd8_signal", "1"), module.read("cd8_memory_activation", "1", default=0.0)
    wanted = 1 + p.receptor_induction * (1 - (1 - signal) * (1 - blood))
    module.reaction("inhibitory_receptors", {receptors: 1}, p.receptor_rate * (wanted - receptors))

    at_rest = own / (own + p.pdl1_half)
    met = level(p, "pd1", receptors * ligand / (ligand + p.pdl1_half), at_rest)
    loads = {target: p.driver_release * module.total(f"{target}_load", "1") for target in ("pd1", "pdl1", "ctla4")}
    blocked = (1 + loads["pd1"]) * (1 + loads["pdl1"])
    engaged = module.define("pd1_engaged", met / blocked, "1")
    module.define("pd1_engaged_at_rest", at_rest, "1")
    module.define("pd1_braking", p.pd1_brake * engaged, "1")
    for name, bound in (("pd1_holding", engaged), ("pd1_holding_at_rest", at_rest)):
        module.define(name, p.pd1_hold * (2 * bound) ** p.pd1_hold_steepness, "1")
    module.define("tigit_braking", p.tigit_brake * level(p, "tigit", receptors), "1")
    free = p.ctla4_present / (1 + loads["ctla4"])
    module.define("priming_left", (1 + p.ctla4_brake) / (1 + p.ctla4_brake * free), "1")
    return module
