"""The event table: one row an event of a patient (an observation, a dose, a reset), as NONMEM data sets have it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd

from kinecast.errors import UnitError
from kinecast.exchange.nonmem.checks import DataSetError, check_rows, numbers
from kinecast.units import dimension


class Kind(IntEnum):
    """What a row is (NONMEM's EVID)."""

    OBSERVATION = 0
    DOSE = 1
    OTHER = 2
    RESET = 3
    RESET_AND_DOSE = 4


RATE_IN_MODEL, DURATION_IN_MODEL = -1.0, -2.0
"""Values of `rate` that leave the rate, or the duration, of an infusion to the model."""

COLUMNS = {
    "patient": "ID",
    "time": "TIME",
    "kind": "EVID",
    "compartment": "CMT",
    "amount": "AMT",
    "rate": "RATE",
    "duration": "DUR",
    "ii": "II",
    "addl": "ADDL",
    "ss": "SS",
    "mdv": "MDV",
    "dv": "DV",
}
"""Columns of the table and what NONMEM calls them (DUR is not NONMEM's own; mrgsolve and Monolix have the like)."""
WHOLE = ("patient", "kind", "compartment", "addl", "ss", "mdv")


@dataclass(frozen=True)
class EventTable:
    """Events of patients in the order in which they happen. Made by `event_table` or `read_nonmem`, which check it.

    Attributes:
        rows: the columns of `COLUMNS`, then covariates under their own names. `time`, `duration` and `ii` are in `time_unit`,
            `amount` in `amount_unit`, `rate` in `amount_unit` per `time_unit` (or -1, -2). A zero means none; so does a
            compartment of 0, which stands for the first. `dv` and covariates may be missing (NaN).
        time_unit: such as "h".
        amount_unit: such as "mg"; of the same dimension as the states that are dosed.
    """

    rows: pd.DataFrame
    time_unit: str
    amount_unit: str

    @property
    def covariates(self) -> list[str]:
        """Names of the columns that are not NONMEM's."""
        return [name for name in self.rows.columns if name not in COLUMNS]

    @property
    def patients(self) -> np.ndarray:
        """Patients in the order of their rows."""
        return self.column("patient")[np.flatnonzero(np.diff(self.column("patient"), prepend=np.nan) != 0)]

    def column(self, name: str) -> np.ndarray:
        """One column as an array."""
        return np.asarray(self.rows[name])


def event_table(rows: pd.DataFrame, *, time_unit: str, amount_unit: str) -> EventTable:
    """Make an event table from rows that may leave columns out.

    Arguments:
        rows: columns of `EventTable.rows`; `patient` and `time` at least. Without `kind`, a row with an amount is a dose, and
            one without is an observation, or, where `mdv` is 1, another event. Where `mdv` is missing, all but observations
            have 1; other missing numbers are 0.
            The index names rows in messages.
        time_unit, amount_unit: units of the numbers.

    Raises:
        DataSetError: naming the row, the column, the value and what to write.
        UnitError: a unit that is unknown or, for `time_unit`, not one of time.
    """
    if dimension(time_unit) != dimension("d"):
        raise UnitError(f"time_unit '{time_unit}' is not a unit of time.", "Write 'h' or 'd'.")
    dimension(amount_unit)
    labels = list(rows.index)
    given = {str(name): numbers(np.asarray(rows[name]), labels, COLUMNS.get(str(name), str(name))) for name in rows.columns}
    missing = [COLUMNS[name] for name in ("patient", "time") if name not in given]
    if missing:
        there = ", ".join(COLUMNS.get(name, name) for name in given)
        raise DataSetError(f"the data set has no column {' and no '.join(missing)}.", f"It has {there}.")
    none, unknown = np.zeros(len(rows)), np.full(len(rows), np.nan)
    filled = {name: given.get(name, none) for name in COLUMNS if name not in ("patient", "time", "dv")}
    filled = {name: np.where(np.isnan(values), 0.0, values) for name, values in filled.items()}
    dosed = (filled["amount"] != 0) | (filled["rate"] != 0) | (filled["ss"] != 0)
    if "kind" not in given:
        filled["kind"] = np.where(dosed, Kind.DOSE, np.where(filled["mdv"] == 0, Kind.OBSERVATION, Kind.OTHER)).astype(float)
    unsaid = np.isnan(given.get("mdv", unknown))
    filled["mdv"] = np.where(unsaid, filled["kind"] != Kind.OBSERVATION, filled["mdv"])
    filled |= {"patient": given["patient"], "time": given["time"], "dv": given.get("dv", unknown)}
    covariates = {name: values for name, values in given.items() if name not in COLUMNS}
    complete = pd.DataFrame({**{name: filled[name] for name in COLUMNS}, **covariates}, index=rows.index)
    check_rows(complete, COLUMNS, WHOLE)
    complete = complete.astype(dict.fromkeys(WHOLE, "int64"))
    # A duration that is given and one that the model is asked for are the same thing once it is known.
    complete.loc[(complete["rate"] == DURATION_IN_MODEL) & (complete["duration"] > 0), "rate"] = 0.0
    return EventTable(complete, time_unit, amount_unit)
