"""A shelf: the records of one kind, read from their files when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from kinecast.catalog.reader import read_record, read_yaml
from kinecast.catalog.records.number import Record
from kinecast.errors import CatalogError, choices

Kind = TypeVar("Kind", bound=Record)


class Shelf(Mapping[str, Kind], Generic[Kind]):
    """A mapping from id to record. Looking up also accepts a synonym or a name, whatever its case.

    Arguments:
        folder: where the YAML files lie, one record a file, each named after the record's id.
        model: type of the records.
        what: what one is called in errors, such as 'agent'.
        complete: adds to a record what is kept elsewhere.
    """

    def __init__(
        self, folder: Path, model: type[Kind], what: str, complete: Callable[[Kind], Kind] = lambda record: record
    ) -> None:
        self._folder = folder
        self._model = model
        self._what = what
        self._complete = complete
        self._read: dict[str, Kind] = {}

    def add(self, record: Kind) -> None:
        """Put a record of this session on the shelf, under an id that no file has; it is found there, but not listed."""
        key = getattr(record, "id", "")
        if key in self._files:
            raise CatalogError(f"{self._what} '{key}' is in the catalogue, and cannot be replaced.", "Choose another name.")
        self._read[key] = record

    @cached_property
    def _files(self) -> dict[str, Path]:
        return {path.stem: path for path in sorted(self._folder.glob("*.yaml"))}

    @cached_property
    def _synonyms(self) -> dict[str, str]:
        """Other ways to call each record, in lower case, to its id."""
        found = {key.lower(): key for key in self._files}
        if "synonyms" in self._model.model_fields:  # otherwise no file need be read to know
            for key, path in self._files.items():
                content = read_yaml(path)  # not as a record: to check them all takes longer than to know their names
                if not isinstance(content, dict):
                    raise CatalogError(f"{path.name}: no record.")
                for name in (content.get("name", key), *(content.get("synonyms") or ())):
                    found.setdefault(str(name).lower(), key)
        return found

    def __getitem__(self, key: str) -> Kind:
        """Return a record; raises CatalogError with the nearest names when there is none of that name."""
        if key not in self._files and key not in self._read:
            known = self._synonyms.get(key.lower())
            if known is None:
                raise CatalogError(
                    f"there is no {self._what} '{key}' in the catalogue.", choices(key, {*self._files, *self._synonyms})
                )
            key = known
        if key not in self._read:
            record = read_record(self._files[key], self._model)
            if getattr(record, "id", key) != key:
                raise CatalogError(f"{self._files[key].name}, id: '{getattr(record, 'id', '')}' differs from the file's name.")
            self._read[key] = self._complete(record)
        return self._read[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (key in self._files or key in self._read or key.lower() in self._synonyms)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
