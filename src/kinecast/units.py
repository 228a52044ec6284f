"""Units: one registry, dimensions for the model language, and activity (IU) turned into mass by product.

Canonical coherent units, in which a network is integrated: day, nmol, dm (so litre), mg, 1e9 cells, mmHg, kelvin, IU.
A magnitude in any other unit is multiplied once by `canonical_factor(unit)`; nothing inside a network converts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kinecast.errors import UnitError, choices

if TYPE_CHECKING:
    from pint import UnitRegistry

BASES = ("time", "substance", "length", "mass", "cells", "pressure", "temperature", "activity")
"""Base dimensions; their canonical units are day, nmol, dm, mg, 1e9 cells, mmHg, kelvin and IU."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A product of powers of the base dimensions, in the order of `BASES`; supports `*`, `/` and `**`, and is hashable."""

    exponents: tuple[float, ...] = (0.0,) * len(BASES)

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(tuple(_tidy(a + b) for a, b in zip(self.exponents, other.exponents, strict=True)))

    def __truediv__(self, other: Dimension) -> Dimension:
        return Dimension(tuple(_tidy(a - b) for a, b in zip(self.exponents, other.exponents, strict=True)))

    def __pow__(self, power: float) -> Dimension:
        return Dimension(tuple(_tidy(a * power) for a in self.exponents))

    def __str__(self) -> str:
        powers = [_power(name, exponent) for name, exponent in zip(BASES, self.exponents, strict=True) if exponent]
        above = [text for text, positive in powers if positive]
        below = [text for text, positive in powers if not positive]
        return "/".join([" ".join(above) or "1", *below]) if powers else "dimensionless"


DIMENSIONLESS = Dimension()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A magnitude with its unit as written, such as 600000 IU/kg."""

    value: float
    unit: str

    @property
    def dimension(self) -> Dimension:
        """The dimension of the unit."""
        return dimension(self.unit)

    @property
    def canonical(self) -> float:
        """The magnitude in canonical coherent units."""
        return self.value * canonical_factor(self.unit)

    def to(self, unit: str) -> float:
        """Return the magnitude in `unit`; raises UnitError when the dimension differs."""
        return convert(self.value, self.unit, unit)

    def __str__(self) -> str:
        return f"{self.value:.15g} {self.unit}"


def dimension(unit: str) -> Dimension:
    """Return the dimension of a unit such as 'nM', '1/d', 'Gcell/L', 'ug/kg', 'IU/mg', '1' or 'dimensionless'."""
    return _resolve(unit)[1]


def canonical_factor(unit: str) -> float:
    """Return what a magnitude in `unit` is multiplied by to be in canonical coherent units."""
    return _resolve(unit)[0]


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Return `value`, given in `from_unit`, in `to_unit`; raises UnitError when their dimensions differ."""
    factor, from_dimension = _resolve(from_unit)
    to_factor, to_dimension = _resolve(to_unit)
    if from_dimension != to_dimension:
        hint = f"'{from_unit}' is {from_dimension}; '{to_unit}' is {to_dimension}."
        if {"activity", "mass"} <= set(_bases_of(from_dimension) + _bases_of(to_dimension)):
            hint += " IU and mass are linked by the product's potency (IU per mg)."
        raise UnitError(f"cannot convert {value:.6g} {from_unit} to {to_unit}", hint)
    return value * (factor / to_factor)


def quantity(text: object, *, example: str = "'600000 IU/kg', '15 min' or '37 ug/kg'") -> Quantity:
    """Read a number with a unit, such as '600000 IU/kg', '15 min' or '-5 mmHg'.

    Arguments:
        text: what was written; a bare number is refused, because a dose without a unit has hurt people.
        example: what the error shows as the way to write it.
    """
    written = str(text).strip()
    match = re.fullmatch(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)", written)
    if match is None or re.match(r"[,_]\d", match[2]):
        thousands = re.sub(r"(?<=\d)[,_](?=\d{3})", "", written)
        hint = f"Write '{thousands}'." if thousands != written else f"Write a number and a unit: {example}."
        raise UnitError(f"'{written}' is not a number with a unit.", hint)
    if not match[2]:
        raise UnitError(f"'{written}' has no unit.", f"Write {example}.")
    dimension(match[2])
    return Quantity(float(match[1]), match[2])


def mass_from_activity(dose: Quantity, potency: Quantity | None, product: str) -> Quantity:
    """Return a dose given in activity (IU, IU/kg, IU/m2/d, …) as mass in the same per-what; a dose in mass comes back unchanged.

    Arguments:
        potency: activity per mass of this product, such as 16.4 MIU/mg. IU are per product: never borrow another product's.
        product: name for the error when the product has no potency.
    """
    if "activity" not in _bases_of(dose.dimension):
        return dose
    if potency is None:
        raise UnitError(
            f"'{dose}' of {product} cannot be turned into mass: {product} has no activity per mass in the catalogue.",
            "Give the dose in mass, such as '37 ug/kg', or add `potency` to the agent's record.",
        )
    if potency.dimension != dimension("IU/mg"):
        raise UnitError(f"potency of {product}: '{potency}' is not activity per mass.", "Write it as '16.4 MIU/mg'.")
    per = dose.unit.partition("/")[2]
    unit = f"ug/{per}" if per else "ug"
    return Quantity(dose.canonical / potency.canonical / canonical_factor(unit), unit)


