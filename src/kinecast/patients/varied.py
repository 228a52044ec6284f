"""Numbers of patients multiplied by factors: what lies between 0 and 1 is changed in its odds, so that it stays there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

Factors = Mapping[str, Mapping[str, float]]
"""Disease → parameter → factor; under '' those of every disease."""

_BOUNDED = re.compile(
    r"(.*_)?(fraction|share|bioavailability|penetration|fall_max|retention|block|luck|mhc_loss|inflow|of_treg|tumour_void|in_tumour|in_node)(_.*)?"
)
"""Names of numbers between 0 and 1 whose record has no unit that says so."""


def scaled(name: str, record: Any, values: np.ndarray, factor: float) -> np.ndarray:
    """Return values (N,) of a parameter times a factor, in their odds where it is a number between 0 and 1."""
    spread = record.between_patients
    named = _BOUNDED.fullmatch(name) is not None and bool(np.all(values < 1))
    if record.unit == "fraction" or named or (spread is not None and spread.shape == "logitnormal"):
        return values * factor / (1 - values + values * factor)
    return values * factor


def of_disease(factors: Factors, disease: str) -> dict[str, float]:
    """Return parameter → factor of one disease, its own factors before those of every disease."""
    return {**factors.get("", {}), **factors.get(disease, {})}
