"""Interferon alfa at its receptor: two signals, the loss of receptors that dulls one of them, and what they do in the body."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def ifnar(agent: str, numbers: Records, records: Records) -> Module:
    """What one interferon alfa does at its receptor: its load, its stimulus, and its uptake.

    load = c/K_d,  stimulus = activity·load,  uptake = pool·k_int·R·load/(1 + Σ load)

    c is the drug in plasma, R the receptors now over those at rest, and the sum is over all drugs that bind the receptor. Uptake
    is what makes the clearance of a slow drug fall with dose and with time. `activity` is the signal of one occupied receptor
    against native interferon: a chain of polyethylene glycol lowers it.

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: ifnar_kd, activity.
        records: records of the receptor: ifnar_pool, ifnar_internalisation.
    """
    module = Module(f"ifnar_{agent}", f"{agent} at the interferon receptor")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    load = module.read(f"{agent}_plasma", "nM") / a.ifnar_kd
    module.contribute("ifnar_load", load)
    module.contribute("ifnar_stimulus", a.activity * load)
    occupied = load / (1 + module.read("ifnar_load", "1"))
    taken = p.ifnar_pool * p.ifnar_internalisation * module.read("ifnar_now", "1") * occupied
    module.contribute(f"{agent}_consumption", taken)
    return module


def ifn_alpha(records: Records) -> Module:
    """The receptors, the sensitive and the strong signal, and what they do.

    R' = k_r·(1 - R) - k_down·y/(y + y_down)·R
    S' = k_S·(y/(y + y_S/R^m) - S),  T' = k_S·(y²/(y² + y_T²) - T)

    R are receptors over those at rest, y the summed stimulus. A cell needs few receptors for the sensitive genes (antiviral
    proteins, MHC class I, NK activity): they answer to picomolar drug. Slowing of growth, marrow and liver need many: they
    answer to a hundred times more, and more than in proportion (Lavoie11). Receptors fall eightfold within a day or two of the
    first dose and come back in days (cml_ifnar, lau1986_ifnar); the concentration for half of the sensitive signal rises with
    their loss, to the power m, so that a level held for weeks signals hardly more than one that comes and goes.

    Both drive each effect E as g_S·S + g_T·T: marrow, liver, fatigue, brain and slowing of tumour growth. Fever follows S·R²: it
    fades within days and comes back when doses are a week apart. S alone suppresses platelets, moves lymphocytes out of blood,
    lifts NK cytotoxicity and matures the dendritic cells that prime tumour-specific CD8 cells. Patients who stop for toxicity
    are worn out by months of moderate fatigue rather than by a bad week, so its average over months is a state:
    F' = k_F·(fatigue - F).
    """
    module = Module("ifn_alpha", "Interferon alfa")
    p = Symbols(module, records)
    module.total("ifnar_load", "1")
    stimulus = module.total("ifnar_stimulus", "1")
    receptors = module.state("ifnar_now", "1", initial=1.0, scale=0.1)
    seen = stimulus / (stimulus + p.ifnar_down_half)
    module.reaction("ifnar_return", {receptors: 1}, p.ifnar_return_rate * (1 - receptors))
    module.reaction("ifnar_loss", {receptors: -1}, p.ifnar_down_rate * seen * receptors)

    sensitive = module.state("ifn_alpha_sensitive", "1", scale=0.1)
    wanted = stimulus / (stimulus + p.sensitive_half / receptors**p.desensitisation)
    module.reaction("ifn_alpha_sensitive", {sensitive: 1}, p.response_rate * (wanted - sensitive))
    strong = module.state("ifn_alpha_strong", "1", scale=0.01)
    square = stimulus * stimulus
    wanted = square / (square + p.strong_half * p.strong_half)
    module.reaction("ifn_alpha_strong", {strong: 1}, p.response_rate * (wanted - strong))
    module.contribute("ifn_alpha_signal", sensitive)

    for effect, total in _EFFECTS.items():
        module.contribute(total, p.of(effect, "by_sensitive") * sensitive + p.of(effect, "by_strong") * strong)
    lasting = module.state("fatigue_lasting", "1", scale=0.1)
    module.reaction("fatigue_lasting", {lasting: 1}, p.fatigue_memory_rate * (module.read("fatigue", "1") - lasting))
    module.contribute("fever_drive", p.fever_by_ifn_alpha * sensitive * receptors * receptors)
    module.contribute("platelet_suppression", p.platelets_by_ifn_alpha * sensitive)
    module.contribute("t_margination_drive", p.t_margination_by_ifn_alpha * sensitive)
    module.contribute("nk_margination_drive", p.nk_margination_by_ifn_alpha * sensitive)
    module.contribute("nk_cytotoxicity", p.nk_cytotoxicity_by_ifn_alpha * sensitive)
    module.contribute("dendritic_drive", p.priming_by_ifn_alpha * sensitive)
    return module


_EFFECTS = {
    "marrow": "marrow_suppression",
    "liver": "liver_drive",
    "fatigue": "fatigue_drive",
    "brain": "brain_drive",
    "growth": "growth_inhibition",
}
"""Effects of both signals: the prefix of their records → the total that they feed."""
