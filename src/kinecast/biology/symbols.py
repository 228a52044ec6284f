"""Catalogue records turned into network parameters as a module's equations name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinecast.errors import CatalogError, choices
from kinecast.network import Expression, Module

Records = Mapping[str, Any]
"""Record id → record with `value`, `unit` and `between_patients`."""


def over_rest(module: Module, now: str, rest: str, unit: str) -> Expression:
    """Return a number of the body over its resting value; 1 in a model without that part of the body."""
    return module.read(now, unit, default=1.0) / module.read(rest, unit, default=1.0)


class Symbols:
    """Records as attributes: `p.renal_clearance` declares that parameter in the module once and returns its symbol.

    Arguments:
        module: the module in which parameters are declared.
        records: the catalogue's records by id.
        prefix: put before each id to form the parameter's name (an agent's id, a cell's name), or "".
    """

    def __init__(self, module: Module, records: Records, prefix: str = "") -> None:
        self._module = module
        self._records = records
        self._prefix = prefix

    def __getattr__(self, name: str) -> Expression:
        record = self._records.get(name)
        if record is None:
            raise CatalogError(f"module {self._module.name}: there is no record {name}", choices(name, self._records))
        return self._module.parameter(self._prefix + name, record.value, record.unit)

    def of(self, subject: str, name: str) -> Expression:
        """The record `<subject>_<name>`: a number that each cell type or mediator has."""
        return getattr(self, f"{subject}_{name}")
