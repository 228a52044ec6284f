"""Sensitivities of trajectories to parameters, by differences of patients that share their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kinecast.engine.events import Bolus, Infusion
from kinecast.engine.kernel import Kernel
from kinecast.errors import RunError, choices

INCREMENT = 1e-6
"""Relative increment of a parameter.

With shared steps the computed trajectory is a smooth function of the parameters, so that not the tolerance limits the difference
but only rounding (about 1e-15 of a state, divided by the increment: 1e-9) and curvature (in proportion to the increment: 1e-6).
"""

NUMBERS_AT_ONCE = 2**23
"""Patients are taken in parts of this many numbers of output, 64 MB."""


@dataclass(frozen=True)
class Sensitivities:
    """Trajectories of N patients and their derivatives by P parameters.

    Attributes:
        times: (T,) output times.
        names: the P parameters.
        values: (N, T, n_states), the same to the last bit as without derivatives; NaN from where a patient failed.
        derivatives: (N, T, n_states, P), unit of the state over unit of the parameter.
        status: (N,) codes of `Status`.
        steps: (N,) steps tried.
    """

    times: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray
    derivatives: np.ndarray
    status: np.ndarray
    steps: np.ndarray


def sensitivities(
    kernel: Kernel,
    parameters: npt.ArrayLike,
    names: Sequence[str],
    events: Sequence[Bolus | Infusion] = (),
    outputs: npt.ArrayLike = (),
    *,
    until: float | None = None,
    rtol: float = 1e-6,
    threads: int = 1,
) -> Sensitivities:
    """Integrate from time 0 and differentiate the states by parameters, initial values included.

    A patient and its copies with one parameter increased fill the lanes of one vector and take the steps that the patient alone
    would take (internal numerical differentiation: Bock 1981, Springer Series in Chemical Physics 18:102–125). Doses are the same
    for all, so derivatives are right across them. The error of a derivative is about rtol, like that of the values, but not below
    what the increment leaves: 1e-5 in 99 of 100, 3e-4 where curvature is largest (`verification/sensitivities.py`).

    Arguments:
        kernel: of the "llvm" backend.
        parameters: (N, n_parameters) or (n_parameters,), in network order.
        names: parameters to differentiate by.
        events, outputs, threads: as in `Cohort.advance`.
        until: end time (default: the last output).
        rtol: relative tolerance.

    Raises:
        RunError: for names that are not parameters, or a backend without lanes.
    """
    for name in names:
        if name not in kernel.parameter_names:
            raise RunError(f"'{name}' is not a parameter of the network.", choices(name, kernel.parameter_names))
    sharing, group = kernel.sharing_steps()
    base = np.atleast_2d(np.asarray(parameters, float))
    times = np.atleast_1d(np.asarray(outputs, float))
    end = float(times.max()) if until is None else float(until)
    n, m, p = len(base), len(kernel.state_names), len(names)
    copies = -(-max(p, 1) // (group - 1)) * group
    values = np.empty((n, len(times), m))
    derivatives = np.empty((n, len(times), m, p))
    status, steps = np.empty(n, np.int64), np.empty(n, np.int64)
    places = [kernel.parameter_names.index(name) for name in names]
    rows = [k // (group - 1) * group + k % (group - 1) + 1 for k in range(p)]
    at_once = max(1, NUMBERS_AT_ONCE // (copies * max(1, len(times)) * m))
    for first in range(0, n, at_once):
        part = slice(first, min(first + at_once, n))
        table = np.repeat(base[part, None], copies, axis=1)
        table[:, rows, places] += _increments(base[part][:, places])
        # What was added, not what was meant to be.
        added = table[:, rows, places] - base[part][:, places]
        cohort = sharing.start(table.reshape(-1, base.shape[1]), rtol=rtol)
        found = cohort.advance(end, [_copied(event, n, part, copies) for event in events], times, threads=threads)
        found = found.reshape(-1, copies, len(times), m)
        values[part] = found[:, 0]
        change = found[:, rows] - found[:, :1]
        derivatives[part] = np.moveaxis(change / added[:, :, None, None], 1, -1)
        status[part], steps[part] = cohort.status[::copies], cohort.steps[::copies]
    return Sensitivities(times, tuple(names), values, derivatives, status, steps)


def _increments(values: np.ndarray) -> np.ndarray:
    return INCREMENT * np.where(values == 0.0, 1.0, values)


def _copied(event: Bolus | Infusion, n: int, part: slice, copies: int) -> Bolus | Infusion:
    """The event for every copy of the patients in a part."""
    amount = np.asarray(event.amount, float)
    if amount.ndim and amount.shape != (n,):
        raise RunError(f"amount of {type(event).__name__} into '{event.state}' has shape {amount.shape}, not ({n},).")
    return replace(event, amount=np.repeat(amount[part], copies)) if amount.ndim else event