@cache
def registry() -> UnitRegistry:
    """Return the registry: units of the bedside and the bench, with cells, activity and pressure as dimensions of their own.

    It is built from the definitions below only, so that no unit has a surprising meaning. Da is a molar mass (1 Da = 1 g/mol),
    as pharmacologists use it; U is read as IU (units of other eras, Cetus or Roche, belong to the product's record);
    temperatures are differences.
    """
    from pint import UnitRegistry

    units = UnitRegistry(None, preprocessors=[_spelled_out])  # pyright: ignore[reportArgumentType]
    units.load_definitions(_DEFINITIONS.strip().splitlines())
    return units


@cache
def _resolve(unit: str) -> tuple[float, Dimension]:
    """Return (factor to canonical units, dimension) of a unit."""
    text = unit.strip()
    if text == "1":
        return 1.0, DIMENSIONLESS
    import pint

    root: Any
    try:
        if "//" in text:
            raise ValueError("'//' divides whole numbers")
        scale, root = registry().get_root_units(registry().parse_units(text))
    except pint.UndefinedUnitError as error:
        names = error.unit_names
        unknown = names if isinstance(names, str) else next(iter(names))
        raise UnitError(f"unknown unit '{unknown}' in '{unit}'.", choices(unknown, _COMMON)) from None
    except Exception as error:  # pint passes on whatever its tokenizer raised
        raise UnitError(f"'{unit}' cannot be read as a unit.", "Write it like 'ug/kg', '1/d', 'IU/m2/d' or 'nmol/L'.") from error
    powers = {str(name): float(power) for name, power in root.dimensionality.items()}
    exponents = tuple(_tidy(powers.get(f"[{base}]", 0.0)) for base in BASES)
    factor = float(str(scale))
    for base, exponent in zip(_CANONICAL, exponents, strict=True):
        factor *= base**exponent
    return float(f"{factor:.15g}"), Dimension(exponents)  # 15 digits: 1 nM is exactly 1 nmol/L, not 1 and one last bit


def _spelled_out(text: str) -> str:
    """Return 'm2' as 'm**2' and '%' as 'percent'."""
    return re.sub(r"(?<![A-Za-z_])([a-zA-Zµμ]+)([2345])(?![\w.])", r"\1**\2", text).replace("%", "percent")


def _tidy(exponent: float) -> float:
    """Return the exponent without rounding noise and without a negative zero."""
    return round(exponent, 9) + 0.0


def _bases_of(of: Dimension) -> list[str]:
    return [name for name, exponent in zip(BASES, of.exponents, strict=True) if exponent]


def _power(name: str, exponent: float) -> tuple[str, bool]:
    """Return a factor as text with a positive exponent, and whether it stands above the stroke; length cubed is volume."""
    size = abs(exponent)
    if name == "length" and size % 3 == 0:
        name, size = "volume", size / 3
    return (name if size == 1 else f"{name}^{size:g}"), exponent > 0


_CANONICAL = (1 / 86400, 1e9, 10.0, 1e3, 1e-9, 1.0, 1.0, 1.0)  # of second, mole, meter, gram, cell, mmHg, kelvin, IU

_COMMON = (
    *("s", "min", "h", "d", "day", "week", "month", "year"),
    *("kg", "g", "mg", "ug", "ng", "pg", "L", "dL", "mL", "uL", "m", "cm", "mm", "um"),
    *("M", "mM", "uM", "nM", "pM", "mol", "nmol", "pmol", "Da", "kDa", "IU", "kIU", "MIU", "U", "MU"),
    *("cell", "Gcell", "molecule", "mmHg", "kelvin", "delta_degC"),
    *("dimensionless", "fraction", "percent", "ratio", "fold", "dose", "cycle", "course"),
)
"""Units that an error may suggest."""

_DEFINITIONS = """
femto- = 1e-15 = f-
pico- = 1e-12 = p-
nano- = 1e-9 = n-
micro- = 1e-6 = u- = µ- = μ-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
deci- = 1e-1 = d-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
second = [time] = s = sec
minute = 60 second = min
hour = 60 minute = h = hr
day = 24 hour = d
week = 7 day = wk
month = 30.4375 day
year = 365.25 day = y
mole = [substance] = mol
molecule = 1 / 6.02214076e23 mole
meter = [length] = m
inch = 0.0254 meter
liter = 1e-3 meter ** 3 = L = l = litre
molar = mole / liter = M
gram = [mass] = g
dalton = gram / mole = Da
cell = [cells]
millimeter_Hg = [pressure] = mmHg
kelvin = [temperature] = K
delta_degree_Celsius = kelvin = delta_degC
international_unit = [activity] = IU = U
percent = 0.01
fraction = 1
ratio = 1
fold = 1
dose = 1
course = 1
cycle = 1
patient = 1
grade = 1
flag = 1
xULN = 1
pfu = 1
vp = 1
"""
