"""COPASI: LSODA (dense Jacobian by differences), through its own Python binding.

Choices: the model is loaded once; a patient sets the initial values of all parameters and runs one time course at the output
times. The binding is called directly: basico's data frames only add to it. Doses are SBML events, as COPASI has no restart
that keeps a compiled model. COPASI takes one absolute tolerance for all states, here 1e-3·rtol, the best of 1e-1 to 1e-5 at
equal achieved error. The limit on internal steps is lifted.
"""

from __future__ import annotations

from importlib.metadata import version

import COPASI
import numpy as np

from peers.task import Task

ABSOLUTE = 1e-3


class Copasi:
    tolerances = (1e-3, 1e-4, 1e-5, 1e-7, 1e-8)
    label = f"COPASI {version('python-copasi')} (LSODA)"

    def __init__(self, task: Task) -> None:
        self._data = COPASI.CRootContainer.addDatamodel()
        if not self._data.importSBMLFromString(task.sbml):
            raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText())
        self._model = self._data.getModel()
        values = map(self._model.getModelValue, range(self._model.getNumModelValues()))
        known = {value.getSBMLId(): value for value in values}
        self._parameters = [known[parameter.name] for parameter in task.network.parameters]
        self._names = [state.name for state in task.network.states]
        self._outputs = len(task.outputs)
        self._course = self._data.getTask("Time-Course")
        self._course.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        problem = self._course.getProblem()
        problem.setDuration(task.end)
        problem.setUseValues(True)
        problem.setValues(" ".join(repr(float(time)) for time in (0.0, *task.outputs)))
        problem.setTimeSeriesRequested(True)

    def solve(self, parameters: np.ndarray, rtol: float) -> np.ndarray:
        method = self._course.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(rtol)
        method.getParameter("Absolute Tolerance").setDblValue(ABSOLUTE * rtol)
        method.getParameter("Max Internal Steps").setUIntValue(1_000_000)
        return np.array([self._patient(row) for row in parameters])

    def _patient(self, values: np.ndarray) -> np.ndarray:
        changed = COPASI.ObjectStdVector()
        for parameter, value in zip(self._parameters, values, strict=True):
            parameter.setInitialValue(float(value))
            changed.append(parameter.getInitialValueReference())
        self._model.updateInitialValues(changed)
        output = COPASI.CCopasiTask.OUTPUT_UI  # pyright: ignore[reportAttributeAccessIssue]
        if not (self._course.initializeRaw(output) and self._course.processRaw(True)):
            raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText())
        self._course.restore()
        series = self._course.getTimeSeries()
        places = {series.getSBMLId(place, self._data): place for place in range(series.getNumVariables())}
        columns = [places[name] for name in self._names]
        rows = range(1, self._outputs + 1)
        return np.array([[series.getConcentrationData(row, column) for column in columns] for row in rows])


def build(task: Task) -> Copasi:
    return Copasi(task)
