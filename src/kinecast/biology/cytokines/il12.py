"""IL-12: receptors in lymph that it fills and multiplies, the signal of plasma and lymph, and the tolerance that it leaves."""

from __future__ import annotations

from kinecast.biology.molecules.delivery import local_signal
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module


def il12_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """What one IL-12 drug brings to the receptor: its levels in plasma and in lymph, and what the lymph's receptors bind.

    plasma level gains potency·c,  lymph level gains potency·c_lymph,  binding = consumption in lymph = potency·k_on·c_lymph·R

    c is the drug in plasma and c_lymph in the lymph between an injection and blood (nM), R the free receptors there (nmol), a
    state of the part `il12`. A dose by vein meets none of them. A molecule with a delivery of its own adds the signal of what the
    tumour holds beyond plasma (`molecules.delivery.local_signal`).

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: potency (over free IL-12, by molecule).
        records: records of the receptor.

    Sources: Il12Curves (a public model in which receptors in lymph take up the drug), see the records.
    """
    module = Module(f"il12_{agent}", f"{agent} at the IL-12 receptor")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    module.contribute("il12_level", a.potency * module.read(f"{agent}_plasma", "nM"))
    lymph = module.read(f"{agent}_lymph_level", "nM", default=0.0)
    module.contribute("il12_lymph_level", a.potency * lymph)
    bound = a.potency * p.il12_binding_rate * lymph * module.read("il12_receptor_free", "nmol")
    module.contribute("il12_binding", bound)
    module.contribute(f"{agent}_lymph_consumption", bound)
    if "vascular_exchange" in numbers:
        module.contribute("il12_signal_in_tumour", local_signal(module, agent, a.potency, p.il12_ec50))
    return module


def il12(records: Records) -> Module:
    """The receptors in lymph, the response to IL-12 at levels c in plasma and l in lymph, and its tolerance.

    free receptors  R' = k_R·(R0·size - R) + g·B/(1 + B/(B_half·size)) - binding,  bound B' = binding - k_int·B
    signal          S = (1 - φ)·c/(c + EC50) + φ·l/(l + EC50)
    response        E' = k_E·(S·(1 - U)² - E)
    tolerance       Z' = k_Z·(S - Z),  U' = k_U·Z·(1 - U) - k_r·U

    Bound receptors call for new ones, so that the next injection meets more of them, and less of it reaches blood: the fall of
    levels on repeated dosing, and the more than proportional rise of the first (below the number of receptors most of a dose is
    taken up). φ is the share of responding cells in the nodes that drain the injection. Tolerance comes with a delay of
    days: within five daily doses it is late, two weeks after a single one it is there. k_Z and k_U are known only together.

    Interferon gamma, TNF and IL-10 are released in proportion to E; harm Y = (E/E_harm)^m drives liver, marrow, platelets
    and leak. What needs less IL-12 goes with s = c/(c + EC50_low): traffic out of blood at once, which tires, and fever
    and fatigue F through mediators. NK cytotoxicity, growth of memory CD8 and of NK cells, and the tumour CD8 stimulus go with E,
    the last also with the signal in the tumour, S_t·(1 - U)², of what is held or injected there.

    traffic drive   s·(1 - depth·A),  A' = k_A·(s - A);  F' = k_F·(s·(1 - U)² - F)

    Sources: Il12Curves (receptors, in other equations); Rakhit99 (receptors rise while levels fall); pmid9326219 (tolerance);
    Robertson99 (traffic); values: see the records.
    """
    module = Module("il12", "IL-12 receptors, response and tolerance")
    p = Symbols(module, records)
    response, open_share, sensitive = _response(module, p)
    _receptors(module, p)

    individual = p.il12_interferon_sensitivity
    module.contribute("ifn_gamma_release", individual * p.il12_ifn_gamma_release * response)
    module.contribute("tnf_release", p.il12_tnf_release * response)
    module.contribute("il10_release", p.il12_il10_release * response)

    fever = module.state("il12_pyrogen", "1", scale=0.1)
    module.reaction("fever", {fever: 1}, p.il12_fever_rate * (sensitive * open_share**2 - fever))
    module.contribute("fever_drive", p.il12_fever * fever)
    module.contribute("fatigue_drive", p.il12_fatigue * fever)
    harm = module.define("il12_harm", (response / p.il12_harm_response) ** p.il12_harm_steepness, "1")
    for total, gain in (
        ("liver_drive", p.il12_liver),
        ("marrow_suppression", p.il12_marrow),
        ("platelet_suppression", p.il12_platelets),
        ("leak_drive", p.il12_leak),
    ):
        module.contribute(total, gain * harm)

    tired = module.state("il12_traffic_tired", "1", scale=0.1)
    module.reaction("traffic_tired", {tired: 1}, p.il12_traffic_tiring * (sensitive - tired))
    leaving = sensitive * (1 - p.il12_traffic_depth * tired)
    module.contribute("nk_margination_drive", p.il12_nk_margination * leaving)
    module.contribute("t_margination_drive", p.il12_t_margination * leaving)
    module.contribute("nk_cytotoxicity", p.il12_nk_cytotoxicity * response)
    for cell in ("cd8_memory", "nk_dim"):
        module.contribute(f"{cell}_growth", p.il12_lymphocyte_growth * response)
    there = module.total("il12_signal_in_tumour", "1") * open_share**2
    module.contribute("tumour_cd8_stimulus", p.il12_tumour_cd8_stimulus * (response + there))
    return module


