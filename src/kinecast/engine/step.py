"""The step of the method for W patients at once, as LLVM IR, and the block of memory that it works in."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kinecast.engine import rosenbrock
from kinecast.engine.elimination import Elimination, emit_factorisation, emit_solution
from kinecast.engine.emission import emit
from kinecast.engine.llvm_code import LlvmCode, module
from kinecast.engine.lowering import System

SAFETY, LARGEST_GROWTH, LARGEST_SHRINK, LARGEST_REJECTED_SHRINK = 0.9, 8.0, 0.2, 0.1
PROPORTIONAL, INTEGRAL = 0.7 / rosenbrock.ORDER, 0.4 / rosenbrock.ORDER
"""PI controller: h ← 0.9·h·e^(−0.7/5)·e_before^(0.4/5).

Source: Gustafsson 1991, ACM Transactions on Mathematical Software 17:533–554, doi 10.1145/210232.210242.
"""

NEGLIGIBLE = 1e-9
"""States below this fraction of their absolute tolerance become zero: what decays for months would end in denormal numbers."""


class Layout(NamedTuple):
    """First row of each region in the block: an array of rows of W doubles, one lane a patient.

    `inputs` are constants and infusion rates, see `System.sources`; `memory` is the log of the error of the step before;
    `error` is the squared error norm (accept up to 1), `accepted` and `rejected` the factors for the next step size.
    `tolerances` holds n absolute tolerances and then the relative one, packed.
    """

    state: int
    new_state: int
    inputs: int
    step: int
    memory: int
    error: int
    log_error: int
    accepted: int
    rejected: int
    shift: int
    tolerances: int
    argument: int
    stages: int
    factors: int
    size: int


def plan_layout(lanes: int, states: int, inputs: int, factors: int) -> Layout:
    """Lay out the regions one after another; stages are one row longer than the state, to spread them over cache sets."""
    sizes = {
        "state": states,
        "new_state": states,
        "inputs": inputs,
        "step": 1,
        "memory": 1,
        "error": 1,
        "log_error": 1,
        "accepted": 1,
        "rejected": 1,
        "shift": 1,
        "tolerances": states // lanes + 1,
        "argument": states,
        "stages": rosenbrock.STAGES * (states + 1),
        "factors": factors,
        "size": 0,
    }
    rows, row = {}, 0
    for name, size in sizes.items():
        rows[name] = row
        row += size
    return Layout(**rows)


def step_module(system: System, plan: Elimination, layout: Layout, lanes: int) -> str:
    """LLVM IR of a module with one public function, `step(block)`: one attempt at a step in every lane."""
    return module(
        lanes,
        [
            _derivatives(system, plan, lanes),
            _derivatives_and_jacobian(system, plan, lanes),
            _planned("factorise", lanes, ("factors", "shift"), emit_factorisation, plan),
            _planned("solve", lanes, ("factors", "x"), emit_solution, plan),
            _step(layout, len(plan.order), lanes),
        ],
    )


def _planned(
    name: str, lanes: int, arguments: tuple[str, ...], write: Callable[[Elimination, LlvmCode], None], plan: Elimination
) -> str:
    code = LlvmCode(lanes)
    write(plan, code)
    return code.function(name, *arguments)


def _derivatives(system: System, plan: Elimination, lanes: int) -> str:
    """add_derivatives(y, inputs, x): x ← x + dy/dt."""
    code = LlvmCode(lanes)

    def write(k: int, value: str) -> None:
        code.store("x", plan.position[k], code.add(value, code.load("x", plan.position[k])))

    emit(system.graph, system.derivatives, system.sources(plan.position), code, write)
    return code.function("add_derivatives", "y", "inputs", "x")


def _derivatives_and_jacobian(system: System, plan: Elimination, lanes: int) -> str:
    """derivatives_and_jacobian(y, inputs, x, factors): x ← dy/dt, and the Jacobian's entries where the factors will be."""
    code = LlvmCode(lanes)
    entries = list(system.jacobian)
    n = len(system.derivatives)

    def write(k: int, value: str) -> None:
        if k < n:
            code.store("x", plan.position[k], value)
        else:
            i, j = entries[k - n]
            code.store("factors", plan.slots[plan.position[i], plan.position[j]], value)

    emit(system.graph, system.outputs, system.sources(plan.position), code, write)
    return code.function("derivatives_and_jacobian", "y", "inputs", "x", "factors")


