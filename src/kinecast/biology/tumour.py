"""Tumour lesions: sensitive, resistant and dead cells, and the effectors that reach them."""

from __future__ import annotations

import math

from kinecast.biology.symbols import Records, Symbols, over_rest
from kinecast.network import Expression, Module, exp, log, summed, symbol

LESIONS = (1, 2, 3)
"""Target lesions followed in each patient."""


def tumour(records: Records, disease: Records) -> Module:
    """Three lesions that share the patient's immunity and differ in size, growth and antigenicity.

    With C = e^s sensitive and R = e^r resistant cells (logarithms are the states: a lesion can shrink a billionfold):
    s' = g·(1 - V/V_max)·viable(C) - k_E·E·f/(C + R + E + h) - direct
    r' = g·(1 - V/V_max)·viable(R) - k_NK·m·n·(1 + NK drive)/[(1 + TGF-β)·(1 + TIGIT)] - direct
    viable(C) = (C - one cell)/(C + one cell): below one cell a clone dies out
    X' = killed - k_X·X,  F' = scar·k_X·X,  E' = made·share - (loss + exhaustion)·E,  V = (C + R + X + F)/density
    f = power·antigenicity of the lesion,  share = i·V/(elsewhere + Σ i·V) over the lesions

    X are dead cells, F what is left of them as a scar, which a scan shows, E effectors, i the lesion's infiltration. Resistant
    cells have lost the antigen, and nothing of this sees them, or MHC class I, and NK cells see them: m is the patient's share of
    the latter, n the number of CD56dim NK cells (blood and tissue) over its resting number. Growth is g/(1 + inhibition).

    Treatments contribute to the effectors' power (`killing_boost`), to NK cytotoxicity (`nk_cytotoxicity`), to the slowing of
    growth (`growth_inhibition`), to direct killing of tumour cells (`direct_killing`, 1/d, sensitive and resistant alike), to
    that of one lesion (`lesion_1_killing` and so on), and infuse effectors (`effectors_infused`); all are 0 at rest. Effectors
    start at their balance without treatment. Those that end exhausted are counted (`exhausted`), and do nothing.

    Where the disease has a `spontaneous_share`, some tumours regress without drug (`_spontaneous`).

    Sources: growth by disease (its record); dead-cell clearance and killing: see the records.
    """
    module = Module("tumour", "Tumour lesions")
    p = Symbols(module, records)
    d = Symbols(module, disease)
    module.define("antigenicity", d.antigenicity_median * p.antigenicity_of_patient, "1")
    power = module.read("effector_power", "1")
    killers = module.define("nk_power", nk_power(module, p), "1")
    resistant_killed = p.nk_killing * p.mhc_loss * killers
    slowed = 1 + p.driver_slowing * module.total("growth_inhibition", "1")
    direct = p.driver_direct * module.total("direct_killing", "1/d")
    made = module.read("effectors_made", "Gcell/d") + p.driver_infusion * module.total("effectors_infused", "Gcell/d")
    made_at_rest = module.read("effectors_made_at_rest", "Gcell/d")
    loss, exhaustion = module.read("effector_loss", "1/d"), module.read("exhaustion", "1/d")
    if "spontaneous_share" in disease:
        _spontaneous(module, p, d)

    lesions = {n: _sizes(module, p, d, n) for n in LESIONS}
    wanted = {n: volume * p.of(f"lesion_{n}", "infiltration") for n, (_, _, _, volume, _) in lesions.items()}
    everywhere = p.homing_elsewhere + summed(wanted.values())
    wanted_at_rest = {n: start * p.of(f"lesion_{n}", "infiltration") for n, (_, _, _, _, start) in lesions.items()}
    everywhere_at_rest = p.homing_elsewhere + summed(wanted_at_rest.values())
    exhausted = module.state("exhausted", "Gcell", scale=1e-3)
    module.reaction("exhausted_death", {exhausted: -1}, p.exhausted_death * exhausted)
    killed, sizes, starts, diameters = [], [], [], []
    for n, (sensitive, resistant, dead, volume, start) in lesions.items():
        balance = made_at_rest * wanted_at_rest[n] / everywhere_at_rest / module.read("effector_loss_at_rest", "1/d")
        effectors = module.state(f"lesion_{n}_effectors", "Gcell", initial=balance, scale=1e-3)
        module.reaction(f"homing_{n}", {effectors: 1}, made * wanted[n] / everywhere)
        module.reaction(f"effector_death_{n}", {effectors: -1}, loss * effectors)
        module.reaction(f"exhaustion_{n}", {effectors: -1, exhausted: 1}, exhaustion * effectors)
        c = exp(sensitive) * p.one_gigacell
        r = exp(resistant) * p.one_gigacell
        reach = c + r + effectors + p.killing_contact
        kill = p.killing_rate * effectors * power * p.of(f"lesion_{n}", "antigenicity") / reach
        growth = d.growth_rate * p.growth_of_patient * p.of(f"lesion_{n}", "growth") * (1 - volume / p.lesion_volume_max) / slowed
        lysed = direct + p.driver_direct * module.total(f"lesion_{n}_killing", "1/d")
        module.reaction(f"growth_{n}", {sensitive: 1}, growth * (c - p.one_cell) / (c + p.one_cell))
        module.reaction(f"growth_resistant_{n}", {resistant: 1}, growth * (r - p.one_cell) / (r + p.one_cell))
        module.reaction(f"killing_{n}", {sensitive: -1, dead: c}, kill)
        module.reaction(f"killing_resistant_{n}", {resistant: -1, dead: r}, resistant_killed)
        module.reaction(f"direct_{n}", {sensitive: -1, dead: c}, lysed)
        module.reaction(f"direct_resistant_{n}", {resistant: -1, dead: r}, lysed)
        scarred = p.of(f"lesion_{n}", "scar")
        module.reaction(f"clearing_{n}", {dead: -1, symbol(f"lesion_{n}_scar_now"): scarred}, p.dead_clearance * dead)
        killed.append(kill * c)
        sizes.append(volume)
        starts.append(start)
        diameters.append(module.define(f"lesion_{n}_diameter", (volume * (6 / math.pi)) ** (1 / 3), "mm"))
    total = module.define("tumour_volume", summed(sizes), "mL")
    module.define("tumour_volume_baseline", summed(starts), "mL")
    module.define("relative_killing", summed(killed) / (p.cell_density * total), "1/d")
    module.define("sum_of_diameters", summed(diameters), "mm")
    return module


