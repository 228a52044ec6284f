"""What a cohort keeps of each patient between calls, in arrays that the integration loop changes in place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TIME, STEP, MEMORY = 0, 1, 2
"""Columns of `Records.clock`."""
STATUS, STEPS, REJECTED, SINCE = 0, 1, 2, 3
"""Columns of `Records.count`."""

FIRST_STEP = 1e-5
"""Step tried first and after every event, in the unit of time (about a second, for days)."""
FIRST_MEMORY = -9.210340371976182
"""Log of the error that the step controller remembers then: log 1e-4."""


@dataclass(frozen=True)
class Records:
    """Arrays with patients along the first axis.

    Attributes:
        clock: time reached, size of the next step, and log of the error of the last one, (N, 3).
        count: code of `Status`, steps tried, steps rejected, steps tried since the start or the last dose, (N, 4).
        state: (N, n_states) in network order.
        inputs: what is constant within a step, (N, constants + dosed states): hoisted nodes, and then infusion rates.
        infusions: how many infusions run into each dosed state, (N, dosed states).
    """

    clock: np.ndarray
    count: np.ndarray
    state: np.ndarray
    inputs: np.ndarray
    infusions: np.ndarray

    @property
    def rates(self) -> np.ndarray:
        """Infusion rates, (N, dosed states), a view."""
        return self.inputs[:, self.inputs.shape[1] - self.infusions.shape[1] :]


def new_records(time: float, state: np.ndarray, constants: np.ndarray, dosed: int) -> Records:
    """Records of patients who have yet to make their first step."""
    n = len(state)
    clock = np.empty((n, 3))
    clock[:, TIME], clock[:, STEP], clock[:, MEMORY] = time, FIRST_STEP, FIRST_MEMORY
    return Records(
        clock=clock,
        count=np.zeros((n, 4), np.int64),
        state=np.ascontiguousarray(state),
        inputs=np.ascontiguousarray(np.concatenate([constants, np.zeros((n, dosed))], axis=1)),
        infusions=np.zeros((n, dosed), np.int64),
    )
