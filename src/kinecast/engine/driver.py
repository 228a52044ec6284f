"""The integration loop: lanes that each carry one patient, take the next when theirs is done, and know nothing of the model.

This module imports numba, so it is itself imported only when a kernel first integrates. It has few arrays and few functions
because numba takes long to compile many.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from kinecast.engine import rosenbrock
from kinecast.engine.events import BOLUS, ON
from kinecast.engine.records import FIRST_MEMORY, FIRST_STEP, MEMORY, REJECTED, SINCE, STATUS, STEP, STEPS, TIME
from kinecast.engine.status import Status

SMALLEST_STEP = 1e-15
"""A step below this fraction of the time (or of one unit of time) has failed."""
NEAR, SHORTER = 2.5, 0.55
"""A step that begins less than NEAR proposed steps before an output has SHORTER times the proposed size.

The interpolant's error is that of one step, and fast states forget theirs within a few: these steps alone decide on them, and all
others may be longer for the same error. The end of a call is an output too. A factor, rather than a step that ends at the output,
bounds the cost of many outputs in a step.
"""
LONGER, LOG_LESS = 1.1270092020979254, -2.9891850037781023
"""How the size and the log of the error follow from those of a step SHORTER times as long: SHORTER^(0.8−1), with the controller's
exponent, and log SHORTER⁵, with the method's order. Written out because libraries differ in last bits.
"""
H = np.array(rosenbrock.H)
OK, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE, _ = (int(status) for status in Status)

# Rows of the lanes' numbers (`real`) and counters (`lanes`); PATIENT is −1 in an empty lane.
NOW, END, SIZE = 0, 1, 2
PATIENT, EVENT, OUTPUT, LAST, AGAIN, SHORT = 0, 1, 2, 3, 4, 5


@intrinsic
def _call(typing_context, address, block):
    """Call the native function void(block) at an address."""

    def generate(context, builder, signature, arguments):
        pointer = ir.IntType(8).as_pointer()
        function = ir.FunctionType(ir.VoidType(), [pointer]).as_pointer()
        builder.call(builder.inttoptr(arguments[0], function), [builder.inttoptr(arguments[1], pointer)])
        return context.get_dummy_value()

    return types.void(types.uintp, types.uintp), generate


def integrate(step_function, layout, block, place, order, until, max_steps, clock, count, state, inputs, infusions,
              event_time, event_kind, event_target, event_amount, output_times, outputs):  # fmt: skip
    """Integrate the patients in `order` to `until`, first come first served, changing their arrays in place.

    Arguments:
        step_function: address of the native step.
        layout, block: the step's memory, see `step.Layout`; shape (rows, lanes).
        place: row of each state within the step's states.
        clock, count, state, inputs, infusions: see `records.Records`.
        event_time … event_amount: events by time: kind, row of a state or number of an infusion rate, amounts (event, patient).
        output_times, outputs: ascending times, and where to write, (patient, output, state).
    """
    width = block.shape[1]
    address = np.uint64(block.ctypes.data)
    real = np.zeros((3, width))
    lanes = np.zeros((6, width), np.int64)
    lanes[PATIENT] = -1
    block[layout.step] = FIRST_STEP
    taken = 0
    while True:
        active = 0
        for lane in range(width):
            while True:
                if lanes[PATIENT, lane] < 0:
                    if taken == order.size:
                        break
                    p = order[taken]
                    taken += 1
                    _take(p, lane, layout, block, place, real, lanes, clock, state, inputs)
                    _begin_segment(lane, until, layout, block, real, lanes, count, inputs, infusions,
                                   event_time, event_kind, event_target, event_amount)  # fmt: skip
                    lanes[OUTPUT, lane] = _report_start(p, lane, layout, block, place, real, output_times, outputs)
                if real[NOW, lane] < until:
                    _choose_step(lane, until, layout, block, real, lanes, output_times)
                    active += 1
                    break
                _release(lane, layout, block, place, real, lanes, clock, state)
        if active == 0:
            return
        _call(step_function, address)  # pyright: ignore[reportCallIssue]
        for lane in range(width):
            p = lanes[PATIENT, lane]
            if p < 0:
                continue
            count[p, STEPS] += 1
            count[p, SINCE] += 1
            if block[layout.error, lane] <= 1.0:
                _report(p, lane, layout, block, place, real, lanes, output_times, outputs)
                _accept(lane, layout, block, real, lanes)
                if lanes[LAST, lane]:
                    _begin_segment(lane, until, layout, block, real, lanes, count, inputs, infusions,
                                   event_time, event_kind, event_target, event_amount)  # fmt: skip
            else:
                count[p, REJECTED] += 1
                real[SIZE, lane] = block[layout.step, lane] * block[layout.rejected, lane]
                lanes[AGAIN, lane] = 1
                if real[SIZE, lane] < SMALLEST_STEP * max(abs(real[NOW, lane]), 1.0):
                    count[p, STATUS] = STEP_TOO_SMALL if block[layout.error, lane] < np.inf else NOT_FINITE
            if count[p, STATUS] == OK and count[p, SINCE] >= max_steps and real[NOW, lane] < until:
                count[p, STATUS] = TOO_MANY_STEPS
            if count[p, STATUS] != OK:
                _release(lane, layout, block, place, real, lanes, clock, state)


@njit(error_model="numpy")
def _take(p, lane, layout, block, place, real, lanes, clock, state, inputs):
    """Put a patient into a lane."""
    for i in range(place.size):
        block[layout.state + place[i], lane] = state[p, i]
    for i in range(inputs.shape[1]):
        block[layout.inputs + i, lane] = inputs[p, i]
    block[layout.memory, lane] = clock[p, MEMORY]
    real[NOW, lane] = clock[p, TIME]
    real[SIZE, lane] = clock[p, STEP]
    lanes[PATIENT, lane] = p
    lanes[EVENT, lane] = 0
    lanes[AGAIN, lane] = 0


@njit(error_model="numpy")
def _release(lane, layout, block, place, real, lanes, clock, state):
    """Hand a lane's patient back to the cohort."""
    p = lanes[PATIENT, lane]
    clock[p, TIME] = real[NOW, lane]
    clock[p, STEP] = real[SIZE, lane]
    clock[p, MEMORY] = block[layout.memory, lane]
    for i in range(place.size):
        state[p, i] = block[layout.state + place[i], lane]
    lanes[PATIENT, lane] = -1


