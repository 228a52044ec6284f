"""What interferons of both types induce: neopterin, IP-10, and MHC class I on tumour cells."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def interferon_response(records: Records) -> Module:
    """Three markers that follow interferon gamma in serum, and interferon alfa through its signal.

    γ = L/(L + half), L the interferon gamma in serum above its rest;  α = `ifn_alpha_signal`, 0 without that drug
    X' = k_X·(X0·(1 + gain_X,γ·γ + gain_X,α·α) - X)  for neopterin, IP-10 and MHC class I (X0 = 1)

    MHC class I lets effectors see tumour cells: it adds effect·(MHC - 1) to `killing_boost`. What interferon gamma
    does to PD-L1 stands with the checkpoints (`biology.brakes.checkpoints`).
    """
    module = Module("interferon_response", "Response to interferons")
    p = Symbols(module, records)
    level = module.read("ifn_gamma_level", "pg/mL", default=0.0)
    rest = module.read("ifn_gamma_baseline", "pg/mL", default=0.0)
    above = level - rest
    gamma = module.define("ifn_gamma_signal", above / (above + p.interferon_gamma_half), "1")
    alpha = module.total("ifn_alpha_signal", "1")
    for name, unit, scale in (("neopterin", "nmol/L", 5.0), ("ip10", "pg/mL", 100.0)):
        base = p.of(name, "baseline")
        marker = module.state(name, unit, initial=base, scale=scale)
        wanted = base * (1 + p.of(name, "by_ifn_gamma") * gamma + p.of(name, "by_ifn_alpha") * alpha)
        module.reaction(name, {marker: 1}, p.of(name, "turnover") * (wanted - marker))
    mhc = module.state("mhc_class_1", "1", initial=1.0, scale=0.5)
    wanted = 1 + p.mhc_by_ifn_gamma * gamma + p.mhc_by_ifn_alpha * alpha
    module.reaction("mhc_class_1", {mhc: 1}, p.mhc_turnover * (wanted - mhc))
    module.contribute("killing_boost", p.mhc_effect * (mhc - 1))
    return module
