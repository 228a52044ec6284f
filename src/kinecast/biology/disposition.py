"""Where a cytokine drug goes: depot, lymph, plasma, tissue; out by kidney, and into the cells that bind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module, exp


def disposition(
    agent: str, records: Records, *, depot: bool, by_route: Mapping[str, Records] | None = None, routes: Iterable[str] = ()
) -> Module:
    """Two compartments with first-order absorption, first-order elimination and the cells' receptor sink.

    d depot/dt      = -ka·depot
    d central/dt    = F·ka·depot - CL·c - Q·(c - c_peripheral) - consumption
    d peripheral/dt = Q·(c - c_peripheral)

    with c = central/V1 in nM. Volumes scale with body weight, flows with a power of it. `eliminated`, `consumed` and
    `lost_at_site` keep the account, so that dose = body + account at any time.

    A drug with a `lymph_volume` passes from the depot through lymph, where cells may take it up before it reaches blood:

    d lymph/dt   = F·ka·depot - k_lymph·lymph - consumption in lymph
    d central/dt = k_lymph·lymph - …,  concentration in lymph = lymph/V_lymph

    The clearance of a drug with a `clearance_time_effect` changes with time, as that of antibodies in patients who recover.

    Arguments:
        agent: the drug's name in equations; names the states.
        records: the drug's disposition records: central_volume, peripheral_volume, clearance, distribution_clearance,
            absorption_rate, bioavailability; for lymph lymph_volume and lymph_rate.
        depot: whether the drug has a route through the common depot (sc, im).
        by_route: route → records of its own (absorption_rate, bioavailability); such a route has a depot of its own.
        routes: the routes of `by_route` to build.

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

    sites = {f"{agent}_depot": p} if depot else {}
    for route in routes:
        sites[f"{agent}_{route}_depot"] = Symbols(module, (by_route or {})[route], prefix=f"{agent}_{route}_")
    if sites:
        lost = module.state(f"{agent}_lost_at_site", "nmol", scale=100.0)
        entry = _lymph(module, p, agent, size, central, consumed) if "lymph_volume" in records else central
        for name, numbers in sites.items():
            site = module.state(name, "nmol", scale=1.0, dosed=True)
            share = numbers.bioavailability
            changes: dict[Expression, Expression | float] = {site: -1, entry: share, lost: 1 - share}
            module.reaction(f"absorption_{name}", changes, numbers.absorption_rate * site)
    elif "lymph_volume" in records:
        module.define(f"{agent}_lymph_level", 0 * plasma, "nM")  # given by vein only: nothing comes by lymph
    clearance = p.clearance * flow
    if "clearance_time_effect" in records:
        clearance = clearance * _with_time(module, p, agent)
    module.reaction("elimination", {central: -1, eliminated: 1}, clearance * plasma)
    module.reaction("to_tissue", {central: -1, peripheral: 1}, p.distribution_clearance * flow * plasma)
    module.reaction("from_tissue", {peripheral: -1, central: 1}, p.distribution_clearance * flow * peripheral / v2)
    consumption = module.total(f"{agent}_consumption", "nmol/d")
    module.reaction("consumption", {central: -1, consumed: 1}, consumption)
    return module


def _with_time(module: Module, p: Symbols, agent: str) -> Expression:
    """Clearance over that at the start: exp(effect·r/(1 + r)), r = (time/half)^steepness, from the start of the trial."""
    clock = module.state(f"{agent}_clock", "d", scale=10.0)
    module.reaction(f"{agent}_clock", {clock: 1}, 1.0)
    ratio = (clock / p.clearance_time_half) ** p.clearance_time_steepness
    return exp(p.clearance_time_effect * ratio / (1 + ratio))


def _lymph(module: Module, p: Symbols, agent: str, size: Expression, central: Expression, consumed: Expression) -> Expression:
    """Lymph between depot and blood, in which cells may consume the drug; returns its state."""
    lymph = module.state(f"{agent}_lymph", "nmol", scale=0.1)
    module.define(f"{agent}_lymph_level", lymph / (p.lymph_volume * size), "nM")
    module.reaction("lymph_flow", {lymph: -1, central: 1}, p.lymph_rate * lymph)
    module.reaction("consumption_in_lymph", {lymph: -1, consumed: 1}, module.total(f"{agent}_lymph_consumption", "nmol/d"))
    return lymph
