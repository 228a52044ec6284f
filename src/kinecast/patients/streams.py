"""Random numbers that belong to a patient and a name, not to an order of calls.

Each (seed, name) keys a Philox counter generator, and the patient's index is the counter. So a number does not depend on
which other patients are drawn, in what chunk, on which thread, or what else was drawn before.
"""

from __future__ import annotations

import hashlib

import numpy as np


def uniform(seed: int, name: str, indices: np.ndarray) -> np.ndarray:
    """Uniform numbers strictly between 0 and 1, one for each patient index (shape as `indices`)."""
    indices = np.asarray(indices, dtype=np.int64)
    if indices.size == 0:
        return np.empty(indices.shape)
    first, last = int(indices.min()), int(indices.max())
    key = np.array([seed & (2**64 - 1), _hash(name)], dtype=np.uint64)
    generator = np.random.Philox(key=key)
    generator.advance(first)
    # One counter step yields four words; the first belongs to the patient.
    words = generator.random_raw(4 * (last - first + 1)).reshape(-1, 4)[:, 0]
    return ((words[indices - first] >> np.uint64(12)) + 0.5) * 2.0**-52


def normal(seed: int, name: str, indices: np.ndarray) -> np.ndarray:
    """Standard normal numbers, one for each patient index."""
    from kinecast.engine.elementary import normal_quantile

    return normal_quantile(uniform(seed, name, indices))


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
