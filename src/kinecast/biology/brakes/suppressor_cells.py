"""Suppressor cells in the tumour: regulatory T cells, MDSC and macrophages."""

from __future__ import annotations

from kinecast.biology.brakes.level import level
from kinecast.biology.symbols import Records, Symbols, over_rest
from kinecast.network import Module


def suppressor_cells(records: Records) -> Module:
    """Three kinds of cells, each 1 at rest; the killing by effectors is divided by 1 + w·level of each.

    Treg         R' = k_R·(1 + inflow·(b - 1) - R) - depletion·R,  b the Treg of blood over their rest
    MDSC         M' = k_M·((V/V0)^m - M),  level M·(1 + D)
    macrophages  A' = k_A·((1 + inflow·(m - 1))/(1 + turned·J/(1 + J)) - A),  m monocytes of blood over their rest

    V is the tumour volume, V0 its baseline, D what cytokines add to MDSC (`mdsc_drive`), J the interferon that the tumour sees,
    which turns macrophages from suppressors into helpers. Antibodies may deplete Treg (`treg_depletion`, 1/d). That MDSC follow
    growth is the tumour's doing: only D can be held at rest.

    Sources: see the records.
    """
    module = Module("suppressor_cells", "Suppressor cells in the tumour")
    p = Symbols(module, records)
    treg_at_rest = module.read("treg_total", "Gcell", default=1.0) * module.read("treg_blood_fraction", "1", default=1.0)
    blood_treg = module.read("treg_blood", "Gcell", default=1.0) / treg_at_rest
    treg = module.state("tumour_treg", "1", initial=1.0, scale=0.5)
    module.reaction("treg", {treg: 1}, p.tumour_treg_rate * (1 + p.tumour_treg_inflow * (blood_treg - 1) - treg))
    module.reaction("treg_depletion", {treg: -1}, module.total("treg_depletion", "1/d") * treg)
    module.define("treg_braking", p.treg_brake * level(p, "treg", treg), "1")

    growth = module.read("tumour_volume", "mL") / module.read("tumour_volume_baseline", "mL")
    mdsc = module.state("tumour_mdsc", "1", initial=1.0, scale=0.5)
    module.reaction("mdsc", {mdsc: 1}, p.tumour_mdsc_rate * (growth**p.tumour_mdsc_growth - mdsc))
    driven = 1 + module.total("mdsc_drive", "1")
    module.define("mdsc_braking", p.mdsc_brake * mdsc * level(p, "mdsc", driven), "1")

    blood = over_rest(module, "monocyte_pool", "monocyte_baseline", "Gcell/L")
    seen = module.read("interferon_seen", "1", default=0.0)
    wanted = (1 + p.macrophage_inflow * (blood - 1)) / (1 + p.macrophages_turned * seen / (1 + seen))
    macrophages = module.state("tumour_macrophages", "1", initial=1.0, scale=0.5)
    module.reaction("macrophages", {macrophages: 1}, p.macrophage_rate * (wanted - macrophages))
    module.define("macrophage_braking", p.macrophage_brake * level(p, "macrophage", macrophages), "1")
    return module
