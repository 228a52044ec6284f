"""Canonical units of Kinecast as unit definitions of SBML."""

from __future__ import annotations

from typing import Any

from kinecast.exchange.sbml.library import libsbml
from kinecast.units import BASES, Dimension

PASCAL_PER_MMHG = 133.322387415

_CANONICAL: dict[str, tuple[str, str, int, float]] = {
    "time": ("day", "second", 0, 86400.0),
    "substance": ("nmol", "mole", -9, 1.0),
    "volume": ("L", "litre", 0, 1.0),
    "length": ("dm", "metre", -1, 1.0),
    "mass": ("mg", "gram", -3, 1.0),
    "cells": ("Gcell", "item", 9, 1.0),
    "pressure": ("mmHg", "pascal", 0, PASCAL_PER_MMHG),
    "temperature": ("K", "kelvin", 0, 1.0),
    "activity": ("IU", "dimensionless", 0, 1.0),
}
"""Base dimension → id, SBML's kind of unit, scale and multiplier. SBML has no unit of activity: IU count as pure numbers."""


class UnitWriter:
    """Adds a unit definition to a libSBML model for every dimension that is asked for, once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._written: set[str] = set()

    def unit(self, dimension: Dimension) -> str:
        """The id of the canonical unit of a dimension."""
        powers = [(base, power) for base, power in zip(BASES, dimension.exponents, strict=True) if power]
        powers = [("volume", power / 3) if base == "length" and power % 3 == 0 else (base, power) for base, power in powers]
        if not powers:
            return "dimensionless"
        above = [_power(base, power) for base, power in powers if power > 0]
        below = [f"per_{_power(base, -power)}" for base, power in powers if power < 0]
        identifier = "_".join(above + below)
        if identifier not in self._written:
            self._written.add(identifier)
            self._define(identifier, powers)
        return identifier

    def _define(self, identifier: str, powers: list[tuple[str, float]]) -> None:
        definition = self._model.createUnitDefinition()
        definition.setId(identifier)
        for base, power in powers:
            _, kind, scale, multiplier = _CANONICAL[base]
            unit = definition.createUnit()
            unit.setKind(libsbml().UnitKind_forName(kind))
            unit.setExponent(float(power))
            unit.setScale(scale)
            unit.setMultiplier(multiplier)


def _power(base: str, power: float) -> str:
    name = _CANONICAL[base][0]
    return name if power == 1 else f"{name}_to_{power:g}".replace(".", "_")
