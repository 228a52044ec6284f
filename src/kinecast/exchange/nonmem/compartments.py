"""Where doses go, and the lag, bioavailability, rate and duration that the model gives them, record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kinecast.engine import Kernel
from kinecast.errors import UnitError, choices
from kinecast.exchange.nonmem.checks import DOSES, DataSetError, refuse
from kinecast.exchange.nonmem.table import DURATION_IN_MODEL, RATE_IN_MODEL, EventTable
from kinecast.network import Network
from kinecast.units import canonical_factor, dimension


@dataclass(frozen=True)
class Compartment:
    """A compartment that takes doses. Its parameters are names of parameters or definitions of the network.

    Attributes:
        state: name of a dosed state.
        lag: time from the record to the dose (ALAG; default 0).
        bioavailability: fraction of AMT that arrives (F; default 1).
        rate: rate of infusions with RATE = -1 (R).
        duration: duration of infusions with RATE = -2 (D).
    """

    state: str
    lag: str | None = None
    bioavailability: str | None = None
    rate: str | None = None
    duration: str | None = None


@dataclass(frozen=True)
class Records:
    """An event table in canonical units, with what the model says about doses; arrays have one entry a row, R in all.

    Attributes:
        labels: index of the rows, for messages.
        bounds: first row of each patient, and R.
        compartment: position in the list of compartments.
        lag, bioavailability, model_rate, model_duration: (R, compartments); NaN where the model gives none.
        states: position of each compartment's state in the network.
        parameters: (R, n_parameters).
    """

    labels: Sequence
    bounds: np.ndarray
    time: np.ndarray
    kind: np.ndarray
    compartment: np.ndarray
    amount: np.ndarray
    rate: np.ndarray
    duration: np.ndarray
    ii: np.ndarray
    addl: np.ndarray
    ss: np.ndarray
    lag: np.ndarray
    bioavailability: np.ndarray
    model_rate: np.ndarray
    model_duration: np.ndarray
    states: tuple[int, ...]
    parameters: np.ndarray


def records(
    network: Network,
    kernel: Kernel,
    table: EventTable,
    compartments: Sequence[Compartment | str] | None,
    covariates: Mapping[str, str] | None,
    parameters: np.ndarray | None,
) -> Records:
    """Bring a table and a network together; arguments are those of `simulate`.

    Raises:
        DataSetError, UnitError: a compartment, covariate or unit that does not fit the network.
    """
    rows, labels = table.rows, list(table.rows.index)
    listed = [Compartment(each) if isinstance(each, str) else each for each in compartments or kernel.dosed_names]
    _check_compartments(network, kernel, listed)
    patient = table.column("patient")
    bounds = np.append(np.flatnonzero(np.diff(patient, prepend=np.nan) != 0), len(rows))
    of_records = _parameters(network, kernel, table, covariates, parameters, np.diff(bounds))
    number = np.maximum(table.column("compartment") - 1, 0)
    dosing = np.isin(table.column("kind"), DOSES)
    beyond = np.flatnonzero(dosing & (number >= len(listed)))
    if len(beyond):
        named = ", ".join(f"{i} {each.state}" for i, each in enumerate(listed, 1))
        value = table.column("compartment")[beyond[0]]
        refuse(labels[beyond[0]], "CMT", value, "is not a compartment that takes doses", f"Choose from: {named}.")
    time = canonical_factor(table.time_unit)
    amount = _amount_factor(network, table, listed)

    def in_model(name: str, default: float) -> np.ndarray:
        columns = [_values(network, kernel, getattr(each, name), of_records, default) for each in listed]
        return np.stack(columns, axis=1) if columns else np.zeros((len(rows), 0))

    rate = table.column("rate")
    found = Records(
        labels=labels,
        bounds=bounds,
        time=table.column("time") * time,
        kind=table.column("kind"),
        compartment=np.where(dosing, number, 0),
        amount=table.column("amount") * amount,
        rate=np.where(rate > 0, rate * amount / time, rate),
        duration=table.column("duration") * time,
        ii=table.column("ii") * time,
        addl=table.column("addl"),
        ss=table.column("ss"),
        lag=in_model("lag", 0.0),
        bioavailability=in_model("bioavailability", 1.0),
        model_rate=in_model("rate", np.nan),
        model_duration=in_model("duration", np.nan),
        states=tuple(kernel.state_names.index(each.state) for each in listed),
        parameters=of_records,
    )
    _check_in_model(found, listed)
    return found


def _check_compartments(network: Network, kernel: Kernel, listed: Sequence[Compartment]) -> None:
    names = {*kernel.parameter_names, *network.definitions}
    for each in listed:
        if each.state not in kernel.dosed_names:
            raise DataSetError(f"compartment '{each.state}' is not a dosed state.", choices(each.state, kernel.dosed_names))
        for use in ("lag", "bioavailability", "rate", "duration"):
            name = getattr(each, use)
            if name is None:
                continue
            if name not in names:
                raise DataSetError(f"{use} of compartment '{each.state}': the network has no '{name}'.", choices(name, names))
            pending, seen = [name], set()
            while pending:
                used = pending.pop()
                if used in kernel.state_names:
                    hint = "Make it a function of parameters and covariates."
                    raise DataSetError(f"{use} of compartment '{each.state}': '{name}' depends on the state '{used}'.", hint)
                if used in network.definitions and used not in seen:
                    seen.add(used)
                    pending.extend(network.definitions[used].symbols())


def _parameters(
    network: Network,
    kernel: Kernel,
    table: EventTable,
    covariates: Mapping[str, str] | None,
    parameters: np.ndarray | None,
    counts: np.ndarray,
) -> np.ndarray:
    """Parameters of every record: the patient's, with those replaced that a covariate column gives."""
    if covariates is None:
        covariates = {name: name for name in table.covariates if name in kernel.parameter_names}
    base = np.array([parameter.value for parameter in network.parameters]) if parameters is None else parameters
    shape = (len(counts), len(kernel.parameter_names))
    if base.shape not in (shape, shape[1:]):
        raise DataSetError(f"parameters have shape {base.shape}, not {shape} (patients, parameters).")
    values = np.repeat(np.broadcast_to(base, shape), counts, axis=0)
    for name, column in covariates.items():
        if name not in kernel.parameter_names:
            raise DataSetError(f"covariate '{name}' is not a parameter of the network.", choices(name, kernel.parameter_names))
        if column not in table.covariates:
            raise DataSetError(f"covariate '{name}': the data set has no column '{column}'.", choices(column, table.covariates))
        given = table.column(column)
        missing = np.flatnonzero(np.isnan(given))
        if len(missing):
            hint = "Give every record a value: NONMEM would read a missing one as 0."
            refuse(table.rows.index[missing[0]], column, ".", f"the parameter '{name}' needs a value", hint)
        values[:, kernel.parameter_names.index(name)] = given * network.factor(name)
    return values


