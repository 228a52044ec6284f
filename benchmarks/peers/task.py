"""What every simulator is asked to do, and what it must offer to be compared."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import benchmark_problem
import numpy as np

from kinecast.engine import Bolus

ERROR_FLOOR = 1e-4
"""Errors are relative, with this fraction of a state's typical size as a floor."""


@dataclass(frozen=True)
class Task:
    """What to integrate and report.

    Attributes:
        network: a network, or anything with its states, parameters, definitions and reactions.
        doses: ascending in time; the first may be at 0.
        outputs: times to report, none of them at a dose.
        end: where integration stops.
        folder: where a simulator may keep what it builds between runs.
    """

    network: Any
    doses: tuple[Bolus, ...]
    outputs: np.ndarray
    end: float
    folder: Path

    @property
    def scales(self) -> np.ndarray:
        return np.array([state.scale for state in self.network.states])

    def error(self, states: np.ndarray, reference: np.ndarray) -> float:
        """Largest error over patients, times and states, of two arrays (patients, outputs, states)."""
        return float(np.max(np.abs(states - reference) / (np.abs(reference) + ERROR_FLOOR * self.scales)))

    @cached_property
    def sbml(self) -> str:
        """The network with its doses as events."""
        # Here, so that start-up and memory of the engine do not count it.
        from kinecast.exchange.sbml import write_sbml

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.xml"
            write_sbml(self.network, path, events=self.doses)
            return path.read_text("utf-8")

    def segments(self) -> list[tuple[float, Bolus | None]]:
        """Where a solver that restarts at doses stops: (time, dose given there), the end without one."""
        return [*((dose.time, dose) for dose in self.doses), (self.end, None)]

    def stops(self, start: float, end: float) -> tuple[np.ndarray, list[float]]:
        """Which outputs lie in (start, end], and the times that one segment reports: start, these, end."""
        inside = np.flatnonzero((self.outputs > start) & (self.outputs <= end))
        times = [start, *map(float, self.outputs[inside])]
        return inside, times if times[-1] == end else [*times, end]


class Solver(Protocol):
    """A simulator ready to run the task.

    Attributes:
        label: name, with the version.
        tolerances: relative tolerances for the work–precision curve, from loose to tight.
    """

    label: str
    tolerances: tuple[float, ...]

    def solve(self, parameters: np.ndarray, rtol: float) -> np.ndarray:
        """States (N, outputs, states) in network order, from parameters (N, n_parameters), on one thread."""
        ...


def benchmark_task(folder: Path) -> Task:
    """The benchmark problem as a task."""
    problem = benchmark_problem.network()
    return Task(problem, benchmark_problem.DOSES, benchmark_problem.OUTPUTS, benchmark_problem.END, folder)
