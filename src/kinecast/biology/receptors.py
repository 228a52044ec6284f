"""Gamma-chain receptors on lymphocytes: what the cells see of IL-2 and how much of it they take up."""

from __future__ import annotations

from kinecast.biology.cells import INDUCIBLE_CD25, RESPONDING
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def receptors(records: Records) -> Module:
    """CD25 numbers that follow activation, and soluble CD25 shed from them.

    d CD25_c/dt = k·(CD25_c0·(1 + induction_c·A_c) - CD25_c)
    d sCD25/dt  = turnover·(sCD25_0·(Σ CD25_c·N_c)/(Σ at rest) - sCD25)

    Sources: Farhat19 (resting numbers per cell); Nagler90 (CD56bright NK); induction: see the records.
    """
    module = Module("receptors", "Gamma-chain receptors")
    p = Symbols(module, records)
    carried, carried_at_rest = [], []
    for cell in RESPONDING:
        resting = p.of(cell, "cd25")
        if cell in INDUCIBLE_CD25:
            activation = module.read(f"{cell}_activation", "1")
            cd25 = module.state(f"{cell}_cd25_now", "molecule/cell", initial=resting, scale=100.0)
            target = resting * (1 + p.of(cell, "cd25_induction") * activation)
            module.reaction(f"{cell}_cd25_turnover", {cd25: 1}, p.cd25_turnover * (target - cd25))
        else:
            cd25 = resting
        carried.append(cd25 * module.read(f"{cell}_number", "Gcell"))
        carried_at_rest.append(resting * module.read(f"{cell}_total", "Gcell"))
    surface = module.define("cd25_on_cells", sum(carried[1:], start=carried[0]), "nmol")
    at_rest = module.define("cd25_on_cells_at_rest", sum(carried_at_rest[1:], start=carried_at_rest[0]), "nmol")
    soluble = module.state("soluble_cd25", "nM", initial=p.soluble_cd25_baseline, scale=0.1)
    shed = p.soluble_cd25_turnover * (p.soluble_cd25_baseline * surface / at_rest - soluble)
    module.reaction("soluble_cd25_turnover", {soluble: 1}, shed)
    return module


def binding(agent: str, agent_records: Records, records: Records) -> Module:
    """What one IL-2 family drug does at the receptors of each cell: its stimulus, and its uptake by the cell.

    stimulus_c = c / EC50_c,  EC50_c = K_βγ / (1 + φ·CD25_c/α*_c)
    uptake_c   = access·N_c·k_int·[trimer_c·c/(K_αβγ + c) + (β_c - trimer_c)·c/(K_βγ + c)],
    trimer_c   = φ·CD25_c·β_c/(CD25_c + β_c)

    c is the drug in plasma, α*_c the CD25 number at which the EC50 has halved, β_c the number of IL-2Rβ. The drug also reaches
    the endothelium and, with the share that crosses into the tumour, antigen-engaged CD8 cells rich in CD25:

    endothelial stimulus = c/EC50_e,  tumour CD8 stimulus = penetration·c·(1 + φ·CD25_t/α*_CD8)/K_βγ

    Binding is at quasi-steady state: it settles in minutes, cells in days. φ is 1 for wild-type IL-2 and 0 for a drug that
    does not bind CD25 (then there are no trimers, and every β binds with K_βγ).

    Arguments:
        agent: agent id.
        agent_records: the agent's receptor records: intermediate_kd, trimer_kd, cd25_dependence.
        records: receptor records of the cells.

    Sources: Farhat19 (numbers, EC50 by cell); Nagler90 (CD56bright NK); Robb87 (internalisation); docs/model.md.
    """
    module = Module(f"binding_{agent}", f"{agent} at its receptors")
    p = Symbols(module, records)
    a = Symbols(module, agent_records, prefix=f"{agent}_")
    plasma = module.read(f"{agent}_plasma", "nM")
    depth = a.cd25_dependence
    module.contribute("endothelial_stimulus", plasma / p.endothelial_ec50)
    coupled = 1 + depth * p.tumour_cd8_cd25 / p.cd8_memory_cd25_coupling
    module.contribute("tumour_cd8_stimulus", p.tumour_penetration * plasma * coupled / a.intermediate_kd)
    for cell in RESPONDING:
        cd25 = module.read(f"{cell}_cd25_now", "molecule/cell") if cell in INDUCIBLE_CD25 else p.of(cell, "cd25")
        beta = p.of(cell, "il2rb")
        ec50 = module.define(f"{agent}_ec50_{cell}", a.intermediate_kd / (1 + depth * cd25 / p.of(cell, "cd25_coupling")), "nM")
        module.contribute(f"{cell}_stimulus", plasma / ec50)
        trimer = module.define(f"{agent}_trimers_{cell}", depth * cd25 * beta / (cd25 + beta), "molecule/cell")
        bound = trimer * plasma / (a.trimer_kd + plasma) + (beta - trimer) * plasma / (a.intermediate_kd + plasma)
        number = module.read(f"{cell}_number", "Gcell")
        module.contribute(f"{agent}_consumption", p.sink_access * number * p.internalisation_rate * bound)
    return module
