"""The record of a drug: its mass and activity, what it binds, how it moves through the body, and what its label allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from kinecast.catalog.records.molecule import Molecule
from kinecast.catalog.records.number import Number, Record, Unit
from kinecast.catalog.records.regimen import Pack
from kinecast.errors import UnitError
from kinecast.units import Quantity, canonical_factor, dimension, mass_from_activity


class Binding(Record):
    """How an agent binds one receptor form. `kd` empty means that it does not bind."""

    kd: Number | None
    kon: Number | None = None
    koff: Number | None = None
    other_reports: tuple[Number, ...] = ()
    note: str = ""


class Route(Record):
    """A way to give the agent; numbers that hold only for that way."""

    name: str
    numbers: dict[str, Number] = Field(default_factory=dict)
    note: str = ""


class Approval(Record):
    """Where an agent stands in an indication: approved, given up, or how far trials have come; `kind` is its class."""

    agent: str
    product: str = ""
    kind: str = Field(default="", alias="class")
    indication: str
    jurisdiction: str
    status: Literal["approved", "withdrawn", "discontinued", "phase1", "phase2", "phase3", "preclinical"]
    year: int | None = None
    source: str
    where: str = "place not noted"
    read: Literal["yes", "no"] = "yes"
    note: str = ""
    pack: Pack = ()


class Dose(Record):
    """A dose somebody allows or gave, with its unit per body size."""

    value: float = Field(gt=0)
    unit: str
    route: str
    per: Literal["dose", "day"] = "dose"
    source: str
    where: str
    note: str = ""

    @property
    def quantity(self) -> Quantity:
        """The dose as a quantity."""
        return Quantity(self.value, self.unit)


class Agent(Record):
    """A drug.

    `disposition` holds the numbers by which the model moves it through the body, by parameter name, and `actions` what it does
    there: action (`kinecast.biology.actions`) → the drug's numbers for it. `modelled_as` names a drug whose numbers stand in
    for those that this one lacks. `molecule` says of which cytokine a drug is an engineered form, from which the model derives
    what the two others do not hold. A drug with none of the three is in the catalogue, but not in the model. `recipe` is what
    a designed molecule was made from (`kinecast.catalog.molecules`), empty for drugs of the catalogue.
    `without_effect` says why the model may leave a drug out of an arm as if it were not given; the reason is told.
    `binds` and `reported` hold what was measured, also where sources differ. `chains` says what the molecule is made of,
    `target` the antigen that it seeks, `hold` the rule by which its doses are held where a trial does not say. `dosed_in` is
    the unit of drugs that are not dosed by mass or activity: cells, viruses (pfu, vp), volumes, the wet weight of bacteria.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    family: str
    form: str
    description: str = ""
    chains: tuple[str, ...] = ()
    target: str = ""
    molecular_weight: Number | None = None
    dosed_in: Unit | None = None
    potency: Number | None = None
    other_potencies: dict[str, Number] = Field(default_factory=dict)
    binds: dict[str, Binding] = Field(default_factory=dict)
    disposition: dict[str, Number] = Field(default_factory=dict)
    actions: dict[str, dict[str, Number]] = Field(default_factory=dict)
    modelled_as: str = ""
    molecule: Molecule | None = None
    recipe: dict[str, Any] = Field(default_factory=dict)
    without_effect: str = ""
    reported: dict[str, Number] = Field(default_factory=dict)
    routes: dict[str, Route]
    label_dose: Dose | None = None
    highest_dose_studied: Dose | None = None
    hold: str = ""
    approvals: tuple[Approval, ...] = ()
    notes: tuple[str, ...] = ()

    def mass(self, dose: Quantity) -> Quantity:
        """Return a dose in mass, per the same body size and time; a dose in amount of substance is turned by molar mass.

        Raises:
            UnitError: IU of a product whose record has no activity per mass, or nmol of one without a molecular weight.
        """
        potency = self.potency.quantity if self.potency else None
        in_mass = mass_from_activity(dose, potency, self.id)
        first, _, per = in_mass.unit.partition("/")
        if dimension(first) == dimension("nmol"):
            factor = self.molar_mass * canonical_factor(first) / canonical_factor("ug")
            return Quantity(in_mass.value * factor, f"ug/{per}" if per else "ug")
        return in_mass

    @property
    def molar_mass(self) -> float:
        """Milligrams in a nanomole; raises UnitError when the record has no molecular weight."""
        if self.molecular_weight is None:
            raise UnitError(
                f"{self.id} has no molecular weight in the catalogue, so that mass and nmol cannot be turned into each other.",
                "Add `molecular_weight` to the agent's record.",
            )
        return self.molecular_weight.quantity.canonical

    def milligrams(self, dose: Quantity, *, weight: Any = None, surface: Any = None) -> Any:
        """Return a dose or a level in canonical units of mass: mg, mg/d when it is a rate, or mg/L when it is a concentration.

        Arguments:
            dose: mass, activity or substance, per kg, m2, time or volume ('600000 IU/kg', '10 ug/m2/day', '3.9 IU/mL').
            weight: body weight in kg; a number or an array over patients.
            surface: body surface in m2; a number or an array over patients.

        Raises:
            UnitError: not an amount of a drug, what `mass` refuses, or a dose per kg or m2 without the weight or surface.
        """
        in_mass = self.mass(dose)
        first, *below = in_mass.unit.split("/")
        if dimension(first) != dimension("mg"):
            raise UnitError(
                f"'{dose}' is not a dose of {self.id}.", "Write '600000 IU/kg', '37 ug/kg', '10 ug/m2/day' or '18 MIU'."
            )
        return _in_body(dose, in_mass.value * canonical_factor(first), below, weight, surface)

    @property
    def amount_unit(self) -> str:
        """Unit of the amounts that the model holds: nmol, or that in which the drug is dosed (cells, viruses)."""
        return (self.dosed_in or "nmol").partition("/")[0]

    def amount(self, dose: Quantity, *, weight: Any = None, surface: Any = None) -> Any:
        """Return a dose or a level in canonical units: nmol, nmol/d or nmol/L, of cells 1e9; arguments as for `milligrams`.

        A drug that is dosed in cells, viruses or volumes comes back in the canonical unit of that: 1e9 cells, pfu, L.

        Raises:
            UnitError: as for `milligrams`, or the record has no molecular weight.
        """
        if self.dosed_in is None:
            return self.milligrams(dose, weight=weight, surface=surface) / self.molar_mass
        first, *below = dose.unit.split("/")
        if dimension(first) != dimension(self.amount_unit):
            raise UnitError(f"'{dose}' is not a dose of {self.id}.", f"Its doses are in {self.dosed_in}, or per kg or m2.")
        return _in_body(dose, dose.value * canonical_factor(first), below, weight, surface)

    def mutate(self, *, name: str = "", **changes: Any) -> Agent:
        """Return an engineered form of this drug, such as `agent.mutate(kd={"IL-2Ra": None}, format="fc")`.

        Arguments:
            name: what it is called. changes: fields of a recipe, see `kinecast.catalog.molecules.RECIPE`.

        Raises:
            CatalogError: a field, receptor or value that cannot be used.
        """
        from kinecast.catalog.molecules import mutate

        return mutate(self, name=name, **changes)

    @property
    def simulated(self) -> bool:
        """Whether the model of the patient has this drug."""
        return bool(self.disposition or self.modelled_as or self.actions or self.molecule)


def _in_body(dose: Quantity, amount: float, below: Sequence[str], weight: Any, surface: Any) -> Any:
    """Return an amount per the units `below` as that of a body of this weight (kg) and surface (m2)."""
    given = amount
    bodies = {"kg": weight, "m2": surface}
    for unit in below:
        if unit in bodies and bodies[unit] is None:
            raise UnitError(f"'{dose}' is per {unit}, and no {'weight' if unit == 'kg' else 'surface'} is given.")
        given = given * bodies[unit] if unit in bodies else given / canonical_factor(unit)
    return given
