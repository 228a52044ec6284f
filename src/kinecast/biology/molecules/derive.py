"""From the record of an engineered cytokine to the numbers by which the model moves it and lets it act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kinecast import catalog
from kinecast.biology.molecules.affinities import RECEPTORS, acting
from kinecast.biology.molecules.beside import CELL_TARGETS
from kinecast.biology.molecules.delivery import densities
from kinecast.biology.molecules.size import entering, hydrodynamic_mass, moving
from kinecast.catalog.molecules import sum_of_parts
from kinecast.catalog.records import Agent, Disease, Molecule, Number
from kinecast.catalog.records.molecule import Target
from kinecast.errors import CatalogError, choices

Numbers = Mapping[str, Number]

LOCAL = ("il2_receptor", "il15_receptor", "il12_receptor", "il21_receptor")
"""Actions that differ by what the tumour holds; others act by their level in plasma alone."""
BESIDE = ("il2_receptor", "il15_receptor")
"""Actions that an arm on a receptor of lymphocytes helps."""


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


@dataclass(frozen=True)
class Native:
    """The cytokine that a molecule is a form of: its record, how it moves, what it does."""

    agent: Agent
    disposition: Numbers
    actions: Mapping[str, Numbers]

    @property
    def mass(self) -> float:
        """Its mass, kDa."""
        return hydrodynamic_mass(self.agent, "free", None, self.agent.molecular_weight)

    @property
    def local(self) -> bool:
        """Whether what it does in a tumour follows its level there."""
        return any(name in LOCAL for name in self.actions)


def derived(agent: Agent, native: Native) -> Derived:
    """Return the numbers of an engineered agent, from those of its cytokine.

    What the agent's own record holds stands in place of what is derived: a measured half-life before one by size, a calibrated
    potency before one by affinities. Of a form designed from such an agent its own numbers move as the affinities do.

    Raises:
        CatalogError: what `affinities.acting` and `size.hydrodynamic_mass` refuse, an antigen that nothing in the catalogue has,
            or an arm, anchor or mask that this cytokine would not notice.
    """
    molecule = agent.molecule
    assert molecule is not None
    closed = molecule.closed
    block = 1.0 if closed is None else None if closed.block is None else closed.block.quantity.canonical
    does = _with_arm(_own(agent, native, block), molecule.target)
    _check(agent, molecule, native)
    does = {**does, **_besides_receptors(agent)}
    mass = hydrodynamic_mass(agent, molecule.format, molecule.peg, agent.molecular_weight)
    moved = moving(native.disposition, native.mass, mass, molecule.format) | dict(agent.disposition)
    # A pro-drug opens in the tumour, whatever it does there: from there it comes to plasma.
    delivery = entering(mass) | _seeking(molecule) if native.local or closed is not None else {}
    if closed is None:
        plain = molecule.format == "free" and mass == native.mass and molecule.target is None and molecule.anchor is None
        return Derived(moved, does, delivery, at_once=plain)
    return Derived(moved, does, delivery, *_opened(agent, molecule, native))


def _own(agent: Agent, native: Native, block: float | None) -> dict[str, Numbers]:
    """Return the cytokine's action; numbers of the record, or of the agent that it was designed from, stand in its place."""
    does = acting(agent, native.agent, native.actions, block)
    base = catalog.agent(str(agent.recipe["from"])) if agent.recipe else agent
    if base.molecule is None:
        return does
    as_base = acting(base, native.agent, native.actions)
    made = {}
    for name, numbers in does.items():
        held = {key: one for key, one in base.actions.get(name, {}).items() if key in numbers}
        made[name] = {**numbers, **{key: _moved(one, numbers[key], as_base[name][key]) for key, one in held.items()}}
    return made


def _besides_receptors(agent: Agent) -> dict[str, Numbers]:
    """Return what an agent does other than by receptors of cytokines: as its antibody does."""
    return {name: numbers for name, numbers in agent.actions.items() if name not in RECEPTORS}


def _moved(held: Number, now: Number, before: Number) -> Number:
    """Return a number of a record, times what has become of the number that would be derived."""
    factor = now.quantity.value / before.quantity.value
    if factor == 1.0:
        return held
    where = "its drug's, by the molecule's affinities"
    return held.model_copy(update={"value": held.quantity.value * factor, "status": "assumed", "where": where, "note": ""})


def _opened(agent: Agent, molecule: Molecule, native: Native) -> tuple[Numbers, Derived]:
    """Return the rates of opening, and the form that is set free: it keeps the antibody, and what that does, or not."""
    closed = molecule.closed
    assert closed is not None
    weight = closed.molecular_weight or sum_of_parts(native.agent, molecule.copies, closed.format, closed.peg)
    mass = hydrodynamic_mass(agent, closed.format, closed.peg, weight)
    target = molecule.target if closed.format == "antibody" else None
    does = _with_arm(_own(agent, native, 1.0), target)
    if closed.format == "antibody":
        does = {**does, **_besides_receptors(agent)}
    moved = moving(native.disposition, native.mass, mass, closed.format)
    rates = {"opening_in_plasma": closed.in_plasma, "opening_in_tumour": closed.in_tumour}
    delivery = entering(mass) | _seeking(molecule.model_copy(update={"target": target}))
    return rates, Derived(moved, does, delivery)


def _check(agent: Agent, molecule: Molecule, native: Native) -> None:
    """Refuse what would be without effect: an unknown antigen, and arms or anchors that the cytokine's action does not notice."""
    target = molecule.target
    if target is not None and target.antigen in CELL_TARGETS:
        if not any(name in BESIDE for name in native.actions):
            hint = "It helps forms of IL-2 and IL-15."
            raise CatalogError(f"{agent.id}, target: an arm on {target.antigen} does nothing for {native.agent.id} here.", hint)
        return
    for name, there in (("target", target), ("anchor", molecule.anchor)):
        if there is not None and not native.local:
            hint = "It is for forms of IL-2, IL-15, IL-12 and IL-21; others act by their level in plasma."
            raise CatalogError(
                f"{agent.id}, {name}: what {native.agent.id} does in a tumour does not follow its level there.", hint
            )
    if target is not None and target.antigen not in antigens():
        known = (*antigens(), *CELL_TARGETS)
        raise CatalogError(
            f"{agent.id}, target.antigen: no disease of the catalogue has '{target.antigen}'.", choices(target.antigen, known)
        )


def antigens(disease: str | None = None) -> tuple[str, ...]:
    """Return the antigens of which a disease, or one that it mixes, has a density (none: some disease of the catalogue)."""
    ill = catalog.diseases().values() if disease is None else _with_mixed(catalog.disease(disease))
    return tuple(dict.fromkeys(antigen for one in ill for antigen in densities(one.parameters)))


def _with_mixed(ill: Disease) -> tuple[Disease, ...]:
    return (ill, *map(catalog.disease, ill.mixture))


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
