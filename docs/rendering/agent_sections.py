"""The sections of a drug's page: what it is, where it stands, how it moves, what it did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kinecast.biology.drug import drug
from kinecast.catalog import Agent, describe
from kinecast.catalog.records import Number
from kinecast.catalog.records.agent import Dose, Route
from kinecast.catalog.sources import citation
from kinecast.catalog.tables import Cells
from kinecast.plots.endpoints import without_unit_one, written
from rendering.markdown import amount, linked, short_table, table
from rendering.numbers import COLUMNS, beyond_the_record, measured_row, number_row
from rendering.reports import reports_of

_BINDING = re.compile(r"(^|_)(kd|kon|koff|ka_|ec50|ic50|affinity)")
_MOVING = re.compile(
    r"half_life|clearance|volume|^v[d12c]|vdss|tmax|bioavail|cmax|^auc|^c0|^css|^ka$|absorption|accumulation|residence|mrt|persist"
    r"|plateau|time_to_(baseline|clear)|exponent|omega|fluid|concentration|_conc$|trough|_vc|duration|molecular_weight|activity"
)
COLLECTED = (
    "What was collected, not the label: what is missing here may well be approved. *With …* names the drug that the approval or "
    "trial was for, or that was given beside it. Withdrawn: taken off the market, or the application taken back. "
    "Discontinued: given up."
)
_STEPS = ("approved", "withdrawn", "discontinued", "phase3", "phase2", "phase1", "preclinical")


def what_it_is(agent: Agent) -> list[str]:
    """Return names, family, chains, mass and activity, and what it binds."""
    facts = [("family", agent.family), ("form", agent.form), ("also called", ", ".join(agent.synonyms))]
    facts += [("made of", "; ".join(agent.chains)), ("target", agent.target)]
    lines = [*(f"- {what}: {said}" for what, said in facts if said), ""]
    units = {written(name).lower(): number for name, number in agent.other_potencies.items()}
    numbers = {"molecular weight": agent.molecular_weight, "activity by mass": agent.potency, **units}
    if rows := [number_row(name, number) for name, number in numbers.items() if number is not None]:
        lines += ["Mass and units", "", *table(COLUMNS, rows)]
    measured = (measured_row(row) for row in beyond_the_record(agent) if _BINDING.search(row["quantity"]))
    if affinities := [*_binding_rows(agent), *measured]:
        lines += ["What it binds", "", *short_table(COLUMNS, affinities, _measurements(agent))]
    return lines


def _binding_rows(agent: Agent) -> Iterable[Sequence[object]]:
    for receptor, binding in agent.binds.items():
        if binding.kd is None:
            yield receptor, "does not bind", "", "", "", "", binding.note
        for what, number in (("KD", binding.kd), ("on", binding.kon), ("off", binding.koff)):
            if number is not None:
                yield number_row(f"{receptor}, {what}", number, binding.note if what == "KD" else "")
        for number in binding.other_reports:
            yield number_row(f"{receptor}, KD, another report", number)


def where_it_stands(agent: Agent) -> list[str]:
    """Return approvals, withdrawals and phases, by jurisdiction and year."""
    rows = [
        (
            *(one.status.replace("phase", "phase "), one.jurisdiction, one.year, one.indication, one.product, linked(one.source)),
            *("" if one.read == "yes" else "recalled, not read", one.note),
        )
        for one in sorted(agent.approvals, key=lambda one: (_STEPS.index(one.status), one.jurisdiction, one.year or 0))
    ]
    head = ("status", "where", "year", "in", "product", "source", "read", "note")
    none = ["The catalogue holds no approval, withdrawal or phase of this drug.", ""]
    return [COLLECTED, "", *table(head, rows)] if rows else none


def how_it_moves(agent: Agent) -> list[str]:
    """Return routes, the doses of label and studies, and half-lives, clearances and the like."""
    routes = [_route(key, route) for key, route in agent.routes.items()]
    lines = [f"Routes: {'; '.join(routes)}.", ""] if routes else []
    lines += doses(agent)
    lines += [f"Doses are held by the rule {agent.hold} where a trial does not say.", ""] if agent.hold else []
    by_route = {f"{route}, {name}": number for route, way in agent.routes.items() for name, number in way.numbers.items()}
    acts = {f"{action}, {name}": number for action, numbers in agent.actions.items() for name, number in numbers.items()}
    used = [number_row(name, number) for name, number in (agent.disposition | by_route | acts).items()]
    lines += [f"The model takes the numbers that this drug lacks from {agent.modelled_as}.", ""] if agent.modelled_as else []
    lines += _as_molecule(agent)
    lines += ["Used by the model", "", *table(COLUMNS, used)] if used else []
    moving = [number_row(written(name), number) for name, number in agent.reported.items()]
    moving += [measured_row(row) for row in beyond_the_record(agent) if _moves(row)]
    lines += ["Reported", "", *short_table(COLUMNS, moving, _measurements(agent))] if moving else []
    return lines if used or moving else [*lines, "The catalogue holds no half-life, clearance or volume of this drug.", ""]


def _as_molecule(agent: Agent) -> list[str]:
    """Return what an engineered drug is made of, and the numbers that the model derives from that."""
    if agent.molecule is None:
        return []
    lines = [f"In the model: {agent.molecule.in_words}.", ""]
    held = [line for line in describe(agent.molecule) if line.source]
    rows = [(one.field, without_unit_one(one.reported), one.source, one.where, one.status, one.note) for one in held]
    lines += table(("number", "value", "source", "where", "status", "note"), rows) if rows else []
    derived = [(name, _rounded(number), _origin(number)) for name, number in drug(agent.id).records.items()]
    said = "Derived from that, or of the cytokine ([how](../../molecules.md)):"
    return [*lines, said, "", *table(("number", "value", "from"), derived)]


def _rounded(number: Number) -> str:
    return without_unit_one(f"{number.quantity.value:.3g} {number.unit}")


def _origin(number: Number) -> str:
    """Return whence a number of the model is: derived, or read somewhere."""
    work = citation(number.source)
    return number.where if work.own or "derived" in number.where else f"{work.short}, {number.where}"


def _route(key: str, route: Route) -> str:
    return (route.name if route.name == key else f"{route.name} ({key})") + (f", {route.note}" if route.note else "")


def doses(agent: Agent) -> list[str]:
    """Return the dose of the label and the highest studied, with their sources."""
    known = (("Dose of the label", agent.label_dose), ("Highest dose studied", agent.highest_dose_studied))
    return [line for what, dose in known if dose is not None for line in (f"{what}: {_dose(dose)}.", "")]


def _dose(dose: Dose) -> str:
    said = f"{amount(dose.value, dose.unit)} {dose.route} per {dose.per}"
    return f"{said} ({linked(dose.source)}, {dose.where}{'; ' + dose.note if dose.note else ''})"


def what_it_did(agent: Agent) -> list[str]:
    """Return what arms with it reported, and what else was measured."""
    lines = reports_of(agent.id)
    rest = (row for row in beyond_the_record(agent) if not _moves(row) and not _BINDING.search(row["quantity"]))
    if others := [measured_row(row) for row in rest]:
        lines += ["### Other measurements", "", *short_table(COLUMNS, others, _measurements(agent))]
    return lines or ["The catalogue holds no number that an arm with it reported.", ""]


def _moves(row: Cells) -> bool:
    return bool(_MOVING.search(row["quantity"])) and not _BINDING.search(row["quantity"])


def _measurements(agent: Agent) -> str:
    return f"kinecast evidence --kind measurements --agent {agent.id}"
