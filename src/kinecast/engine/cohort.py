"""A cohort: patients on their way through one network, advanced from one decision to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from kinecast.engine.events import OFF, Bolus, Change, Infusion, changes
from kinecast.engine.status import Status
from kinecast.errors import RunError

if TYPE_CHECKING:
    from kinecast.engine.kernel import Kernel

ABSOLUTE = 1e-3
"""Absolute tolerance of a state as a fraction of rtol times its scale."""
FIRST_STEP = 1e-5
"""Step tried first and after every event, in the unit of time (about a second, for days)."""
FIRST_MEMORY = -9.210340371976182
"""Log of the error that the step controller remembers then: log 1e-4."""


@dataclass(frozen=True)
class Window:
    """All that an integrator needs to take patients to `until`; arrays have a first axis of patients and are changed in place.

    `changes` are in the order in which they act, with zero amounts where they do not concern a patient.
    `output_times` ascend; `outputs` (N, outputs, states) is NaN where nothing is written.
    """

    order: np.ndarray
    until: float
    max_steps: int
    rtol: float
    atol: np.ndarray
    changes: list[Change]
    output_times: np.ndarray
    outputs: np.ndarray
    parameters: np.ndarray
    constants: np.ndarray
    time: np.ndarray
    state: np.ndarray
    rates: np.ndarray
    infusions: np.ndarray
    step: np.ndarray
    memory: np.ndarray
    status: np.ndarray
    steps: np.ndarray
    rejected: np.ndarray


class Integrator(Protocol):
    """What takes the patients of a window to its end."""

    def integrate(self, window: Window, threads: int) -> None: ...


class Cohort:
    """N patients; made by `Kernel.start`. Not to be shared between threads (a kernel may be).

    Attributes:
        states: (N, n_states) in network order; those of a failed patient stay where its integration stopped.
        time: (N,) time that each patient has reached.
        status: (N,) codes of `Status`.
        steps, rejected: (N,) steps tried so far, and how many of them were rejected.
        rates: (N, n_dosed) infusion rates now.
        parameters: (N, n_parameters).
    """

    def __init__(
        self,
        kernel: Kernel,
        parameters: np.ndarray,
        constants: np.ndarray,
        states: np.ndarray,
        time: float,
        rtol: float,
        max_steps: int,
    ) -> None:
        n = len(parameters)
        self.kernel = kernel
        self.parameters = parameters
        self.states = states
        self.time = np.full(n, float(time))
        self.status = np.full(n, int(Status.OK), np.int64)
        self.steps = np.zeros(n, np.int64)
        self.rejected = np.zeros(n, np.int64)
        self.rates = np.zeros((n, len(kernel.dosed_names)))
        self._infusions = np.zeros(self.rates.shape, np.int64)
        self._constants = constants
        self._step = np.full(n, FIRST_STEP)
        self._memory = np.full(n, FIRST_MEMORY)
        self._work = np.zeros(n, np.int64)
        self._ends: list[Change] = []
        self._rtol = float(rtol)
        self._atol = ABSOLUTE * self._rtol * kernel.scales
        self._max_steps = int(max_steps)

    def __len__(self) -> int:
        return len(self.time)

    def advance(
        self,
        until: float,
        events: Sequence[Bolus | Infusion] = (),
        outputs: npt.ArrayLike = (),
        active: npt.ArrayLike | None = None,
        threads: int = 1,
    ) -> np.ndarray:
        """Integrate from each patient's time to `until`.

        Events act from a patient's time on and before `until`: one at the start acts first, one at `until` belongs to the next
        call, and others are left out, so that a whole schedule may be passed to every call. An infusion that has begun goes on,
        and ends, in later calls. An output at the time of an event reports the state before it, except at the patient's start,
        where it reports the state after.

        Arguments:
            until: time to reach.
            events: boluses and infusions, in any order.
            outputs: times to report, in any order.
            active: (N,) booleans: which patients to integrate (default: all). The others stay where they are.
            threads: threads to share the patients among. Results do not depend on it.

        Returns:
            (N, outputs, n_states): NaN for patients that are not active or have failed and for times outside the call.

        Raises:
            RunError: for an `until` before an active patient's time, or malformed events.
        """
        until = float(until)
        chosen = self.status == Status.OK
        if active is not None:
            chosen &= np.asarray(active, bool)
        if not np.isfinite(until) or (self.time[chosen] > until).any():
            raise RunError(f"until={until!r} is before the time that the patients have reached.")
        times = np.atleast_1d(np.asarray(outputs, float))
        ranks = np.argsort(times, kind="stable")
        result = np.full((len(self), len(times), self.states.shape[1]), np.nan)
        acting = self._acting(changes(list(events), self.kernel.dosed_names, len(self)), chosen, until)
        # The longest integrations of the last call go first, so that lanes finish together.
        order = np.flatnonzero(chosen)
        order = order[np.argsort(-self._work[order], kind="stable")]
        before = self.steps.copy()
        window = Window(
            order=order,
            until=until,
            max_steps=self._max_steps,
            rtol=self._rtol,
            atol=self._atol,
            changes=acting,
            output_times=times[ranks],
            outputs=result,
            parameters=self.parameters,
            constants=self._constants,
            time=self.time,
            state=self.states,
            rates=self.rates,
            infusions=self._infusions,
            step=self._step,
            memory=self._memory,
            status=self.status,
            steps=self.steps,
            rejected=self.rejected,
        )
        if len(order):
            self.kernel.integrator.integrate(window, threads)
        self._work[order] = (self.steps - before)[order]
        if (ranks[1:] > ranks[:-1]).all():
            return result
        unsorted = np.empty_like(result)
        unsorted[:, ranks] = result
        return unsorted

    def _acting(self, found: list[Change], chosen: np.ndarray, until: float) -> list[Change]:
        """Changes that act in this call, with amounts of zero where they do not; ends of infusions to come are kept."""
        start = self.time
        begun: dict[int, np.ndarray] = {}
        acting, ends = [], self._ends
        for position, change in enumerate(found):
            if change.kind == OFF:
                # Follows its ON: it ends what that began.
                ends = [*ends, change._replace(amount=begun[position - 1])]
                continue
            amount = np.where(chosen & (start <= change.time), change.amount, 0.0) if change.time < until else np.zeros(len(self))
            begun[position] = amount
            if amount.any():
                acting.append(change._replace(amount=amount))
        self._ends = []
        for end in ends:
            now = chosen & (end.time < until)
            acts, later = np.where(now, end.amount, 0.0), np.where(now, 0.0, end.amount)
            if acts.any():
                acting.append(end._replace(amount=acts))
            if later.any():
                self._ends.append(end._replace(amount=later))
        return sorted(acting, key=lambda change: (change.time, change.kind))
