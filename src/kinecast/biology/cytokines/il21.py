"""IL-21: cytotoxic cells without more cells, soluble CD25, and the harm to liver, blood counts and well-being."""

from __future__ import annotations

from kinecast.biology.molecules.delivery import local_level
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def il21_receptor(agent: str, numbers: Records, records: Records) -> Module:
    """What one IL-21 product brings: its level in plasma and in the tumour.

    level gains potency·c,  level in the tumour gains penetration·potency·c, c there being the level in the tumour's fluid and on
    its antigen where the molecule has a delivery of its own (`molecules.delivery`)

    Nothing is taken up by cells in the model: levels are proportional to the dose from 3 to 100 ug/kg (Thompson08).

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: potency, per molecule over IL-21.
        records: records of the receptor.
    """
    module = Module(f"il21_{agent}", f"{agent} at its receptor")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    active = module.define(f"{agent}_active", a.potency * module.read(f"{agent}_plasma", "nM"), "nM")
    module.contribute("il21_level", active)
    inside = a.potency * local_level(module, agent) if "vascular_exchange" in numbers else active
    module.contribute("il21_level_in_tumour", p.il21_penetration * inside)
    return module


def il21(records: Records) -> Module:
    """The answer to IL-21 at level L (nM in plasma) and L_t (nM in the tumour), summed over products; nothing of it at rest.

    occupied o = L/(L + K),  in the tumour o_t = L_t/(L_t + K)
    perforin and granzyme P' = k_P·(o·(1 - P)) - k_out·P
    killing gains b·P,  NK cytotoxicity b_NK·P,  tumour CD8 stimulus e·o_t,  growth of memory CD8 cells g·o
    soluble CD25 is released at r·sCD25_0·o,  lymphocytes marginate with m·o (T cells) and n·o (NK cells)
    liver gains l·L,  fever f·L/(L + F),  fatigue t·L,  granulocyte margination h·L/(L + F),  marrow z·L,  platelets y·L

    The receptor is full at a tenth of a nanomole, from 1 ug/kg on, and what follows it depends on the dose only through the
    hours for which it stays so. Harm goes with the level itself, far above. So IL-21 arms cells that are there, at every dose
    given, while tolerance ends at 30 ug/kg.

    Sources: pmid12504082 (affinity); Davis07, Thompson08 and Dodds09 (perforin, granzyme and soluble CD25 at all doses, what
    limited the dose); the decay of the cytotoxic proteins and its form are those of a mouse model, see the records.
    """
    module = Module("il21", "Answer to IL-21")
    p = Symbols(module, records)
    level = module.total("il21_level", "nM")
    inside = module.total("il21_level_in_tumour", "nM")
    occupied = module.define("il21_signal", level / (level + p.il21_half), "1")
    armed = module.state("cytotoxic_protein", "1", scale=0.1)
    module.reaction("arming", {armed: 1}, p.cytotoxic_protein_rate * occupied * (1 - armed))
    module.reaction("disarming", {armed: -1}, p.cytotoxic_protein_loss * armed)
    module.contribute("killing_boost", p.il21_killing * armed)
    module.contribute("nk_cytotoxicity", p.il21_nk_cytotoxicity * armed)
    module.contribute("tumour_cd8_stimulus", p.il21_tumour_stimulus * inside / (inside + p.il21_half))
    module.contribute("cd8_memory_growth", p.il21_cd8_growth * occupied)
    module.contribute("t_margination_drive", p.il21_t_margination * occupied)
    module.contribute("nk_margination_drive", p.il21_nk_margination * occupied)
    rest = module.read("soluble_cd25_baseline", "nM")
    module.contribute("soluble_cd25_release", p.il21_soluble_cd25 * rest * occupied)
    high = level / (level + p.il21_high)
    module.contribute("liver_drive", p.il21_liver * level)
    module.contribute("fever_drive", p.il21_fever * high)
    module.contribute("fatigue_drive", p.il21_fatigue * level)
    module.contribute("granulocyte_margination", p.il21_granulocyte_margination * high)
    module.contribute("marrow_suppression", p.il21_marrow * level)
    module.contribute("platelet_suppression", p.il21_platelets * level)
    return module
