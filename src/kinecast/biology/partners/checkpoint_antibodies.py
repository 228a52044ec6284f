"""Antibodies to PD-1, PD-L1 and CTLA-4: how much of their target in the tumour they keep busy."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module


def pd1_antibody(agent: str, numbers: Records, records: Records) -> Module:
    """PD-1 load += share·c/K: c the antibody in plasma, share what reaches the tumour, K its affinity or level at half effect."""
    module, load = _load(agent, numbers, records, "pd1", "antibody_in_tumour")
    module.contribute("pd1_load", load)
    return module


def pdl1_antibody(agent: str, numbers: Records, records: Records) -> Module:
    """PD-L1 load += share·c/K, as for PD-1; PD-1 then finds no ligand. PD-L2 is not in the model."""
    module, load = _load(agent, numbers, records, "pdl1", "antibody_in_tumour")
    module.contribute("pdl1_load", load)
    return module


def ctla4_antibody(agent: str, numbers: Records, records: Records) -> Module:
    """CTLA-4 load += share·c/K, share what reaches the nodes where T cells are primed.

    Treg depletion += rate·load/(1 + load), where the antibody's record has a rate above zero.

    Whether antibodies to CTLA-4 deplete Treg in patients' tumours is disputed: the rate is 0 in the records, and an option.
    """
    module, load = _load(agent, numbers, records, "ctla4", "antibody_in_node")
    module.contribute("ctla4_load", load)
    rate = Symbols(module, numbers, prefix=f"{agent}_").treg_depletion
    module.contribute("treg_depletion", rate * load / (1 + load))
    return module


def _load(agent: str, numbers: Records, records: Records, target: str, reach: str) -> tuple[Module, Expression]:
    module = Module(f"{target}_{agent}", f"{agent} at its target")
    share = getattr(Symbols(module, records), reach)
    affinity = Symbols(module, numbers, prefix=f"{agent}_").of(target, "kd")
    level = module.read(f"{agent}_plasma", "nM")
    return module, module.define(f"{agent}_load", share * level / affinity, "1")
