"""Carcinoma in situ of the bladder: cells on the wall, and the killer cells that the wall holds."""

from __future__ import annotations

from kinecast.biology.survival import death, toxic_death
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, exp, log


def bladder(records: Records, disease: Records) -> Module:
    """Carcinoma cells C = e^s on the wall, and NK and CD8 cells E of the wall over their number at rest.

    s' = g·of patient·(1 - C/C_max)·viable(C) - k·sensitivity·(E·(1 + cytotoxicity) - 1)
    E' = k_E·(1 + response·call - E) + division·E/(1 + E/K)
    viable(C) = (C - one cell)/(C + one cell)

    What is instilled contributes `wall_recruitment` (the call for cells, over those at rest), `wall_division` (1/d) and
    `wall_cytotoxicity`, 0 without it (`partners.instillation`). What the cells at rest kill is in the growth rate. Called cells
    and their division multiply: a drug that makes few cells divide does little until another has called them. What of the call
    the patient's wall still answers is a number of the disease, low where BCG has failed (`bcg_response`).

    A response is complete or none (`kinecast.trial.judging`): nothing is seen below `visible_cells`. Growth into the muscle,
    removal of the bladder and tumours outside of it are not in the model, nor death from the cancer.

    Sources: see the records.
    """
    module = Module("bladder", "Carcinoma in situ of the bladder")
    p = Symbols(module, records)
    d = Symbols(module, disease)
    start = d.wall_cells_at_start * p.wall_burden_of_patient
    cells = module.state("wall_log_cells", "1", initial=log(start / p.wall_one_gigacell), scale=1.0)
    c = exp(cells) * p.wall_one_gigacell
    module.define("wall_cells", c, "Gcell")

    killers = module.state("wall_killers", "1", initial=1.0, scale=0.5)
    wanted = 1 + d.bcg_response * module.total("wall_recruitment", "1")
    module.reaction("wall_traffic", {killers: 1}, p.wall_traffic * (wanted - killers))
    room = 1 + killers / p.wall_capacity
    module.reaction("wall_division", {killers: 1}, module.total("wall_division", "1/d") / room * killers)

    alive = (c - p.wall_one_cell) / (c + p.wall_one_cell)
    growth = d.growth_rate * p.wall_growth_of_patient * (1 - c / p.wall_cells_max)
    module.reaction("growth", {cells: 1}, growth * alive)
    power = killers * (1 + module.total("wall_cytotoxicity", "1")) - 1
    module.reaction("killing", {cells: -1}, p.wall_killing * p.wall_sensitivity * power)
    death(module, p.background_death)
    toxic_death(module, p)
    return module
