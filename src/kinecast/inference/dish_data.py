"""A user's measurements of cells in a dish: read from a table, and put on the model's scale by free scales alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kinecast.biology.receptors.populations import population
from kinecast.errors import CatalogError, RunError
from kinecast.inference.sheet import Problem, read_sheet, together

CELL, LIGAND, HOURS, REPLICATE, DOSE, VALUE = "cell_type", "ligand", "time_h", "replicate", "dose_nm", "response"
COLUMNS = (CELL, LIGAND, HOURS, REPLICATE, DOSE, VALUE)
"""Columns of a table of dish data: population, ligand (optional), hours, replicate (optional), nM, and the value in any unit."""

_OTHER_NAMES = {"cell": CELL, "median_pstat5_rfu": VALUE}
LOWEST, HIGHEST, SHORTEST, LONGEST = 1e-6, 1e6, 1 / 60, 24.0
"""Doses [nM] and hours between which a dish may be asked; the model was calibrated on 0.0005 to 84 nM and to 4 h."""


@dataclass(frozen=True)
class Point:
    """One measurement, at dose 0 without ligand; `level` is its value on the model's scale, NaN until `scaled` finds it."""

    cell: str
    hours: float
    dose: float
    value: float
    replicate: str = ""
    level: float = math.nan


def read_points(path: Path, names: Sequence[str]) -> tuple[list[Point], list[str]]:
    """Read a table of measurements of one ligand.

    Arguments:
        path: a CSV table with the columns `COLUMNS`; cell and median_pSTAT5_RFU are understood too.
        names: what the ligand may be called; without a column `ligand` all rows count.

    Returns:
        The points, and sentences on rows that were left out.

    Raises:
        RunError: no readable table, a column missing, or no row of this ligand.
    """
    sheet = read_sheet(path, (*COLUMNS, *_OTHER_NAMES), (HOURS, DOSE))
    problems, points, ligands = list(sheet.problems), [], set()
    wanted = {_plain(name) for name in names}
    for number, given in sheet.rows:
        row = {_OTHER_NAMES.get(column, column): cell for column, cell in given.items()}
        if LIGAND in row:
            ligands.add(row[LIGAND])
            if _plain(row[LIGAND]) not in wanted:
                continue
        try:
            points.append(_point(row))
        except (CatalogError, ValueError) as error:
            field, _, message = str(error).partition(": ")
            problems.append(Problem(sheet.name, number, field, f"{message}; row left out."))
    if points:
        return points, together(problems)
    if ligands and not any(_plain(one) in wanted for one in ligands):
        raise RunError(f"{sheet.name}, ligand: no row of {names[0]}.", f"The table has: {', '.join(sorted(ligands))}.")
    said = problems[-1].sentence if problems else f"{sheet.name}: the table has no rows."
    raise RunError(f"{sheet.name}: no row can be used. {said}", f"A row needs {CELL}, {HOURS}, {DOSE} and {VALUE}.")


def scaled(points: Sequence[Point], model: Callable[[str, float, float], float]) -> tuple[list[Point], list[str]]:
    """Put measurements on the model's scale: one scale and one background for each population and replicate, by least squares.

    Arguments:
        model: (cell, hours, dose) → response.

    Returns:
        The points with their levels, and sentences on those for which there is no scale.
    """
    found: list[Point] = []
    said: list[str] = []
    for cell, replicate in dict.fromkeys((one.cell, one.replicate) for one in points):
        own = [one for one in points if (one.cell, one.replicate) == (cell, replicate)]
        terms = np.array([[model(one.cell, one.hours, one.dose), 1.0] for one in own])
        scale, background = np.linalg.lstsq(terms, np.array([one.value for one in own]), rcond=None)[0]
        named = f"{cell}, replicate {replicate}" if replicate else cell
        if len({(one.hours, one.dose) for one in own}) < 3:
            said.append(f"{named}: fewer than three doses or times, which give no scale; not drawn.")
            continue
        if not scale > 0:
            said.append(f"{named}: the values do not rise with the forecast; not drawn.")
            continue
        found += [replace(one, level=float((one.value - background) / scale)) for one in own]
    return found, said


def _point(row: dict[str, str]) -> Point:
    for column in (CELL, HOURS, DOSE, VALUE):
        if column not in row:
            raise ValueError(f"{column}: empty")
    try:
        cell = population(row[CELL])
    except CatalogError as error:
        raise ValueError(f"{CELL}: {error.message.removeprefix('cells: ')} {error.hint}") from None
    hours, dose, value = (_number(column, row[column]) for column in (HOURS, DOSE, VALUE))
    if not SHORTEST <= hours * (1 + 1e-9) <= LONGEST:
        raise ValueError(f"{HOURS}: {hours:g} is not between a minute and {LONGEST:g} hours")
    if dose != 0 and not LOWEST <= dose <= HIGHEST:
        raise ValueError(f"{DOSE}: {dose:g} is neither 0 nor between {LOWEST:g} and {HIGHEST:g} nM")
    return Point(cell, hours, dose, value, row.get(REPLICATE, ""))


def _number(column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{column}: '{text}' is not a number")
    return value


def _plain(name: str) -> str:
    return "".join(mark for mark in name.casefold() if mark.isalnum())
