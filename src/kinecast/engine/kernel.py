"""A network compiled for integration: the entry to the engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinecast.engine.cohort import Backend, Cohort
from kinecast.engine.evaluation import evaluate_nodes
from kinecast.engine.lowering import System, lower
from kinecast.engine.records import STATUS, new_records
from kinecast.engine.status import Status
from kinecast.errors import NetworkError, RunError, choices
from kinecast.network.network import Network


def compile_network(
    network: Network, *, lanes: int | None = None, cache: str | Path | None = None, backend: str | None = None
) -> Kernel:
    """Compile a network's equations for this processor.

    Arguments:
        network: an assembled network.
        lanes: patients in a vector: 8, 4 or 2 (default: the widest that the processor has). Results do not depend on it.
        cache: folder for compiled code (default: KINECAST_CACHE or the user's cache folder).
        backend: "llvm" or "scipy" (default: "llvm" where llvmlite and numba are installed).

    Returns:
        Kernel, safe to use from several threads.

    Raises:
        NetworkError: when the equations use a name that is not defined.
    """
    system = lower(network)
    if backend is None:
        backend = "llvm" if find_spec("llvmlite") and find_spec("numba") else "scipy"
    build = _BACKENDS.get(backend)
    if build is None:
        raise RunError(f"engine backend '{backend}' is not known.", choices(backend, _BACKENDS))
    return Kernel(network, system, backend, build(system, lanes, None if cache is None else Path(cache)))


class Kernel:
    """Compiled equations of one network.

    Attributes:
        state_names, parameter_names: in network order; every array of the engine follows it.
        dosed_names: states that boluses and infusions may enter.
        scales: typical size of each state, (n_states,).
        backend: "llvm" (generated code) or "scipy" (SciPy's LSODA, one patient at a time).
    """

    def __init__(self, network: Network, system: System, backend: str, equations: Backend) -> None:
        self.state_names = tuple(state.name for state in network.states)
        self.parameter_names = tuple(parameter.name for parameter in network.parameters)
        self.dosed_names = tuple(self.state_names[index] for index in system.dosed)
        self.scales = np.array([state.scale for state in network.states], float)
        self.backend = backend
        self._network = network
        self._system = system
        self._equations = equations

    def start(
        self,
        parameters: npt.ArrayLike,
        *,
        time: float = 0.0,
        initial: npt.ArrayLike | None = None,
        rtol: float = 1e-4,
        max_steps: int | None = None,
    ) -> Cohort:
        """Put patients at their initial state.

        In a cohort, a patient with a parameter or initial value that is not finite does not start (`Status.BAD_INPUT`), and the
        others do.

        Arguments:
            parameters: (N, n_parameters) or (n_parameters,), in network order and canonical units.
            time: start time.
            initial: states to start from, (N, n_states) or (n_states,); default: the network's initial values.
            rtol: relative tolerance; the absolute one of state i is 1e-3·rtol·scale_i.
            max_steps: limit on each patient's steps between two doses, and before the first (default: 10,000 at rtol 1e-4, more
                for less; people need some hundred). It keeps a patient with absurd parameters from holding up the others.

        Raises:
            RunError: for arrays of the wrong shape, or for one patient (n_parameters,) with a value that is not finite.
        """
        values = self._parameters(parameters)
        n = len(values)
        nodes = self._system.initial if initial is None else ()
        columns = [
            np.broadcast_to(v[:, 0], n) for v in evaluate_nodes(self._system.graph, (*nodes, *self._system.constants), values)
        ]
        constants = _table(columns[len(nodes) :], n)
        states = _table(columns[: len(nodes)], n) if initial is None else self._initial(initial, n)
        if np.ndim(parameters) < 2:
            _check_finite("parameter", self.parameter_names, values)
            _check_finite("initial value of", self.state_names, states)
        if not 0.0 < rtol < 1.0:
            raise RunError(f"rtol {rtol!r} is not between 0 and 1.")
        records = new_records(float(time), states, constants, len(self.dosed_names))
        records.count[~np.isfinite(np.hstack([values, states])).all(axis=1), STATUS] = Status.BAD_INPUT
        limit = _step_limit(rtol) if max_steps is None else int(max_steps)
        return Cohort(self, self._equations, values, records, float(rtol), limit)

    def sharing_steps(self) -> tuple[Kernel, int]:
        """The same equations for patients in groups that share steps, and the size of a group.

        Patients of a group follow one another and have the same events; the first decides on the size of every step, so that
        its result is the same as alone and the others differ from it by their parameters only, not by their steps.

        Raises:
            RunError: for a backend without lanes.
        """
        if not hasattr(self._equations, "sharing_steps"):
            raise RunError(f"engine backend '{self.backend}' cannot share steps.", "Install llvmlite and numba.")
        equations = self._equations.sharing_steps()  # pyright: ignore[reportAttributeAccessIssue]
        return Kernel(self._network, self._system, self.backend, equations), equations.lanes

    def evaluate(self, names: Sequence[str], states: npt.ArrayLike, parameters: npt.ArrayLike) -> dict[str, np.ndarray]:
        """Evaluate definitions, states or parameters by name.

        Arguments:
            names: what to evaluate.
            states: (N, …, n_states), in network order.
            parameters: (N, n_parameters).

        Returns:
            For each name an array (N, …).
        """
        for name in names:
            if name not in self._system.definitions:
                raise NetworkError(f"'{name}' is not a definition, state or parameter.", choices(name, self._system.definitions))
        nodes = [self._system.definitions[name] for name in names]
        states = np.asarray(states, float)
        values = self._parameters(parameters)
        shape = states.shape[:-1]
        if len(shape) < 1 or shape[0] != len(values) or states.shape[-1] != len(self.state_names):
            raise RunError(f"states have shape {states.shape}, not ({len(values)}, …, {len(self.state_names)}).")
        flat = states.reshape(shape[0], math.prod(shape[1:]), states.shape[-1])
        results = self._equations.evaluate(tuple(nodes), values, flat)
        return {name: result.reshape(shape) for name, result in zip(names, results, strict=True)}

    def _parameters(self, parameters: npt.ArrayLike) -> np.ndarray:
        values = np.atleast_2d(np.asarray(parameters, float))
        if values.ndim != 2 or values.shape[1] != len(self.parameter_names):
            raise RunError(f"parameters have shape {values.shape}, not (patients, {len(self.parameter_names)}).")
        return values

    def _initial(self, initial: npt.ArrayLike, n: int) -> np.ndarray:
        values = np.asarray(initial, float)
        shape = (n, len(self.state_names))
        if values.shape not in (shape, shape[1:]):
            raise RunError(f"initial states have shape {values.shape}, not {shape}.")
        return np.array(np.broadcast_to(values, shape))


def _step_limit(rtol: float) -> int:
    return int(10_000 * (1e-4 / rtol) ** 0.25)


def _check_finite(kind: str, names: Sequence[str], values: np.ndarray) -> None:
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        raise RunError(f"{kind} '{names[bad[0][1]]}' of patient {bad[0][0]} is not a finite number.", Status.BAD_INPUT.advice)


def _table(columns: list[np.ndarray], n: int) -> np.ndarray:
    return np.ascontiguousarray(np.stack(columns, axis=1)) if columns else np.zeros((n, 0))


def _llvm(system: System, lanes: int | None, cache: Path | None) -> Backend:
    from kinecast.engine.vectorised import VectorisedBackend

    return VectorisedBackend(system, lanes, cache)


def _scipy(system: System, lanes: int | None, cache: Path | None) -> Backend:
    from kinecast.engine.fallback import ScipyBackend

    return ScipyBackend(system)


_BACKENDS: dict[str, Callable[[System, int | None, Path | None], Backend]] = {"llvm": _llvm, "scipy": _scipy}
