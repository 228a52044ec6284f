"""Derivatives of the benchmark problem against AMICI and libRoadRunner: `python verification/sensitivities.py`.

    python verification/sensitivities.py [--peers amici,roadrunner] [--rtol 1e-6] [--time ROUNDS] [--folder FOLDER]

Ten parameters, four patients, 32 doses. AMICI solves the sensitivity equations at rtol 1e-10 (CVODES, forward; compiled from C++
in half a minute the first time and kept in FOLDER). libRoadRunner's trajectories at rtol 1e-12 are differentiated by differences
of order 4, in two minutes: its own sensitivity solver takes no list of times. A simulator that is not installed is left out with
a line.

A case is a patient and a parameter. The derivative is taken by the parameter's logarithm, in the unit of the state. An error is
relative to it plus 1e-3 of the state (at least 1e-2 of its typical size). A case passes when the largest error over all states
and times is at most 1e-3 and 99 % are below 5e-5: the engine's increment of 1e-6 leaves 3e-4 where curvature is largest, and its
tolerance about the same (AMICI at rtol 1e-6 errs by 5e-4 itself). A derivative that is missing or wrong errs by about 1.

`--time` alternates the engine and AMICI, both at rtol 1e-6, and prints the ratio of CPU time a patient.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

# pyright: reportMissingImports=false
BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import benchmark_problem  # noqa: E402
from peers import PeerMissingError, Task  # noqa: E402
from peers.task import benchmark_task  # noqa: E402

from kinecast.engine import Kernel, Status, compile_network, sensitivities  # noqa: E402
from kinecast.errors import KinecastError  # noqa: E402

NAMES = (
    "A_loss", "B_absorption", "receptor_turnover", "half_cd8", "hill_cd8", "growth_cd8", "half_tgf", "tumour_growth", "kill_cd8",
    "on_pd1",
)  # fmt: skip
PATIENTS = 4
LARGEST, MOST = 1e-3, 5e-5
"""Errors allowed: the largest, and the 99th percentile."""
VALUES = 1e-4
"""Largest difference allowed between the trajectories themselves, as in `Task.error`."""
STATE_SHARE, STATE_FLOOR = 1e-3, 1e-2
AMICI_RTOL, ROADRUNNER_RTOL = 1e-10, 1e-12
INCREMENT = 1e-2
"""Relative, of the differences of order 4: they err by about its fourth power, and by the error of a trajectory over it."""
COPIES = 8
"""The engine is timed on so many copies of the patients, to be timed at all."""

Reference = tuple[np.ndarray, np.ndarray]
"""States (N, T, n_states), and their derivatives by the logarithms of the P parameters (N, T, n_states, P)."""


def amici(task: Task, parameters: np.ndarray) -> Reference:
    """AMICI's forward sensitivities."""
    patient = _amici_patient(task, AMICI_RTOL)
    states, derivatives = zip(*map(patient, parameters), strict=True)
    return np.array(states), np.array(derivatives) * parameters[:, None, None, _places(task)]


def roadrunner(task: Task, parameters: np.ndarray) -> Reference:
    """Differences of libRoadRunner's trajectories."""
    from peers.roadrunner_cvode import build

    solver = build(task)
    states = solver.solve(parameters, ROADRUNNER_RTOL)
    derivatives = np.empty((*states.shape, len(NAMES)))
    for number, place in enumerate(_places(task)):

        def at(steps: float, place: int = place) -> np.ndarray:
            moved = parameters.copy()
            moved[:, place] *= 1.0 + steps * INCREMENT
            return solver.solve(moved, ROADRUNNER_RTOL)

        derivatives[..., number] = (8.0 * (at(0.5) - at(-0.5)) - (at(1.0) - at(-1.0))) / (6.0 * INCREMENT)
    return states, derivatives


REFERENCES: dict[str, Callable[[Task, np.ndarray], Reference]] = {"amici": amici, "roadrunner": roadrunner}


def engine(task: Task, kernel: Kernel, parameters: np.ndarray, rtol: float) -> Reference:
    """This engine's."""
    found = sensitivities(kernel, parameters, NAMES, task.doses, task.outputs, until=task.end, rtol=rtol)
    if (found.status != Status.OK).any():
        raise SystemExit(f"the engine did not finish all patients at rtol {rtol:g}.")
    return found.values, found.derivatives * parameters[:, None, None, _places(task)]


def errors(task: Task, found: Reference, expected: Reference) -> np.ndarray:
    """(N, T, n_states, P)."""
    size = STATE_SHARE * np.maximum(np.abs(expected[0]), STATE_FLOOR * task.scales)
    return np.abs(found[1] - expected[1]) / (np.abs(expected[1]) + size[..., None])


def compare(task: Task, found: Reference, expected: Reference) -> list[str]:
    """Cause of failure of every case, '' where it passes; prints a line for each parameter."""
    off = errors(task, found, expected)
    values = task.error(found[0], expected[0])
    print(f"  trajectories differ by at most {values:.1e}; derivatives, largest error and 99 % over {len(off)} patients:")
    causes = []
    for number, name in enumerate(NAMES):
        each = off[..., number].reshape(len(off), -1)
        worst, most = each.max(axis=1), np.quantile(each, 0.99, axis=1)
        row, column = np.unravel_index(each[worst.argmax()].argmax(), off.shape[1:3])
        place = f"{task.network.states[column].name}, {task.outputs[row]:.1f} d"
        print(f"    {name:20} {worst.max():8.1e} {most.max():8.1e}  ({place})")
        causes += [_cause(name, values, *pair) for pair in zip(worst, most, strict=True)]
    print(f"    {'all':20} {off.max():8.1e} {np.quantile(off, 0.99):8.1e}")
    return causes


