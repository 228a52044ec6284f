"""Cells of a dish: ten populations of blood and the YT-1 line without and with CD25, by their receptor copies."""

from __future__ import annotations

from kinecast import catalog
from kinecast.errors import CatalogError, choices

POPULATIONS = {
    "nk": "NK",
    "cd8": "CD8+",
    "cd8_naive": "Naive CD8+",
    "cd8_memory": "Mem CD8+",
    "helper": "T-helper",
    "helper_naive": "Naive Th",
    "helper_memory": "Mem Th",
    "treg": "T-reg",
    "treg_naive": "Naive Treg",
    "treg_memory": "Mem Treg",
    "yt1": "YT-1",
    "yt1_cd25": "YT-1 CD25+",
}
"""Key in records → how tables of data and pictures call the cells."""

BLOOD = tuple(key for key in POPULATIONS if not key.startswith("yt1"))

FEWEST = 1.0
"""Copies of a chain that signals are taken as at least this: shares of no chains mean nothing."""


def population(name: str) -> str:
    """Return the key of a population by its key or its name, whatever the case; raises CatalogError with the nearest names."""
    known = {spelled.casefold(): key for key, label in POPULATIONS.items() for spelled in (key, label)}
    key = known.get(name.strip().casefold())
    if key is None:
        raise CatalogError(f"cells: there is no population '{name}'.", choices(name, POPULATIONS, show=len(POPULATIONS)))
    return key


def copies(cell: str, chain: str) -> float:
    """Return molecules of a chain on one cell of a population at rest: the cell's own record, or one for any cell."""
    records = catalog.parameters("gammac")
    record = records.get(f"{cell}_{chain}_copies") or records[f"any_{chain}_copies"]
    assert record.value is not None
    return record.value
