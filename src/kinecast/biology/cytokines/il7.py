"""IL-7: the receptor CD127 that it wears out and that takes it up, and the T cells that divide, live on and stay."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, summed

CONVENTIONAL = ("cd4_naive", "cd4_memory", "cd8_naive", "cd8_memory")
"""T cells that answer to IL-7. Regulatory cells carry CD127 too and take IL-7 up, but do not grow in number (Lee20, Sereti09)."""


def il7_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """What one IL-7 product brings to CD127, and its uptake by the cells that carry it.

    level gains potency·c;  harm gains h·c;  uptake = access·k_bound·R·Σ_c N_c·CD127_c·(potency·c)/(K + level)

    c is the product in plasma (nM), K the level at which half of the receptors hold IL-7, R the share of CD127 left on cells,
    k_bound the rate at which an occupied receptor is taken in and degraded, with one molecule of drug each, and access the share
    of T cells that meets the plasma level. Harm is each product's own, because the long-acting one is given at fifty times the
    dose of the others, with levels to match.

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: potency (per molecule, over IL-7) and harm.
        records: records of CD127.

    Sources: Farhat19 (CD127 per cell, in its data); doi-10.1182-blood-2009-10-246876 (24 and 3 h).
    """
    module = Module(f"il7_{agent}", f"{agent} at CD127")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    active = module.define(f"{agent}_active", a.potency * module.read(f"{agent}_plasma", "nM"), "nM")
    module.contribute("il7_level", active)
    module.contribute("il7_harm", a.harm * module.read(f"{agent}_plasma", "nM"))
    carried = module.read("cd127_on_cells", "nmol")
    occupied = active / (p.cd127_half + module.read("il7_level", "nM"))
    module.contribute(f"{agent}_consumption", p.cd127_access * p.cd127_loss_bound * occupied * carried)
    return module


def il7(records: Records) -> Module:
    """The answer of T cells to IL-7 at level L (nM in plasma, summed over products); nothing of it at rest.

    occupied o = L/(L + K),  CD127 left R' = k_free·(1 - R) - (k_bound - k_free)·o·R,  signal s = R·o
    lasting signal X' = k_X·(s - X),  cycling Y' = k_Y·(X·(1 - Q) - Y),  refractory Q' = k_Q,in·X·(1 - Q) - k_Q·Q
    growth_c = g_c·Y/(1 + (T/T0 - 1)²/κ²), T the number of all cells that answer and T0 that at rest
    survival = v·X (Bcl-2),  protection = w·Z,  Z' = k_Z,in·X·(1 - Z) - k_Z·Z
    thymic boost = share of the thymus·b·X,  margination of T cells gains m·s
    liver gains H,  fever f·H/(H + H_half), H the harm summed over products

    An occupied receptor is degraded eight times faster than a free one, and is made at the pace of the free one: so one dose
    gives a strong signal for hours and then one of an eighth, whatever the dose, for as long as the drug lasts. Margination
    follows the early signal and passes. Cells that have answered answer less for weeks, and cells in excess crowd each other
    out, so that courses in a row do not multiply. What was gained is kept: memory cells, that would contract after another
    stimulus, are protected for weeks, and naive cells live long. Naive cells answer most.

    Sources: doi-10.1182-blood-2009-10-246876 (CD127 lives 24 h, with IL-7 3 h), EmigrantsIL7 (survival at 0.1 ng/mL, division
    above 1 ng/mL), Lee20 and doi-10.1182-bloodadvances.2021006591 (course of counts, Ki-67 and Bcl-2), Sportes08 (naive cells
    and new emigrants most); growth was fitted, see the records.
    """
    module = Module("il7", "Answer to IL-7")
    p = Symbols(module, records)
    level = module.total("il7_level", "nM")
    occupied = level / (level + p.cd127_half)
    left = module.state("cd127", "1", initial=1.0, scale=0.1)
    module.reaction("cd127_turnover", {left: 1}, p.cd127_loss_free * (1 - left))
    module.reaction("cd127_loss", {left: -1}, (p.cd127_loss_bound - p.cd127_loss_free) * occupied * left)
    carried = [p.of(c, "cd127") * module.read(f"{c}_number", "Gcell") for c in (*CONVENTIONAL, "treg")]
    module.define("cd127_on_cells", left * summed(carried), "nmol")
    signal = module.define("il7_signal", left * occupied, "1")

    lasting = module.state("il7_lasting_signal", "1", scale=0.1)
    module.reaction("lasting_signal", {lasting: 1}, p.il7_signal_rate * (signal - lasting))
    cycling = module.state("il7_cycling", "1", scale=0.1)
    tired = module.state("il7_refractory", "1", scale=0.1)
    module.reaction("cycling", {cycling: 1}, p.il7_cycling_rate * (lasting * (1 - tired) - cycling))
    module.reaction("tiring", {tired: 1}, p.il7_tiring_rate * lasting * (1 - tired))
    module.reaction("recovery", {tired: -1}, p.il7_recovery_rate * tired)
    kept = module.state("il7_protection", "1", scale=0.1)
    module.reaction("protection", {kept: 1}, p.il7_protection_rate * lasting * (1 - kept))
    module.reaction("protection_loss", {kept: -1}, p.il7_protection_loss * kept)
    now = [module.read(f"{cell}_number", "Gcell") for cell in CONVENTIONAL]
    rest = [module.read(f"{cell}_total", "Gcell") for cell in CONVENTIONAL]
    excess = summed(now) / summed(rest) - 1
    room = 1 / (1 + (excess / p.il7_crowding) ** 2)
    for cell in CONVENTIONAL:
        module.contribute(f"{cell}_growth", p.of(cell, "il7_growth") * cycling * room)
        module.contribute(f"{cell}_survival", p.il7_survival * lasting)
        module.contribute(f"{cell}_protection", p.il7_protection_effect * kept)
    module.contribute("thymic_boost", module.read("thymic_share", "1") * p.il7_thymic_effect * lasting)
    module.contribute("t_margination_drive", p.il7_margination * signal)
    harm = module.total("il7_harm", "1")
    module.contribute("liver_drive", harm)
    module.contribute("fever_drive", p.il7_fever * harm / (harm + p.il7_fever_half))
    return module
