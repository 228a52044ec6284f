"""One ligand in the medium of a dish: it binds chains, gathers them into receptors that signal, and is taken in with them."""

from __future__ import annotations

from dataclasses import dataclass

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module

GAMMA = "gc"
"""The chain that all of the family share."""

BETA = "il2rb"
"""The chain that IL-2 and IL-15 share; it takes up ligand more slowly than the others."""


@dataclass(frozen=True)
class Ligand:
    """A place for a molecule in the network.

    Attributes:
        key: its name in equations.
        signalling: the private chain that signals together with the shared one.
        capturing: the chain that only holds the ligand (IL-2Ra, IL-15Ra); "" when there is none.
    """

    key: str
    signalling: str
    capturing: str = ""


def binding(ligand: Ligand, records: Records) -> Module:
    """Binding, assembly and uptake of one ligand.

    With L in the medium [nM] and A, B, G the capturing, the signalling and the shared chain [molecule/cell]:

    L + A ⇌ LA           k_A·capture,   k_A·K_A
    L + B ⇌ LB           k_B,           k_B·K_B
    LA + B ⇌ LAB         k_2D,          k_2D·θ·K_B
    LB + A ⇌ LAB         k_2D·capture,  k_2D·θ·K_A
    LBG + A ⇌ LABG       k_2D·capture,  k_2D·θ·K_A
    LB + G ⇌ LBG         k_γ/loss,      k_γoff
    LAB + G ⇌ LABG       k_γ/loss,      k_γoff

    θ turns an affinity in solution into one between chains of the same membrane, so that both ways to LAB, and to LABG, end
    in the same affinity (detailed balance). What does not signal is taken in as slowly as a free chain and falls apart
    inside; LBG and LABG are taken in with the rate k_in, signal on inside and are degraded, except A, which recycles.
    The ligand inside is lost; the medium loses what cells bind, as far as there are cells (`dish_cell_density`).

    Left out: the ligand on G alone, and LAG: the affinity of G for a ligand without B is above 100 µM.

    Arguments:
        ligand: its chains; their modules (`chain`) have to be in the network.

    Sources: Farhat19 (the scheme), Robb87 (k_in), Hemar95 (fate of the chains).
    """
    key = ligand.key
    module = Module(f"ligand_{key}", f"{key} and its receptors in a dish")
    p = Symbols(module, records)
    dose = module.parameter(f"{key}_dose", 1.0, "nM")
    medium = module.state(f"{key}_medium", "nM", initial=dose, scale=0.01, dosed=True)
    on = p.beta_on if ligand.signalling == BETA else p.chain_on
    b, b_inside = (module.read(f"{ligand.signalling}{where}", "molecule/cell") for where in ("", "_inside"))
    g = module.read(GAMMA, "molecule/cell")
    kd_b = module.parameter(f"{key}_kd_signalling", 100.0, "nM")
    join = p.gamma_on / module.parameter(f"{key}_gamma_loss", 1.0, "1")

    def complex_(name: str) -> Expression:
        return module.state(f"{key}_{name}", "molecule/cell", scale=10.0)

    def reversible(name: str, changes: dict[Expression, Expression | float], on: Expression, off: Expression) -> None:
        module.reaction(f"{name}_on", changes, on)
        module.reaction(f"{name}_off", {state: -change for state, change in changes.items()}, off)

    lb, lbg, lbg_inside = complex_("b"), complex_("bg"), complex_("bg_inside")
    taken = -p.dish_cell_density
    reversible("b", {medium: taken, b: -1, lb: 1}, on * medium * b, on * kd_b * lb)
    reversible("bg", {lb: -1, g: -1, lbg: 1}, join * lb * g, p.gamma_off * lbg)
    module.reaction("b_uptake", {lb: -1, b_inside: 1}, p.endocytosis * lb)
    module.reaction("bg_uptake", {lbg: -1, lbg_inside: 1}, p.internalisation * lbg)
    module.reaction("bg_degradation", {lbg_inside: -1}, p.complex_degradation * lbg_inside)
    active, inner = lbg, lbg_inside
    if ligand.capturing:
        a, a_inside = (module.read(f"{ligand.capturing}{where}", "molecule/cell") for where in ("", "_inside"))
        kd_a = module.parameter(f"{key}_kd_capturing", 10.0, "nM")
        capture = module.parameter(f"{key}_capture", 1.0, "1")
        la, lab, labg = complex_("a"), complex_("ab"), complex_("abg")
        pair, leave = p.membrane_on, p.membrane_on * p.membrane_factor
        reversible("a", {medium: taken, a: -1, la: 1}, capture * p.chain_on * medium * a, p.chain_on * kd_a * la)
        reversible("ab_from_a", {la: -1, b: -1, lab: 1}, pair * la * b, leave * kd_b * lab)
        reversible("ab_from_b", {lb: -1, a: -1, lab: 1}, capture * pair * lb * a, leave * kd_a * lab)
        reversible("abg_from_bg", {lbg: -1, a: -1, labg: 1}, capture * pair * lbg * a, leave * kd_a * labg)
        reversible("abg", {lab: -1, g: -1, labg: 1}, join * lab * g, p.gamma_off * labg)
        module.reaction("a_uptake", {la: -1, a_inside: 1}, p.endocytosis * la)
        module.reaction("ab_uptake", {lab: -1, a_inside: 1, b_inside: 1}, p.endocytosis * lab)
        module.reaction("abg_uptake", {labg: -1, a_inside: 1, lbg_inside: 1}, p.internalisation * labg)
        active = active + labg
    share = (active + p.inside_weight * inner) / module.read(f"{ligand.signalling}_copies", "molecule/cell")
    module.define(f"{key}_active", share, "1")
    return module
