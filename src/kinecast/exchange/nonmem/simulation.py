"""The records of a data set, simulated with a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kinecast.engine import Bolus, Infusion, Kernel, Status, compile_network
from kinecast.exchange.nonmem.checks import DataSetError
from kinecast.exchange.nonmem.compartments import Compartment, Records, records
from kinecast.exchange.nonmem.plan import ADD, CONTINUE, Keep, Stage, plan
from kinecast.exchange.nonmem.steady import steady_states
from kinecast.exchange.nonmem.table import EventTable
from kinecast.network import Network


def simulate(
    network: Network,
    table: EventTable,
    *,
    compartments: Sequence[Compartment | str] | None = None,
    covariates: Mapping[str, str] | None = None,
    parameters: npt.ArrayLike | None = None,
    outputs: Sequence[str] | None = None,
    carry: Literal["backward", "forward"] = "backward",
    kernel: Kernel | None = None,
    rtol: float = 1e-6,
    threads: int = 1,
) -> pd.DataFrame:
    """Simulate every record of an event table; the package's docstring states the semantics.

    Arguments:
        compartments: what CMT = 1, 2, … are: names of dosed states, or `Compartment`s (default: the dosed states in order).
        covariates: parameter → column that gives its value, in the parameter's unit (default: columns named like a parameter).
        parameters: (patients, n_parameters) or (n_parameters,), in network order and canonical units (default: the network's).
        outputs: states, definitions or parameters to report, in their own units (default: all states).
        carry: "backward": a record's covariates hold from the record before it (NONMEM); "forward": until the next record.
        kernel: the network compiled, to save compiling it again.
        rtol: relative tolerance of integration and of steady states.
        threads: threads to share patients among. Results do not depend on it.

    Returns:
        One row a record, with the table's index: patient, time (`table.time_unit`), kind, the outputs, and `status`: "ok", or
        why the patient's integration failed (outputs are NaN from there on).

    Raises:
        DataSetError, UnitError: a table that does not fit the network. NetworkError: an output that the network does not have.
    """
    if carry not in ("backward", "forward"):
        raise DataSetError(f"carry = '{carry}' is not a way to carry covariates.", "Write 'backward' or 'forward'.")
    kernel = kernel or compile_network(network)
    given = None if parameters is None else np.asarray(parameters, float)
    found = records(network, kernel, table, compartments, covariates, given)
    stages = [plan(found, first, end, carry) for first, end in zip(found.bounds[:-1], found.bounds[1:], strict=True)]
    states, reasons = _run(kernel, found, stages, rtol, threads)
    names = tuple(kernel.state_names if outputs is None else outputs)
    frame = pd.DataFrame({name: table.column(name) for name in ("patient", "time", "kind")}, index=table.rows.index)
    values = kernel.evaluate(names, states[:, None, :], found.parameters)
    for name in names:
        column = values[name][:, 0] / network.factor(name)
        frame[name] = np.where(np.isnan(states).any(axis=1), np.nan, column)
    sizes = np.diff(found.bounds)
    frame["status"] = np.repeat(np.array([each or "ok" for each in reasons], object), sizes)
    return frame


def _run(
    kernel: Kernel, found: Records, stages: Sequence[Sequence[Stage]], rtol: float, threads: int
) -> tuple[np.ndarray, list[str]]:
    """States at all records, and for every patient '' or what went wrong; all patients' first stages go first, and so on."""
    result = np.full((len(found.time), len(kernel.state_names)), np.nan)
    now = np.zeros((len(stages), len(kernel.state_names)))
    reasons = [""] * len(stages)
    for wave in range(max(map(len, stages), default=0)):
        here = {patient: each[wave] for patient, each in enumerate(stages) if len(each) > wave and not reasons[patient]}
        _start(kernel, found, here, now, reasons, rtol, threads)
        here = {patient: stage for patient, stage in here.items() if not reasons[patient]}
        for patient, stage in here.items():
            for step in stage.steps:
                if isinstance(step, Keep):
                    result[step.row] = now[patient]
                else:
                    now[patient, step.state] += step.amount
        together: dict[tuple, list[int]] = defaultdict(list)
        for patient, stage in here.items():
            if stage.length > 0.0:
                together[stage.length, tuple(sample.time for sample in stage.samples)].append(patient)
        for members in together.values():
            _integrate(kernel, found, here, members, now, result, reasons, rtol, threads)
    return result, reasons


def _start(
    kernel: Kernel, found: Records, here: Mapping[int, Stage], now: np.ndarray, reasons: list[str], rtol: float, threads: int
) -> None:
    """Set the states with which stages begin anew: initial, or at steady state."""
    fresh = {patient: row for patient, stage in here.items() if (row := _anew(stage)) is not None}
    initial = np.zeros_like(now)
    if fresh:
        initial[list(fresh)] = kernel.start(found.parameters[list(fresh.values())]).states
    for patient, stage in here.items():
        if stage.fresh is not None:
            now[patient] = initial[patient]
    steady = {patient: stage.steady for patient, stage in here.items() if stage.steady is not None}
    if not steady:
        return
    who, doses = list(steady), list(steady.values())
    begin = np.where(np.array([dose.ss == CONTINUE for dose in doses])[:, None], now[who], initial[who])
    # What SS = 2 adds is what the doses alone would leave in a body without any.
    begin[[dose.ss == ADD for dose in doses]] = 0.0
    rows = [dose.row for dose in doses]
    states, failed = steady_states(kernel, found.parameters[rows], doses, begin, rtol=rtol, threads=threads)
    for place, patient in enumerate(who):
        reasons[patient] = failed[place]
        now[patient] = states[place] + (now[patient] if doses[place].ss == ADD else 0.0)


def _anew(stage: Stage) -> int | None:
    """The record whose parameters give the initial state that a stage needs, if it needs one."""
    return stage.steady.row if stage.steady is not None else stage.fresh


def _integrate(
    kernel: Kernel,
    found: Records,
    here: Mapping[int, Stage],
    members: list[int],
    now: np.ndarray,
    result: np.ndarray,
    reasons: list[str],
    rtol: float,
    threads: int,
) -> None:
    """Take patients whose stages have the same length and samples to the end of them."""
    own = [here[patient] for patient in members]
    cohort = kernel.start(found.parameters[[stage.row for stage in own]], initial=now[members], rtol=rtol, max_steps=10_000_000)
    amounts: dict[tuple[float, int, float], np.ndarray] = defaultdict(lambda: np.zeros(len(own)))
    for place, stage in enumerate(own):
        for time, put in stage.boluses:
            amounts[time, put.state, 0.0][place] += put.amount
        for time, state, rate, duration in stage.infusions:
            amounts[time, state, duration][place] += rate * duration
    names = kernel.state_names
    events = [
        Infusion(time, names[state], amount, duration) if duration else Bolus(time, names[state], amount)
        for (time, state, duration), amount in amounts.items()
    ]
    # Records at one time are one output; the states kept add the boluses that came before each.
    times, which = np.unique([sample.time for sample in own[0].samples], return_inverse=True)
    states = cohort.advance(own[0].length, events, times, threads=threads)
    for place, (patient, stage) in enumerate(zip(members, own, strict=True)):
        for sample, column in zip(stage.samples, which, strict=True):
            result[sample.row] = states[place, column]
            for put in sample.added:
                result[sample.row, put.state] += put.amount
        now[patient] = cohort.states[place]
        for put in stage.last:
            now[patient, put.state] += put.amount
        if cohort.status[place] != Status.OK:
            reasons[patient] = Status(cohort.status[place]).sentence
