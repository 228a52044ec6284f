"""Harm: vascular leak, fluid, blood pressure, kidney, liver, temperature, brain, fatigue."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def toxicity(records: Records) -> Module:
    """Endothelium and inflammation drive leak and vasodilation; pressure, kidney, liver and temperature follow.

    leak'         = k_L·(s·g_L·(w_E·E + (1 - w_E)·I + D) - leak),  E = x/(1 + x) with x the endothelial stimulus
    fluid'        = k_in·leak - k_out·fluid
    vasodilation' = k_v·(g_v·(w_I·s·I + (1 - w_I)·leak) - vasodilation)
    MAP without pressors = MAP0·(1 - max_fall·vasodilation/(1 + vasodilation))
    deficit       = max(0, MAP target - MAP without pressors), its corner rounded over `pressure_margin`
    MAP           = MAP without pressors + deficit,  pressor need = gain·deficit, a phenylephrine rate
    creatinine'   = k_c·(c0·(1 + gain·vasodilation^m) - creatinine),  ALT' = k_a·(a0·(1 + s_a·(gain·I + D)) - ALT)
    fever'        = k_f·(max·(I + D)/(I + D + half) - fever)
    neurotoxicity' = k_n·(s_n·(gain·I + D) - neurotoxicity), slow, because it comes late in a course (Denicoff87)
    fatigue'      = k_t·(s_t·(gain·I + D) - fatigue), slower still

    Each D is what cytokines contribute to that harm beyond inflammation (`leak_drive`, `liver_drive`, `fever_drive`,
    `brain_drive`, `fatigue_drive`); 0 at rest.

    s is the patient's vascular sensitivity, the main reason why patients differ. The endothelium is taken to answer to
    nanomolar drug (assumed: with ten times less drug, 3 instead of 52 % of courses needed pressors, Yang94).

    Sources: Textor87 (leak, weight); Belldegrun87 and BelldegrunRCC (creatinine); HaemoIL2 (pressure); Atkins99 and Yang94 (how
    often pressors were needed).
    """
    module = Module("toxicity", "Harm")
    p = Symbols(module, records)
    inflammation = module.read("inflammation", "1", default=0.0)
    endothelial = module.total("endothelial_stimulus", "1")
    signal = module.define("endothelial_signal", endothelial / (1 + endothelial), "1")
    sensitive = p.vascular_sensitivity

    leak = module.state("vascular_leak", "1", scale=0.1)
    drive = p.leak_share_endothelium * signal + (1 - p.leak_share_endothelium) * inflammation
    drive = drive + module.total("leak_drive", "1")
    module.reaction("leak", {leak: 1}, p.leak_rate * (sensitive * p.leak_gain * drive - leak))
    fluid = module.state("fluid_gain", "1", scale=0.01)
    module.reaction("fluid_in", {fluid: 1}, p.fluid_rate * leak)
    module.reaction("fluid_out", {fluid: -1}, p.fluid_recovery * fluid)
    module.define("weight_gain_mass", fluid * module.read("weight", "kg"), "kg")

    dilation = module.state("vasodilation", "1", scale=0.1)
    pull = p.dilation_share_inflammation * sensitive * inflammation + (1 - p.dilation_share_inflammation) * leak
    module.reaction("vasodilation", {dilation: 1}, p.dilation_rate * (p.dilation_gain * pull - dilation))
    fall = p.pressure_fall_max * dilation / (1 + dilation)
    unsupported = module.define("pressure_without_pressors", p.pressure_baseline * (1 - fall), "mmHg")
    short = p.pressure_target - unsupported
    # A smooth max(0, short): pressors start within a few mmHg of the target, not at a corner.
    deficit = module.define("pressure_deficit", (short + (short**2 + p.pressure_margin**2) ** 0.5) / 2, "mmHg")
    module.define("pressor_need", p.pressor_gain * deficit, "ug/kg/min")
    module.define("mean_arterial_pressure", unsupported + deficit, "mmHg")

    creatinine = module.state("creatinine_level", "mg/dL", initial=p.creatinine_baseline, scale=0.5)
    filtered = 1 + p.creatinine_gain * dilation**p.creatinine_steepness
    module.reaction("creatinine", {creatinine: 1}, p.creatinine_rate * (p.creatinine_baseline * filtered - creatinine))
    alt = module.state("alt_level", "1", initial=p.alt_baseline, scale=0.3)
    hurt = p.liver_sensitivity * (p.alt_gain * inflammation + module.total("liver_drive", "1"))
    module.reaction("alt", {alt: 1}, p.alt_rate * (p.alt_baseline * (1 + hurt) - alt))
    fever = module.state("temperature_rise", "delta_degC", scale=0.5)
    pyrogenic = inflammation + module.total("fever_drive", "1")
    height = p.fever_max * pyrogenic / (pyrogenic + p.fever_half)
    module.reaction("fever", {fever: 1}, p.fever_rate * (height - fever))
    brain = module.state("neurotoxicity", "1", scale=0.1)
    felt = p.neurotoxicity_sensitivity * (p.neurotoxicity_gain * inflammation + module.total("brain_drive", "1"))
    module.reaction("neurotoxicity", {brain: 1}, p.neurotoxicity_rate * (felt - brain))
    fatigue = module.state("fatigue", "1", scale=0.1)
    worn = p.fatigue_sensitivity * (p.fatigue_gain * inflammation + module.total("fatigue_drive", "1"))
    module.reaction("fatigue", {fatigue: 1}, p.fatigue_rate * (worn - fatigue))
    return module