def nk_power(module: Module, p: Symbols) -> Expression:
    """How well NK cells kill over their rest: their number, their cytotoxicity, and what TGF-β and TIGIT leave of it."""
    number = over_rest(module, "nk_dim_number", "nk_dim_total", "Gcell")
    power = (1 + p.driver_nk * (number - 1)) * (1 + p.driver_nk * module.total("nk_cytotoxicity", "1"))
    for brake in ("tgf_beta", "tigit"):
        power = power / (1 + module.read(f"{brake}_braking", "1", default=0.0))
    return power


def _spontaneous(module: Module, p: Symbols, d: Symbols) -> None:
    """A wave of immunity without drug, once in a share of the patients, at a time of each patient's own.

    r = (time/time of the wave)^n,  q = (time/twice that time)^m,  chosen = 1/(1 + (luck/share)^k)
    recruitment gains height·chosen·4·r/(1 + r)²,  the power of effectors gains boost·chosen·4·q/(1 + q)²

    The stimulus is a pulse around its time, above 1 for a third of it; effectors kill better in the months after it. Luck is
    nearly even between 0 and 1, so that the steep step chooses a share. The wave recruits the same progenitors as a cytokine
    does: what a wave has used, a drug cannot use, and the other way round. What lets tumours regress so is not known.

    Sources: Elhilali00, Escudier07 (how often, renal-cell cancer); Maruschke14 (review).
    """
    clock = module.state("time_since_entry", "d", scale=10.0)
    module.reaction("clock", {clock: 1}, 1.0)
    chosen = 1 / (1 + (p.spontaneous_luck / d.spontaneous_share) ** p.spontaneous_choice)
    ratio = (clock / p.spontaneous_time) ** p.spontaneous_steepness
    module.contribute("spontaneous_stimulus", p.spontaneous_height * chosen * 4 * ratio / (1 + ratio) ** 2)
    later = (clock / (2 * p.spontaneous_time)) ** p.spontaneous_fading
    module.contribute("spontaneous_power", p.spontaneous_boost * chosen * 4 * later / (1 + later) ** 2)


def _sizes(module: Module, p: Symbols, d: Symbols, n: int) -> tuple[Expression, Expression, Expression, Expression, Expression]:
    """The cells of one lesion, its volume now and its volume at the start."""
    start = module.define(
        f"lesion_{n}_volume_baseline", d.lesion_volume_median * p.burden_of_patient * p.of(f"lesion_{n}", "size"), "mL"
    )
    cells = start * p.cell_density / p.one_gigacell
    resistant_share = p.resistant_fraction
    sensitive = module.state(f"lesion_{n}_log_sensitive", "1", initial=log(cells * (1 - resistant_share)), scale=1.0)
    resistant = module.state(f"lesion_{n}_log_resistant", "1", initial=log(cells * resistant_share), scale=1.0)
    dead = module.state(f"lesion_{n}_dead", "Gcell", scale=0.1)
    scar = module.state(f"lesion_{n}_scar_now", "Gcell", scale=0.1)
    alive = (exp(sensitive) + exp(resistant)) * p.one_gigacell
    volume = module.define(f"lesion_{n}_volume", (alive + dead + scar) / p.cell_density, "mL")
    return sensitive, resistant, dead, volume, start
