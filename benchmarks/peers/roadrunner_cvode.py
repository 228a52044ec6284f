"""libRoadRunner: CVODE (BDF, dense Jacobian by differences) on equations compiled by LLVM.

Choices: the model is loaded once with every optimisation of its compiler on; a patient is a reset, one call that sets all
parameters and one `simulate` at the output times, with the states as selections. Doses are SBML events, which is 10 to 20 %
faster here than a restart at every dose. Each state has its own absolute tolerance, 1e-4·rtol·typical size: 1e-3 and 1e-5 cost
more at the same achieved error. The step limit is lifted so that no patient fails.
"""

from __future__ import annotations

import os

import numpy as np
import roadrunner

from peers.task import Task

ABSOLUTE = 1e-4
OPTIMISATIONS = (
    "CFG_SIMPLIFICATION", "DEAD_CODE_ELIMINATION", "DEAD_INST_ELIMINATION", "GVN",
    "INSTRUCTION_COMBINING", "INSTRUCTION_SIMPLIFIER",
)  # fmt: skip


class RoadRunner:
    tolerances = (1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
    label = f"libRoadRunner {roadrunner.__version__} (CVODE)"

    def __init__(self, task: Task) -> None:
        for name in OPTIMISATIONS:
            roadrunner.Config.setValue(getattr(roadrunner.Config, f"LOADSBMLOPTIONS_OPTIMIZE_{name}"), True)
        # CVODE warns about the short first step after a dose, to no effect on the result.
        os.environ.setdefault("SUNLOGGER_WARNING_FILENAME", os.devnull)
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self._model = roadrunner.RoadRunner(task.sbml)
        self._model.timeCourseSelections = [state.name for state in task.network.states]
        self._model.integrator.setValue("maximum_num_steps", 1_000_000)
        known = list(self._model.model.getGlobalParameterIds())
        self._indices = [known.index(parameter.name) for parameter in task.network.parameters]
        sizes = {state.name: state.scale for state in task.network.states}
        self._scales = [sizes[name] for name in self._model.model.getFloatingSpeciesIds()]
        self._times = [0.0, *map(float, task.outputs)]

    def solve(self, parameters: np.ndarray, rtol: float) -> np.ndarray:
        self._model.integrator.setValue("relative_tolerance", rtol)
        self._model.integrator.setValue("absolute_tolerance", [ABSOLUTE * rtol * scale for scale in self._scales])
        return np.array([self._patient(row) for row in parameters])

    def _patient(self, values: np.ndarray) -> np.ndarray:
        self._model.reset()
        self._model.model.setGlobalParameterValues(self._indices, values)
        return np.array(self._model.simulate(times=self._times))[1:]


def build(task: Task) -> RoadRunner:
    return RoadRunner(task)
