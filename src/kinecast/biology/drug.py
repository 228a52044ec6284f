"""What the model uses of a drug: its own numbers, and those of the drug that it is modelled as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kinecast import catalog
from kinecast.biology.molecules.derive import Derived, Native, derived
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
        delivery: numbers of an engineered molecule in tumours; without them a drug is there as it is in plasma, at once,
            and so is one of its cytokine's size (`at_once`), but for injections.
        opened: of a pro-drug the form that acts, at the rates `opening`; it is not given by itself.
    """

    id: str
    name: str
    disposition: Numbers
    by_route: Mapping[str, Numbers]
    actions: Mapping[str, Numbers]
    routes: tuple[str, ...]
    amount_unit: str = "nmol"
    delivery: Numbers = field(default_factory=dict)
    opening: Numbers = field(default_factory=dict)
    opened: Drug | None = None
    at_once: bool = False

    @property
    def forms(self) -> Iterator[Drug]:
        """The drug as it is given, and what of a pro-drug opens."""
        yield self
        if self.opened is not None:
            yield from self.opened.forms

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
        own = {**self.disposition, **self.delivery, **self.opening}
        found = {f"{self.name}_{key}": record for key, record in own.items()}
        for route, numbers in self.by_route.items():
            found |= {f"{self.name}_{route}_{key}": record for key, record in numbers.items()}
        for numbers in self.actions.values():
            found |= {f"{self.name}_{key}": record for key, record in numbers.items()}
        return found | (self.opened.records if self.opened else {})


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
    if agent.molecule is not None:
        return _engineered(agent)
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


def _engineered(agent: Agent) -> Drug:
    """Return an engineered cytokine as the model sees it, its numbers derived from those of the cytokine."""
    assert agent.molecule is not None
    native = drug(agent.molecule.cytokine)
    made = derived(agent, Native(catalog.agent(native.id), native.disposition, native.actions))
    depot = "absorption_rate" in made.disposition
    ways = ("iv", *(("intralesional",) if made.delivery else ()), *(COMMON_ROUTES if depot else ()))
    routes = tuple(way for way in agent.routes if way in ways)
    # A prefix that nothing else has: a designer may call his molecule as an antigen or a part of the body is called.
    name = f"molecule_{_symbol(agent.name)}" if agent.recipe else _symbol(agent.id)
    return _form(made, Drug(agent.id, name, {}, {}, {}, routes))


def _form(made: Derived, given: Drug) -> Drug:
    """Return one form of a molecule, and the forms that it opens into, under the names of what is given."""
    opened = None
    if made.opened is not None:
        opened = _form(made.opened, replace(given, id=f"{given.id}-open", name=f"{given.name}_open", routes=()))
    numbers = {"disposition": made.disposition, "actions": made.actions, "delivery": made.delivery, "opening": made.opening}
    return replace(given, opened=opened, at_once=made.at_once, **numbers)


def _symbol(key: str) -> str:
    """Return an id as a name in equations: 'rhil-15' is rhil_15, and '3f8', which begins with a digit, is _3f8."""
    name = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
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
