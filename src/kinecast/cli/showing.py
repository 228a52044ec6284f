"""`kinecast show`: one record of the catalogue, every number with its source and where in it the number stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from kinecast import catalog
from kinecast.catalog import Agent, Trial
from kinecast.catalog.records import Citation
from kinecast.errors import CatalogError, choices
from kinecast.plots.endpoints import label, without_unit_one
from kinecast.report.sentence import arms_in_words, regimen_in_words, trial_in_words
from kinecast.trial.regimens import missing

if TYPE_CHECKING:
    from rich.table import Table

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
    for kind, shelf in islice(_shelves(), 3):  # by id, before all files are read for what else the records are called
        if key in set(shelf):
            return kind, shelf[key]
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
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    page.print(Text.assemble((getattr(record, "id", key), "bold"), f"  ({kind})"))
    for text in _words(record):
        page.print(Text(text))
    if isinstance(record, Trial):
        for text in _regimen(record):
            page.print(Text(text))
    if not lines:
        return
    page.print()
    page.print(_reports(record, lines) if isinstance(record, Trial) else _numbers(lines))
    if notes := list(_notes(record)):
        page.print(Text("\nNotes on numbers", style="bold"))
        for note in notes:
            page.print(Text(f"  {note}"))
    page.print(Text("\nSources", style="bold"))
    for source, identifier, resolved in dict.fromkeys((line.source, line.identifier, line.resolved) for line in lines):
        doubt = "" if resolved else " (unresolved: not confirmed)"
        page.print(f"  {source}: {identifier or 'no identifier'}{doubt}", soft_wrap=True, markup=False)


def _numbers(lines: list[catalog.Line]) -> Table:
    """Return one row a number: its place in the record, value, source, where in it, status."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for line in lines:
        said = without_unit_one(line.reported)
        table.add_row(*(Text(cell) for cell in (line.field, said, line.source, line.where, line.status)))
    return table


def _reports(trial: Trial, lines: list[catalog.Line]) -> Table:
    """Return one row a reported number, under the name of its arm, with whether the model was calibrated on it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    for heading in (*HEADINGS, "Used for"):
        table.add_column(heading, overflow="fold")
    remaining = iter(lines)
    for arm, reported in trial.arms.items():
        if len(trial.arms) > 1 and reported.observations:
            table.add_row(Text(arm, style="bold"))
        for seen in reported.observations:
            line = next(remaining)
            used = "calibration" if seen.used_for == "calibration" else "comparison"
            cells = (label(seen.model_dump()), without_unit_one(line.reported), line.source, line.where, line.status, used)
            table.add_row(*map(Text, cells))
    return table


def _notes(record: Any) -> Iterator[str]:
    """Yield what is noted on the reported numbers of a trial; a note that several arms share stands once."""
    if not isinstance(record, Trial):
        return
    places: dict[tuple[str, str], list[str]] = {}
    for arm, reported in record.arms.items():
        for seen in reported.observations:
            if seen.note:
                places.setdefault((label(seen.model_dump()), seen.note), []).append(arm)
    for (name, note), arms in places.items():
        where = f" ({', '.join(arms)})" if len(record.arms) > 1 else ""
        yield f"{name}{where}: {note}"


def _regimen(trial: Trial) -> Iterator[str]:
    """Yield what each arm is given, and where that is from: the protocol in words, or the regimens and what they lack."""
    if trial.protocol is not None:
        treated = trial_in_words(trial.protocol, trial.protocol["patients"]).replace("virtual patients", "patients", 1)
        yield f"Protocol ({trial.protocol_status}): {treated}"
        yield from (f"  {arm}: {words}" for arm, words in arms_in_words(trial.protocol).items())
        yield f"  From {catalog.citation(trial.protocol_source).short}, {trial.protocol_where}."
        return
    for arm, given in trial.arms.items():
        for regimen in given.regimens:
            origin = f"{catalog.citation(regimen.source).short}, {regimen.where}; {regimen.status}"
            yield f"  {arm}: {regimen_in_words(regimen)} ({origin})"
        if given.regimens and (stops := ", ".join(missing(trial, arm))):
            yield f"  {arm}: cannot be run, because this is not known: {stops}."


def _words(record: Any) -> Iterator[str]:
    """What a record says besides its numbers: what it is called, what it is, and notes."""
    if isinstance(record, Citation):
        yield f"{record.authors or 'Authors not read'} ({record.year or 'n.d.'}). {record.title} {record.journal}".strip()
        yield record.identifier if record.resolved else f"{record.identifier} (unresolved: not confirmed)".strip()
    if isinstance(record, Agent) and record.molecule is not None:
        yield f"Made of: {record.molecule.in_words}."
    for name in ("name", "title", "description", "synonyms", "setting", "conditions", "note", "notes", "not_modelled"):
        said = getattr(record, name, None)
        if not said or (isinstance(record, Citation) and name == "title"):
            continue
        heading = "" if name in ("name", "title", "description") else f"{name.replace('_', ' ').capitalize()}: "
        yield heading + (said if isinstance(said, str) else "; ".join(said))
