"""A cohort: patients on their way through one network, advanced from one decision to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from kinecast.engine.events import OFF, Bolus, Change, Infusion, changes
from kinecast.engine.graph import Node
from kinecast.engine.records import REJECTED, STATUS, STEPS, TIME, Records
from kinecast.engine.status import Status
from kinecast.errors import RunError

if TYPE_CHECKING:
    from kinecast.engine.kernel import Kernel

ABSOLUTE = 1e-3
"""Absolute tolerance of a state as a fraction of rtol times its scale."""


@dataclass(frozen=True)
class Window:
    """All that an integrator needs to take patients to `until`.

    Attributes:
        records: changed in place.
        order: the patients to integrate.
        until, max_steps: where to stop, and the limit on each patient's steps since the start or the last dose.
        rtol, atol: tolerances; absolute ones by state, in network order.
        changes: in the order in which they act, with amounts of zero where they do not concern a patient.
        output_times: ascending.
        outputs: (N, outputs, states), NaN where nothing is written.
    """

    records: Records
    order: np.ndarray
    until: float
    max_steps: int
    rtol: float
    atol: np.ndarray
    changes: list[Change]
    output_times: np.ndarray
    outputs: np.ndarray


class Backend(Protocol):
    """Equations made ready to integrate and to evaluate."""

    def integrate(self, window: Window, threads: int) -> None:
        """Take the patients of a window to its end."""
        ...

    def evaluate(self, nodes: tuple[Node, ...], parameters: np.ndarray, states: np.ndarray) -> list[np.ndarray]:
        """Values (N, M) of each node, from parameters (N, n_parameters) and states (N, M, n_states)."""
        ...


class Cohort:
    """N patients; made by `Kernel.start`. Not to be shared between threads (a kernel may be).

    Its arrays are views that `advance` changes in place: copy what must stay.
    """

    def __init__(
        self, kernel: Kernel, backend: Backend, parameters: np.ndarray, records: Records, rtol: float, max_steps: int
    ) -> None:
        self.kernel = kernel
        self._backend = backend
        self.parameters = parameters
        self._records = records
        self._rtol = rtol
        self._atol = ABSOLUTE * rtol * kernel.scales
        self._max_steps = max_steps
        self._ends: list[Change] = []
        self._work = np.zeros(len(parameters), np.int64)

    @property
    def states(self) -> np.ndarray:
        """(N, n_states) in network order; those of a failed patient are where its integration stopped."""
        return self._records.state

    @property
    def time(self) -> np.ndarray:
        """(N,) time that each patient has reached."""
        return self._records.clock[:, TIME]

    @property
    def status(self) -> np.ndarray:
        """(N,) codes of `Status`."""
        return self._records.count[:, STATUS]

    @property
    def steps(self) -> np.ndarray:
        """(N,) steps tried so far."""
        return self._records.count[:, STEPS]

    @property
    def rejected(self) -> np.ndarray:
        """(N,) steps rejected so far."""
        return self._records.count[:, REJECTED]

    @property
    def rates(self) -> np.ndarray:
        """(N, dosed states) infusion rates now, in the order of `Kernel.dosed_names`."""
        return self._records.rates

    def __len__(self) -> int:
        return len(self.parameters)

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
            outputs: times to report, in any order. Steps near them are shorter, so that they change other results within rtol.
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
        earliest = self.time[chosen].min(initial=until)
        near = [event for event in events if not (event.time < earliest or event.time >= until)]
        acting = self._acting(changes(near, self.kernel.dosed_names, len(self)), chosen, until)
        # The longest integrations of the last call go first, so that lanes finish together.
        order = np.flatnonzero(chosen)
        order = order[np.argsort(-self._work[order], kind="stable")]
        before = self.steps.copy()
        window = Window(
            self._records, order, until, self._max_steps, self._rtol, self._atol, acting, times[ranks], result
        )  # fmt: skip
        if len(order):
            self._backend.integrate(window, threads)
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
            amount = np.where(chosen & (start <= change.time), change.amount, 0.0)
            begun[position] = amount
            if amount.any():
                acting.append(change._replace(amount=amount))
        self._ends = []
        waiting = self.status == Status.OK
        for end in ends:
            now = chosen & (end.time < until)
            acts, later = np.where(now, end.amount, 0.0), np.where(waiting & ~now, end.amount, 0.0)
            if acts.any():
                acting.append(end._replace(amount=acts))
            if later.any():
                self._ends.append(end._replace(amount=later))
        return sorted(acting, key=lambda change: (change.time, change.kind))
