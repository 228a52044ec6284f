"""The integration loop: lanes that each carry one patient, take the next when theirs is done, and know nothing of the model.

This module imports numba, so it is itself imported only when a kernel first integrates. Few arrays and few functions keep the time
short that numba needs to compile it.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from kinecast.engine import rosenbrock
from kinecast.engine.events import BOLUS, OFF, ON
from kinecast.engine.records import FIRST_MEMORY, FIRST_STEP, MEMORY, REJECTED, STATUS, STEP, STEPS, TIME
from kinecast.engine.status import Status

SMALLEST_STEP = 1e-15
"""A step below this fraction of the time (or of one unit of time) has failed."""
H = np.array(rosenbrock.H)
OK, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = (int(status) for status in Status)

# Rows of the lanes' numbers and counters.
NOW, END, SIZE = 0, 1, 2
PATIENT, EVENT, OUTPUT, LAST, AGAIN = 0, 1, 2, 3, 4


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
    n = place.size
    first_rate = inputs.shape[1] - infusions.shape[1]
    address = np.uint64(block.ctypes.data)
    real = np.zeros((3, width))
    lanes = np.zeros((5, width), np.int64)
    lanes[PATIENT] = -1
    block[layout.step] = FIRST_STEP
    taken = 0
    while True:
        active = 0
        for lane in range(width):
            while True:
                p = lanes[PATIENT, lane]
                fresh = p < 0
                if fresh:
                    if taken == order.size:
                        break
                    p = order[taken]
                    taken += 1
                    lanes[PATIENT, lane] = p
                    lanes[EVENT, lane] = 0
                    lanes[AGAIN, lane] = 0
                    for i in range(n):
                        block[layout.state + place[i], lane] = state[p, i]
                    for i in range(inputs.shape[1]):
                        block[layout.inputs + i, lane] = inputs[p, i]
                    block[layout.memory, lane] = clock[p, MEMORY]
                    real[NOW, lane] = real[END, lane] = clock[p, TIME]
                    real[SIZE, lane] = clock[p, STEP]
                now = real[NOW, lane]
                if now == real[END, lane]:
                    # A segment begins: apply what is due; an event of amount zero is not this patient's.
                    real[END, lane] = until
                    k = lanes[EVENT, lane]
                    while k < event_time.size:
                        amount = event_amount[k, p]
                        if amount != 0.0:
                            if event_time[k] > now:
                                real[END, lane] = event_time[k]
                                break
                            kind = event_kind[k]
                            target = event_target[k]
                            if kind == BOLUS:
                                block[layout.state + target, lane] += amount
                            else:
                                rate = inputs[p, first_rate + target]
                                if kind == ON:
                                    infusions[p, target] += 1
                                    rate += amount
                                elif kind == OFF:
                                    infusions[p, target] -= 1
                                    # A rate whose infusions have all ended is exactly zero.
                                    rate = rate - amount if infusions[p, target] > 0 else 0.0
                                inputs[p, first_rate + target] = rate
                                block[layout.inputs + first_rate + target, lane] = rate
                            real[SIZE, lane] = FIRST_STEP
                            block[layout.memory, lane] = FIRST_MEMORY
                        k += 1
                    lanes[EVENT, lane] = k
                    if fresh:
                        k = 0
                        while k < output_times.size and output_times[k] <= now:
                            if output_times[k] == now:
                                for i in range(n):
                                    outputs[p, k, i] = block[layout.state + place[i], lane]
                            k += 1
                        lanes[OUTPUT, lane] = k
                if now < until:
                    # The proposed step, fitted to what is left of the segment.
                    left = real[END, lane] - now
                    size = real[SIZE, lane]
                    lanes[LAST, lane] = size * 1.0001 >= left
                    if lanes[LAST, lane]:
                        size = left
                    elif 2.0 * size > left:
                        size = 0.5 * left
                    block[layout.step, lane] = size
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
            size = block[layout.step, lane]
            now = real[NOW, lane]
            count[p, STEPS] += 1
            status = OK
            if block[layout.error, lane] <= 1.0:
                new = real[END, lane] if lanes[LAST, lane] else now + size
                k = lanes[OUTPUT, lane]
                while k < output_times.size and output_times[k] <= new:
                    _interpolate(min((output_times[k] - now) / size, 1.0), lane, layout, block, place, outputs[p, k])
                    k += 1
                lanes[OUTPUT, lane] = k
                for i in range(n):
                    block[layout.state + i, lane] = block[layout.new_state + i, lane]
                real[NOW, lane] = new
                factor = block[layout.accepted, lane]
                if lanes[AGAIN, lane]:
                    factor = min(factor, 1.0)
                    lanes[AGAIN, lane] = 0
                if lanes[LAST, lane]:
                    # The step was cut: neither its size nor its error limits the next one.
                    real[SIZE, lane] = max(real[SIZE, lane], size * factor)
                else:
                    real[SIZE, lane] = size * factor
                    block[layout.memory, lane] = max(block[layout.log_error, lane], FIRST_MEMORY)
            else:
                real[SIZE, lane] = size * block[layout.rejected, lane]
                lanes[AGAIN, lane] = 1
                count[p, REJECTED] += 1
                if real[SIZE, lane] < SMALLEST_STEP * max(abs(now), 1.0):
                    status = STEP_TOO_SMALL if block[layout.error, lane] < np.inf else NOT_FINITE
            if status == OK and count[p, STEPS] >= max_steps and real[NOW, lane] < until:
                status = TOO_MANY_STEPS
            if status != OK:
                count[p, STATUS] = status
                _release(lane, layout, block, place, real, lanes, clock, state)


@njit(nogil=True, error_model="numpy")
def _interpolate(fraction, lane, layout, block, place, output):
    """The state at a fraction of the step just made."""
    n = place.size
    rest = 1.0 - fraction
    for i in range(n):
        row = place[i]
        curve = 0.0
        for j in range(H.shape[1]):
            weight = H[0, j] + fraction * (H[1, j] + fraction * H[2, j])
            curve += weight * block[layout.stages + j * (n + 1) + row, lane]
        end = block[layout.new_state + row, lane] + rest * curve
        output[i] = rest * block[layout.state + row, lane] + fraction * end


@njit(nogil=True, error_model="numpy")
def _release(lane, layout, block, place, real, lanes, clock, state):
    """Hand a lane's patient back to the cohort."""
    p = lanes[PATIENT, lane]
    clock[p, TIME] = real[NOW, lane]
    clock[p, STEP] = real[SIZE, lane]
    clock[p, MEMORY] = block[layout.memory, lane]
    for i in range(place.size):
        state[p, i] = block[layout.state + place[i], lane]
    lanes[PATIENT, lane] = -1
