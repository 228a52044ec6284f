"""A table from anybody's spreadsheet: its rows as text, whatever the separator and the encoding, and what was odd about them."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kinecast.errors import RunError, choices

_SEPARATORS = (",", ";", "\t")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Problem(NamedTuple):
    """What is wrong in a table: file, row as a spreadsheet counts (the header is row 1, 0 the whole file), field, and what."""

    file: str
    row: int
    field: str
    message: str

    @property
    def sentence(self) -> str:
        """The problem as one line."""
        place = f", row {self.row}" if self.row else ""
        return f"{self.file}{place}, {self.field}: {self.message}"


def together(problems: Iterable[Problem], show: int = 5) -> list[str]:
    """Return the problems as lines; one that several rows share stands once, with the first rows and how many more there are."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for problem in problems:
        rows.setdefault((problem.file, problem.field, problem.message), []).append(problem.row)
    lines = []
    for (file, field, message), numbers in rows.items():
        if len(numbers) == 1:
            lines.append(Problem(file, numbers[0], field, message).sentence)
            continue
        more = f" and {len(numbers) - show} more" if len(numbers) > show else ""
        lines.append(f"{file}, rows {', '.join(map(str, numbers[:show]))}{more}, {field}: {message}")
    return lines


class Sheet(NamedTuple):
    """The rows of a table, (row number, cells that are not empty), and its problems."""

    name: str
    rows: list[tuple[int, Mapping[str, str]]]
    problems: list[Problem]


def read_sheet(path: Path, known: Collection[str], needed: Collection[str]) -> Sheet:
    """Read a table with a header; rows with more or fewer cells than the header are left out and named.

    A line that is not UTF-8 is read as Windows-1252, and named.

    Arguments:
        known: columns that mean something; others are named and left out. needed: columns without which no row can be used.

    Raises:
        RunError: a file that cannot be read, is no text, is empty, has a column twice, or lacks a needed one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RunError(f"{path}: {error.strerror}.", "Give the path of a CSV table.") from None
    name = path.name
    if content.startswith(b"PK\x03\x04") or (b"\0" in content and not content.startswith(_UTF_16)):
        raise RunError(f"{name}: this is no text, perhaps an Excel workbook.", "Save the table as CSV.")
    lines = list(_lines(content))
    if not lines:
        raise RunError(f"{name}: the file is empty.", f"A table needs the columns {', '.join(needed)}.")
    separator = max(_SEPARATORS, key=lambda mark: len(next(csv.reader([lines[0][0]], delimiter=mark), [])))
    reader = csv.reader((text for text, _ in lines), delimiter=separator)
    header = [cell.strip().lower() for cell in next(reader, [])]
    twice = [column for column in header if column and header.count(column) > 1]
    if twice:
        raise RunError(f"{name}, row 1, {twice[0]}: the table has this column twice.", "Leave one of them out.")
    missing = [column for column in needed if column not in header]
    if missing:
        raise RunError(
            f"{name}, row 1, {missing[0]}: the table has no such column.",
            f"It needs: {', '.join(needed)}. It has: {', '.join(header)}.",
        )
    problems = [
        Problem(name, 1, column or f"column {place}", f"not a known column, left out. {choices(column, known)}")
        for place, column in enumerate(header, start=1)
        if column not in known
    ]
    sheet = Sheet(name, [], problems)
    start = reader.line_num
    for number, cells in enumerate(reader, start=2):
        foreign = any(foreign for _, foreign in lines[start : reader.line_num])
        start = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if foreign:
            problems.append(Problem(name, number, "the row", "not UTF-8; read as Windows-1252. Save the table as UTF-8."))
        if len(cells) != len(header):
            message = f"{len(cells)} cells, but {len(header)} columns. Does a text with a {separator!r} in it lack its quotes?"
            problems.append(Problem(name, number, "the row", message))
            continue
        pairs = zip(header, (cell.strip() for cell in cells), strict=True)
        sheet.rows.append((number, {column: cell for column, cell in pairs if cell and column in known}))
    return sheet


def _lines(content: bytes) -> Iterator[tuple[str, bool]]:
    """Yield each line as text, and whether it was not UTF-8."""
    if content.startswith(_UTF_16):
        yield from ((line, False) for line in content.decode("utf-16", errors="replace").splitlines(keepends=True))
        return
    for line in content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        try:
            yield line.decode("utf-8"), False
        except UnicodeDecodeError:
            yield line.decode("cp1252", errors="replace"), True
