"""The works that the catalogue cites, by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from kinecast.catalog.records.citation import Citation
from kinecast.catalog.tables import Table
from kinecast.errors import CatalogError, choices


class Citations(Mapping[str, Citation]):
    """A read-only mapping from key to work; a work is read when it is asked for.

    Arguments:
        folder: of CSV files, a row a work.

    Raises:
        CatalogError: a key that stands in two rows.
    """

    def __init__(self, folder: Path) -> None:
        self._table = Table(folder, Citation)
        self._places: dict[str, int] = {}
        for position, cells in enumerate(self._table.cells):
            key = cells.get("key", "")
            if key in self._places:
                raise CatalogError(f"citations: '{key}' stands in two rows.")
            self._places[key] = position

    def __getitem__(self, key: str) -> Citation:
        """Return one citation; raises CatalogError with the nearest keys when there is none of that key."""
        if key not in self._places:
            raise CatalogError(f"there is no citation '{key}' in the catalogue.", choices(key, self._places))
        return self._table[self._places[key]]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@cache
def citations() -> Citations:
    """Return every citation, by key."""
    return Citations(Path(__file__).parent / "data" / "citations")


def citation(key: str) -> Citation:
    """Return one citation; raises CatalogError with the nearest keys when there is none of that key."""
    return citations()[key]
