"""Where a vaccine or a virus goes: nowhere far. One depot at the site, and an account of what has left it."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def depot(agent: str, records: Records, *, unit: str) -> Module:
    """One depot that empties at a constant rate.

    d depot/dt = -k·depot,  d left/dt = k·depot

    so that dose = depot + left at any time. All routes lead into it: what matters of the drug happens at the site, or, of cells
    that are infused, in the nodes to which they go.

    Arguments:
        agent: the drug's name in equations; names the states.
        records: the drug's `depot_loss`, 1/d.
        unit: of its doses: nmol, cell or pfu.
    """
    module = Module(f"depot_{agent}", f"Depot of {agent}")
    p = Symbols(module, records, prefix=f"{agent}_")
    held = module.state(f"{agent}_depot", unit, scale=_SCALE.get(unit, 1.0), dosed=True)
    left = module.state(f"{agent}_left_depot", unit, scale=100 * _SCALE.get(unit, 1.0))
    module.reaction("leaving", {held: -1, left: 1}, p.depot_loss * held)
    module.define(f"{agent}_leaving", p.depot_loss * held, f"{unit}/d")
    return module


_SCALE = {"cell": 1e5, "pfu": 1e3}
"""Unit → size of an amount that still matters, for the solver's tolerances."""
