"""Lymphodepletion: cyclophosphamide and fludarabine kill lymphocytes and harm the marrow that renews them."""

from __future__ import annotations

from kinecast.biology.cells import LYMPHOCYTES
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def lymphotoxic_drug(agent: str, numbers: Records, records: Records) -> Module:
    """What one drug kills, at a rate in proportion to its level c in plasma (so the log of what is left follows the area).

    kill K = k·c on every lymphocyte in blood and tissue, effectors and progenitors, K·(1 + excess) on Treg, also in the tumour
    marrow harm gains h·c,  kill of proliferating cells of a leukaemia: K, times its sensitivity (`tumours.chemosensitivity`)

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: lymphocyte_kill k and marrow_harm h, both per level and day, and treg_excess.
        records: records of lymphodepletion.

    Sources: calibrated to the depth of lymphopenia after the two drugs together (Nissani21), see the records; Treg are more
    sensitive to the active form of cyclophosphamide than other T cells (HellerTreg13).
    """
    module = Module(f"lymphodepletion_{agent}", f"{agent} kills lymphocytes")
    a = Symbols(module, numbers, prefix=f"{agent}_")
    level = module.read(f"{agent}_plasma", "nM")
    kill = module.define(f"{agent}_lymphocyte_kill_rate", a.lymphocyte_kill * level, "1/d")
    module.contribute("lymphocyte_kill", kill)
    module.contribute("marrow_harm", a.marrow_harm * level)
    of_treg = kill * (1 + a.treg_excess)
    module.contribute("treg_depletion", of_treg)
    for cell in LYMPHOCYTES:
        rate = of_treg if cell == "treg" else kill
        module.contribute(f"{cell}_kill", rate)
    for name in ("progenitor_depletion", "effector_depletion"):
        module.contribute(name, kill)
    return module


def lymphodepletion(records: Records) -> Module:
    """What the kill K (1/d, summed over drugs) leaves behind; nothing of it at rest.

    marrow harm H' = Σ h·c - k_H·H;  marrow suppression gains H, platelets w·H
    B cells gone G' = K·(1 - G) - k_G·G
    renewal harm R' = K - k_R·R;     the return of responding lymphocytes to rest is divided by 1 + v·R

    Lymphocytes come back more slowly than the marrow, because the tissue that renews them was hit with them. What the body's own
    IL-7 and IL-15 then do for transferred cells is in `partners.body_cytokines`.

    Sources: see the records.
    """
    module = Module("lymphodepletion", "Lymphodepletion and what follows it")
    p = Symbols(module, records)
    kill = module.total("lymphocyte_kill", "1/d")
    harm = module.state("marrow_harmed", "1", scale=0.1)
    module.reaction("marrow_harm", {harm: 1}, module.total("marrow_harm", "1/d"))
    module.reaction("marrow_repair", {harm: -1}, p.marrow_repair * harm)
    module.contribute("marrow_suppression", harm)
    module.contribute("platelet_suppression", p.platelet_harm * harm)
    lost = module.state("renewal_harmed", "1", scale=0.1)
    module.reaction("renewal_harm", {lost: 1}, kill)
    module.reaction("renewal_repair", {lost: -1}, p.renewal_repair * lost)
    module.contribute("lymphocyte_renewal_harm", p.renewal_harm * lost)
    b_cells = module.state("b_cells_gone", "1", scale=0.1)
    module.reaction("b_cell_kill", {b_cells: 1}, kill * (1 - b_cells))
    module.reaction("b_cell_return", {b_cells: -1}, p.b_cell_return * b_cells)
    module.contribute("b_cells_lost", b_cells)
    return module