def _response(module: Module, p: Symbols) -> tuple[Expression, Expression, Expression]:
    """Signal, response and tolerance; returns the response, the share that tolerance leaves, and the sensitive signal."""
    level = module.total("il12_level", "nM")
    lymph = module.total("il12_lymph_level", "nM")
    nodes = p.il12_share_in_nodes
    signal = (1 - nodes) * level / (level + p.il12_ec50) + nodes * lymph / (lymph + p.il12_ec50)
    signal = module.define("il12_signal", signal, "1")
    sensitive = module.define("il12_sensitive_signal", level / (level + p.il12_low_ec50), "1")
    delayed = module.state("il12_tolerance_delay", "1", scale=0.1)
    tolerance = module.state("il12_tolerance", "1", scale=0.1)
    module.reaction("tolerance_delay", {delayed: 1}, p.il12_tolerance_delay_rate * (signal - delayed))
    module.reaction("tolerance_rise", {tolerance: 1}, p.il12_tolerance_rate * delayed * (1 - tolerance))
    module.reaction("tolerance_loss", {tolerance: -1}, p.il12_tolerance_recovery * tolerance)
    left = 1 - tolerance
    # 1e-12: a power of the response has no derivative at exactly none of it.
    response = module.state("il12_response", "1", initial=1e-12, scale=0.01)
    module.reaction("response", {response: 1}, p.il12_response_rate * (signal * left**2 - response))
    return response, left, sensitive


def _receptors(module: Module, p: Symbols) -> None:
    """Free and bound receptors in the lymph."""
    size = module.read("relative_weight", "1")
    rest = p.il12_receptors_at_rest * size
    free = module.state("il12_receptor_free", "nmol", initial=rest, scale=0.1)
    bound = module.state("il12_receptor_bound", "nmol", scale=0.1)
    binding = module.total("il12_binding", "nmol/d")
    module.reaction("receptor_turnover", {free: 1}, p.il12_receptor_turnover * (rest - free))
    module.reaction("receptor_binding", {free: -1, bound: 1}, binding)
    module.reaction("receptor_internalisation", {bound: -1}, p.il12_internalisation_rate * bound)
    called = p.il12_receptor_induction * bound / (1 + bound / (p.il12_induction_half * size))
    module.reaction("receptor_induction", {free: 1}, called)
