"""Gamma-chain receptors on lymphocytes: CD25 that follows activation, and what drugs that share a receptor fight over."""

from __future__ import annotations

from kinecast.biology.cells import INDUCIBLE_CD25, RESPONDING
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, summed


def receptors(records: Records) -> Module:
    """CD25 numbers that follow activation, and soluble CD25 shed from them.

    d CD25_c/dt = k·(CD25_c0·(1 + induction_c·A_c) - CD25_c)
    d sCD25/dt  = turnover·(sCD25_0·(Σ CD25_c·N_c)/(Σ at rest) - sCD25) + `soluble_cd25_release` (nM/d, of other cytokines)

    Drugs that bind the same receptors share them: `<cell>_intermediate_load` and `<cell>_trimer_load` are the sums of level
    over KD of all of them, from which each drug's share of the receptors follows (`cytokines.il2`).

    Sources: Farhat19 (resting numbers per cell); Nagler90 (CD56bright NK); induction: see the records.
    """
    module = Module("receptors", "Gamma-chain receptors")
    p = Symbols(module, records)
    carried, carried_at_rest = [], []
    for cell in RESPONDING:
        module.total(f"{cell}_intermediate_load", "1")
        module.total(f"{cell}_trimer_load", "1")
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
    surface = module.define("cd25_on_cells", summed(carried), "nmol")
    at_rest = module.define("cd25_on_cells_at_rest", summed(carried_at_rest), "nmol")
    soluble = module.state("soluble_cd25", "nM", initial=p.soluble_cd25_baseline, scale=0.1)
    shed = p.soluble_cd25_turnover * (p.soluble_cd25_baseline * surface / at_rest - soluble)
    module.reaction("soluble_cd25_turnover", {soluble: 1}, shed)
    module.reaction("soluble_cd25_release", {soluble: 1}, module.total("soluble_cd25_release", "nM/d"))
    return module
