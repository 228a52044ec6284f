"""Records observables at the output times; states are kept until enough have come to be evaluated together."""

from __future__ import annotations

import numpy as np

from kinecast.trial.observer import Observer

_BATCH = 24
"""Output times evaluated at once: large enough to outweigh the cost of a call, small enough for the cache."""


class Recorder:
    """Curves of a chunk of patients.

    Attributes:
        names: recorded observables. curves: (N, T, names) float32, NaN where not reached.
    """

    def __init__(self, observer: Observer, names: tuple[str, ...], exact: tuple[str, ...], times: np.ndarray, size: int) -> None:
        """Prepare; `exact` are observables also kept in double precision, for decisions and event times."""
        self.names = names
        self.curves = np.full((size, len(times), len(names)), np.nan, dtype=np.float32)
        self._observer = observer
        self._times = times
        self._exact = {name: np.full((size, len(times)), np.nan) for name in exact}
        self._waiting: list[tuple[np.ndarray, np.ndarray]] = []

    def start(self, states: np.ndarray) -> None:
        """Record the states (N, n_states) at the first output time, before any dose."""
        self.add(states[:, None, :].copy(), np.array([0]))

    def add(self, states: np.ndarray, columns: np.ndarray) -> None:
        """Take states (N, k, n_states) at the output times with these indices (k,)."""
        if len(columns):
            self._waiting.append((states, columns))
        if sum(len(columns) for _, columns in self._waiting) >= _BATCH:
            self.finish()

    def finish(self) -> None:
        """Evaluate what is waiting."""
        if not self._waiting:
            return
        states = np.concatenate([states for states, _ in self._waiting], axis=1)
        columns = np.concatenate([columns for _, columns in self._waiting])
        self._waiting = []
        values = self._observer.read(self.names, states)
        for index, name in enumerate(self.names):
            with np.errstate(over="ignore"):  # a patient about to fail may be beyond single precision
                self.curves[:, columns, index] = values[name]
            if name in self._exact:
                self._exact[name][:, columns] = values[name]

    def exact(self, name: str) -> np.ndarray:
        """Return (N, T) in double precision."""
        self.finish()
        return self._exact[name]

    def cut(self, last: np.ndarray) -> None:
        """Remove what lies after the patient's last time (N,)."""
        late = self._times[None, :] > last[:, None]
        self.curves[late] = np.nan
        for values in self._exact.values():
            values[late] = np.nan
