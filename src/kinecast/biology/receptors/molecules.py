"""Molecules of the γc family by their affinities: the native ones, those of the catalogue, and ones with changed affinities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kinecast import catalog
from kinecast.biology.receptors.binding import Ligand
from kinecast.biology.receptors.reduced import equivalent_ratio
from kinecast.catalog import Agent
from kinecast.errors import CatalogError, choices
from kinecast.units import DIMENSIONLESS, dimension

CHAINS = {
    "IL-2Ra": "il2ra",
    "IL-2Rb": "il2rb",
    "IL-15Ra": "il15ra",
    "IL-4Ra": "il4ra",
    "IL-7Ra": "il7ra",
    "IL-9R": "il9r",
    "IL-21R": "il21r",
}
"""Receptor as agents' records call it → chain in equations."""


@dataclass(frozen=True)
class Family:
    """What the molecules of a family have in common: the receptors that signal and capture, and the STAT they are read by."""

    signalling: str
    capturing: str = ""
    stat: str = "pstat5"

    def ligand(self, key: str) -> Ligand:
        """The place of a molecule of this family in a network."""
        return Ligand(key, CHAINS[self.signalling], CHAINS[self.capturing] if self.capturing else "")

    @property
    def receptors(self) -> tuple[str, ...]:
        """The receptors that a molecule of the family may bind."""
        return (self.capturing, self.signalling) if self.capturing else (self.signalling,)


FAMILIES = {
    "IL-2": Family("IL-2Rb", "IL-2Ra"),
    "IL-4": Family("IL-4Ra", stat="pstat6"),
    "IL-7": Family("IL-7Ra"),
    "IL-9": Family("IL-9R"),
    "IL-15": Family("IL-2Rb", "IL-15Ra"),
    "IL-21": Family("IL-21R"),
}
"""The γc family. IL-9 and IL-21 are read by pSTAT5 here too, although pSTAT3 is their main signal."""


@dataclass(frozen=True)
class Molecule:
    """A molecule as the dish sees it.

    Attributes:
        name: how it is called.
        family: one of `FAMILIES`.
        kd: receptor → dissociation constant in solution [nM]; None when it does not bind.
        gamma_loss: by how much the shared chain joins it more slowly than wild-type IL-2 (1); below 1 for IL-15.
        notes: which numbers are not the molecule's own.
    """

    name: str
    family: str
    kd: Mapping[str, float | None]
    gamma_loss: float = 1.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise CatalogError(f"family: '{self.family}' is none of the γc family.", choices(self.family, FAMILIES))
        if self.kd.get(FAMILIES[self.family].signalling) is None:
            raise CatalogError(f"kd: {self.name} has no KD for {FAMILIES[self.family].signalling}, through which it signals.")

    def changed(self, kd: Mapping[str, float | None] | None = None, gamma_loss: float | None = None) -> Molecule:
        """Return the molecule with other affinities.

        Arguments:
            kd: receptor → KD [nM], None for no binding; receptors that are not named stay. gamma_loss: over this molecule's own.

        Raises:
            CatalogError: a receptor that the family does not bind, a KD or loss that is not above zero, or no
                binding to the chain that signals.
        """
        family = FAMILIES[self.family]
        for receptor, value in (kd or {}).items():
            if receptor not in family.receptors:
                raise CatalogError(f"kd: {self.name} has no receptor '{receptor}'.", choices(receptor, family.receptors))
            if value is None and receptor == family.signalling:
                raise CatalogError(
                    f"kd, {receptor}: 'none', but {self.name} signals through it.",
                    "Give its KD, such as 1000 nM for weak binding.",
                )
            if value is not None and not 0 < value < math.inf:
                raise CatalogError(
                    f"kd, {receptor}: {value:g} nM is not above zero.", "Write 'none' for no binding, or '1.2 nM'."
                )
        if gamma_loss is not None and not 0 < gamma_loss < math.inf:
            raise CatalogError(f"gamma_loss: {gamma_loss:g} is not above zero.", "1 is the molecule as it is, 10 a tenfold loss.")
        return replace(
            self, kd={**self.kd, **(kd or {})}, gamma_loss=self.gamma_loss * (1.0 if gamma_loss is None else gamma_loss)
        )


def native(family: str) -> Molecule:
    """Return the wild type of a family (`FAMILIES`), with the affinities of the records `gammac`."""
    records = catalog.parameters("gammac")
    kd = {receptor: _value(f"{_key(family)}_kd_{CHAINS[receptor]}") for receptor in FAMILIES[family].receptors}
    loss = f"{_key(family)}_gamma_gain"
    return Molecule(family, family, kd, 1 / _value(loss) if loss in records else 1.0)


def il15_complex() -> Molecule:
    """Return IL-15 that brings its α chain along: it needs none of the cell's and binds IL-2Rb more tightly than IL-15 alone."""
    alone = native("IL-15")
    kd = {"IL-15Ra": None, "IL-2Rb": _value("il15_complex_kd_il2rb")}
    return replace(alone, name="IL-15·IL-15Rα", kd=kd)


