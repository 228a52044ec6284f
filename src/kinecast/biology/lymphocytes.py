"""Lymphocytes in blood and tissue: activation, division, loss, maturation, and their traffic."""

from __future__ import annotations

from kinecast.biology.cells import LYMPHOCYTES, NAIVE, NK, RESPONDING
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module, summed, symbol


def lymphocytes(records: Records) -> Module:
    """Seven cell types, each in blood (B) and tissue (T), at rest unless a cytokine stimulates them.

    B' = -e·(1 + held)·B + in·T + f·d·N0·(1 + thymus) + (p + growth - d/(1 + survival) - c - a)·B
    T' =  e·(1 + held)·B - in·T + (1 - f)·d·N0·(1 + thymus) + (p + growth - d/(1 + survival) - c - a)·T,  N = B + T
    in = e·f/(1 - f)·(1 + g_mob·mob)/(1 + retention·M_T), without mobilisation for naive cells
    A' = k_A·(S - A),  S = x/(1 + x) with x the summed stimulus
    p = p_max·A^m/(1 + N/(κ·N0)),  c = k_c·(1 - A)·(N - N0)/N/(1 + protection),  a = k_a·A (activation-induced death)

    `growth` (1/d), `survival`, `protection` (of what was gained, from contraction) and, for naive cells, `thymus` are what other
    cytokines contribute (`<cell>_growth`, `<cell>_survival`, `<cell>_protection`, `thymic_boost`); they are 0 at rest. Naive
    cells have no p, c and a. Drugs deplete cells (`<cell>_kill`, 1/d), and may slow the contraction, by which responding cells
    below their resting number also come back (`lymphocyte_renewal_harm`); the supply goes on. N0, the number at rest, is steady
    without a stimulus, with the fraction f of it in blood. Margination at vessel walls holds NK cells by the acute signal S_NK of
    CD56dim cells (`held` = g·M_NK), and T cells by inflammation I (g·M_T), and empties blood within hours; activated cells, each
    type by its own activation, then stay in blood (rebound):

    S_NK = y/(1 + y), y the acute stimulus (`nk_acute_stimulus`), the part of a cytokine's signal that comes within an hour

    M_NK' = k·(D_NK·(1 - τ) - M_NK),  τ' = k_τ·(depth·D_NK - τ),  M_T' = k·(D_T - M_T)
    D_NK = S_NK + `nk_margination_drive`,  D_T = I + `t_margination_drive` (what other cytokines contribute)
    mob' = k·(A - mob)

    CD56bright NK cells in tissue mature into CD56dim cells at k·(T - T0), T0 their number there at rest. Levels that only
    cells with CD25 sense delay the death of NK cells: survival = g·A of CD56bright cells, for both types (Fehniger00). NK
    cells that have multiplied and stay activated harm the vessels that they adhere to (Kotasek88, Aronson88):

    leak drive = g·A·(N/N0 - 1) of CD56dim cells

    Sources: Zhang07 (NK turnover), Vukmanovic06 (T and Treg turnover), Lotze85 (depletion in minutes, then expansion);
    division and its steepness: calibrated, see the records.
    """
    module = Module("lymphocytes", "Lymphocytes")
    p = Symbols(module, records)
    margination_nk, margination_t = _traffic(module, p)
    thymus = module.total("thymic_boost", "1")
    renewal = 1 + module.total("lymphocyte_renewal_harm", "1")
    for cell in LYMPHOCYTES:
        total = p.of(cell, "total")
        fraction = p.of(cell, "blood_fraction")
        blood = module.state(f"{cell}_blood", "Gcell", initial=total * fraction, scale=0.1)
        tissue = module.state(f"{cell}_tissue", "Gcell", initial=total * (1 - fraction), scale=5.0)
        number = module.define(f"{cell}_number", blood + tissue, "Gcell")
        held = p.nk_margination_effect * margination_nk if cell in NK else p.t_margination_effect * margination_t
        back = p.exchange_rate * fraction / (1 - fraction)
        entry = back / (1 + p.t_margination_retention * margination_t)
        if cell not in NAIVE:
            entry = entry * (1 + p.mobilisation_effect * _mobilisation(module, p, cell))
        module.reaction(f"{cell}_out", {blood: -1, tissue: 1}, p.exchange_rate * (1 + held) * blood)
        module.reaction(f"{cell}_in", {tissue: -1, blood: 1}, entry * tissue)
        turnover = p.of(cell, "turnover")
        supply = turnover * total
        if cell in NAIVE:
            supply = supply * (1 + thymus)
        module.reaction(f"{cell}_supply", {blood: fraction, tissue: 1 - fraction}, supply)
        loss = turnover / (1 + module.total(f"{cell}_survival", "1"))
        depletion = module.total(f"{cell}_kill", "1/d")
        growth = module.total(f"{cell}_growth", "1/d")
        for name, place in (("blood", blood), ("tissue", tissue)):
            module.reaction(f"{cell}_death_{name}", {place: -1}, loss * place)
            module.reaction(f"{cell}_growth_{name}", {place: 1}, growth * place)
            module.reaction(f"{cell}_depletion_{name}", {place: -1}, depletion * place)
        if cell in RESPONDING:
            _response(module, p, cell, blood, tissue, number, total, renewal)
    _nk_cells(module, p)
    _blood_counts(module, p)
    return module


