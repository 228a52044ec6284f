"""Humoral brakes: IL-10, TGF-β, IDO, and the desensitisation of cells that a cytokine has stimulated."""

from __future__ import annotations

from kinecast.biology.brakes.level import level
from kinecast.biology.symbols import Records, Symbols, over_rest
from kinecast.network import Module


def humoral(records: Records) -> Module:
    """Four brakes that act from a distance or from inside the cell; each is 1 (desensitisation 0) at rest.

    IL-10   i = IL-10 in serum over its rest;  dendritic maturation left = (1 + w)/(1 + w·i)
    TGF-β   T' = k_T·(σ·Treg + (1 - σ)·macrophages - T);  killing is divided by 1 + w·T
    IDO     d = 1 + g·J/(1 + J), J the interferon that the tumour sees;  divisions left = (1 + w)/(1 + w·d)
    SOCS    Z' = k_Z·(u - Z), u the signal of tumour-specific CD8 cells;  a cytokine's stimulus is divided by 1 + w·Z

    Every level passes its switches (`brakes.level`). What is left of maturation and divisions is 1 at rest, so that antigenicity
    keeps its meaning; taking the brake away leaves 1 + w.

    Sources: see the records; soluble CD25, the fifth humoral brake, binds IL-2 in plasma (`cytokines.il2`).
    """
    module = Module("humoral_brakes", "Humoral brakes: IL-10, TGF-β, IDO, desensitisation")
    p = Symbols(module, records)
    il10 = over_rest(module, "il10", "il10_baseline", "pg/mL")
    module.define("maturation_left", (1 + p.il10_brake) / (1 + p.il10_brake * level(p, "il10", il10)), "1")

    tgf = module.state("tumour_tgf_beta", "1", initial=1.0, scale=0.5)
    treg = module.read("tumour_treg", "1", default=1.0)
    macrophages = module.read("tumour_macrophages", "1", default=1.0)
    made = p.tgf_beta_of_treg * treg + (1 - p.tgf_beta_of_treg) * macrophages
    module.reaction("tgf_beta", {tgf: 1}, p.tgf_beta_rate * (made - tgf))
    module.define("tgf_beta_braking", p.tgf_beta_brake * level(p, "tgf_beta", tgf), "1")

    seen = module.read("interferon_seen", "1", default=0.0)
    ido = 1 + p.ido_induction * seen / (1 + seen)
    module.define("divisions_left", (1 + p.ido_brake) / (1 + p.ido_brake * level(p, "ido", ido)), "1")

    tired = module.state("desensitised", "1", scale=0.1)
    module.reaction("desensitisation", {tired: 1}, p.desensitisation_rate * (module.read("tumour_cd8_signal", "1") - tired))
    module.define("desensitisation_braking", p.desensitisation_brake * level(p, "desensitisation", tired, rest=None), "1")
    return module
