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
PROPORTIONAL, INTEGRAL = 0.8 / rosenbrock.ORDER, 0.2 / rosenbrock.ORDER
"""PI controller: h ← 0.9·h·e^(−0.8/5)·e_before^(0.2/5), exponents by measurement.

Source: Gustafsson 1991, ACM Transactions on Mathematical Software 17:533–554, doi 10.1145/210232.210242.
"""

STRICTNESS = 2.0
"""The estimated error counts so many times, which brings the largest error of an output near the tolerance."""

COUPLING = tuple(tuple(rosenbrock.GAMMA * value for value in row) for row in rosenbrock.C)
"""γ·C, since the sums are multiplied by 1/(γh), which the matrix has too."""

AHEAD = 5
"""The stage, counted from 0, whose preparation begins the sums of the two later ones: fewer trips to memory."""

NEGLIGIBLE = 1e-9
"""States below this fraction of their absolute tolerance become zero: what decays for months would end in denormal numbers."""


class Layout(NamedTuple):
    """First row of each region in the block: an array of rows of W doubles, one lane a patient.

    `inputs` are constants and infusion rates, see `System.sources`; `memory` is the log of the error of the step before;
    `previous` is the state before the last step; `error` is the squared error norm (accept up to 1), `accepted` and `rejected`
    the factors for the next step size.
    `tolerances` holds n absolute tolerances and then the relative one, packed.
    """

    state: int
    previous: int
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
    """Lay out the regions one after another."""
    sizes = {
        "state": states,
        "previous": states,
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
        "stages": rosenbrock.STAGES * stage_rows(states),
        "factors": factors,
        "size": 0,
    }
    rows, row = {}, 0
    for name, size in sizes.items():
        rows[name] = row
        row += size
    return Layout(**rows)


