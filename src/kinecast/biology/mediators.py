"""Cytokines that the activated cells release, and the index of inflammation that moves cells and vessels."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def mediators(records: Records) -> Module:
    """Inflammation index I, IFN-γ, IL-6, IL-10, IL-5 and TNF, each a turnover around its resting level.

    I' = k_I·(S_NK·(1 + g·(n - 1)) - I), where n is NK number over its resting number, saturating in n
    X' = k_X·(X_0·(1 + gain_X·drive_X) - X)

    IL-2 raises IFN-γ with a lag of an hour and a peak at about four, four times higher at later doses (Konrad92): the
    drive is the inflammation index, primed by NK activation. IL-5 comes from CD4 cells and from cells as sensitive as Treg
    (ILC2), which eosinophils follow (Macdonald90, VanHaelst91).
    """
    module = Module("mediators", "Mediators")
    p = Symbols(module, records)
    nk_signal = module.read("nk_dim_signal", "1")
    nk_active = module.read("nk_dim_activation", "1")
    growth = module.read("nk_dim_number", "Gcell") / module.read("nk_dim_total", "Gcell")
    primed = 1 + p.inflammation_growth * (growth - 1) / (growth + p.inflammation_growth_half)
    inflammation = module.state("inflammation", "1", scale=0.1)
    module.reaction("inflammation", {inflammation: 1}, p.inflammation_rate * (nk_signal * primed - inflammation))

    drives = {
        "ifn_gamma": inflammation * (1 + p.ifn_gamma_priming * nk_active),
        "tnf": inflammation,
        "il6": inflammation,
        "il10": inflammation,
        "il5": p.il5_share_cd4 * module.read("cd4_memory_activation", "1")
        + (1 - p.il5_share_cd4) * module.read("treg_activation", "1"),
    }
    for name, drive in drives.items():
        rest = p.of(name, "baseline")
        level = module.state(name, "pg/mL", initial=rest, scale=1.0)
        module.reaction(name, {level: 1}, p.of(name, "turnover") * (rest * (1 + p.of(name, "gain") * drive) - level))
    return module
