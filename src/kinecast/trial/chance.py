"""Random numbers of a patient by name: the same for the same patient in every arm, chunk and thread."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from kinecast.engine.elementary import log
from kinecast.patients import streams


@dataclass(frozen=True)
class Chance:
    """The streams of some patients.

    Attributes:
        seed: of the population.
        indices: (N,) indices of the patients in the population.
    """

    seed: int
    indices: np.ndarray

    def normal(self, name: str) -> np.ndarray:
        """Return one standard normal number for each patient (N,)."""
        return streams.normal(self.seed, name, self.indices)

    def exponential(self, name: str) -> np.ndarray:
        """Return one Exp(1) number for each patient (N,): the cumulative hazard at which an event strikes."""
        return -log(streams.uniform(self.seed, name, self.indices))


def resampler(seed: int, name: str) -> np.random.Generator:
    """Return a generator for resampling that depends on the seed and a name only."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return np.random.Generator(np.random.Philox(np.frombuffer(digest[:16], dtype=np.uint64)))
