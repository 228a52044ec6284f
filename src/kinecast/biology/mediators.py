"""Cytokines that the activated cells release, and the index of inflammation that moves cells and vessels."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols, over_rest
from kinecast.network import Module, symbol


def mediators(records: Records) -> Module:
    """Inflammation index I, IFN-γ, IL-6, IL-10, IL-5 and TNF, each a turnover around its resting level.

    I' = k_I·(S_NK·(1 + g·(n - 1)/(n + h)) + D - I), S_NK the acute signal of CD56dim NK cells, n their number over its rest
    X' = k_X·(X_0·(1 + gain_X·drive_X) - X) + release_X
    drive of IFN-γ = I·(1 + priming·A_NK),  of TNF, IL-6 and IL-10 = I,  of IL-5 = w·A_CD4 + (1 - w)·A_Treg

    D and release_X (pg/mL a day) are what other cytokines contribute (`inflammation_drive`, `<mediator>_release`). The
    interferon gamma in serum is what cells made and what was given: `ifn_gamma_level`.

    IL-2 raises IFN-γ with a lag of an hour and a peak at about four, four times higher at later doses (Konrad92): the
    drive is the inflammation index, primed by NK activation A_NK. IL-5 comes from memory CD4 cells and from cells as sensitive
    as Treg (ILC2); eosinophils follow it (Macdonald90, VanHaelst91).
    """
    module = Module("mediators", "Mediators")
    p = Symbols(module, records)
    nk_signal = module.read("nk_acute_signal", "1", default=0.0)
    nk_active = module.read("nk_dim_activation", "1", default=0.0)
    growth = over_rest(module, "nk_dim_number", "nk_dim_total", "Gcell")
    primed = 1 + p.inflammation_growth * (growth - 1) / (growth + p.inflammation_growth_half)
    inflammation = module.state("inflammation", "1", scale=0.1)
    drive = nk_signal * primed + module.total("inflammation_drive", "1")
    module.reaction("inflammation", {inflammation: 1}, p.inflammation_rate * (drive - inflammation))

    drives = {
        "ifn_gamma": inflammation * (1 + p.ifn_gamma_priming * nk_active),
        "tnf": inflammation,
        "il6": inflammation,
        "il10": inflammation,
        "il5": p.il5_share_cd4 * module.read("cd4_memory_activation", "1", default=0.0)
        + (1 - p.il5_share_cd4) * module.read("treg_activation", "1", default=0.0),
    }
    for name, drive in drives.items():
        rest = p.of(name, "baseline")
        level = module.state(name, "pg/mL", initial=rest, scale=1.0)
        module.reaction(name, {level: 1}, p.of(name, "turnover") * (rest * (1 + p.of(name, "gain") * drive) - level))
        module.reaction(f"{name}_release", {level: 1}, module.total(f"{name}_release", "pg/mL/d"))
    module.define("ifn_gamma_level", symbol("ifn_gamma") + module.total("ifn_gamma_given", "pg/mL"), "pg/mL")
    return module