def _step(layout: Layout, n: int, lanes: int) -> str:
    code = LlvmCode(lanes)
    for name, row in layout._asdict().items():
        code.arrays[name] = code.address("block", row)
    for i in range(rosenbrock.STAGES):
        code.arrays[f"k{i}"] = code.address("block", layout.stages + i * (n + 1))
    at = code.arrays

    inverse_step = code.inv(code.load("step", 0))
    code.store("shift", 0, code.mul(inverse_step, code.number(1.0 / rosenbrock.GAMMA)))
    code.call("derivatives_and_jacobian", at["state"], at["inputs"], at["k0"], at["factors"])
    code.call("factorise", at["factors"], at["shift"])
    code.call("solve", at["factors"], at["k0"])
    for i in range(1, rosenbrock.STAGES):
        _prepare_stage(code, i, n, inverse_step)
        code.call("add_derivatives", at["argument"], at["inputs"], at[f"k{i}"])
        code.call("solve", at["factors"], at[f"k{i}"])
    _control_step(code, _new_state(code, n))
    return code.function("step", "block", public=True)


def _prepare_stage(code: LlvmCode, i: int, n: int, inverse_step: str) -> None:
    """argument ← y + Σ A_ij k_j (or the running sum), k_i ← (1/h) Σ C_ij k_j."""

    def body(index: str, total: str) -> str:
        k = [code.load(f"k{j}", index) for j in range(i)]
        if i < len(rosenbrock.A):
            argument = code.load("state", index)
            for value, coefficient in zip(k, rosenbrock.A[i], strict=True):
                argument = code.fma(value, code.number(coefficient), argument)
        else:
            argument = code.add(code.load("argument", index), k[-1])
        code.store("argument", index, argument)
        combined = code.mul(k[0], code.number(rosenbrock.C[i][0]))
        for value, coefficient in zip(k[1:], rosenbrock.C[i][1:], strict=True):
            combined = code.fma(value, code.number(coefficient), combined)
        code.store(f"k{i}", index, code.mul(inverse_step, combined))
        return total

    code.loop(n, body)


def _new_state(code: LlvmCode, n: int) -> str:
    """Write the new state; return the mean square of the error over its tolerance."""
    relative = code.load_scalar("tolerances", n)

    def body(index: str, total: str) -> str:
        absolute = code.load_scalar("tolerances", index)
        last = code.load(f"k{rosenbrock.STAGES - 1}", index)
        new = code.add(code.load("argument", index), last)
        size = code.abs(new)
        new = code.select(code.compare("olt", size, code.mul(absolute, code.number(NEGLIGIBLE))), code.number(0.0), new)
        code.store("new_state", index, new)
        old_size = code.abs(code.load("state", index))
        size = code.select(code.compare("ogt", old_size, size), old_size, size)
        scaled = code.div(last, code.fma(relative, size, absolute))
        return code.fma(scaled, scaled, total)

    return code.mul(code.loop(n, body), code.number(1.0 / n))


def _control_step(code: LlvmCode, error: str) -> None:
    """Write the error and the factors by which the controller would change the step after acceptance and after rejection."""
    code.store("error", 0, error)
    bounded = code.select(code.compare("olt", error, code.number(1e300)), error, code.number(1e300))
    bounded = code.select(code.compare("ogt", bounded, code.number(1e-24)), bounded, code.number(1e-24))
    log_error = code.mul(code.log(bounded), code.number(0.5))
    code.store("log_error", 0, log_error)
    exponent = code.fma(code.load("memory", 0), code.number(INTEGRAL), code.mul(log_error, code.number(-PROPORTIONAL)))
    growth = code.mul(code.exp(exponent), code.number(SAFETY))
    code.store("accepted", 0, code.clip(growth, LARGEST_SHRINK, LARGEST_GROWTH))
    shrink = code.mul(code.exp(code.mul(log_error, code.number(-1.0 / rosenbrock.ORDER))), code.number(SAFETY))
    code.store("rejected", 0, code.clip(shrink, LARGEST_REJECTED_SHRINK, SAFETY))
