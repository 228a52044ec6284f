"""The works that the catalogue cites, by key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from kinecast.catalog.reader import read_yaml
from kinecast.catalog.records.citation import Citation
from kinecast.errors import CatalogError, choices

_FILE = Path(__file__).parent / "data" / "citations.yaml"


@cache
def citations() -> Mapping[str, Citation]:
    """Return every citation, by key."""
    try:
        found = {key: Citation(key=key, **fields) for key, fields in read_yaml(_FILE).items()}
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogError(f"{_FILE.name}, {first['input']}: {first['msg']}.") from None
    return MappingProxyType(found)


def citation(key: str) -> Citation:
    """Return one citation; raises CatalogError with the nearest keys when there is none of that key."""
    if key not in citations():
        raise CatalogError(f"there is no citation '{key}' in the catalogue.", choices(key, citations()))
    return citations()[key]
