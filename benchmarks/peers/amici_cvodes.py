"""AMICI: CVODES (BDF) with a sparse analytic Jacobian (KLU) on equations compiled from C++.

Choices: code without conservation laws, and without sensitivities unless asked for, compiled once and kept in the task's folder;
a patient sets all parameters and runs one simulation at the output times, reported in full. Doses are SBML events at known
times, which AMICI turns into restarts itself. One absolute tolerance for all states, 1e-4·rtol (1e-2 and 1e-3 cost more at equal
achieved error). It needs a C++ compiler, SWIG, CMake and BLAS, hence an optional extra: where the package is not installed it is
left out.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence

import amici  # pyright: ignore[reportMissingImports]
import amici.sim.sundials as sundials  # pyright: ignore[reportMissingImports]
import numpy as np
from amici.importers.sbml import SbmlImporter  # pyright: ignore[reportMissingImports]

from peers import PeerMissingError
from peers.task import Task

ABSOLUTE = 1e-4


class Amici:
    tolerances = (1e-4, 1e-5, 1e-6, 1e-7, 1e-9)
    label = f"AMICI {amici.__version__} (CVODES, KLU)"

    def __init__(self, task: Task, model: sundials.Model) -> None:
        self._model = model
        self._solver = model.create_solver()
        self._solver.set_max_steps(1_000_000)
        places = {parameter.name: place for place, parameter in enumerate(task.network.parameters)}
        self._order = [places[name] for name in model.get_free_parameter_ids()]
        names = list(model.get_state_ids())
        self._columns = [names.index(state.name) for state in task.network.states]
        model.set_timepoints([float(time) for time in task.outputs])

    def solve(self, parameters: np.ndarray, rtol: float) -> np.ndarray:
        self._solver.set_relative_tolerance(rtol)
        self._solver.set_absolute_tolerance(ABSOLUTE * rtol)
        return np.array([self._patient(row) for row in parameters])

    def _patient(self, values: np.ndarray) -> np.ndarray:
        self._model.set_free_parameters(values[self._order].tolist())
        found = sundials.run_simulation(self._model, self._solver)
        if found.status != sundials.AMICI_SUCCESS:
            raise RuntimeError(f"AMICI stopped with status {found.status}.")
        return np.asarray(found.x)[:, self._columns]


def build(task: Task) -> Amici:
    return Amici(task, compiled(task))


def compiled(task: Task, by: Sequence[str] = ()) -> sundials.Model:
    """The model of a task, from its folder or compiled into it; with sensitivities by some parameters, the others fixed."""
    for name in ("amici", "amici.sim.sundials._swig_wrappers"):
        logging.getLogger(name).setLevel(logging.ERROR)
    sbml = task.sbml
    key = hashlib.sha256("\n".join([sbml, *by]).encode()).hexdigest()
    folder = task.folder / f"amici_{key[:12]}"
    fixed = [parameter.name for parameter in task.network.parameters if by and parameter.name not in by]
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / "model.xml"
        source.write_text(sbml, "utf-8")
        try:
            SbmlImporter(str(source)).sbml2amici(
                folder.name,
                folder / "code",
                fixed_parameters=fixed,
                generate_sensitivity_code=bool(by),
                compute_conservation_laws=False,
            )
        except Exception as error:
            raise PeerMissingError(f"amici is left out: its model does not compile here ({error}).") from error
        (folder / "done").touch()
    return amici.import_model_module(folder.name, folder / "code").get_model()