@njit(error_model="numpy")
def _begin_segment(lane, until, layout, block, real, lanes, count, inputs, infusions,
                   event_time, event_kind, event_target, event_amount):  # fmt: skip
    """Apply the events that are due and find the segment's end; an event of amount zero is not this patient's."""
    p = lanes[PATIENT, lane]
    first_rate = inputs.shape[1] - infusions.shape[1]
    k = lanes[EVENT, lane]
    real[END, lane] = until
    while k < event_time.size:
        amount = event_amount[k, p]
        if amount != 0.0:
            if event_time[k] > real[NOW, lane]:
                real[END, lane] = event_time[k]
                break
            target = event_target[k]
            if event_kind[k] == BOLUS:
                block[layout.state + target, lane] += amount
            else:
                rate = inputs[p, first_rate + target]
                if event_kind[k] == ON:
                    infusions[p, target] += 1
                    rate += amount
                else:
                    infusions[p, target] -= 1
                    # A rate whose infusions have all ended is exactly zero.
                    rate = rate - amount if infusions[p, target] > 0 else 0.0
                inputs[p, first_rate + target] = rate
                block[layout.inputs + first_rate + target, lane] = rate
            real[SIZE, lane] = FIRST_STEP
            block[layout.memory, lane] = FIRST_MEMORY
            count[p, SINCE] = 0
        k += 1
    lanes[EVENT, lane] = k


@njit(forceinline=True, error_model="numpy")
def _choose_step(lane, until, layout, block, real, lanes, output_times):
    """The proposed step, shorter near an output, fitted to what is left of the segment."""
    left = real[END, lane] - real[NOW, lane]
    size = real[SIZE, lane]
    k = lanes[OUTPUT, lane]
    output = min(output_times[k], until) if k < output_times.size else until
    lanes[SHORT, lane] = output - real[NOW, lane] <= NEAR * size
    if lanes[SHORT, lane]:
        size *= SHORTER
    lanes[LAST, lane] = size * 1.0001 >= left
    if lanes[LAST, lane]:
        size = left
    elif 2.0 * size > left:
        size = 0.5 * left
    block[layout.step, lane] = size


@njit(forceinline=True, error_model="numpy")
def _accept(lane, layout, block, real, lanes):
    """Move a lane's time by the step just made, of which the step itself has taken the state."""
    size = block[layout.step, lane]
    factor = block[layout.accepted, lane]
    log_error = block[layout.log_error, lane]
    if lanes[AGAIN, lane]:
        factor = min(factor, 1.0)
        lanes[AGAIN, lane] = 0
    if lanes[LAST, lane]:
        real[NOW, lane] = real[END, lane]
        # The step was cut: neither its size nor its error limits the next one.
        real[SIZE, lane] = max(real[SIZE, lane], size * factor)
        return
    real[NOW, lane] += size
    if lanes[SHORT, lane]:
        # The controller sees the error that the proposed step would have made.
        factor *= LONGER
        log_error -= LOG_LESS
    real[SIZE, lane] = size * factor
    block[layout.memory, lane] = max(log_error, FIRST_MEMORY)


@njit(error_model="numpy")
def _report_start(p, lane, layout, block, place, real, output_times, outputs):
    """Write outputs at a patient's start; return how many outputs are behind it."""
    k = 0
    while k < output_times.size and output_times[k] <= real[NOW, lane]:
        if output_times[k] == real[NOW, lane]:
            for i in range(place.size):
                outputs[p, k, i] = block[layout.state + place[i], lane]
        k += 1
    return k


@njit(forceinline=True, error_model="numpy")
def _report(p, lane, layout, block, place, real, lanes, output_times, outputs):
    """Write the outputs within the step just made, by the method's interpolant."""
    n = place.size
    size = block[layout.step, lane]
    new = real[END, lane] if lanes[LAST, lane] else real[NOW, lane] + size
    k = lanes[OUTPUT, lane]
    if k == output_times.size or output_times[k] > new:
        return
    weights = np.empty(H.shape[1])
    stage = (layout.factors - layout.stages) // H.shape[1]
    while k < output_times.size and output_times[k] <= new:
        fraction = min((output_times[k] - real[NOW, lane]) / size, 1.0)
        rest = 1.0 - fraction
        for j in range(H.shape[1]):
            weights[j] = H[0, j] + fraction * (H[1, j] + fraction * H[2, j])
        for i in range(n):
            row = place[i]
            curve = 0.0
            for j in range(H.shape[1]):
                curve += weights[j] * block[layout.stages + j * stage + row, lane]
            end = block[layout.state + row, lane] + rest * curve
            outputs[p, k, i] = rest * block[layout.previous + row, lane] + fraction * end
        k += 1
    lanes[OUTPUT, lane] = k
