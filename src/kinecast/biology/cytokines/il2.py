"""IL-2 at its receptors: the stimulus of each cell, and what the cell takes up."""

from __future__ import annotations

from kinecast.biology.brakes.level import level
from kinecast.biology.cells import INDUCIBLE_CD25, RESPONDING
from kinecast.biology.molecules.beside import gain, held, sink
from kinecast.biology.molecules.delivery import delivered_stimulus
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module


def il2_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """What one IL-2 family drug does at the receptors of each cell: its stimulus, and its uptake by the cell.

    stimulus_c = c / EC50_c,  EC50_c = K_βγ / (1 + φ·CD25_c/α*_c)
    uptake_c   = access·N_c·k_int·[trimer_c·(c/K_αβγ)/(1 + Σ c/K_αβγ) + (β_c - trimer_c)·(c/K_βγ)/(1 + Σ c/K_βγ)],
    trimer_c   = φ·CD25_c·β_c/(CD25_c + β_c)

    The sums are over all drugs that bind the same receptors: they compete for them.

    c is the drug in plasma that soluble CD25 has not bound, plasma level/(1 + φ·sCD25/K_α), α*_c the CD25 number at which the
    EC50 has halved, β_c the number of IL-2Rβ. The drug also reaches the endothelium and, with the share that crosses into the
    tumour, antigen-engaged CD8 cells rich in CD25:

    endothelial stimulus = c/EC50_e·(K_βγ of wild type/K_βγ),  tumour CD8 stimulus y = penetration·c·(1 + φ·CD25_t/α*_CD8)/K_βγ

    The same stimulus readies activated CD8 cells for death, activation death drive = φ·y/(1 + y): drugs that do not bind CD25
    spare them, as IL-15 does.

    A molecule with other affinities has a hold h beside φ: CD25 then helps by φ·CD25_c/α*_c·(1 + h·CD25_c/(CD25_c + β_c)), so
    that weaker binding to IL-2Rb costs a cell with much CD25 little (`molecules.affinities`).

    An engineered molecule may bring more: its own delivery to the tumour (`molecules.delivery`) in place of the penetration, and
    an arm on PD-1 or CD8, which helps beside CD25: 1 + φ·CD25_c/α*_c + gain_c (`molecules.beside`), and is taken up itself.

    The acute stimulus of NK cells (cytokines, sticking to vessels) is that of CD56dim cells: high doses are far above it, low
    ones far below, so that the difference which IL-15 needs (`cytokines.il15`) would not show.

    Binding is at quasi-steady state: it settles in minutes, cells in days. φ is 1 for wild-type IL-2 and 0 for a drug that
    does not bind CD25 (then there are no trimers, and every β binds with K_βγ).

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: intermediate_kd, trimer_kd, cd25_dependence; those of its arm and its delivery.
        records: receptor records of the cells.

    Sources: Farhat19 (numbers, EC50 by cell); Nagler90 (CD56bright NK); Robb87 (internalisation); docs/model.md.
    """
    module = Module(f"binding_{agent}", f"{agent} at its receptors")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    depth, binds = a.cd25_dependence, a.cd25_binding
    soluble = level(p, "soluble_cd25", module.read("soluble_cd25", "nM"), p.soluble_cd25_baseline)
    bound_away = binds * soluble / p.soluble_cd25_kd
    plasma = module.define(f"{agent}_free", module.read(f"{agent}_plasma", "nM") / (1 + bound_away), "nM")
    weaker = a.intermediate_kd / p.native_intermediate_kd
    module.contribute("endothelial_stimulus", plasma / p.endothelial_ec50 / weaker)
    arm = held(numbers)
    hold = a.cd25_hold if "cd25_hold" in numbers else None
    coupled = 1 + _by_cd25(depth * p.tumour_cd8_cd25 / p.cd8_memory_cd25_coupling, hold, p.tumour_cd8_cd25, p.cd8_memory_il2rb)
    if arm:
        coupled = coupled + gain(p, a, arm, "tumour_cd8", p.cd8_memory_cd25_coupling)
        module.contribute(f"{agent}_consumption", sink(module, p, a, arm, module.read(f"{agent}_plasma", "nM")))
    if "vascular_exchange" in numbers:
        reaching = delivered_stimulus(module, agent, coupled / (1 + bound_away) / a.intermediate_kd)
    else:
        seen = module.define(f"{agent}_in_tumour", p.tumour_penetration * plasma, "nM")
        reaching = seen * coupled / a.intermediate_kd
    inside = module.define(f"{agent}_tumour_stimulus", reaching, "1")
    module.contribute("tumour_cd8_stimulus", inside)
    module.contribute("infused_cd8_stimulus", plasma * coupled / a.intermediate_kd)
    module.contribute("activation_death_drive", binds * inside / (1 + inside))
    for cell in RESPONDING:
        cd25 = module.read(f"{cell}_cd25_now", "molecule/cell") if cell in INDUCIBLE_CD25 else p.of(cell, "cd25")
        beta = p.of(cell, "il2rb")
        helped = 1 + _by_cd25(depth * cd25 / p.of(cell, "cd25_coupling"), hold, cd25, beta)
        beside = gain(p, a, arm, cell, p.of(cell, "cd25_coupling")) if arm else None
        if beside is not None:
            helped = helped + beside
        ec50 = module.define(f"{agent}_ec50_{cell}", a.intermediate_kd / helped, "nM")
        module.contribute(f"{cell}_stimulus", plasma / ec50)
        if cell == "nk_dim":
            module.contribute("nk_acute_stimulus", plasma / ec50)
        trimer = module.define(f"{agent}_trimers_{cell}", binds * cd25 * beta / (cd25 + beta), "molecule/cell")
        pairs, triples = plasma / a.intermediate_kd, plasma / a.trimer_kd
        if beside is not None:
            pairs = pairs * (1 + beside)
        module.contribute(f"{cell}_intermediate_load", pairs)
        module.contribute(f"{cell}_trimer_load", triples)
        bound = trimer * triples / (1 + module.read(f"{cell}_trimer_load", "1"))
        bound = bound + (beta - trimer) * pairs / (1 + module.read(f"{cell}_intermediate_load", "1"))
        number = module.read(f"{cell}_number", "Gcell")
        module.contribute(f"{agent}_consumption", p.sink_access * number * p.internalisation_rate * bound)
    return module


def _by_cd25(coupled: Expression, hold: Expression | None, cd25: Expression, beta: Expression) -> Expression:
    """Return the help of CD25; a hold beyond wild type's counts by the share of CD25 among the two chains of the cell."""
    return coupled if hold is None else coupled * (1 + hold * cd25 / (cd25 + beta))
