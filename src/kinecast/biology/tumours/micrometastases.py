"""What is left after a tumour was removed: nothing, or a deposit too small to be seen, which may grow to a relapse."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, exp, log, where


def micrometastases(records: Records, disease: Records) -> Module:
    """The one deposit that would come back first, from its size after surgery to a relapse and beyond.

    Cells C = e^s are there where the residual score of the patient, a normal number, is above zero; else there are none.
    s' = g·room·viable(C)/(1 + inhibition) - k_E·E·f/(C + E + h) - k_NK·n·(1 + NK drive) - direct
    room = ln(C_max/(C + one cell))/ln(V_max/V_g): Gompertz growth, at its rate g when the deposit has the volume V_g
    E' = made·V/(elsewhere + V) - (d_E + k_exh·o)·E,  V = C/density
    viable(C) = (C - one cell)/(C + one cell),  f = suppression·(1 - block·o)·(1 + boost)

    It is one lesion of `tumour` without its dead and its resistant cells (of so few cells hardly any is resistant), and takes
    the same numbers and the same totals; its growth differs between patients as that of lesions does. Few cells grow faster
    than the metastases on which growth was measured; with one rate for all sizes, relapses come as early only from deposits a
    hundred times larger. So a drug acts here as it does on metastases, but on fewer cells, with suppressor cells that have gone
    with the tumour: they follow V over the volume at which a relapse is seen. Effectors reach a deposit in proportion to its
    size, so that resting immunity holds some deposits at millimetres and touches none of a few cells.
    """
    module = Module("micrometastases", "Micrometastases after surgery")
    p = Symbols(module, records)
    d = Symbols(module, disease)
    module.define("antigenicity", d.antigenicity_median * p.antigenicity_of_patient, "1")
    left = where(d.residual_score, d.residual_volume * p.cell_density, p.nothing_left * p.one_cell)
    cells = module.state("residual_log_cells", "1", initial=log(left / p.one_gigacell), scale=1.0)
    c = exp(cells) * p.one_gigacell
    volume = module.define("tumour_volume", c / p.cell_density, "mL")
    module.define("tumour_volume_baseline", d.relapse_volume, "mL")

    engaged = module.read("pd1_engaged", "1")
    power = module.read("suppression", "1") * (1 - p.pd1_block_of_killing * engaged) * (1 + module.total("killing_boost", "1"))
    nk = module.read("nk_dim_number", "Gcell", default=1.0) / module.read("nk_dim_total", "Gcell", default=1.0)
    nk = nk * (1 + module.total("nk_cytotoxicity", "1"))
    made = module.read("effectors_made", "Gcell/d")
    effectors = module.state("residual_effectors", "Gcell", scale=1e-6)
    module.reaction("homing", {effectors: 1}, made * volume / (p.homing_elsewhere + volume))
    module.reaction("effector_death", {effectors: -1}, (p.effector_death + p.exhaustion_rate * engaged) * effectors)
    kill = p.killing_rate * effectors * power / (c + effectors + p.killing_contact)
    module.define("relative_killing", kill, "1/d")

    slowed = 1 + module.total("growth_inhibition", "1")
    room = log(p.lesion_volume_max * p.cell_density / (c + p.one_cell)) / log(p.lesion_volume_max / d.growth_volume)
    growth = d.growth_rate * p.growth_of_patient * p.lesion_1_growth * room / slowed
    module.reaction("growth", {cells: 1}, growth * (c - p.one_cell) / (c + p.one_cell))
    module.reaction("killing", {cells: -1}, kill + p.nk_killing * nk)
    module.reaction("direct", {cells: -1}, module.total("direct_killing", "1/d"))
    return module
