"""From the record of an engineered cytokine to the numbers by which the model moves it and lets it act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kinecast.biology.molecules.affinities import acting
from kinecast.biology.molecules.beside import CELL_TARGETS
from kinecast.biology.molecules.size import entering, hydrodynamic_mass, moving
from kinecast.catalog.records import Agent, Molecule, Number
from kinecast.catalog.records.molecule import Target

Numbers = Mapping[str, Number]


@dataclass(frozen=True)
class Derived:
    """Numbers of one form of a molecule: how it moves, what it does, how it is in tumours; what opens, and into what.

    `at_once` says that it enters tumours as its cytokine does: with the same size and nothing that holds it there.
    """

    disposition: Numbers
    actions: Mapping[str, Numbers]
    delivery: Numbers = field(default_factory=dict)
    opening: Numbers = field(default_factory=dict)
    opened: Derived | None = None
    at_once: bool = False


def derived(agent: Agent, native: Agent, disposition: Numbers, actions: Mapping[str, Numbers]) -> Derived:
    """Return the numbers of an engineered agent, from those of its cytokine (`disposition`, `actions`).

    What the agent's own record holds stands in place of what is derived: a measured half-life before one by size.

    Raises:
        CatalogError: see `affinities.acting` and `size.hydrodynamic_mass`.
    """
    molecule = agent.molecule
    assert molecule is not None
    base_mass = hydrodynamic_mass(native, "free", None, native.molecular_weight)
    mass = hydrodynamic_mass(agent, molecule.format, molecule.peg, agent.molecular_weight)
    moved = moving(disposition, base_mass, mass, molecule.format) | dict(agent.disposition)
    closed = molecule.closed
    block = 1.0 if closed is None else None if closed.block is None else closed.block.quantity.canonical
    does = _with_arm(acting(agent, native, actions, block), molecule.target)
    does = {**does, **agent.actions}
    delivery = entering(mass) | _seeking(molecule)
    if closed is None:
        plain = molecule.format == "free" and mass == base_mass and molecule.target is None and molecule.anchor is None
        return Derived(moved, does, delivery, at_once=plain)
    return Derived(moved, does, delivery, *_opened(agent, native, molecule, disposition, actions, base_mass))


def _opened(
    agent: Agent, native: Agent, molecule: Molecule, disposition: Numbers, actions: Mapping[str, Numbers], base_mass: float
) -> tuple[Numbers, Derived]:
    """Return the rates of opening, and the form that is set free: it keeps the arms only where it keeps the antibody."""
    closed = molecule.closed
    assert closed is not None
    mass = hydrodynamic_mass(native, closed.format, closed.peg, closed.molecular_weight or native.molecular_weight)
    target = molecule.target if closed.format == "antibody" else None
    does = _with_arm(acting(agent, native, actions), target)
    moved = moving(disposition, base_mass, mass, closed.format)
    rates = {"opening_in_plasma": closed.in_plasma, "opening_in_tumour": closed.in_tumour}
    free = Derived(moved, does, entering(mass) | _seeking(molecule.model_copy(update={"target": target})))
    return rates, free


def _seeking(molecule: Molecule) -> dict[str, Number]:
    """Return the numbers of what a molecule seeks in the tumour."""
    found: dict[str, Number] = {}
    target = molecule.target
    if target is not None and target.antigen not in CELL_TARGETS:
        found[f"{target.antigen}_arm_kd"] = target.kd
        arms = Number(value=target.valency, unit="1", source="Kinecast26", where="the molecule has so many", status="measured")
        found[f"{target.antigen}_arms"] = arms
    if molecule.anchor is not None:
        found["matrix_kd"] = molecule.anchor
    return found


def _with_arm(actions: Mapping[str, Numbers], target: Target | None) -> dict[str, Numbers]:
    """Return the actions, where an arm holds the molecule on lymphocytes with the arm's KD; two arms bind twice as well."""
    if target is None or target.antigen not in CELL_TARGETS:
        return dict(actions)
    name = f"{target.antigen}_cis_kd"
    kd = target.kd.model_copy(update={"value": target.kd.quantity.value / target.valency, "low": None, "high": None})
    return {key: {**numbers, name: kd} for key, numbers in actions.items()}
