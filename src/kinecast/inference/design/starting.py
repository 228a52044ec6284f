"""Named molecules that a search evaluates first, so that it starts from what has been tried."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kinecast import catalog
from kinecast.biology.molecules.derive import antigens
from kinecast.errors import UnitError
from kinecast.inference.design.candidate import Candidate, most_doses, plain, rounded
from kinecast.inference.design.choosing import allowed
from kinecast.inference.design.space import NONE, Space
from kinecast.trial.times import duration
from kinecast.units import quantity


@dataclass(frozen=True)
class Start:
    """A molecule by what it differs in from its cytokine, and its usual dose and schedule; these move into the space."""

    name: str
    cytokine: str
    kd: dict[str, float | None] = field(default_factory=dict)
    copies: int = 1
    format: str = "free"
    target: str = NONE
    target_kd: float = 0.0
    dose: str = "37 ug/kg"
    route: str = "iv"
    every: str = "8 h"
    doses: int = 14


def named() -> tuple[Start, ...]:
    """Return the named molecules, as recipes on cytokines of the catalogue.

    KDs come from the catalogue where it has them (super-2); those of arms, 0.1 nM, and doses are usual ones, assumed.
    """
    fusion: dict[str, object] = {"kd": {"IL-2Ra": None}, "format": "antibody", "target_kd": 0.1}
    given = {"dose": "200 ug/kg", "every": "2 weeks", "doses": 8}
    return (
        Start("aldesleukin", "aldesleukin"),
        Start("super-2", "aldesleukin", {"IL-2Rb": _ratio("super-2", "aldesleukin", "IL-2Rb")}),
        Start("no-alpha", "aldesleukin", {"IL-2Ra": None}),
        Start("beta-biased", "aldesleukin", {"IL-2Ra": 100.0, "IL-2Rb": 0.1}, 1, "fc", dose="10 ug/kg", every="2 weeks", doses=8),
        Start("IL-15 complex", "rhil-15", {}, 2, "fc", dose="10 ug/kg", route="sc", every="1 week", doses=8),
        Start("CEA-targeted", "aldesleukin", target="cea", **fusion, **given),  # pyright: ignore[reportArgumentType]
        Start("FAP-targeted", "aldesleukin", target="fap", **fusion, **given),  # pyright: ignore[reportArgumentType]
    )


def starting_points(space: Space) -> tuple[dict[str, Candidate], dict[str, str]]:
    """Return name → candidate of the molecules that the space has, and name → why of those that it has not."""
    found, left_out = {}, {}
    for start in named():
        lacking = _lacking(start, space)
        if lacking:
            left_out[start.name] = lacking
            continue
        candidate = _candidate(start, space)
        reason = allowed(candidate, space)
        if reason:
            left_out[start.name] = reason
        else:
            found[start.name] = candidate
    return found, left_out


def _lacking(start: Start, space: Space) -> str:
    if start.cytokine not in space.cytokines:
        return f"the space has no {start.cytokine}"
    if start.target != NONE and start.target not in antigens(space.disease):
        return f"{space.disease} has no density of {start.target} in the catalogue"
    return ""


def _candidate(start: Start, space: Space) -> Candidate:
    """Return the molecule with the dose and the schedule of the space that are nearest to its own."""
    usual = quantity(start.dose)
    try:
        dose = usual.to(space.dose.unit)
    except UnitError:  # a space in mg or IU has no dose per weight to compare with
        dose = (space.dose.low * space.dose.high) ** 0.5
    wanted = duration(start.every).canonical
    every = min(space.every, key=lambda one: abs(duration(one).canonical - wanted))
    first = plain(space, start.cytokine)
    return replace(
        first,
        kd={**dict.fromkeys(space.cytokines[start.cytokine], 1.0), **start.kd},
        copies=start.copies,
        format=start.format,
        target=start.target,
        target_kd=start.target_kd,
        mask=NONE if NONE in space.masks else first.mask,
        dose=min(max(rounded(dose), space.dose.low), space.dose.high),
        route=start.route if start.route in space.routes else first.route,
        every=every,
        doses=most_doses(space, every, min(max(start.doses, space.doses[0]), space.doses[1])),
        partner=NONE if NONE in space.partners else first.partner,
    )


def _ratio(agent: str, cytokine: str, receptor: str) -> float:
    """Return the KD of a drug of the catalogue over that of its cytokine."""
    ends = [catalog.agent(key).binds[receptor].kd for key in (agent, cytokine)]
    assert ends[0] is not None and ends[1] is not None
    return rounded(ends[0].quantity.canonical / ends[1].quantity.canonical)
