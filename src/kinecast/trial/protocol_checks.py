"""What a protocol names must exist: agents, routes, diseases, holding rules; and no dose is far above the label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kinecast import catalog
from kinecast.biology.body import body_surface
from kinecast.errors import KinecastError, choices
from kinecast.trial.doses import check_amount, mass_in_a_day
from kinecast.trial.protocol import Protocol, Treatment

if TYPE_CHECKING:
    from kinecast.catalog import Agent

MOST_TIMES_LABEL = 10.0
"""A dose above this many times the label dose, in mass, is taken for a slip of unit."""


def check(protocol: Protocol) -> list[tuple[str, str, str]]:
    """Return (field, message, hint) of everything that the catalogue or the label does not allow."""
    problems: list[tuple[str, str, str]] = []
    if protocol.disease != "none":
        problems += _unknown("disease", protocol.disease, catalog.diseases(), also="none")
    known = catalog.disease(protocol.disease).mixture if protocol.disease in catalog.diseases() else {}
    for name in protocol.mixture:
        if name not in known:
            hint = choices(name, known) if known else "Leave mixture out."
            problems.append(("mixture", f"'{name}' is no part of the disease '{protocol.disease}'.", hint))
    for arm, treatments in protocol.arms.items():
        for index, treatment in enumerate(treatments):
            where = f"arms.{arm}[{index}]"
            problems += _of_treatment(where, treatment)
            on_response = treatment.courses is not None and treatment.courses.while_ == "responding or stable"
            if on_response and (protocol.disease == "none" or not protocol.scan_times):
                hint = "Add a disease and 'scans: every 8 weeks', or write 'while: always'."
                problems.append((f"{where}.courses.while", "'responding or stable' cannot be seen without scans.", hint))
    return problems


def _of_treatment(where: str, treatment: Treatment) -> Iterator[tuple[str, str, str]]:
    if treatment.hold is not None:
        yield from _unknown(f"{where}.hold", treatment.hold, catalog.rules())
    unknown = _unknown(f"{where}.agent", treatment.agent, catalog.agents())
    yield from unknown
    if unknown:
        return
    agent = catalog.agent(treatment.agent)
    if treatment.route not in agent.routes:
        yield f"{where}.route", f"'{treatment.route}' is not a route of {agent.id}.", choices(treatment.route, agent.routes)
    try:
        check_amount(treatment, agent)
    except KinecastError as error:
        yield f"{where}.dose", error.message, error.hint
    else:
        yield from _too_much(f"{where}.dose", treatment, agent)


def _too_much(where: str, treatment: Treatment, agent: Agent) -> Iterator[tuple[str, str, str]]:
    known, called = (agent.label_dose, "label dose") if agent.label_dose else (agent.highest_dose_studied, "highest dose studied")
    if known is None or agent.dosed_in is not None:
        return
    size = typical_size()
    mass, most = mass_in_a_day(treatment, agent, **size), agent.milligrams(known.quantity, **size)
    if mass > MOST_TIMES_LABEL * most:
        yield (
            where,
            f"'{treatment.dose}' is {mass:.3g} mg, {mass / most:.3g} times the {called} of {agent.id}.",
            f"The {called} is {known.quantity} per {known.per} ({most:.2g} mg; {known.source}). Is the unit right?",
        )


def typical_size() -> dict[str, float]:
    """Return the typical patient's weight (kg) and surface (m2)."""
    body = catalog.parameters("body")
    weight, height = body["weight"].quantity.to("kg"), body["height"].quantity.to("cm")
    return {"weight": weight, "surface": float(body_surface(weight, height))}


def _unknown(where: str, name: str, known: Mapping[str, Any], also: str = "") -> list[tuple[str, str, str]]:
    if name in known:
        return []
    return [(where, f"'{name}' is not in the catalogue.", choices(name, [*known, also] if also else known))]
