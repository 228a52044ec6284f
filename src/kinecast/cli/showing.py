"""`kinecast show`: one record of the catalogue, every number with its source and where in it the number stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from kinecast import catalog
from kinecast.catalog.records import Citation
from kinecast.errors import CatalogError, choices

HEADINGS = ("Number", "Value", "Source", "Where in it", "Status")


def show_record(key: str, *, as_json: bool) -> None:
    """Print a record as text with a table of its numbers, or as JSON; raises CatalogError when there is none of that name."""
    kind, record = _find(key)
    lines = catalog.describe(record)
    if as_json:
        content = {"kind": kind, "record": record.model_dump(mode="json"), "numbers": [asdict(line) for line in lines]}
        print(json.dumps(content, indent=1, ensure_ascii=False))
        return
    _print(kind, key, record, lines)


def _find(key: str) -> tuple[str, Any]:
    everything: list[str] = []
    for kind, shelf in _shelves():
        if key in shelf:
            return kind, shelf[key]
        everything += shelf
    near = choices(key, everything)
    hint = near if near.startswith("Did you mean") else "List what there is: kinecast list agents, diseases or trials."
    raise CatalogError(f"there is nothing called '{key}' in the catalogue.", hint)


def _shelves() -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "agent", catalog.agents()
    yield "disease", catalog.diseases()
    yield "trial", catalog.trials()
    yield "holding rule", catalog.rules()
    yield "grading", catalog.gradings()
    modules = catalog.parameter_files()
    yield "parameters", modules
    yield "parameter", {name: record for module in modules.values() for name, record in module.parameters.items()}
    yield "citation", catalog.citations()


def _print(kind: str, key: str, record: Any, lines: list[catalog.Line]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text.assemble((getattr(record, "id", key), "bold"), f"  ({kind})"))
    for text in _words(record):
        console.print(Text(text))
    if not lines:
        return
    table = Table(box=None, header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(*(Text(cell) for cell in (line.field, line.reported, line.source, line.where, line.status)))
    console.print()
    console.print(table)
    console.print(Text("\nSources", style="bold"))
    for source, identifier, resolved in dict.fromkeys((line.source, line.identifier, line.resolved) for line in lines):
        doubt = "" if resolved else " (unresolved: not confirmed)"
        console.print(f"  {source}: {identifier or 'no identifier'}{doubt}", soft_wrap=True, markup=False)


def _words(record: Any) -> Iterator[str]:
    """What a record says besides its numbers: what it is called, what it is, and notes."""
    if isinstance(record, Citation):
        yield f"{record.authors} ({record.year or 'n.d.'}). {record.title} {record.journal}".strip()
        yield record.identifier if record.resolved else f"{record.identifier} (unresolved: not confirmed)".strip()
    for name in ("name", "title", "description", "synonyms", "setting", "conditions", "note", "notes", "not_modelled"):
        said = getattr(record, name, None)
        if not said or (isinstance(record, Citation) and name == "title"):
            continue
        heading = "" if name in ("name", "title", "description") else f"{name.replace('_', ' ').capitalize()}: "
        yield heading + (said if isinstance(said, str) else "; ".join(said))