def _amount_factor(network: Network, table: EventTable, listed: Sequence[Compartment]) -> float:
    for each in listed:
        unit = network.units[each.state]
        if dimension(table.amount_unit) != dimension(unit):
            hint = f"Convert AMT and RATE to {unit} first (mass to substance: divide by the molecular weight)."
            raise UnitError(f"amounts in {table.amount_unit} cannot enter '{each.state}', which is in {unit}.", hint)
    return canonical_factor(table.amount_unit)


def _values(network: Network, kernel: Kernel, name: str | None, parameters: np.ndarray, default: float) -> np.ndarray:
    if name is None or not len(parameters):
        return np.full(len(parameters), default)
    states = np.zeros((len(parameters), 1, len(kernel.state_names)))
    return kernel.evaluate([name], states, parameters)[name][:, 0]


def _check_in_model(found: Records, listed: Sequence[Compartment]) -> None:
    """A lag and a fraction that are not negative; a rate and a duration wherever doses ask for them."""
    for column, each in enumerate(listed):
        for use, values in (("lag", found.lag[:, column]), ("bioavailability", found.bioavailability[:, column])):
            wrong = np.flatnonzero(~((values >= 0.0) & np.isfinite(values)))
            if len(wrong):
                problem = f"is not a {use} of '{each.state}'"
                refuse(found.labels[wrong[0]], str(getattr(each, use)), values[wrong[0]], problem, "It must be at least 0.")
        for use, code in (("rate", RATE_IN_MODEL), ("duration", DURATION_IN_MODEL)):
            rows = np.flatnonzero((found.rate == code) & (found.compartment == column))
            if len(rows) and getattr(each, use) is None:
                hint = f"Write Compartment('{each.state}', {use}='name of a parameter'), or the {use} itself."
                refuse(found.labels[rows[0]], "RATE", found.rate[rows[0]], f"'{each.state}' has no {use} in the model", hint)
