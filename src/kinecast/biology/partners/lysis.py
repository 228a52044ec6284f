"""Oncolytic virus: injected into lesions, it multiplies and lyses there until immunity to it ends this; the rest is T cells."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.biology.tumour import LESIONS
from kinecast.network import Expression, Module, summed

INJECTED = 1
"""The lesion that is injected in every patient."""


def oncolytic(agent: str, numbers: Records, records: Records) -> Module:
    """A virus in three lesions of volume V.

    share of a dose for a lesion = reach·V/Σ reach·V
    virus v' = share·(what leaves the depot) + m·(1 - N)·(1 - i)·v - loss·(1 + w·N)·v
    infected i = x/(1 + x),  x = v/(v_half·(V + V_0))
    immunity to the virus N' = k_N·ī·(1 - N),  ī = Σ i·V/ΣV
    killing of the lesion gains lysis·i (1/d),  maturation of dendritic cells gains release·ī

    The first lesion is injected in every patient (reach 1); whether the others can be differs between patients. Lysis releases
    antigen and the virus makes GM-CSF on the spot: what this does to lesions without virus passes through dendritic cells only.
    V_0 keeps the density of virus finite in a lesion that is gone.

    Arguments:
        agent: the drug's name in equations.
        numbers: lysis, 1/d, at full infection, and release, both of this virus.
        records: how a virus multiplies, is lost and neutralised, and what can be injected.

    Sources: see the records; calibrated to one arm (OPTiM), so that only lysis, release and reach together are identifiable.
    """
    module = Module(f"lysis_{agent}", f"{agent} in the lesions")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    leaving = module.read(f"{agent}_leaving", "pfu/d")
    volumes = {n: module.read(f"lesion_{n}_volume", "mL", default=1.0) for n in LESIONS}
    reached = {n: volumes[n] * (1 if n == INJECTED else p.of(f"lesion_{n}", "reach")) for n in LESIONS}
    immune = module.state(f"{agent}_neutralised", "1", scale=0.1)
    infected: dict[int, Expression] = {}
    for n in LESIONS:
        virus = module.state(f"{agent}_lesion_{n}", "pfu", scale=1e3)
        density = virus / (p.virus_half * (volumes[n] + p.smallest_lesion))
        infected[n] = module.define(f"{agent}_infected_{n}", density / (1 + density), "1")
        module.reaction(f"injection_{n}", {virus: 1}, leaving * reached[n] / summed(reached.values()))
        module.reaction(f"multiplication_{n}", {virus: 1}, p.virus_multiplication * (1 - immune) * (1 - infected[n]) * virus)
        module.reaction(f"loss_{n}", {virus: -1}, p.virus_loss * (1 + p.neutralisation * immune) * virus)
        module.contribute(f"lesion_{n}_killing", a.lysis * infected[n])
    lysing = summed(infected[n] * volumes[n] for n in LESIONS) / summed(volumes.values())
    module.reaction("immunity", {immune: 1}, p.neutralising_rate * lysing * (1 - immune))
    module.contribute("dendritic_drive", a.release * lysing)
    return module
