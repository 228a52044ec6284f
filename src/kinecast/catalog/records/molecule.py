"""What an engineered cytokine is made of: the numbers from which the model derives how it binds, moves and finds tumours."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Number, Record
from kinecast.units import DIMENSIONLESS, dimension

Format = Literal["free", "fragment", "albumin binder", "peg", "fc", "albumin", "antibody"]
"""What carries the cytokine: nothing, an antibody fragment, a binder of albumin, PEG, an Fc part, albumin, an antibody."""


class Target(Record):
    """What the molecule seeks besides the cytokine's receptors.

    `antigen` names a number of the disease, `<antigen>_in_tumour` (cea, fap, …), or a receptor of T cells (pd1, cd8), on which
    the molecule sits beside the cytokine's receptors of the same cell. `kd` is that of one arm, `valency` the number of arms.
    """

    antigen: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kd: Number
    valency: int = Field(default=2, ge=1, le=4)

    @model_validator(mode="after")
    def _a_level(self) -> Target:
        _check("target.kd", self.kd, "nM")
        return self


class Closed(Record):
    """The form that is given, where it is another than the one that acts: masked, or with PEG chains that come off.

    `block` is the factor by which it binds the cytokine's receptors more weakly; empty: not at all. It opens at the rates
    `in_tumour` and `in_plasma` (1/d), and `format`, `molecular_weight` and `peg` are then those of what is set free.
    """

    block: Number | None = None
    in_tumour: Number
    in_plasma: Number
    format: Format = "free"
    molecular_weight: Number | None = None
    peg: Number | None = None

    @model_validator(mode="after")
    def _ranges(self) -> Closed:
        _check("closed.in_tumour", self.in_tumour, "1/d")
        _check("closed.in_plasma", self.in_plasma, "1/d")
        for name, number in (("closed.peg", self.peg), ("closed.molecular_weight", self.molecular_weight)):
            if number is not None:
                _check(name, number, "kDa")
        if self.block is not None:
            _check("closed.block", self.block, "1", least=1.0)
        if (self.format == "peg") != (self.peg is not None):
            raise ValueError("closed: `peg` holds the mass of the chain where format is 'peg', and nowhere else")
        return self


class Molecule(Record):
    """An engineered form of a cytokine.

    `cytokine` is the agent whose receptors it binds and whose calibrated numbers it starts from, `copies` how many of it one
    molecule carries. `kd` maps receptors → KD where that differs from the cytokine's, in its unit, or without unit as a
    multiple of the cytokine's KD (above 1: weaker); empty: does not bind. A KD is compared with the cytokine's in the same
    format only. `activity` is the share of the signal that is left by something that is no change of affinity. `anchor` is the
    KD to the matrix of the tumour, for what is injected there. `closed` is there for pro-drugs; `format` is then that of the
    closed form.
    """

    cytokine: str
    copies: int = Field(default=1, ge=1, le=4)
    kd: dict[str, Number | None] = Field(default_factory=dict)
    activity: Number | None = None
    format: Format = "free"
    peg: Number | None = None
    target: Target | None = None
    anchor: Number | None = None
    closed: Closed | None = None

    @model_validator(mode="after")
    def _ranges(self) -> Molecule:
        for receptor, number in self.kd.items():
            if number is not None:
                _check(f"kd.{receptor}", number, "1" if dimension(number.unit) == DIMENSIONLESS else "nM")
        if self.activity is not None:
            _check("activity", self.activity, "1", most=100.0)
        if self.peg is not None:
            _check("peg", self.peg, "kDa")
        if self.anchor is not None:
            _check("anchor", self.anchor, "nM")
        if (self.format == "peg") != (self.peg is not None):
            raise ValueError("`peg` holds the mass of the chain where format is 'peg', and nowhere else")
        return self

    @property
    def in_words(self) -> str:
        """What it is made of, in a sentence without its numbers' sources."""
        made = f"{self.copies} {self.cytokine}" if self.copies > 1 else self.cytokine
        said = [f"{chain} {_times(number)}" for chain, number in self.kd.items()]
        parts = [f"{made}, {_carrier(self.format, self.peg)}", *(["KD of " + ", ".join(said)] if said else [])]
        if self.target is not None:
            parts.append(f"seeks {self.target.antigen} (KD {self.target.kd.quantity}, {self.target.valency} arms)")
        if self.anchor is not None:
            parts.append(f"held by the matrix of the tumour (KD {self.anchor.quantity})")
        if self.closed is not None:
            block = "inert" if self.closed.block is None else f"{self.closed.block.value:g} times weaker"
            rates = f"{self.closed.in_tumour.quantity} in the tumour, {self.closed.in_plasma.quantity} in plasma"
            parts.append(f"closed, {block}, until it opens ({rates}) and is {_carrier(self.closed.format, self.closed.peg)}")
        return "; ".join(parts)


def _times(number: Number | None) -> str:
    """Return a changed affinity in words."""
    if number is None:
        return "none"
    return f"{number.value:g} times the cytokine's" if dimension(number.unit) == DIMENSIONLESS else str(number.quantity)


def _carrier(format: str, peg: Number | None) -> str:
    if peg is not None:
        return f"with {peg.quantity} of PEG"
    return {"free": "free", "fc": "on an Fc part"}.get(format, f"on {'an' if format[0] in 'aeiou' else 'a'} {format}")


_LIMITS = {"nM": (1e-4, 1e9), "1": (1e-6, 1e9), "kDa": (0.1, 1e4), "1/d": (0.0, 1e3)}
"""Unit → least and most that a number of a molecule may be: beyond, no molecule is."""


def _check(name: str, number: Number, unit: str, least: float | None = None, most: float | None = None) -> None:
    """Refuse a number of another dimension, or one outside `_LIMITS` or the limits given."""
    if dimension(number.unit) != dimension(unit):
        raise ValueError(f"{name}: '{number.unit}' is not a unit of it; write it in {unit}")
    low, high = _LIMITS[unit]
    low, high = (low if least is None else least), (high if most is None else most)
    value = number.quantity.to(unit)
    written = f"{number.value:g} {number.unit}".removesuffix(" 1")
    if unit != "1/d" and not value > 0:
        raise ValueError(f"{name}: {written} is not above zero")
    if not low <= value <= high:
        raise ValueError(f"{name}: {written} is not between {low:g} and {high:g} {unit}".removesuffix(" 1"))
