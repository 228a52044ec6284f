"""One call from a network and parameters to trajectories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinecast.engine.events import Bolus, Infusion
from kinecast.engine.kernel import Kernel, compile_network
from kinecast.network.network import Network


@dataclass(frozen=True)
class Solution:
    """Trajectories of a cohort.

    Attributes:
        times: (T,) output times.
        states: (N, T, n_states) in network order; NaN from where a patient failed.
        status: (N,) codes of `Status`.
        steps: (N,) steps taken.
    """

    times: np.ndarray
    states: np.ndarray
    status: np.ndarray
    steps: np.ndarray


def solve(
    network: Network | Kernel,
    parameters: npt.ArrayLike,
    events: Sequence[Bolus | Infusion] = (),
    outputs: npt.ArrayLike = (),
    until: float | None = None,
    rtol: float = 1e-4,
    threads: int = 1,
) -> Solution:
    """Integrate patients from time 0 through all events.

    Arguments:
        network: a network, or a `Kernel` compiled from one.
        parameters: (N, n_parameters) or (n_parameters,).
        events, outputs, threads: as in `Cohort.advance`.
        until: end time (default: the last output).
        rtol: relative tolerance.
    """
    kernel = network if isinstance(network, Kernel) else compile_network(network)
    times = np.atleast_1d(np.asarray(outputs, float))
    end = float(times.max()) if until is None else until
    cohort = kernel.start(parameters, rtol=rtol)
    states = cohort.advance(end, events, times, threads=threads)
    return Solution(times, states, cohort.status, cohort.steps)