def _traffic(module: Module, p: Symbols) -> tuple[Expression, Expression]:
    """Margination of NK cells (fast, tires in days) and of T cells (with inflammation)."""
    acute = module.total("nk_acute_stimulus", "1")
    signal = module.define("nk_acute_signal", acute / (1 + acute), "1") + module.total("nk_margination_drive", "1")
    inflammation = module.read("inflammation", "1", default=0.0) + module.total("t_margination_drive", "1")
    nk = module.state("nk_margination", "1", scale=0.1)
    tired = module.state("nk_margination_tolerance", "1", scale=0.1)
    module.reaction("nk_margination", {nk: 1}, p.nk_margination_rate * (signal * (1 - tired) - nk))
    module.reaction("nk_margination_tolerance", {tired: 1}, p.nk_tolerance_rate * (p.nk_tolerance_depth * signal - tired))
    t_cells = module.state("t_margination", "1", scale=0.1)
    module.reaction("t_margination", {t_cells: 1}, p.t_margination_rate * (inflammation - t_cells))
    return nk, t_cells


def _mobilisation(module: Module, p: Symbols, cell: str) -> Expression:
    """How far cells of a type stay in the circulation: follows their activation within days."""
    mobilised = module.state(f"{cell}_mobilisation", "1", scale=0.1)
    module.reaction(f"{cell}_mobilisation", {mobilised: 1}, p.mobilisation_rate * (symbol(f"{cell}_activation") - mobilised))
    return mobilised


def _response(
    module: Module,
    p: Symbols,
    cell: str,
    blood: Expression,
    tissue: Expression,
    number: Expression,
    total: Expression,
    renewal: Expression,
) -> None:
    """Activation, division and loss of one responding cell type; `renewal` is by what its return to rest is divided."""
    stimulus = module.total(f"{cell}_stimulus", "1")
    signal = module.define(f"{cell}_signal", stimulus / (1 + stimulus), "1")
    activation = module.state(f"{cell}_activation", "1", scale=0.1)
    module.reaction(f"{cell}_activation", {activation: 1}, p.activation_rate * (signal - activation))
    crowding = 1 + number / (p.of(cell, "capacity") * total)
    division = module.define(f"{cell}_division", p.of(cell, "division_max") * activation**p.division_steepness / crowding, "1/d")
    excess = (number - total) / number
    contraction = p.of(cell, "contraction_rate") * (1 - activation) * excess
    contraction = contraction / (1 + module.total(f"{cell}_protection", "1"))
    # Below their resting number, cells come back by the same term, at the pace that harm to their renewal leaves.
    contraction = contraction / renewal
    killed = p.activation_death_rate * activation
    for name, place in (("blood", blood), ("tissue", tissue)):
        module.reaction(f"{cell}_division_{name}", {place: 1}, division * place)
        module.reaction(f"{cell}_contraction_{name}", {place: -1}, contraction * place)
        module.reaction(f"{cell}_activation_death_{name}", {place: -1}, killed * place)


def _nk_cells(module: Module, p: Symbols) -> None:
    """CD56bright NK cells above their resting number become CD56dim; low levels delay death; many that stay active cause leak."""
    for cell in NK:
        module.contribute(f"{cell}_survival", p.nk_survival_gain * symbol("nk_bright_activation"))
    grown = symbol("nk_dim_number") / p.nk_dim_total - 1
    module.contribute("leak_drive", p.nk_leak * symbol("nk_dim_activation") * grown)
    tissue, dim = symbol("nk_bright_tissue"), symbol("nk_dim_tissue")
    rest = p.nk_bright_total * (1 - p.nk_bright_blood_fraction)
    module.reaction("nk_maturation", {tissue: -1, dim: 1}, p.nk_maturation_rate * (tissue - rest))


def _blood_counts(module: Module, p: Symbols) -> None:
    """Counts per litre of blood, as a laboratory reports them.

    B cells are taken to travel with naive T cells, and to stay as many as they are when those grow in number; drugs may take a
    share of them away (`b_cells_lost`).
    """
    volume = module.read("blood_volume_patient", "L")
    counts = {cell: symbol(f"{cell}_blood") / volume for cell in LYMPHOCYTES}
    like_b = [counts[cell] * p.of(cell, "total") / symbol(f"{cell}_number") for cell in NAIVE]
    b_cells = p.b_cell_share * (like_b[0] + like_b[1]) * (1 - module.total("b_cells_lost", "1"))
    named = {
        "nk_count": counts["nk_dim"] + counts["nk_bright"],
        "nk_bright_count": counts["nk_bright"],
        "cd4_count": counts["cd4_naive"] + counts["cd4_memory"] + counts["treg"],
        "cd8_count": counts["cd8_naive"] + counts["cd8_memory"],
        "treg_count": counts["treg"],
        "cd4_naive_count": counts["cd4_naive"],
        "cd8_naive_count": counts["cd8_naive"],
        "b_cell_count": b_cells,
    }
    for name, value in named.items():
        module.define(name, value, "Gcell/L")
    everything = [counts[cell] for cell in LYMPHOCYTES]
    module.define("lymphocyte_count", summed(everything) + b_cells, "Gcell/L")
