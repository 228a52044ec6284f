"""`kinecast evidence`: what was given, reported, measured and approved, found by filters and words."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from kinecast import catalog
from kinecast.catalog.describe import interval_in_words
from kinecast.catalog.search import Difference, Kind, differences, search
from kinecast.plots.endpoints import bound_sign

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from kinecast.catalog.tables import Cells

COLUMNS: dict[Kind, tuple[str, ...]] = {
    "observations": ("trial", "arm", "agents", "disease", "quantity", "time", "reported", "n", "among", "source", "status"),
    "regimens": ("trial", "arm", "phase", "agent", "given", "route", "days", "schedule", "source", "status"),
    "measurements": ("subject", "quantity", "reported", "species", "conditions", "source", "status"),
    "approvals": ("agent", "indication", "jurisdiction", "status", "year", "source"),
}
SHOWN_ROWS, SHOWN_DIFFERENCES = 100, 12
ADDED: dict[Kind, tuple[str, ...]] = {
    "observations": ("disease", "agents"),
    "regimens": ("disease",),
    "measurements": (),
    "approvals": (),
}
"""Columns that the search adds to those of the records."""

CITED = ("citation", "doi", "pmid", "resolved")
"""Columns that CSV and JSON add about the source."""

WHOLE, WIDE, NARROW = ("trial", "agent", "quantity"), 120, 100
"""Columns whose words are not broken where a line has WIDE characters; below NARROW, each row is a block of lines."""


def print_evidence(words: Sequence[str], kind: Kind, form: str, *, agent: str, quantity: str, disease: str, trial: str) -> None:
    """Print the rows that fit, as a table with the differences between reports, or as CSV, JSON or BibTeX."""
    rows = search(kind, words, agent=agent, quantity=quantity, disease=disease, trial=trial)
    {"table": _table, "csv": _csv, "json": _json, "bibtex": _bibtex}[form](kind, rows)


def _table(kind: Kind, rows: list[Cells]) -> None:
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    if not rows:
        page.print(f"No {kind} fit. Leave out a filter, or try: kinecast evidence --help")
        return
    page.print(_blocks(kind, rows[:SHOWN_ROWS]) if page.width < NARROW else _grid(kind, rows[:SHOWN_ROWS], page.width))
    if len(rows) > SHOWN_ROWS:
        page.print(f"\n{len(rows) - SHOWN_ROWS} more rows: --as csv has all of them; a filter leaves fewer.")
    page.print(
        f"\n{len(rows)} {kind}, {len({row['source'] for row in rows})} sources. All columns: --as csv; citations: --as bibtex."
    )
    if any(not catalog.citation(row["source"]).resolved for row in rows[:SHOWN_ROWS]):
        page.print("A source marked † is unresolved: nobody has confirmed its identifier yet.")
    if any(row.get("read") == "no" for row in rows[:SHOWN_ROWS]):
        page.print("Recalled: not read in the source that is named.")
    differing = differences(kind, rows) if kind in ("observations", "measurements") else []
    if differing:
        page.print(Text("\nReports that differ", style="bold"))
        for each in differing[:SHOWN_DIFFERENCES]:
            page.print(Text(f"  {in_words(each)}"))
        if len(differing) > SHOWN_DIFFERENCES:
            page.print(f"  and {len(differing) - SHOWN_DIFFERENCES} more.")


def _shown(kind: Kind, rows: list[Cells]) -> list[str]:
    """Return the columns in which any of the rows has something."""
    return [name for name in COLUMNS[kind] if name in ("reported", "given", "source") or any(row.get(name) for row in rows)]


def _grid(kind: Kind, rows: list[Cells], width: int) -> Table:
    """Return the rows as a table."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    columns = _shown(kind, rows)
    for name in columns:
        table.add_column(name.capitalize(), overflow="fold", no_wrap=name in WHOLE and width >= WIDE)
    for row in rows:
        table.add_row(*(Text(_cell(row, name)) for name in columns))
    return table


def _blocks(kind: Kind, rows: list[Cells]) -> Text:
    """Return the rows one under another, a line a column."""
    from rich.text import Text

    blocks = ("\n".join(f"{name}: {cell}" for name in COLUMNS[kind] if (cell := _cell(row, name))) for row in rows)
    return Text("\n\n".join(blocks))


def in_words(each: Difference) -> str:
    """Return a difference as one line: what, from which value to which, how many fold, in how many reports."""
    unit = "" if each.unit in ("1", "fraction") else f" {each.unit}"
    fold = f", {each.ratio:.2g}-fold" if each.ratio else ""
    return f"{each.what}: {each.low:.4g} to {each.high:.4g}{unit}{fold}, in {each.reports} reports"


def _cell(row: Cells, name: str) -> str:
    if name == "source":
        work = catalog.citation(row["source"])
        return work.short + ("" if work.resolved else " †")
    if name == "status" and row.get("read") == "no":
        return f"{row['status']} (recalled)"
    if name == "given":
        dose = f"{row['dose']} {row['unit']}" if "dose" in row else row.get("dose_text", "")
        return f"{dose} over {row['duration']}" if "duration" in row else dose
    if name != "reported":
        return row.get(name, "")
    limits = " to ".join(row[side] for side in ("lower", "low", "upper", "high") if side in row)
    sign = bound_sign(row.get("bound"))
    value = f"{sign}{row['value']}" if "value" in row else limits
    kind = interval_in_words(row.get("interval"))
    return f"{value} {row['unit']}" + (f" ({kind}{limits})" if limits and "value" in row else "")


def _csv(kind: Kind, rows: list[Cells]) -> None:
    writer = csv.DictWriter(sys.stdout, _columns(kind), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**row, **_cited(row)} for row in rows)


def _json(kind: Kind, rows: list[Cells]) -> None:
    types = _types(kind)
    content = []
    for row in rows:
        cells = {name: types.get(name, str)(cell) for name, cell in row.items()} | _cited(row)
        content.append({name: cells.get(name) for name in _columns(kind)})
    print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))


def _columns(kind: Kind) -> list[str]:
    """Return the columns of CSV and JSON, whatever was found: the record's, the search's, and what is known of the source."""
    return [*_types(kind), *ADDED[kind], *CITED]


def _cited(row: Cells) -> dict[str, str | bool | None]:
    work = catalog.citation(row["source"])
    return {"citation": work.short, "doi": work.doi, "pmid": work.pmid, "resolved": work.resolved}


def _bibtex(kind: Kind, rows: list[Cells]) -> None:
    if not rows:
        print(f"kinecast: no {kind} fit.", file=sys.stderr)
    for key in dict.fromkeys(row["source"] for row in rows):
        reasons = dict.fromkeys(row.get("quantity", kind) for row in rows if row["source"] == key)
        print(catalog.citation(key).because(*reasons).bibtex())


def _types(kind: Kind) -> dict[str, type]:
    """Return every column of a table, and whether its cells are whole numbers, numbers or text."""
    from kinecast.catalog.records import Measurement, Observation, Regimen
    from kinecast.catalog.records.agent import Approval

    record = {"observations": Observation, "regimens": Regimen, "measurements": Measurement, "approvals": Approval}[kind]
    types = {}
    for name, field in record.model_fields.items():
        inside = get_args(field.annotation) or (field.annotation,)
        types[field.alias or name] = next((kind for kind in (int, float) if kind in inside), str)
    return types
