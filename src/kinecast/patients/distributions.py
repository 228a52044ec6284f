"""A record's spread between patients, and standard normal scores turned into its values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from kinecast.patients.streams import normal


def scores(name: str, records: Mapping[str, Any], seed: int, suffix: str, indices: np.ndarray) -> np.ndarray:
    """Standard normal scores of a parameter, correlated with another's as its record says.

    z = r·z_other + sqrt(1 - r²)·z_own. A record names at most one other parameter, which is not correlated with a third one
    (a test of the catalogue refuses anything else), so the correlation is r exactly.
    """
    own = normal(seed, name + suffix, indices)
    for other, r in getattr(records[name], "correlated_with", {}).items():
        own = r * scores(other, records, seed, suffix, indices) + math.sqrt(1 - r * r) * own
    return own


def spread(median: float, shape: str, size: float, z: np.ndarray) -> np.ndarray:
    """Values at scores z of a lognormal, logit-normal or normal spread with this median (all in the record's unit)."""
    from kinecast.engine.elementary import exp, log

    if shape == "lognormal":
        return median * exp(size * z)
    if shape == "normal":
        return median + size * z
    odds = exp(log(np.full_like(z, median / (1 - median))) + size * z)
    return odds / (1 + odds)
