"""Cells in a dish: pSTAT by dose, time and population for any molecule of the γc family, with EC50, beside a user's data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kinecast.biology.receptors.explicit import stat_response
from kinecast.biology.receptors.molecules import FAMILIES, Molecule, il15_complex, molecule
from kinecast.biology.receptors.populations import BLOOD, POPULATIONS, population
from kinecast.errors import RunError, UnitError
from kinecast.inference.dish_data import HIGHEST, LONGEST, LOWEST, SHORTEST, Point, read_points, scaled
from kinecast.inference.hill import Hill, fit_hill, half_top
from kinecast.units import quantity

HOURS = (0.5, 1.0, 2.0, 4.0)
_USUAL = tuple(np.logspace(math.log10(0.0005), 2, 25).tolist())
_GRID = np.logspace(-6, 6, 97)
_FAINT = 1e-4  # a largest response below this is none


@dataclass(frozen=True)
class Dish:
    """What cells in a dish do.

    Attributes:
        molecule: with its affinities.
        cells: keys of populations.
        doses: (D,) nM. hours: (T,).
        response: (cells, D, T) phosphorylated STAT as a share of the largest that the model knows.
        ec50: (cells, T) nM at half of the top; NaN where there is no response.
        points: measurements of the user, with their levels on the model's scale.
        measured: (cell, hours) → EC50 of the measurements.
        notes: what a reader should know: affinities taken over, rows left out.
    """

    molecule: Molecule
    cells: tuple[str, ...]
    doses: np.ndarray
    hours: np.ndarray
    response: np.ndarray
    ec50: np.ndarray
    points: tuple[Point, ...] = ()
    measured: Mapping[tuple[str, float], Hill] | None = None
    notes: tuple[str, ...] = ()

    @property
    def stat(self) -> str:
        """What is read: 'pSTAT5' or 'pSTAT6'."""
        return FAMILIES[self.molecule.family].stat.replace("pstat", "pSTAT")

    def as_dict(self) -> dict[str, Any]:
        """Return the dish as plain values; what is not defined is None."""
        own = self.measured or {}
        return {
            "molecule": self.molecule.name,
            "family": self.molecule.family,
            "kd_nM": dict(self.molecule.kd),
            "gamma_loss": self.molecule.gamma_loss,
            "read": self.stat,
            "notes": list(self.notes),
            "dose_nM": self.doses.tolist(),
            "time_h": self.hours.tolist(),
            "cells": {
                cell: {
                    "name": POPULATIONS[cell],
                    "ec50_nM": [_finite(value) for value in self.ec50[place]],
                    "response": self.response[place].T.tolist(),
                }
                for place, cell in enumerate(self.cells)
            },
            "measured": [
                {"cell": cell, "time_h": hours, "ec50_nM": hill.ec50, "log10_error": _finite(hill.error), "defined": hill.defined}
                for (cell, hours), hill in own.items()
            ],
            "points": [
                {
                    "cell": point.cell,
                    "time_h": point.hours,
                    "dose_nM": point.dose,
                    "replicate": point.replicate,
                    "value": point.value,
                    "level": point.level,
                }
                for point in self.points
            ],
        }


def dish(
    molecule_or_name: Molecule | str,
    *,
    cells: Sequence[str] | None = None,
    doses: Sequence[float | str] | None = None,
    hours: Sequence[float | str] | None = None,
    kd: Mapping[str, float | str | None] | None = None,
    gamma_loss: float | None = None,
    density: float = 0.0,
    data: str | Path | None = None,
) -> Dish:
    """Simulate a dose response and time course of cells in a dish.

    Arguments:
        molecule_or_name: IL-2, IL-4, IL-7, IL-9, IL-15, IL-15-complex, IL-21, an agent of the catalogue, or a `Molecule`.
        cells: populations by key or name (default: those of the data, or the ten of blood).
        doses: nM, or texts with a unit such as '10 pM' (default: 0.0005 to 100 nM).
        hours: hours, or texts with a unit such as '30 min' (default: those of the data, or 0.5, 1, 2 and 4).
        kd: receptor → KD in nM or as text ('1.2 nM'); None or 'none' for no binding.
        gamma_loss: in fold, how much more slowly the shared chain joins than it joins this molecule as it is.
        density: million cells a mL that take ligand from the medium; 0 leaves it as it is.
        data: a CSV table of measurements (`dish_data.COLUMNS`); they are scaled to the forecast, the forecast never to them.

    Raises:
        KinecastError: an unknown name, an affinity, dose or time that makes no sense, a table that cannot be read.
    """
    chosen = named(molecule_or_name) if isinstance(molecule_or_name, str) else molecule_or_name
    changed = chosen.changed({receptor: _kd(receptor, value) for receptor, value in (kd or {}).items()}, gamma_loss)
    if not 0 <= density < math.inf:
        raise RunError(f"density: {density:g} million cells a mL is below zero.", "0 leaves the medium as it is.")
    notes = list(changed.notes)
    points: list[Point] = []
    if data is not None:
        points, said = read_points(Path(data), (changed.name, changed.family))
        notes += said
    keys = tuple(dict.fromkeys(map(population, cells))) if cells else tuple(dict.fromkeys(p.cell for p in points)) or BLOOD
    points = [point for point in points if point.cell in keys]
    asked = _all("hours", hours, "h", LONGEST, [p.hours for p in points], HOURS)
    given = _all("doses", doses, "nM", HIGHEST, (), _USUAL)
    times = np.unique([*asked, *(p.hours for p in points)])
    grid = np.unique(np.concatenate([_GRID, given, [p.dose for p in points if p.dose]]))
    full = stat_response(keys, [changed], grid, times * 60, density)
    measured: dict[tuple[str, float], Hill] = {}
    if points:
        places = {cell: place for place, cell in enumerate(keys)}

        def model(cell: str, at: float, dose: float) -> float:
            return float(full[places[cell], np.searchsorted(grid, dose), np.searchsorted(times, at)]) if dose else 0.0

        points, said = scaled(points, model)
        notes += said
        measured = _measured(points)
    kept = np.isin(times, [*asked, *(p.hours for p in points)])
    top = np.moveaxis(full, 1, 2)
    ec50 = np.where(top.max(axis=-1) > _FAINT, half_top(grid, top), np.nan)
    response = full[:, np.searchsorted(grid, given)]
    return Dish(
        changed, keys, given, times[kept], response[:, :, kept], ec50[:, kept], tuple(points), measured or None, tuple(notes)
    )


def named(name: str) -> Molecule:
    """Return a molecule by name; 'IL-15-complex' is IL-15 with its α chain. Raises CatalogError for an unknown one."""
    return il15_complex() if name.casefold() == "il-15-complex" else molecule(name)


def _measured(points: Sequence[Point]) -> dict[tuple[str, float], Hill]:
    found = {}
    for key in sorted({(point.cell, point.hours) for point in points}):
        own = [point for point in points if (point.cell, point.hours) == key and point.dose]
        try:
            found[key] = fit_hill(*zip(*((p.dose, p.value, p.replicate) for p in own), strict=True))
        except ValueError:
            continue
    return found


def _all(
    field: str, given: Sequence[float | str] | None, unit: str, most: float, seen: Sequence[float], otherwise: Sequence[float]
) -> np.ndarray:
    """The values asked for, those of the data, or the usual ones: ascending, each once."""
    values = [_positive(field, value, unit, most) for value in given] if given else list(seen) or list(otherwise)
    return np.unique(values)


def _positive(field: str, value: float | str, unit: str, most: float) -> float:
    number = value if isinstance(value, (int, float)) else _read(field, value, unit)
    least = LOWEST if unit == "nM" else SHORTEST
    if not least <= number <= most:
        raise RunError(f"{field}: {number:g} {unit} is not between {least:.2g} and {most:g} {unit}.", f"Write '1 {unit}'.")
    return float(number)


def _kd(receptor: str, value: float | str | None) -> float | None:
    if value is None or (isinstance(value, str) and value.strip().casefold() == "none"):
        return None
    return float(value) if isinstance(value, (int, float)) else _read(f"kd, {receptor}", value, "nM")


def _read(field: str, text: str, unit: str) -> float:
    try:
        return quantity(text, example=f"'1 {unit}'").to(unit)
    except UnitError as error:
        raise RunError(f"{field}: {error.message}", error.hint) from None


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
