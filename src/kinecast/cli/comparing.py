"""`kinecast compare`: molecules side by side on the same patients, as tables, files and pictures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.folder import check_folder, write_files
from kinecast.cli.progress import progress_bar
from kinecast.errors import RunError

if TYPE_CHECKING:
    from rich.table import Table

    from kinecast.inference.comparison import MoleculeComparison

PICTURES = ("binding", "levels", "cells", "harm")
FILES = ("compare.json", "compare.csv", "protocol.yaml", *(f"{name}.svg" for name in PICTURES))
TABLES: Mapping[str, Mapping[tuple[str, str], str]] = {
    "EC50 of cells [nM] in the typical patient at rest; Treg over others: how many times less drug Treg need": {
        ("ec50", "treg"): "Treg",
        ("ec50", "nk_bright"): "NK bright",
        ("ec50", "nk_dim"): "NK dim",
        ("ec50", "cd8_memory"): "CD8",
        ("ec50", "cd4_memory"): "CD4",
        ("ec50", "tumour_cd8"): "CD8 in tumour",
        ("selectivity", "treg_over_nk"): "Treg over NK dim",
        ("selectivity", "treg_over_cd8"): "Treg over CD8",
    },
    "Exposure, first dose until the next: median (90 % of patients)": {
        ("exposure", "plasma_peak"): "Plasma peak [nM]",
        ("exposure", "plasma_auc"): "Plasma area [nM·d]",
        ("exposure", "plasma_half_life"): "Half-life [h]",
        ("exposure", "tumour_auc"): "Tumour, seen by CD8 [pM·d]",
        ("exposure", "tumour_auc_held"): "Tumour, free and bound [pM·d]",
    },
    "Blood, highest fold of baseline: median (90 % of patients); shares of patients: 95 % interval": {
        ("cells", "nk"): "NK [×]",
        ("cells", "cd8"): "CD8 [×]",
        ("cells", "treg"): "Treg [×]",
        ("harm", "any"): "Grade ≥ 3, but lymphopenia [%]",
        ("benefit", "orr"): "Response [%]",
    },
}
"""Heading → (group, quantity) → column."""


def compare_molecules(
    molecules: Sequence[str],
    *,
    recipes: Path | None,
    doses_of: Sequence[str],
    out: Path | None,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Compare molecules; print tables or the JSON, and store numbers, pictures and the protocol that repeats the run."""
    from kinecast.inference.comparison import compare

    folder = out or Path("kinecast-compare")
    check_folder(folder, FILES, "comparison of molecules")
    with progress_bar("patients", shown=not quiet and sys.stderr.isatty()) as progress:
        found = compare(molecules, recipes, dose=_doses(doses_of), progress=progress, **settings)
    content = found.as_dict()
    _store(found, content, folder)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        _print(found, folder)


def _doses(written: Iterable[str]) -> dict[str, str]:
    """Return name → dose from '10 nmol' and 'NAME=6 mg'; what has no name is of all others."""
    from kinecast.inference.comparison import OTHERS

    found: dict[str, str] = {}
    for text in written:
        name, _, dose = text.rpartition("=")
        key = name.strip() or OTHERS
        if key in found:
            raise RunError(f"dose: '{text}' is a second dose of {'all' if key == OTHERS else key}.", "Write each dose once.")
        found[key] = dose.strip()
    return found


def _store(found: MoleculeComparison, content: dict[str, Any], folder: Path) -> None:
    from kinecast.plots.drawn import as_svg

    texts = {
        "compare.json": json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        "compare.csv": found.table().to_csv(index=False, float_format="%.6g"),
        "protocol.yaml": found.forecast.protocol.as_yaml(),
    }
    texts |= {f"{name}.svg": as_svg(picture) for name, picture in found.pictures().items()}
    write_files(folder, FILES, texts)


def _print(found: MoleculeComparison, folder: Path) -> None:
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    disease = found.forecast.protocol.disease
    ill = "people without a tumour" if disease == "none" else disease
    page.print(Text(f"{', '.join(found.names)} ({ill})", style="bold"))
    page.print(Text(f"{found.patients} virtual patients, the same for every molecule; {found.schedule}; no dose is held"))
    if found.failed:
        page.print(Text(f"Simulations failed: {found.failed}", style="yellow"))
    for heading, table in _tables(found):
        page.print(Text(f"\n{heading}", style="bold"))
        page.print(table)
    if found.untreated is not None:
        page.print(Text(f"\nThe same patients untreated: response {_cell(found.untreated)} %"))
    drawn = ", ".join(name for name in FILES if (folder / name).exists())
    page.print(f"\nIn {folder}: {drawn}", soft_wrap=True, markup=False)
    page.print(f"Again: kinecast run {folder / 'protocol.yaml'} --seed {found.seed}", soft_wrap=True, markup=False)


def _tables(found: MoleculeComparison) -> Iterator[tuple[str, Table]]:
    """Yield heading and table, with a row for each molecule; of what no molecule has a number there is no table."""
    given = _headed(("dose", "route", "molecule [nmol]", "cytokine [nmol]", "mass [mg]", ""))
    for name, one in found.given.items():
        _add(given, name, (one.dose, one.route, *map(_plain, (one.nmol, one.cytokine, one.milligrams)), one.why))
    yield "One dose, in the typical patient", given
    chains = {("affinity", row.quantity): row.quantity for row in found.of("affinity")}
    if chains:
        yield "KD of soluble receptor chains [nM; ×: of the cytokine's]", _numbers(found, chains)
    acting = {("action", row.quantity): f"{row.quantity.replace('_', ' ')} [{row.unit}]" for row in found.of("action")}
    if acting:
        yield "What the model makes of it, on cells", _numbers(found, acting)
    for heading, columns in TABLES.items():
        if any(row.value is not None for group, quantity in columns for row in found.of(group, quantity)):
            yield heading, _numbers(found, columns)


def _numbers(found: MoleculeComparison, columns: Mapping[tuple[str, str], str]) -> Table:
    """Return a table of numbers; the closed form of a pro-drug has a row where it has numbers."""
    table = _headed(columns.values())
    rows = {(row.molecule, row.form, row.group, row.quantity): row for row in found.rows}
    for name in found.names:
        for form in ("closed", "active"):
            cells = [rows.get((name, form, *key)) for key in columns]
            if any(cells) or form == "active":
                shown = f"{name} (closed)" if form == "closed" else name
                _add(table, shown, ["-" if row is None else _cell(row) for row in cells])
    return table


def _headed(columns: Iterable[str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    table.add_column("", overflow="fold")
    for column in columns:
        table.add_column(Text(column), justify="right")
    return table


def _add(table: Table, name: str, cells: Iterable[str]) -> None:
    from rich.text import Text

    table.add_row(*map(Text, (name, *cells)))


def _cell(row: Any) -> str:
    if row.value is None:
        return "none" if row.note == "does not bind" else "-"
    write = _percent if row.unit == "fraction" else _plain
    if row.group == "affinity" and row.unit == "fold":
        return f"{write(row.value)}×"
    return write(row.value) if row.low is None else f"{write(row.value)} ({write(row.low)} to {write(row.high)})"


def _plain(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{float(f'{value:.2g}'):g}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f}"
