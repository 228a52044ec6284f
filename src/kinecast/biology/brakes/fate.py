"""What ends an effector: activation-induced death, and the exhaustion in which it ends as a cell that no longer kills."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def fate(records: Records) -> Module:
    """Rates at which effectors in the tumour are lost.

    death = d_E·(1 + w·s),  exhaustion = k_exh·o,  o how far PD-1 is engaged

    s is what cytokines contribute (`activation_death_drive`): IL-2, through CD25, readies the cells that it has activated for
    death; IL-15 does not. An exhausted cell does not come back when PD-1 is blocked later.

    Sources: see the records.
    """
    module = Module("effector_fate", "Death and exhaustion of effectors")
    p = Symbols(module, records)
    drive = p.activation_death_present * module.total("activation_death_drive", "1")
    module.define("effector_loss", p.effector_death * (1 + p.activation_death_brake * drive), "1/d")
    engaged = module.read("pd1_engaged", "1")
    module.define("exhaustion", p.exhaustion_present * p.exhaustion_rate * engaged, "1/d")
    module.define("effector_loss_at_rest", p.effector_death + p.exhaustion_rate * module.read("pd1_engaged_at_rest", "1"), "1/d")
    return module