def stage_rows(states: int) -> int:
    """Rows from one stage to the next: an odd multiple of 8, which spreads eight stages evenly over a cache of 64 sets."""
    return -(-(states - 8) // 16) * 16 + 8 if states > 8 else 8


def step_module(system: System, plan: Elimination, layout: Layout, lanes: int, shared: bool = False) -> str:
    """LLVM IR of a module with one public function, `step(block)`: one attempt at a step in every lane.

    With `shared`, the error of the first lane decides for all.
    """
    return module(
        lanes,
        [
            _derivatives(system, plan, lanes),
            _derivatives_and_jacobian(system, plan, lanes),
            _planned("factorise", lanes, ("factors", "shift"), emit_factorisation, plan),
            _planned("solve", lanes, ("factors", "x"), emit_solution, plan),
            _step(layout, len(plan.order), lanes, shared),
        ],
    )


def _planned(
    name: str, lanes: int, arguments: tuple[str, ...], write: Callable[[Elimination, LlvmCode], None], plan: Elimination
) -> str:
    code = LlvmCode(lanes)
    write(plan, code)
    return code.function(name, *arguments)


def _derivatives(system: System, plan: Elimination, lanes: int) -> str:
    """add_derivatives(y, inputs, shift, x): x ← shift·x + dy/dt."""
    code = LlvmCode(lanes)
    shift = code.load("shift", 0)

    def write(k: int, value: str) -> None:
        code.store("x", plan.position[k], code.fma(code.load("x", plan.position[k]), shift, value))

    emit(system.graph, system.derivatives, system.sources(plan.position), code, write)
    return code.function("add_derivatives", "y", "inputs", "shift", "x")


def _derivatives_and_jacobian(system: System, plan: Elimination, lanes: int) -> str:
    """derivatives_and_jacobian(y, inputs, x, factors): x ← dy/dt, and the Jacobian's entries where the factors will be."""
    code = LlvmCode(lanes)
    # A row of the Jacobian right after its derivative, from which it is mostly computed.
    wanted = sorted([((i, -1), node) for i, node in enumerate(system.derivatives)] + list(system.jacobian.items()))

    def write(k: int, value: str) -> None:
        i, j = wanted[k][0]
        if j < 0:
            code.store("x", plan.position[i], value)
        else:
            code.store("factors", plan.slots[plan.position[i], plan.position[j]], value)

    emit(system.graph, [node for _, node in wanted], system.sources(plan.position), code, write)
    return code.function("derivatives_and_jacobian", "y", "inputs", "x", "factors")


def _step(layout: Layout, n: int, lanes: int, shared: bool) -> str:
    code = LlvmCode(lanes)
    for name, row in layout._asdict().items():
        code.arrays[name] = code.address("block", row)
    for i in range(rosenbrock.STAGES):
        code.arrays[f"k{i}"] = code.address("block", layout.stages + i * stage_rows(n))
    at = code.arrays

    code.store("shift", 0, code.inv(code.mul(code.load("step", 0), code.number(rosenbrock.GAMMA))))
    code.call("derivatives_and_jacobian", at["state"], at["inputs"], at["k0"], at["factors"])
    code.call("factorise", at["factors"], at["shift"])
    code.call("solve", at["factors"], at["k0"])
    for i in range(1, rosenbrock.STAGES):
        _prepare_stage(code, i, n)
        code.call("add_derivatives", at["argument"], at["inputs"], at["shift"], at[f"k{i}"])
        code.call("solve", at["factors"], at[f"k{i}"])
    error = _new_state(code, n)
    if shared:
        error = code.first_lane(error)
    _accept(code, n, error)
    _control_step(code, error)
    return code.function("step", "block", public=True)


def _prepare_stage(code: LlvmCode, i: int, n: int) -> None:
    """argument ← y + Σ A_ij k_j (or the running sum), k_i ← γ Σ C_ij k_j.

    Stage `AHEAD` reads the stages before it for the last time: it leaves their share in later sums where those stages will be.
    """
    summed = AHEAD if i > AHEAD else 0

    def body(index: str, total: str) -> str:
        k = {j: code.load(f"k{j}", index) for j in range(summed, i)}
        if i < len(rosenbrock.A):
            argument = _combined(code, k, rosenbrock.A[i], code.load("state", index))
        else:
            argument = code.add(code.load("argument", index), k[i - 1])
        code.store("argument", index, argument)
        own = _combined(code, k, COUPLING[i], code.load(f"k{i}", index) if summed else None)
        code.store(f"k{i}", index, own)
        if i == AHEAD:
            for later in range(i + 1, rosenbrock.STAGES):
                code.store(f"k{later}", index, _combined(code, k, COUPLING[later]))
        return total

    code.loop(n, body)


def _combined(code: LlvmCode, k: dict[int, str], coefficients: tuple[float, ...], start: str | None = None) -> str:
    """start + Σ_j coefficients_j·k_j over the given stages."""
    for j, value in k.items():
        weight = code.number(coefficients[j])
        start = code.mul(value, weight) if start is None else code.fma(value, weight, start)
    assert start is not None
    return start


def _new_state(code: LlvmCode, n: int) -> str:
    """argument ← the new state; return the mean square of the error over its tolerance, times STRICTNESS²."""
    relative = code.load_scalar("tolerances", n)

    def body(index: str, total: str) -> str:
        absolute = code.load_scalar("tolerances", index)
        last = code.load(f"k{rosenbrock.STAGES - 1}", index)
        new = code.add(code.load("argument", index), last)
        size = code.abs(new)
        new = code.select(code.compare("olt", size, code.mul(absolute, code.number(NEGLIGIBLE))), code.number(0.0), new)
        code.store("argument", index, new)
        old_size = code.abs(code.load("state", index))
        size = code.select(code.compare("ogt", old_size, size), old_size, size)
        scaled = code.div(last, code.fma(relative, size, absolute))
        return code.fma(scaled, scaled, total)

    return code.mul(code.loop(n, body), code.number(STRICTNESS**2 / n))


def _accept(code: LlvmCode, n: int, error: str) -> None:
    """previous ← state, and state ← argument in the lanes whose error is at most 1."""
    accepted = code.compare("ole", error, code.number(1.0))

    def body(index: str, total: str) -> str:
        before = code.load("state", index)
        code.store("previous", index, before)
        code.store("state", index, code.select(accepted, code.load("argument", index), before))
        return total

    code.loop(n, body)


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
