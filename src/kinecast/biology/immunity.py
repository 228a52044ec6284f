"""Tumour-specific immunity: priming in the node, one progenitor pool, its recruits, and what the brakes leave of their power."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def immunity(records: Records, disease: Records) -> Module:
    """Progenitor CD8 cells P are recruited into a fixed programme of divisions Q that ends in effectors.

    D' = k_D·(maturation left·(1 + spread·J/(1 + J) + `dendritic_drive`) - D)
    primed π = k_P·P0·m/(1 + (m - 1)/m_max),  m = D·priming left·(1 + `priming_drive`),  P0 = antigenicity·P_base
    P' = (1 - f)·π - k_P·P - k_rec·u·P
    Q' = f·π + k_rec·u·P - k_prog·Q,  effectors made = burst·divisions left·k_prog·Q
    u = x/(1 + x),  x = x_c/(1 + desensitisation) + a·strength/(1 + PD-1 holding)

    x_c is the stimulus of cytokines (`tumour_cd8_stimulus`), a that of antigen itself, by the strength of the disease's antigens,
    which PD-1 holds down: both draw on one pool, so that two treatments which recruit are not the sum of both. Once recruited, a
    cell runs its programme without more cytokine (Kaech01, VanStipdonk01), and a course recruits most of a finite pool within its
    first days; so the response follows the pool and the tumour far more than the number of doses, as practice found when doses
    fell from 13 to 7 (Kammula98).

    Mature dendritic cells D of the node prime: a share f of the primed cells goes on to divide at once, the others fill the pool.
    They cannot prime more than the specific cells that there are (m_max times those of rest). D follow what dying tumour cells
    release (J, the interferon of killing) and what cytokines, vaccines and lysis add. The brakes (`biology.brakes`) leave
    effectors a power of (1 + boost)/[(1 + Treg)·(1 + MDSC)·(1 + macrophages)·(1 + TGF-β)·(1 + PD-1)·(1 + TIGIT)].

    Chemotherapy kills progenitors and recruits (`progenitor_depletion`, 1/d, 0 at rest).

    What treatments add passes switches of the patient, `driver_<name>`, 1 in everybody: a driver at 0 shows what it does.

    Pool and recruits start at their balance without treatment (`effectors_made_at_rest`).
    """
    module = Module("immunity", "Tumour-specific immunity")
    p = Symbols(module, records)
    antigen = p.antigen_signal * Symbols(module, disease).antigen_strength
    dulled = 1 + module.read("desensitisation_braking", "1", default=0.0)
    given = p.driver_recruitment * module.total("tumour_cd8_stimulus", "1")
    stimulus = (given + module.total("spontaneous_stimulus", "1")) / dulled
    x = stimulus + antigen / (1 + module.read("pd1_holding", "1", default=0.0))
    signal = module.define("tumour_cd8_signal", x / (1 + x), "1")

    interferon = module.read("tumour_interferon", "1", default=0.0)
    released = p.antigen_spread * interferon / (1 + interferon) + p.driver_priming * module.total("dendritic_drive", "1")
    mature = module.state("mature_dendritic_cells", "1", initial=1.0, scale=0.5)
    left = module.read("maturation_left", "1", default=1.0)
    module.reaction("maturation", {mature: 1}, p.maturation_rate * (left * (1 + released) - mature))

    base = module.define("progenitors_unrecruited", module.read("antigenicity", "1") * p.progenitor_baseline, "Gcell")
    at_once = p.primed_at_once
    x_rest = antigen / (1 + module.read("pd1_holding_at_rest", "1", default=0.0))
    drawn = module.define("recruitment_at_rest", p.recruitment_rate * x_rest / (1 + x_rest), "1/d")
    pool = (1 - at_once) * base * p.progenitor_renewal / (p.progenitor_renewal + drawn)
    rest = module.define("progenitors_at_rest", pool, "Gcell")
    started = at_once * p.progenitor_renewal * base + drawn * rest
    module.define("effectors_made_at_rest", p.burst_size * started, "Gcell/d")

    progenitors = module.state("progenitors", "Gcell", initial=rest, scale=1e-5)
    recruits = module.state("recruits", "Gcell", initial=started / p.programme_rate, scale=1e-5)
    added = 1 + p.driver_priming * module.total("priming_drive", "1")
    wanted = mature * module.read("priming_left", "1", default=1.0) * added
    primed = base * wanted / (1 + (wanted - 1) / p.priming_max)
    module.reaction("priming", {progenitors: 1 - at_once, recruits: at_once}, p.progenitor_renewal * primed)
    module.reaction("progenitor_loss", {progenitors: -1}, p.progenitor_renewal * progenitors)
    depletion = module.total("progenitor_depletion", "1/d")
    module.reaction("progenitor_depletion", {progenitors: -1}, depletion * progenitors)
    module.reaction("recruit_depletion", {recruits: -1}, depletion * recruits)
    module.reaction("recruitment", {progenitors: -1, recruits: 1}, p.recruitment_rate * signal * progenitors)
    module.reaction("programme", {recruits: -1}, p.programme_rate * recruits)
    divided = p.burst_size * module.read("divisions_left", "1", default=1.0)
    module.define("effectors_made", divided * p.programme_rate * recruits, "Gcell/d")

    power = 1 + p.driver_arming * module.total("killing_boost", "1") + module.total("spontaneous_power", "1")
    for brake in ("treg", "mdsc", "macrophage", "tgf_beta", "pd1", "tigit"):
        power = power / (1 + module.read(f"{brake}_braking", "1", default=0.0))
    module.define("effector_power", power, "1")
    return module
