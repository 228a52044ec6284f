"""Steady states: doses given on the engine until the state before a dose no longer changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kinecast.engine import Bolus, Cohort, Infusion, Kernel, Status
from kinecast.engine.cohort import ABSOLUTE
from kinecast.exchange.nonmem.plan import SteadyDose

MOST_DOSES = 2**14
"""A steady state that so many doses do not reach is given up."""
NEGLIGIBLE = 3e-3
"""Two changes below this, in tolerances, are rounding; a series that they could hide has less than one to go."""
LONGEST = 2.0**20
"""Days (2,900 years) after which a constant infusion that reaches no steady state is given up."""


def steady_states(
    kernel: Kernel,
    parameters: np.ndarray,
    doses: Sequence[SteadyDose],
    initial: np.ndarray,
    *,
    rtol: float,
    threads: int,
) -> tuple[np.ndarray, list[str]]:
    """States of N patients at the phase that each one's dose asks for.

    Doses go in at their interval from the `initial` states until, twice over and with twice as many doses, what separates the
    state before a dose from its limit is within the tolerance rtol·|state| + 1e-3·rtol·scale. With d₁ and d₂ the largest
    changes, in tolerances, from each of the last three doses to the next, that distance is d₂·r/(1−r), r = d₂/d₁ (a geometric
    series), or nothing where both are below 3e-3. A constant infusion runs 1, 2, 4, … days until twice over doubling the time
    changes no state by more than the tolerance.

    Arguments:
        parameters: (N, n_parameters).
        initial: (N, n_states), where the first dose finds the patient.
        rtol: relative tolerance of the steady state, and of the integration.

    Returns:
        (N, n_states), and for each patient '' or what went wrong (then the states are NaN).
    """
    states = np.full(initial.shape, np.nan)
    reasons = [""] * len(doses)
    together: dict[tuple[float, float], list[int]] = defaultdict(list)
    for index, dose in enumerate(doses):
        together[dose.interval, dose.phase].append(index)
    for (interval, phase), members in together.items():
        cohort = kernel.start(parameters[members], initial=initial[members], rtol=rtol, max_steps=100_000_000)
        chosen = [doses[index] for index in members]
        reached = _repeat(cohort, chosen, interval, phase, rtol, threads) if interval else _infuse(cohort, chosen, rtol, threads)
        for place, index in enumerate(members):
            reasons[index] = reached[place]
            if not reached[place]:
                states[index] = cohort.states[place]
    return states, reasons


def _repeat(cohort: Cohort, doses: Sequence[SteadyDose], interval: float, phase: float, rtol: float, threads: int) -> list[str]:
    """Bring every patient to `phase` after a dose at steady state."""
    active = np.ones(len(doses), bool)
    longest = max(dose.duration for dose in doses)
    # Infusions longer than the interval overlap: before they all do, a state that stands still is not yet the steady one.
    least = int(np.ceil(longest / interval)) + 3
    given, more = 0, max(4, least)
    near = np.zeros(len(doses), int)
    change = np.zeros_like(cohort.states)
    while active.any() and given < MOST_DOSES:
        times = (given + np.arange(more)) * interval
        end = (given + more) * interval
        found = cohort.advance(end, _events(cohort, doses, active, times), times[-2:], active=active, threads=threads)
        change[active] = np.abs(cohort.states - found[:, 1])[active]
        near = np.where(_is_near(found[:, 1] - found[:, 0], change, _tolerance(cohort, rtol)), near + 1, 0)
        active &= (cohort.status == Status.OK) & (near < 2)
        given, more = given + more, given + more
        if phase < interval:
            done = ~active & (cohort.status == Status.OK) & (cohort.time == end)
            # The next dose is due now; these patients go on to the phase and stay there.
            cohort.advance(end + phase, _events(cohort, doses, done, np.array([end])), active=done, threads=threads)
    return _reasons(cohort, active, change, f"after {given} doses")


def _infuse(cohort: Cohort, doses: Sequence[SteadyDose], rtol: float, threads: int) -> list[str]:
    """Bring every patient to the steady state of a constant infusion (which may be of nothing)."""
    active = np.ones(len(doses), bool)
    calm = np.zeros(len(doses), int)
    names = cohort.kernel.state_names
    events = []
    for state in sorted({dose.state for dose in doses if dose.rate}):
        rates = np.array([dose.rate if dose.state == state else 0.0 for dose in doses])
        events.append(Infusion(0.0, names[state], rates * 2.0 * LONGEST, 2.0 * LONGEST))
    time = 1.0
    cohort.advance(time, events, threads=threads)
    change = np.zeros_like(cohort.states)
    while active.any() and time < LONGEST:
        before = cohort.states.copy()
        time *= 2.0
        cohort.advance(time, active=active, threads=threads)
        change[active] = np.abs(cohort.states - before)[active]
        calm = np.where((change <= _tolerance(cohort, rtol)).all(axis=1), calm + 1, 0)
        active &= (cohort.status == Status.OK) & (calm < 2)
    return _reasons(cohort, active, change, f"after {time:g} days")


def _events(cohort: Cohort, doses: Sequence[SteadyDose], active: np.ndarray, times: np.ndarray) -> list[Bolus | Infusion]:
    """One dose of every active patient at each time."""
    amounts: dict[tuple[int, float], np.ndarray] = defaultdict(lambda: np.zeros(len(doses)))
    for index, dose in enumerate(doses):
        amounts[dose.state, dose.duration][index] = dose.amount if active[index] else 0.0
    names = cohort.kernel.state_names
    return [
        Infusion(time, names[state], amount, duration) if duration else Bolus(time, names[state], amount)
        for (state, duration), amount in amounts.items()
        for time in times
    ]


def _is_near(earlier: np.ndarray, later: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    """Whether a geometric series with these last two changes has at most the tolerance still to go, (N,)."""
    first, second = np.max(np.abs(earlier) / tolerance, axis=1), np.max(np.abs(later) / tolerance, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = second / first
        left = second * np.maximum(ratio / (1.0 - ratio), 1.0)
    return (np.maximum(first, second) < NEGLIGIBLE) | ((ratio < 1.0) & (left <= 1.0))


def _tolerance(cohort: Cohort, rtol: float) -> np.ndarray:
    return rtol * np.abs(cohort.states) + ABSOLUTE * rtol * cohort.kernel.scales


def _reasons(cohort: Cohort, active: np.ndarray, change: np.ndarray, when: str) -> list[str]:
    reasons = []
    for index, status in enumerate(cohort.status):
        if status != Status.OK:
            reasons.append(f"Steady state: {Status(status).sentence}")
        elif active[index]:
            size = np.abs(cohort.states[index]) + cohort.kernel.scales
            name = cohort.kernel.state_names[int(np.argmax(change[index] / size))]
            reasons.append(f"Steady state: none was reached {when}; '{name}' still changes.")
        else:
            reasons.append("")
    return reasons
