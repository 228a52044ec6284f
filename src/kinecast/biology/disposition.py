"""Where a cytokine drug goes: depot, plasma, tissue; out by kidney, and into the cells that bind it."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module


def disposition(agent: str, records: Records, *, depot: bool) -> Module:
    """Two compartments with first-order absorption, first-order elimination and the cells' receptor sink.

    d depot/dt      = -ka·depot
    d central/dt    = F·ka·depot - CL·c - Q·(c - c_peripheral) - consumption
    d peripheral/dt = Q·(c - c_peripheral)

    with c = central/V1 in nM. Volumes scale with body weight, flows with a power of it. `eliminated`, `consumed` and
    `lost_at_site` keep the account, so that dose = body + account at any time.

    Arguments:
        agent: agent id; names the states.
        records: the agent's disposition records: central_volume, peripheral_volume, clearance, distribution_clearance,
            absorption_rate, bioavailability.
        depot: whether the agent has a route through a depot (sc, im).

    Sources: Konrad90 (two compartments, iv, im and sc).
    """
    module = Module(f"disposition_{agent}", f"Disposition of {agent}")
    p = Symbols(module, records, prefix=f"{agent}_")
    size = module.read("relative_weight", "1")
    v1 = module.define(f"{agent}_central_volume_patient", p.central_volume * size, "L")
    v2 = module.define(f"{agent}_peripheral_volume_patient", p.peripheral_volume * size, "L")
    flow = module.read("flow_scale", "1")

    central = module.state(f"{agent}_central", "nmol", scale=1.0, dosed=True)
    peripheral = module.state(f"{agent}_peripheral", "nmol", scale=1.0)
    eliminated = module.state(f"{agent}_eliminated", "nmol", scale=100.0)
    consumed = module.state(f"{agent}_consumed", "nmol", scale=100.0)
    plasma = module.define(f"{agent}_plasma", central / v1, "nM")

    if depot:
        site = module.state(f"{agent}_depot", "nmol", scale=1.0, dosed=True)
        lost = module.state(f"{agent}_lost_at_site", "nmol", scale=100.0)
        changes: dict[Expression, Expression | float] = {site: -1, central: p.bioavailability, lost: 1 - p.bioavailability}
        module.reaction("absorption", changes, p.absorption_rate * site)
    module.reaction("elimination", {central: -1, eliminated: 1}, p.clearance * flow * plasma)
    module.reaction("to_tissue", {central: -1, peripheral: 1}, p.distribution_clearance * flow * plasma)
    module.reaction("from_tissue", {peripheral: -1, central: 1}, p.distribution_clearance * flow * peripheral / v2)
    consumption = module.total(f"{agent}_consumption", "nmol/d")
    module.reaction("consumption", {central: -1, consumed: 1}, consumption)
    return module
