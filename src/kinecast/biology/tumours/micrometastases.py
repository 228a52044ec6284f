"""What is left after a tumour was removed: nothing, or a deposit too small to be seen, which may grow to a relapse."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.biology.tumour import nk_power
from kinecast.network import Module, exp, log, where


def micrometastases(records: Records, disease: Records) -> Module:
    """The one deposit that would come back first, from its size after surgery to a relapse and beyond.

    Cells C = e^s are there where the residual score of the patient, a normal number, is above zero; else there are none.
    s' = g·room·viable(C)/(1 + inhibition) - k_E·E·f/(C + E + h) - k_NK·m·(NK power) - direct
    room = ln(C_max/(C + one cell))/ln(V_max/V_g): Gompertz growth, at its rate g when the deposit has the volume V_g
    E' = made·V/(elsewhere + V) - (loss + exhaustion)·E,  V = C/density
    viable(C) = (C - one cell)/(C + one cell),  f = the effectors' power that the brakes leave

    It is one lesion of `tumour` without its dead and its resistant cells (of so few cells hardly any is resistant), and takes
    the same numbers and the same totals; its growth differs between patients as that of lesions does. Few cells grow faster
    than the metastases on which growth was measured; with one rate for all sizes, relapses come as early only from deposits a
    hundred times larger. So a drug acts here as it does on metastases, but on fewer cells, and suppressor cells go within
    months of surgery: they start at their rest and follow V over the volume at which a relapse is seen. NK cells see the share m
    of the deposit's cells. Effectors reach a deposit in proportion to its
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

    power = module.read("effector_power", "1")
    made = module.read("effectors_made", "Gcell/d") + p.driver_infusion * module.total("effectors_infused", "Gcell/d")
    start = left / p.cell_density
    homed = module.read("effectors_made_at_rest", "Gcell/d") * start / (p.homing_elsewhere + start)
    balance = homed / module.read("effector_loss_at_rest", "1/d")
    effectors = module.state("residual_effectors", "Gcell", initial=balance, scale=1e-6)
    module.reaction("homing", {effectors: 1}, made * volume / (p.homing_elsewhere + volume))
    ended = module.read("effector_loss", "1/d") + module.read("exhaustion", "1/d")
    module.reaction("effector_death", {effectors: -1}, ended * effectors)
    kill = p.killing_rate * effectors * power / (c + effectors + p.killing_contact)
    module.define("relative_killing", kill, "1/d")

    slowed = 1 + p.driver_slowing * module.total("growth_inhibition", "1")
    room = log(p.lesion_volume_max * p.cell_density / (c + p.one_cell)) / log(p.lesion_volume_max / d.growth_volume)
    growth = d.growth_rate * p.growth_of_patient * p.lesion_1_growth * room / slowed
    module.reaction("growth", {cells: 1}, growth * (c - p.one_cell) / (c + p.one_cell))
    killers = module.define("nk_power", nk_power(module, p), "1")
    module.reaction("killing", {cells: -1}, kill + p.nk_killing * p.mhc_loss * killers)
    module.reaction("direct", {cells: -1}, p.driver_direct * module.total("direct_killing", "1/d"))
    return module
