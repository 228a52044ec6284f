"""Tables of the evidence: CSV files in which each row is a record, read when they are asked for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from kinecast.catalog.records.number import Record
from kinecast.errors import CatalogError, choices

Row = TypeVar("Row", bound=Record)
Cells = Mapping[str, str]


class Table(Generic[Row]):
    """The rows of all CSV files of a folder, or of one file, as records; an empty cell is a field that is not given.

    Arguments:
        place: the folder or the file.
        model: type of the records; every column is one of its fields.
    """

    def __init__(self, place: Path, model: type[Row]) -> None:
        self._files = sorted(place.glob("*.csv")) if place.is_dir() else [place]
        self._model = model
        self._made: dict[int, Row] = {}

    @cached_property
    def cells(self) -> tuple[Cells, ...]:
        """Every row as it is written, empty cells left out; quick to search."""
        return tuple(cells for path in self._files for cells in _written(path, self._model))

    @cached_property
    def _places(self) -> tuple[tuple[Path, int], ...]:
        return tuple((path, number) for path in self._files for number, _ in enumerate(_written(path, self._model), start=2))

    @cached_property
    def _by_trial(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, cells in enumerate(self.cells):
            found.setdefault(cells.get("trial", ""), []).append(position)
        return found

    def of_trial(self, trial: str) -> list[Row]:
        """Return the rows of a trial, in the order of the file."""
        return [self[position] for position in self._by_trial.get(trial, ())]

    def __getitem__(self, position: int) -> Row:
        """Return one row; raises CatalogError naming file, row and field when it does not say what a record needs."""
        if position not in self._made:
            try:
                self._made[position] = self._model.model_validate(self.cells[position])
            except ValidationError as error:
                path, number = self._places[position]
                raise CatalogError(f"{path.parent.name}/{path.name}, row {number}, {in_words(error)}") from None
        return self._made[position]

    def __iter__(self) -> Iterator[Row]:
        return (self[position] for position in range(len(self)))

    def __len__(self) -> int:
        return len(self.cells)


def in_words(error: ValidationError) -> str:
    """Return the first problem of a row as 'field: what is wrong (found …).'"""
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"])) or "the row"
    shown = "" if isinstance(first["input"], dict) else f" (found {first['input']!r})"
    return f"{field}: {first['msg'].removeprefix('Value error, ')}{shown}."


def _written(path: Path, model: type[Record]) -> Iterator[Cells]:
    columns = {field.alias or name for name, field in model.model_fields.items()}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        for column in header:
            if column not in columns:
                raise CatalogError(f"{path.parent.name}/{path.name}: column '{column}' is not known.", choices(column, columns))
        for number, row in enumerate(rows, start=2):
            if len(row) != len(header):
                raise CatalogError(f"{path.parent.name}/{path.name}, row {number}: {len(row)} cells, but {len(header)} columns.")
            yield {name: cell for name, cell in zip(header, row, strict=True) if cell}
