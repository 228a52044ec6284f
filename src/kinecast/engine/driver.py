"""The integration loop: lanes that each carry one patient, take the next when theirs is done, and know nothing of the model.

This module imports numba, so it is itself imported only when a kernel first integrates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from kinecast.engine import rosenbrock
from kinecast.engine.cohort import FIRST_MEMORY, FIRST_STEP
from kinecast.engine.events import BOLUS, OFF, ON
from kinecast.engine.status import Status

SMALLEST_STEP = 1e-15
"""A step below this fraction of the time (or of one unit of time) has failed."""
H = np.array(rosenbrock.H)
OK, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = (int(status) for status in Status)


class Patients(NamedTuple):
    """Arrays of a cohort that the loop reads and changes; first axis: patient."""

    time: np.ndarray
    state: np.ndarray
    constants: np.ndarray
    rates: np.ndarray
    infusions: np.ndarray
    step: np.ndarray
    memory: np.ndarray
    status: np.ndarray
    steps: np.ndarray
    rejected: np.ndarray


class Events(NamedTuple):
    """Events by time: kind, where (position of a state, or number of a dosed state) and amounts (event, patient)."""

    time: np.ndarray
    kind: np.ndarray
    target: np.ndarray
    amount: np.ndarray


@intrinsic
def _call(typing_context, address, block):
    """Call the native function void(block) at an address."""

    def generate(context, builder, signature, arguments):
        pointer = ir.IntType(8).as_pointer()
        function = ir.FunctionType(ir.VoidType(), [pointer]).as_pointer()
        builder.call(builder.inttoptr(arguments[0], function), [builder.inttoptr(arguments[1], pointer)])
        return context.get_dummy_value()

    return types.void(types.uintp, types.uintp), generate


def integrate(step_function, layout, block, order, place, patients, until, max_steps, events, output_times, outputs):
    """Integrate the patients listed in `order` to `until`.

    Arguments:
        step_function: address of the native step.
        layout, block: the step's memory, see `step.Layout`; one row more than its size, shape (rows, lanes).
        order: patients to integrate, first come first served.
        place: position in the step's memory of each state.
        patients, events: see `Patients` and `Events`.
        until, max_steps: where to stop, and the limit on each patient's steps.
        output_times, outputs: ascending times, and where to write (patient, output, state).
    """
    lanes = block.shape[1]
    n = place.size
    memory = np.uint64(block.ctypes.data)
    patient = np.full(lanes, -1)
    now = np.zeros(lanes)
    end = np.zeros(lanes)
    size = np.zeros(lanes)
    next_event = np.zeros(lanes, np.int64)
    next_output = np.zeros(lanes, np.int64)
    last = np.zeros(lanes, np.bool_)
    again = np.zeros(lanes, np.bool_)
    active = 0
    waiting = 0
    block[layout.step] = FIRST_STEP
    while True:
        for lane in range(lanes):
            while patient[lane] < 0 and waiting < order.size:
                p = order[waiting]
                waiting += 1
                for i in range(n):
                    block[layout.state + place[i], lane] = patients.state[p, i]
                for i in range(patients.constants.shape[1]):
                    block[layout.constants + i, lane] = patients.constants[p, i]
                for i in range(patients.rates.shape[1]):
                    block[layout.rates + i, lane] = patients.rates[p, i]
                patient[lane] = p
                now[lane] = patients.time[p]
                size[lane] = patients.step[p]
                block[layout.memory, lane] = patients.memory[p]
                again[lane] = False
                next_event[lane] = 0
                changed, next_event[lane], end[lane] = _events_at(
                    now[lane], until, next_event[lane], p, lane, layout, block, patients, events
                )
                if changed:
                    size[lane] = FIRST_STEP
                    block[layout.memory, lane] = FIRST_MEMORY
                k = np.searchsorted(output_times, now[lane])
                while k < output_times.size and output_times[k] == now[lane]:
                    for i in range(n):
                        outputs[p, k, i] = block[layout.state + place[i], lane]
                    k += 1
                next_output[lane] = k
                active += 1
                if now[lane] >= until:
                    _store(p, lane, until, size[lane], layout, block, place, patients)
                    patient[lane] = -1
                    active -= 1
        if active == 0:
            return
        for lane in range(lanes):
            if patient[lane] >= 0:
                left = end[lane] - now[lane]
                h = size[lane]
                last[lane] = h * 1.0001 >= left
                if last[lane]:
                    h = left
                elif 2.0 * h > left:
                    h = 0.5 * left
                block[layout.step, lane] = h
        _call(step_function, memory)
        for lane in range(lanes):
            p = patient[lane]
            if p < 0:
                continue
            error = block[layout.error, lane]
            h = block[layout.step, lane]
            patients.steps[p] += 1
            status = OK
            if error <= 1.0:
                new = end[lane] if last[lane] else now[lane] + h
                while next_output[lane] < output_times.size and output_times[next_output[lane]] <= new:
                    fraction = min((output_times[next_output[lane]] - now[lane]) / h, 1.0)
                    _interpolate(fraction, lane, layout, block, place, outputs[p, next_output[lane]])
                    next_output[lane] += 1
                for i in range(n):
                    block[layout.state + i, lane] = block[layout.new_state + i, lane]
                now[lane] = new
                factor = block[layout.accepted, lane]
                if again[lane] and factor > 1.0:
                    factor = 1.0
                again[lane] = False
                if last[lane]:
                    size[lane] = max(size[lane], h * factor)
                    changed, next_event[lane], end[lane] = _events_at(
                        new, until, next_event[lane], p, lane, layout, block, patients, events
                    )
                    if changed:
                        size[lane] = FIRST_STEP
                        block[layout.memory, lane] = FIRST_MEMORY
                    if new >= until:
                        _store(p, lane, new, size[lane], layout, block, place, patients)
                        patient[lane] = -1
                        active -= 1
                        continue
                else:
                    size[lane] = h * factor
                    block[layout.memory, lane] = max(block[layout.log_error, lane], FIRST_MEMORY)
            else:
                size[lane] = h * block[layout.rejected, lane]
                again[lane] = True
                patients.rejected[p] += 1
                if size[lane] < SMALLEST_STEP * max(abs(now[lane]), 1.0):
                    status = STEP_TOO_SMALL if error < np.inf else NOT_FINITE
            if status == OK and patients.steps[p] >= max_steps:
                status = TOO_MANY_STEPS
            if status != OK:
                patients.status[p] = status
                _store(p, lane, now[lane], size[lane], layout, block, place, patients)
                patient[lane] = -1
                active -= 1


@njit(nogil=True, error_model="numpy")
def _events_at(time, until, cursor, p, lane, layout, block, patients, events):
    """Apply a patient's events at (or before) a time; return whether there were any, the next one, and the next time to stop."""
    changed = False
    while cursor < events.time.size:
        amount = events.amount[cursor, p]
        if amount != 0.0:
            if events.time[cursor] > time:
                return changed, cursor, events.time[cursor]
            changed = True
            target = events.target[cursor]
            kind = events.kind[cursor]
            if kind == ON:
                patients.infusions[p, target] += 1
                patients.rates[p, target] += amount
            elif kind == OFF:
                patients.infusions[p, target] -= 1
                patients.rates[p, target] -= amount
                if patients.infusions[p, target] == 0:
                    patients.rates[p, target] = 0.0
            else:
                block[layout.state + target, lane] += amount
            if kind != BOLUS:
                block[layout.rates + target, lane] = patients.rates[p, target]
        cursor += 1
    return changed, cursor, until


@njit(nogil=True, error_model="numpy")
def _interpolate(fraction, lane, layout, block, place, output):
    """The state within the step just made, at a fraction of it."""
    n = place.size
    weights = H[0] + fraction * (H[1] + fraction * H[2])
    rest = 1.0 - fraction
    for i in range(n):
        row = place[i]
        curve = 0.0
        for j in range(weights.size):
            curve += weights[j] * block[layout.stages + j * (n + 1) + row, lane]
        straight = block[layout.new_state + row, lane] + rest * curve
        output[i] = rest * block[layout.state + row, lane] + fraction * straight


@njit(nogil=True, error_model="numpy")
def _store(p, lane, time, size, layout, block, place, patients):
    """Hand a lane's patient back to the cohort."""
    patients.time[p] = time
    patients.step[p] = size
    patients.memory[p] = block[layout.memory, lane]
    for i in range(place.size):
        patients.state[p, i] = block[layout.state + place[i], lane]
