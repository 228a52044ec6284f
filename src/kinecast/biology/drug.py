"""What the model uses of a drug: its own numbers, and those of the drug that it is modelled as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kinecast import catalog
from kinecast.catalog import Agent
from kinecast.catalog.records import Number
from kinecast.errors import CatalogError

Numbers = Mapping[str, Number]


@dataclass(frozen=True)
class Drug:
    """A drug as the model sees it.

    Attributes:
        id: of the agent. name: the id as a name in equations ('rhil_15').
        disposition: numbers by which it moves. by_route: route → numbers that hold only for that route.
        actions: what it does → the drug's numbers for it.
        routes: the ways by which the model can give it.
        amount_unit: of its doses in the model: nmol, or cells, or viruses.
    """

    id: str
    name: str
    disposition: Numbers
    by_route: Mapping[str, Numbers]
    actions: Mapping[str, Numbers]
    routes: tuple[str, ...]
    amount_unit: str = "nmol"

    @property
    def local(self) -> bool:
        """Whether it stays where it is given, or goes nowhere that matters, so that it has one depot and no plasma."""
        return "depot_loss" in self.disposition

    @property
    def own_depots(self) -> tuple[str, ...]:
        """Routes whose absorption has numbers of its own, and so a depot of its own."""
        return tuple(route for route in self.routes if "absorption_rate" in self.by_route.get(route, {}))

    @property
    def records(self) -> dict[str, Number]:
        """Every number, by the name of its parameter in the network."""
        found = {f"{self.name}_{key}": record for key, record in self.disposition.items()}
        for route, numbers in self.by_route.items():
            found |= {f"{self.name}_{route}_{key}": record for key, record in numbers.items()}
        for numbers in self.actions.values():
            found |= {f"{self.name}_{key}": record for key, record in numbers.items()}
        return found


COMMON_ROUTES = ("iv", "sc", "im")
"""Routes that need no numbers of their own: a vein, or a depot with the drug's absorption; others need theirs."""


def drug(key: str) -> Drug:
    """Return a drug of the catalogue as the model sees it.

    Raises:
        CatalogError: no such agent, or the model lacks it.
    """
    agent = catalog.agent(key)
    if not agent.simulated:
        able = ", ".join(key for key, record in catalog.agents().items() if record.simulated)
        raise CatalogError(f"{agent.id} is in the catalogue, but the model of the patient lacks it.", f"It has: {able}.")
    disposition, actions, by_route = _numbers(agent)
    if agent.modelled_as:
        other, acts, ways = _numbers(catalog.agent(agent.modelled_as))
        disposition = _lent(other, agent.modelled_as) | disposition
        actions = {name: _lent(acts.get(name, {}), agent.modelled_as) | actions.get(name, {}) for name in {**acts, **actions}}
        by_route = {way: _lent(numbers, agent.modelled_as) for way, numbers in ways.items()} | by_route
    depot = "absorption_rate" in disposition
    local = "depot_loss" in disposition
    routes = tuple(
        way
        for way in agent.routes
        if local
        or way == "iv"
        or not disposition
        or "absorption_rate" in by_route.get(way, {})
        or (depot and way in COMMON_ROUTES)
    )
    return Drug(agent.id, _symbol(agent.id), disposition, by_route, actions, routes, agent.amount_unit)


def _symbol(key: str) -> str:
    """Return an id as a name in equations: 'rhil-15' is rhil_15, and '3f8', which begins with a digit, is _3f8."""
    name = key.replace("-", "_")
    return f"_{name}" if name[0].isdigit() else name


def _numbers(agent: Agent) -> tuple[dict[str, Number], dict[str, dict[str, Number]], dict[str, dict[str, Number]]]:
    by_route = {route: dict(way.numbers) for route, way in agent.routes.items() if way.numbers}
    return dict(agent.disposition), {name: dict(numbers) for name, numbers in agent.actions.items()}, by_route


def _lent(numbers: Numbers, lender: str) -> dict[str, Number]:
    """Return another drug's numbers, marked as assumed for this one."""
    note = f"of {lender}, which stands in"
    return {
        key: record.model_copy(update={"status": "assumed", "note": f"{note}; {record.note}" if record.note else note})
        for key, record in numbers.items()
    }