def _cause(name: str, values: float, worst: float, most: float) -> str:
    if not values <= VALUES:
        return "the trajectories differ"
    if not worst <= LARGEST:
        return f"derivative by {name}: largest error above {LARGEST:g}"
    return "" if most <= MOST else f"derivative by {name}: 1 % of errors above {MOST:g}"


def speed(task: Task, kernel: Kernel, parameters: np.ndarray, rounds: int, rtol: float = 1e-6) -> None:
    """Print CPU time a patient of the engine and of AMICI, measured in turns."""
    patient = _amici_patient(task, rtol)
    many = np.tile(parameters, (COPIES, 1))
    engine(task, kernel, parameters[:1], rtol)
    spent = []
    for _ in range(rounds):
        marks = [time.process_time()]
        engine(task, kernel, many, rtol)
        marks.append(time.process_time())
        for row in parameters:
            patient(row)
        marks.append(time.process_time())
        spent.append(np.diff(marks) / [len(many), len(parameters)])
    ours, theirs = np.median(spent, axis=0)
    ratios = [row[1] / row[0] for row in spent]
    print(f"CPU time a patient at rtol {rtol:g}, {len(NAMES)} parameters: engine {ours:.3f} s, AMICI {theirs:.3f} s;", end=" ")
    print(f"{np.median(ratios):.1f} times (rounds {min(ratios):.1f}–{max(ratios):.1f})")


def _amici_patient(task: Task, rtol: float) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """From a patient's parameters to AMICI's states (T, n_states) and derivatives (T, n_states, P)."""
    import amici.sim.sundials as sundials
    from peers.amici_cvodes import ABSOLUTE, compiled

    model: Any = compiled(task, NAMES)
    solver = model.create_solver()
    solver.set_max_steps(1_000_000)
    for set_rtol, set_atol in (
        (solver.set_relative_tolerance, solver.set_absolute_tolerance),
        (solver.set_relative_tolerance_fsa, solver.set_absolute_tolerance_fsa),
    ):
        set_rtol(rtol)
        set_atol(ABSOLUTE * rtol)
    solver.set_sensitivity_order(sundials.SensitivityOrder.first)
    solver.set_sensitivity_method(sundials.SensitivityMethod.forward)
    places = {parameter.name: place for place, parameter in enumerate(task.network.parameters)}
    free, fixed = list(model.get_free_parameter_ids()), list(model.get_fixed_parameter_ids())
    states = list(model.get_state_ids())
    columns = [states.index(state.name) for state in task.network.states]
    model.set_timepoints([float(each) for each in task.outputs])
    model.set_parameter_list([free.index(name) for name in NAMES])

    def patient(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        model.set_free_parameters([values[places[name]] for name in free])
        model.set_fixed_parameters([values[places[name]] for name in fixed])
        found = sundials.run_simulation(model, solver)
        if found.status != sundials.AMICI_SUCCESS:
            raise RuntimeError(f"AMICI stopped with status {found.status}.")
        return np.asarray(found.x)[:, columns], np.moveaxis(np.asarray(found.sx), 1, -1)[:, columns]

    return patient


def _places(task: Task) -> list[int]:
    names = [parameter.name for parameter in task.network.parameters]
    return [names.index(name) for name in NAMES]


def main() -> int:
    """Print the figures; return 1 when a case fails."""
    options = _options()
    task = replace(benchmark_task(options.folder.resolve()), end=float(benchmark_problem.OUTPUTS.max()))
    kernel = compile_network(task.network)
    parameters = benchmark_problem.patients(PATIENTS)
    found = engine(task, kernel, parameters, options.rtol)
    causes: list[str] = []
    for name in options.peers:
        try:
            expected = REFERENCES[name](task, parameters)
        except (ImportError, KinecastError) as error:
            print(f"{name} is left out: {error}.")
            continue
        except PeerMissingError as missing:
            print(missing)
            continue
        print(f"{name}, engine at rtol {options.rtol:g}")
        causes += [cause and f"{name}: {cause}" for cause in compare(task, found, expected)]
        if name == "amici" and options.time:
            speed(task, kernel, parameters, options.time)
    if not causes:
        print("Nothing to compare with: pip install python-libsbml libroadrunner")
        return 0
    failures = Counter(filter(None, causes))
    print(f"passed {len(causes) - failures.total()} of {len(causes)}")
    for cause, count in failures.most_common():
        print(f"  {count} {cause}")
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(REFERENCES), help="any of amici,roadrunner")
    parser.add_argument("--rtol", type=float, default=1e-6, help="the engine's relative tolerance")
    parser.add_argument("--time", type=int, default=0, metavar="ROUNDS", help="time the engine and AMICI in so many rounds")
    parser.add_argument("--folder", type=Path, default=BENCHMARKS / "results", help="where AMICI's compiled model is kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
