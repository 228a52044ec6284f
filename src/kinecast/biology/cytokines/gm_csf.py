"""GM-CSF: what takes it up, the fall and the rise of granulocytes and monocytes, dendritic and suppressor cells, leak."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def gm_csf_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """What one GM-CSF product brings to the receptor, and its uptake by the cells that carry it.

    GM-CSF level gains potency·c;  consumption gains U·n·(c/K)/(1 + L/K),  n = 1 - w + w·(neutrophil marrow over its rest)

    c is the product in plasma, L the summed level. U is what all receptors take up at most in a day: those of marrow and blood,
    most of them of the neutrophil line, which grows under the drug, and so does the sink. It is full above 3 ug/kg sc (Cebon90).

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: potency over the unglycosylated product.
        records: records of the receptor.

    Sources: pmid2828352 (affinity); Cebon90 (saturable clearance); the capacity is calibrated, see its record.
    """
    module = Module(f"gm_csf_{agent}", f"{agent} at its receptor")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    plasma = module.read(f"{agent}_plasma", "nM")
    module.contribute("gm_csf_level", a.potency * plasma)
    grown = module.read("neutrophil_marrow", "Gcell/L") / module.read("neutrophil_baseline", "Gcell/L")
    cells = 1 - p.gm_csf_sink_of_neutrophils + p.gm_csf_sink_of_neutrophils * grown
    full = 1 + module.read("gm_csf_level", "nM") / p.gm_csf_receptor_kd
    module.contribute(f"{agent}_consumption", p.gm_csf_uptake_max * cells * (a.potency * plasma / p.gm_csf_receptor_kd) / full)
    return module


def gm_csf(records: Records) -> Module:
    """The answer of the body to GM-CSF at level L (nM in plasma, summed over products).

    signal S = L/(L + EC50),  marrow signal X' = k_X·(S - X)
    desensitised adhesion A' = k_d·S·(1 - A) - k_r·A,  margination H' = k_H·(h·S·(1 - A)² - H)
    dendritic cells Y' = k_Y·(1 + g_Y·X - Y),  suppressor cells Q' = k_Q·(1 + g_Q·θ² /(1 + θ²) - Q),  θ = L/L_high

    Neutrophils, eosinophils and monocytes leave the stream within minutes by adhesion that tires within hours (H), and then rise:
    neutrophils are released early, live longer, leave the vessel walls and are made faster, each by its gain times (X/half)^n/(1
    + (X/half)^n): one small dose under the skin doubles them, more adds little, a small bolus by vein does little. Eosinophils
    and monocytes are made faster, in proportion to X. Dendritic cells add priming·(Y - 1) to those that mature in the nodes,
    suppressor cells Q - 1 to the suppression by MDSC. Levels far above those that fill the receptor bring leak: gain·φ/(1 + φ), φ
    = (L/L_leak)².

    Sources: Lieschke89, Lieschke90 and Shadduck90 (fall and rise of counts), Dale98 (how neutrophils rise), Cebon88 (level of
    near full effect), Daud08 (dendritic cells rise, suppressor cells do not, at 125 ug/m2); the records say what was fitted.
    """
    module = Module("gm_csf", "Answer to GM-CSF")
    p = Symbols(module, records)
    level = module.total("gm_csf_level", "nM")
    signal = module.define("gm_csf_signal", level / (level + p.gm_csf_ec50), "1")
    marrow = module.state("gm_csf_marrow_signal", "1", scale=0.1)
    module.reaction("marrow_signal", {marrow: 1}, p.gm_csf_marrow_rate * (signal - marrow))
    tired = module.state("gm_csf_adhesion_tired", "1", scale=0.1)
    module.reaction("tiring", {tired: 1}, p.gm_csf_adhesion_tiring * signal * (1 - tired))
    module.reaction("recovery", {tired: -1}, p.gm_csf_adhesion_recovery * tired)
    held = module.state("gm_csf_margination_now", "1", scale=0.1)
    drawn = p.gm_csf_margination * signal * (1 - tired) ** 2
    module.reaction("margination", {held: 1}, p.gm_csf_margination_rate * (drawn - held))
    module.contribute("granulocyte_margination", held)
    ratio = (marrow / p.gm_csf_neutrophil_half) ** p.gm_csf_neutrophil_steepness
    ready = ratio / (1 + ratio)
    for effect in ("neutrophil_release", "neutrophil_survival", "neutrophil_demargination", "neutrophil_growth"):
        module.contribute(effect, p.of("gm_csf", effect) * ready)
    for effect in ("eosinophil_growth", "monocyte_growth"):
        module.contribute(effect, p.of("gm_csf", effect) * marrow)

    dendritic = module.state("dendritic_cells", "1", initial=1.0, scale=0.5)
    module.reaction("dendritic", {dendritic: 1}, p.dendritic_rate * (1 + p.gm_csf_dendritic_growth * marrow - dendritic))
    module.contribute("dendritic_drive", p.gm_csf_priming * (dendritic - 1))
    suppressors = module.state("blood_mdsc", "1", initial=1.0, scale=0.5)
    high = (level / p.gm_csf_mdsc_level) ** 2
    wanted = 1 + p.gm_csf_mdsc_growth * high / (1 + high)
    module.reaction("suppressors", {suppressors: 1}, p.blood_mdsc_rate * (wanted - suppressors))
    module.contribute("mdsc_drive", suppressors - 1)
    leaking = (level / p.gm_csf_leak_level) ** 2
    module.contribute("leak_drive", p.gm_csf_leak * leaking / (1 + leaking))
    module.contribute("fever_drive", p.gm_csf_fever * signal)
    module.contribute("fatigue_drive", p.gm_csf_fatigue * signal)
    return module
