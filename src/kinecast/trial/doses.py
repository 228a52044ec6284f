"""The dose of a treatment: whether it is a rate, what each patient is given in nmol, and how far it is above the label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from kinecast import catalog
from kinecast.errors import UnitError
from kinecast.units import Quantity, canonical_factor, dimension

if TYPE_CHECKING:
    from kinecast.catalog import Agent
    from kinecast.trial.protocol import Treatment


def administered(treatment: Treatment, baseline: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return nmol (1e9 cells, pfu) of one administration for each patient (N,); a rate is multiplied by its duration.

    Arguments:
        baseline: `weight_kg` and `surface_m2` of the patients, (N,) each.
    """
    weight = np.asarray(baseline["weight_kg"], dtype=float)
    surface = np.asarray(baseline["surface_m2"], dtype=float)
    amount = catalog.agent(treatment.agent).amount(treatment.dose, weight=weight, surface=surface)
    length = treatment.duration.canonical if is_rate(treatment.dose) and treatment.duration else 1.0
    return np.broadcast_to(np.asarray(amount * length, dtype=float), weight.shape)


def is_rate(dose: Quantity) -> bool:
    """Whether a dose is per time, such as '10 ug/m2/day'."""
    return any(dimension(part.strip()) == dimension("day") for part in dose.unit.split("/")[1:])


def mass_in_a_day(treatment: Treatment, agent: Agent, *, weight: float, surface: float) -> float:
    """Return mg of one administration, or of its first 24 h when an infusion is longer, in a person of this size."""
    milligrams = agent.milligrams(treatment.dose, weight=weight, surface=surface)
    days = treatment.duration.canonical if treatment.duration else 0.0
    if is_rate(treatment.dose):
        return milligrams * min(days, 1.0)
    return milligrams / days if days > 1.0 else milligrams


def unit_hint(agent_id: str, number: float) -> str:
    """Return what a bare number could have meant, such as: Write '600000 IU/kg' or '37 ug/kg' (aldesleukin: 1 mg = 16.4 MIU)."""
    agent = catalog.agent(agent_id)
    if agent.potency is None:
        return f"Write '{number:.15g} ug/kg', or the unit that is meant."
    per_ug = agent.potency.quantity.canonical * canonical_factor("ug")  # IU
    if number > 1e3:  # more than a milligram per kg would be: it was meant as IU
        options = f"'{number:.15g} IU/kg' or '{_short(number / per_ug)} ug/kg'"
    else:
        options = f"'{number:.15g} ug/kg' or '{_short(number * per_ug)} IU/kg'"
    return f"Write {options} ({agent.id}: 1 mg = {agent.potency.value:g} {agent.potency.unit.partition('/')[0]})."


def check_amount(treatment: Treatment, agent: Agent) -> None:
    """Check that the dose is an amount of this drug above zero, and that a rate has a duration.

    Raises:
        UnitError: it is not; or IU are given of a product that has no IU per mg.
    """
    if not treatment.dose.value > 0:
        raise UnitError(f"'{treatment.dose}' is not above zero.", "An untreated arm is written as an empty list.")
    if agent.dosed_in is None:
        agent.milligrams(treatment.dose, weight=1.0, surface=1.0)
    elif treatment.dose.dimension != dimension(agent.dosed_in):
        raise UnitError(f"'{treatment.dose}' is not a dose of {agent.id}.", f"Its doses are in {agent.dosed_in}.")
    if is_rate(treatment.dose) and treatment.duration is None:
        hint = "Add the length of the infusion, such as 'duration: 90 days'."
        raise UnitError(f"'{treatment.dose}' is a rate without a duration.", hint)


def _short(number: float) -> str:
    """Return two significant digits without an exponent."""
    return f"{float(f'{number:.2g}'):.15g}"
