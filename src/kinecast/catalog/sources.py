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

_FOLDER = Path(__file__).parent / "data" / "citations"


@cache
def citations() -> Mapping[str, Citation]:
    """Return every citation, by key; raises CatalogError for a key that stands in two files."""
    found: dict[str, Citation] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        for key, fields in read_yaml(path).items():
            if key in found:
                raise CatalogError(f"{path.name}, {key}: another file of citations has this key too.")
            try:
                found[key] = Citation(key=key, **fields)
            except ValidationError as error:
                first = error.errors()[0]
                raise CatalogError(f"{path.name}, {key}: {first['msg']}.") from None
    return MappingProxyType(found)


def citation(key: str) -> Citation:
    """Return one citation; raises CatalogError with the nearest keys when there is none of that key."""
    if key not in citations():
        raise CatalogError(f"there is no citation '{key}' in the catalogue.", choices(key, citations()))
    return citations()[key]
