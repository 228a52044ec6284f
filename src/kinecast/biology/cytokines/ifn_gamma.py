"""Interferon gamma as a drug: its level in serum, what monocytes show of it, and its harm."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def ifn_gamma_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """Add the drug to the interferon gamma in serum, in mass: `ifn_gamma_given` gains mass·c.

    Its kinetics are linear from 0.01 to 2.5 mg/m2 (IfnGammaPk85) and in rhesus monkeys (pmid3129541): receptors take up too
    little to count, so that there is no sink.

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: mass of a nanomole of what its plasma level counts (one chain).
        records: none is used.
    """
    module = Module(f"ifn_gamma_{agent}", f"{agent} in serum")
    a = Symbols(module, numbers, prefix=f"{agent}_")
    module.contribute("ifn_gamma_given", a.mass * module.read(f"{agent}_plasma", "nM"))
    return module


def ifn_gamma(records: Records) -> Module:
    """Monocytes under interferon gamma, and the harm of what was given.

    Fc receptor CD64' = k·(1 + g·γ - CD64),  HLA-DR' = k·(1 + g·γ·(1 - U) - HLA-DR),  U' = k_on·γ·(1 - U) - k_off·U
    harm τ = L/(L + L_half), L what was given (pg/mL in serum)

    γ is the signal of `interferon_response`, half full at levels that 0.1 mg/m2 a day exceeds: more drug does not activate more.
    Activated monocytes, by their CD64, present antigen: they add a·(CD64 - 1) to the tumour CD8 stimulus, which daily doses keep
    up and a weekly dose does not. HLA-DR desensitises (U): on a constant level it is back within weeks. Harm needs far more drug:
    fever, liver, brain and fatigue each gain their number times τ, the marrow is suppressed, and granulocytes stick to vessel
    walls.

    Sources: Schiller93 (plateau), Schmidt92 (HLA-DR back in four weeks at twentyfold levels), Thompson87, Ernstoff87, Garnick88
    and pmid3113730 (doses that are too much), Small98 (fever).
    """
    module = Module("ifn_gamma_effects", "Monocytes and harm under interferon gamma")
    p = Symbols(module, records)
    signal = module.read("ifn_gamma_signal", "1")
    fc = module.state("monocyte_cd64", "1", initial=1.0, scale=0.5)
    module.reaction("cd64", {fc: 1}, p.monocyte_marker_rate * (1 + p.cd64_by_ifn_gamma * signal - fc))
    module.contribute("tumour_cd8_stimulus", p.presenting_by_ifn_gamma * (fc - 1))
    tired = module.state("ifn_gamma_tired", "1", scale=0.1)
    module.reaction("tiring", {tired: 1}, p.ifn_gamma_tiring * signal * (1 - tired))
    module.reaction("recovery", {tired: -1}, p.ifn_gamma_recovery * tired)
    hla = module.state("monocyte_hla_dr", "1", initial=1.0, scale=0.5)
    wanted = 1 + p.hla_dr_by_ifn_gamma * signal * (1 - tired)
    module.reaction("hla_dr", {hla: 1}, p.monocyte_marker_rate * (wanted - hla))

    given = module.read("ifn_gamma_given", "pg/mL")
    harm = module.define("ifn_gamma_harm", given / (given + p.ifn_gamma_harm_half), "1")
    for effect in ("fever_drive", "liver_drive", "brain_drive", "fatigue_drive", "marrow_suppression", "granulocyte_margination"):
        module.contribute(effect, p.of("ifn_gamma", effect) * harm)
    return module
