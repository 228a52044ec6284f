"""Diversity of T-cell receptors in blood: an effective number of clones, from naive, newly made and memory T cells."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module, exp, log

LINEAGES = ("cd4", "cd8")


def diversity(records: Records) -> Module:
    """The exponential of the Shannon entropy of clones in blood, as if every clone of a group were of one size.

    thymic share of the supply of naive cells θ = θ_20·exp(-(age - 20 y)/τ)
    new cells E' = d·N0·(θ + boost) - (d + k_E)·E,  those among naive cells of the lineage r = E/N0, when both divide alike
    naive: ln D_n = (1 - r)·(ln C_n - ln(1 - r)) + r·(ln(E/cells a clone) - ln r),  memory: D_m = C_m
    all: ln D = Σ f·(ln D_g - ln f), f the share of the group among naive and memory CD4 and CD8 cells in blood

    It rests on assumptions: no clone is in two groups; a group keeps its clones when it grows or shrinks, so that IL-7, under
    which all clones of a group divide alike, changes diversity by the shares of the groups and by the thymus alone; a new cell
    brings a new receptor. Only changes mean something: the numbers of clones are orders of magnitude. Regulatory cells are
    left out.

    Sources: NaiveHomeostasis21 (thymus at 20 years and late in life), Qi14, Arstila99 and Robins09 (numbers of clones).
    """
    module = Module("diversity", "Diversity of T-cell receptors")
    p = Symbols(module, records)
    years = module.read("age_of_patient", "year") - p.thymic_share_age
    share = module.define("thymic_share", p.thymic_share_young * exp(-years / p.thymic_share_decay), "1")
    boost = module.read("thymic_boost", "1", default=0.0)
    groups: list[tuple[Expression, Expression]] = []
    for lineage in LINEAGES:
        cell = f"{lineage}_naive"
        rest, turnover = module.read(f"{cell}_total", "Gcell"), module.read(f"{cell}_turnover", "1/d")
        leaving = turnover + p.emigrant_maturation
        new = module.state(f"{lineage}_emigrants", "Gcell", initial=turnover * rest * share / leaving, scale=0.1)
        module.reaction(f"{lineage}_made", {new: 1}, turnover * rest * (share + boost))
        module.reaction(f"{lineage}_matured", {new: -1}, leaving * new)
        fresh = module.define(f"{lineage}_emigrant_share", new / rest, "1")
        old = (1 - fresh) * (log(p.of(cell, "clones")) - log(1 - fresh))
        naive = old + fresh * (log(new / p.emigrant_clone_size) - log(fresh))
        groups.append((module.read(f"{cell}_blood", "Gcell"), naive))
        memory = f"{lineage}_memory"
        groups.append((module.read(f"{memory}_blood", "Gcell"), log(p.of(memory, "clones"))))
    cells = groups[0][0] + groups[1][0] + groups[2][0] + groups[3][0]
    terms = [number / cells * (within - log(number / cells)) for number, within in groups]
    module.define("tcr_diversity", exp(terms[0] + terms[1] + terms[2] + terms[3]), "1")
    return module
