"""IL-15 and its complexes at the receptors that they share with IL-2: the stimulus of each cell, and what the cell takes up."""

from __future__ import annotations

from kinecast.biology.cells import RESPONDING
from kinecast.biology.molecules.beside import gain, held, sink
from kinecast.biology.molecules.delivery import delivered_stimulus
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def il15_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """What one IL-15 family drug does at the receptors of each cell: its stimulus, and its uptake by the cell.

    stimulus_c = potency·c/EC50_c, sustained signal, the one that makes cells divide
    acute      = (potency·c/EC50_acute)^h, the early signal of NK cells, which makes them release cytokines and stick to vessels
    uptake_c   = access·N_c·k_int·β_c·(c/K)/(1 + Σ c/K)

    c is the drug in plasma in nM. IL-15 reaches the IL-2Rβγ of a cell on the α chain of a neighbour (trans-presentation), or
    brings an α chain along (complexes). Its EC50 is therefore the cell's own and does not depend on CD25: hardly twofold
    between Treg and memory T cells, while that of IL-2 differs fiftyfold. β_c is the number of IL-2Rβ; the sum is over all
    drugs that bind it, IL-2 too: they compete for it, also where IL-2 would bind it together with CD25. Vessels suffer from NK
    cells that adhere, not from drug itself (Kotasek88, Allavena97); the share that crosses into the tumour reaches
    antigen-engaged CD8 cells, whose CD25 is of no use to it:

    endothelial stimulus = acute,  tumour CD8 stimulus = penetration·potency·c/EC50_t

    Blood cells show two ranges of the signal: within an hour half of it needs ten times the level that it needs after four
    hours, and the early signal is steep. So a high peak sets off cytokines, and a low level that lasts division without them.

    Engineered molecules may bring a delivery to the tumour of their own (`molecules.delivery`), and an arm on PD-1 or CD8, which
    multiplies what a cell senses by 1 + gain_c (`molecules.beside`).

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: intermediate_kd, potency (over IL-15, by molecule); those of its arm and its delivery.
        records: receptor records of the cells.

    Sources: Farhat19 (EC50 by cell and time, receptor numbers); Robb87 (internalisation); docs/cytokines/il-15.md.
    """
    module = Module(f"binding_{agent}", f"{agent} at its receptors")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    plasma = module.read(f"{agent}_plasma", "nM")
    active = module.define(f"{agent}_active", a.potency * plasma, "nM")
    acute = module.define(f"{agent}_acute", (active / p.acute_il15_ec50) ** p.acute_il15_steepness, "1")
    module.contribute("nk_acute_stimulus", acute)
    module.contribute("endothelial_stimulus", acute)
    arm = held(numbers)
    if arm:
        module.contribute(f"{agent}_consumption", sink(module, p, a, arm, plasma))
    helped = 1 + gain(p, a, arm, "tumour_cd8", p.cd8_memory_cd25_coupling) if arm else None
    if "vascular_exchange" in numbers:
        per_level = a.potency / p.tumour_il15_ec50
        module.contribute(
            "tumour_cd8_stimulus", delivered_stimulus(module, agent, per_level if helped is None else per_level * helped)
        )
    else:
        module.define(f"{agent}_in_tumour", p.tumour_penetration * plasma, "nM")
        reaching = p.tumour_penetration * active / p.tumour_il15_ec50
        module.contribute("tumour_cd8_stimulus", reaching if helped is None else reaching * helped)
    module.contribute("infused_cd8_stimulus", active / p.tumour_il15_ec50)
    for cell in RESPONDING:
        beside = 1 + gain(p, a, arm, cell, p.of(cell, "cd25_coupling")) if arm else None
        stimulus = active / p.of(cell, "il15_ec50")
        module.contribute(f"{cell}_stimulus", stimulus if beside is None else stimulus * beside)
        pairs = plasma / a.intermediate_kd
        if beside is not None:
            pairs = pairs * beside
        module.contribute(f"{cell}_intermediate_load", pairs)
        module.contribute(f"{cell}_trimer_load", pairs)
        bound = p.of(cell, "il2rb") * pairs / (1 + module.read(f"{cell}_intermediate_load", "1"))
        number = module.read(f"{cell}_number", "Gcell")
        module.contribute(f"{agent}_consumption", p.sink_access * number * p.internalisation_rate * bound)
    return module
