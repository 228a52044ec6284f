"""Units: factors to canonical units, dimensions, reading of quantities, and activity as mass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast.errors import UnitError
from kinecast.units import DIMENSIONLESS, Quantity, canonical_factor, convert, dimension, mass_from_activity, quantity

UNITS = (
    "nM",
    "pM",
    "1/d",
    "L/d",
    "nmol/d",
    "Gcell",
    "Gcell/L",
    "mL",
    "mm",
    "ug/kg",
    "IU/mg",
    "mL/min",
    "dimensionless",
    "1",
    "kDa",
)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("nM", 1.0),
        ("pM", 1e-3),
        ("day", 1.0),
        ("h", 1 / 24),
        ("1/h", 24.0),
        ("mL/min", 1.44),
        ("Gcell/L", 1.0),
        ("cell/uL", 1e-3),
        ("mm", 1e-2),
        ("m2", 100.0),
        ("kg", 1e6),
        ("kDa", 1e-3),
        ("ug/kg", 1e-9),
        ("MIU/mg", 1e6),
        ("mmHg", 1.0),
        ("delta_degC", 1.0),
        ("%", 0.01),
        ("1/(M s)", 8.64e-5),
        ("month", 30.4375),
    ],
)
def test_canonical_factor_against_hand_calculation(unit: str, factor: float) -> None:
    assert canonical_factor(unit) == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize("unit", ["nM", "day", "nmol", "L", "mg", "Gcell", "Gcell/L", "1/d", "nmol/d", "mmHg", "IU", "1"])
def test_canonical_units_have_a_factor_of_exactly_one(unit: str) -> None:
    assert canonical_factor(unit) == 1.0


def test_one_molecule_per_cell_is_a_thousandth_of_a_femtomole_per_gigacell() -> None:
    assert canonical_factor("molecule/cell") == pytest.approx(1e9 * 1e9 / 6.02214076e23, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("nM", "substance/volume"),
        ("nmol/L/d", "substance/time/volume"),
        ("1/d", "1/time"),
        ("Gcell", "cells"),
        ("um2/s", "length^2/time"),
        ("fraction", "dimensionless"),
        ("IU/mg", "activity/mass"),
    ],
)
def test_dimension_reads_as_words(unit: str, text: str) -> None:
    assert str(dimension(unit)) == text


def test_dimensions_multiply_divide_and_take_powers() -> None:
    assert dimension("nM") * dimension("L") == dimension("mol")
    assert dimension("nmol/d") / dimension("nmol") == dimension("1/h")
    assert dimension("mm") ** 3 == dimension("mL")
    assert dimension("mL") ** (1 / 3) == dimension("m")
    assert dimension("d") / dimension("h") == DIMENSIONLESS
    assert len({dimension("nM"), dimension("pM"), dimension("mol/m3")}) == 1


@given(value=st.floats(1e-6, 1e6), unit=st.sampled_from(UNITS))
def test_conversion_there_and_back_is_the_identity(value: float, unit: str) -> None:
    other = {"nM": "mol/m3", "Gcell": "cell", "mL": "m3", "kDa": "ug/nmol"}.get(unit, unit)
    assert convert(convert(value, unit, other), other, unit) == pytest.approx(value, rel=1e-12)


def test_conversion_between_dimensions_is_refused_and_says_which() -> None:
    with pytest.raises(UnitError, match="substance/volume; 'd' is time"):
        convert(1.0, "nM", "d")
    with pytest.raises(UnitError, match="potency"):
        convert(1.0, "IU", "mg")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("600000 IU/kg", 600000.0, "IU/kg"),
        ("15 min", 15.0, "min"),
        ("8h", 8.0, "h"),
        ("6e5 IU/kg", 6e5, "IU/kg"),
        (" -5 mmHg ", -5.0, "mmHg"),
        (".5 mg", 0.5, "mg"),
        ("10 ug/m2/day", 10.0, "ug/m2/day"),
    ],
)
def test_quantity_is_read(text: str, value: float, unit: str) -> None:
    assert quantity(text) == Quantity(value, unit)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("600000", "has no unit"),
        (600000, "has no unit"),
        ("600,000 IU/kg", "Write '600000 IU/kg'"),
        ("37 ugg/kg", "unknown unit 'ugg'"),
        ("3 iu/kg", "Did you mean IU"),
        ("37 ug//kg", "cannot be read as a unit"),
        ("a lot", "not a number with a unit"),
        ("", "not a number with a unit"),
        ("nan mg", "not a number with a unit"),
        (None, "not a number with a unit"),
    ],
)
def test_quantity_that_cannot_be_read_says_what_to_write(text: object, says: str) -> None:
    with pytest.raises(UnitError, match=says):
        quantity(text)


def test_activity_becomes_mass_by_the_products_potency() -> None:
    mass = mass_from_activity(quantity("600000 IU/kg"), quantity("16.4 MIU/mg"), "aldesleukin")
    assert mass.to("ug/kg") == pytest.approx(36.585, rel=1e-4)
    assert mass_from_activity(quantity("18 MIU/m2/d"), quantity("16.4 MIU/mg"), "aldesleukin").unit == "ug/m2/d"
    assert mass_from_activity(quantity("3 mg"), None, "anything") == Quantity(3.0, "mg")


def test_activity_of_a_product_without_potency_is_refused_by_name() -> None:
    with pytest.raises(UnitError, match="tocilizumab"):
        mass_from_activity(quantity("5 MIU"), None, "tocilizumab")
    with pytest.raises(UnitError, match="not activity per mass"):
        mass_from_activity(quantity("5 MIU"), quantity("16 MIU/mL"), "aldesleukin")