def molecule(key: str) -> Molecule:
    """Return a molecule by name: IL-2, IL-4, IL-7, IL-9, IL-15, IL-21, or an agent of the catalogue that binds their receptors.

    Raises:
        CatalogError: no such name, or an agent that binds none of them.
    """
    natives = {name.casefold(): name for name in FAMILIES}
    if key.casefold() in natives:
        return native(natives[key.casefold()])
    known = catalog.agents()
    if key not in known:
        names = {*FAMILIES, *(name for name, agent in known.items() if agent.family in FAMILIES)}
        raise CatalogError(f"there is no molecule '{key}'.", choices(key, names))
    return from_agent(known[key])


def from_agent(agent: Agent) -> Molecule:
    """Return an agent as a molecule; affinities that its record lacks are those of the wild type, and `notes` says so.

    An engineered agent (`Agent.molecule`) has the wild type's affinities, changed as its molecule says; of others the record's
    own are taken. With the affinity of IL-2Rβγ alone it gets the IL-2Rb at which the reduced form has the same shift.

    Raises:
        CatalogError: the agent's family has no receptor of the γc family.
    """
    if agent.family not in FAMILIES:
        names = [name for name, other in catalog.agents().items() if other.family in FAMILIES]
        raise CatalogError(f"{agent.id} binds no receptor of the γc family.", choices(agent.id, names))
    if agent.form == "antibody":
        raise CatalogError(f"{agent.id} is an antibody, and binds no receptor itself.", "Give a cytokine, or a form of one.")
    return _engineered(agent) if agent.molecule is not None else _recorded(agent)


def _wild(agent: Agent) -> Molecule:
    """Return what an agent is set against: wild type, or IL-15 with its α chain where the agent brings one along."""
    brings = agent.family == "IL-15" and "IL-15Ra" in agent.binds and agent.binds["IL-15Ra"].kd is None
    return il15_complex() if brings else native(agent.family)


def _engineered(agent: Agent) -> Molecule:
    """Return an engineered agent: what is not named is wild type."""
    assert agent.molecule is not None
    wild = _wild(agent)
    kd, loss = dict(wild.kd), wild.gamma_loss
    made = agent.molecule
    more = made.copies > 1 or made.target is not None or made.closed is not None or made.format != "free"
    notes = ["copies, arms, masks and carriers of the molecule do not count in the dish"] if more else []
    for chain, number in agent.molecule.kd.items():
        relative = number is not None and dimension(number.unit) == DIMENSIONLESS
        if chain in kd:
            known = kd[chain] if relative else 1.0
            kd[chain] = None if number is None or known is None else known * number.quantity.to("1" if relative else "nM")
        elif chain == "gc" and number is not None:
            loss *= number.quantity.to("1")
        elif chain == "IL-2Rbg" and number is not None and kd.get("IL-2Rb") is not None:
            ratio = number.quantity.to("1") if relative else number.quantity.to("nM") / _pair_of_wild_type()
            kd["IL-2Rb"] = (kd["IL-2Rb"] or 0.0) * equivalent_ratio(ratio)
            notes.append("IL-2Rb from the affinity of IL-2Rβγ on cells")
    return Molecule(agent.id, agent.family, kd, loss, tuple(notes))


def _recorded(agent: Agent) -> Molecule:
    wild, free = _wild(agent), native(agent.family)
    kd: dict[str, float | None] = {}
    notes: list[str] = []
    for receptor in FAMILIES[agent.family].receptors:
        recorded = next((agent.binds[name] for name in (receptor, f"{receptor} glycosylated") if name in agent.binds), None)
        if recorded is not None:
            kd[receptor] = None if recorded.kd is None else recorded.kd.quantity.to("nM")
            own, alone, together = kd[receptor], free.kd[receptor], wild.kd[receptor]
            if own is not None and alone is not None and together is not None and together != alone:
                kd[receptor] = own * together / alone
                notes.append(f"{receptor} as of IL-15 with its α chain, times what the record has over free IL-15")
            continue
        kd[receptor] = wild.kd[receptor]
        pair = agent.binds.get("IL-2Rbg") if receptor == "IL-2Rb" else None
        if pair is not None and pair.kd is not None:
            ratio = pair.kd.quantity.to("nM") / _pair_of_wild_type()
            kd[receptor] = (wild.kd[receptor] or 0.0) * equivalent_ratio(ratio)
            notes.append("IL-2Rb from the affinity of IL-2Rβγ on cells")
        else:
            notes.append(f"{receptor} as wild type: its record has no affinity")
    return Molecule(agent.id, agent.family, kd, wild.gamma_loss, tuple(notes))


def _pair_of_wild_type() -> float:
    """Return the KD [nM] of wild-type IL-2 at IL-2Rβγ on cells."""
    return catalog.parameters("receptors")["native_intermediate_kd"].quantity.to("nM")


def _key(family: str) -> str:
    return family.replace("-", "").lower()


def _value(name: str) -> float:
    value = catalog.parameters("gammac")[name].value
    assert value is not None
    return value
