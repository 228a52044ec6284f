"""One number of one molecule: the rows of which tables, files and pictures of a comparison are made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

ACTIVE, CLOSED = "active", "closed"
"""Forms of a molecule: the one that acts, and of a pro-drug the one that is given."""
PATIENTS_90, SAMPLING_95 = "90 % of patients", "95 % of samples"
"""What an interval means: where 90 % of the patients are, or the 95 % sampling interval of a share."""


@dataclass(frozen=True)
class Row:
    """One number.

    Attributes:
        molecule: its name. form: `ACTIVE` or `CLOSED`.
        group: affinity, action, ec50, selectivity, exposure, cells, harm or benefit. quantity: what of it.
        value: None where there is none, and `note` says why. unit: its unit.
        low, high: what `interval` says. n: of how many patients; None for what is no count of patients.
    """

    molecule: str
    form: str
    group: str
    quantity: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    interval: str = ""
    n: int | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return asdict(self)
