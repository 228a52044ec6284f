"""What stays in the bladder for two hours: BCG, which calls killer cells into the wall, and a cytokine on which they divide."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def bcg_in_bladder(agent: str, numbers: Records, records: Records) -> Module:
    """BCG L in the lumen, voided, and what of it the wall holds, B.

    L' = -(void + uptake)·L,  B' = uptake·L - clearance·B,  call for cells += potency·call·of the patient·B/(B + B_half)

    Arguments:
        agent: the product's name in equations.
        numbers: the product's own records: `potency`.
        records: records of instillation.

    Sources: kept for two hours (TiceLabel); the call was calibrated to complete responses to BCG (Sylvester05), see the records.
    """
    module = Module(f"instilled_{agent}", f"{agent} in the bladder")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    lumen = module.state(f"{agent}_intravesical", "mg", scale=1.0, dosed=True)
    held = module.state(f"{agent}_in_wall", "mg", scale=0.01)
    voided = module.state(f"{agent}_voided", "mg", scale=1.0)
    module.reaction(f"{agent}_voiding", {lumen: -1, voided: 1}, p.voiding * lumen)
    module.reaction(f"{agent}_uptake", {lumen: -1, held: 1}, p.bcg_uptake * lumen)
    module.reaction(f"{agent}_clearance", {held: -1}, p.bcg_clearance * held)
    module.contribute("wall_recruitment", p.bcg_call * a.potency * p.bcg_response_of_patient * held / (held + p.bcg_half))
    return module


def cytokine_in_bladder(agent: str, numbers: Records, records: Records) -> Module:
    """A cytokine at level c in the lumen, and W in the wall; nothing in blood but what the route's bioavailability lets through.

    W' = k_W·(penetration·c - W),  u = potency·W/(potency·W + half),  division += g·u,  cytotoxicity += b·u

    c is what is left in the lumen over the volume instilled, in nM. Division is that of CD56bright NK cells under IL-15
    (`lymphocytes`), cells of a tissue that divide as fast as any.

    Arguments:
        agent: the drug's name in equations.
        numbers: the drug's own records: `wall_potency`, per molecule over IL-15.
        records: records of instillation.

    Sources: 8000 ng/mL in the bladder after 400 ug in 50 mL, below 100 pg/mL in serum (nct03022825); see the records.
    """
    module = Module(f"instilled_{agent}", f"{agent} in the bladder")
    p = Symbols(module, records)
    a = Symbols(module, numbers, prefix=f"{agent}_")
    level = module.read(f"{agent}_intravesical_depot", "nmol") / p.instilled_volume
    inside = module.state(f"{agent}_in_wall", "nM", scale=0.1)
    module.reaction(f"{agent}_into_wall", {inside: 1}, p.wall_exchange * (p.wall_penetration * level - inside))
    active = a.wall_potency * inside
    signal = module.define(f"{agent}_wall_signal", active / (active + p.wall_cytokine_half), "1")
    module.contribute("wall_division", p.wall_division_max * signal)
    module.contribute("wall_cytotoxicity", p.wall_arming * signal)
    return module
