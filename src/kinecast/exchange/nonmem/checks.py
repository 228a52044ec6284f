"""What a row of an event table may say; errors name the row, the column, the value and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from kinecast.errors import KinecastError

MISSING = (".", "", "NA", "NaN", "nan", "None", "<NA>")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
DOSES = (1, 4)
RESETS = (3, 4)


class DataSetError(KinecastError):
    """A row of a data set that cannot be read or simulated as written."""


def numbers(values: npt.ArrayLike, labels: Sequence, column: str) -> np.ndarray:
    """Turn a column into numbers; '.', blanks and NA are missing.

    Raises:
        DataSetError: for text, and for clock times and dates.
    """
    given = np.asarray(values)
    if given.dtype.kind in "fiub":
        return given.astype(float)
    result = np.full(len(given), np.nan)
    for place, value in enumerate(given):
        text = str(value).strip()
        if text in MISSING:
            continue
        if not NUMBER.fullmatch(text):
            hint = "Leave the column out (drop=[...]) or write a number, or '.' where there is none."
            if column == "TIME" or ":" in text:
                hint = "Clock times and dates are not read: write the time since the patient's first record as a number."
            refuse(labels[place], column, text, "is not a number", hint)
        result[place] = float(text)
    return result


def refuse(row: object, column: str, value: object, problem: str, hint: str) -> NoReturn:
    """Raise a DataSetError that says where: 'row 12, RATE = -3: …'."""
    if isinstance(value, float | np.floating):
        value = f"{value:.15g}"
    raise DataSetError(f"row {row}, {column} = {value}: {problem}.", hint)


def check_rows(rows: pd.DataFrame, names: Mapping[str, str], whole: Sequence[str]) -> None:
    """Check a complete table, column by column, then row by row where columns depend on each other.

    Arguments:
        rows: all columns of an event table, as numbers.
        names: column → what the data set calls it.
        whole: columns that hold whole numbers.

    Raises:
        DataSetError: at the first row that is wrong.
    """

    def deny(column: str, wrong: np.ndarray, problem: str, hint: str) -> None:
        found = np.flatnonzero(wrong)
        if len(found):
            refuse(rows.index[found[0]], names.get(column, column), float(rows[column].iloc[found[0]]), problem, hint)

    of = {name: rows[name].to_numpy(dtype=float) for name in names}
    for name in names:
        if name != "dv":
            deny(name, ~np.isfinite(of[name]), "is not a finite number", "Every record needs one.")
    for name in whole:
        deny(name, of[name] != np.round(of[name]), "is not a whole number", "Write a whole number.")
    kind, dose = of["kind"], np.isin(of["kind"], DOSES)
    deny("kind", ~np.isin(kind, range(5)), "is not an event", "0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose.")
    deny("mdv", ~np.isin(of["mdv"], (0, 1)), "is neither 0 nor 1", "Write 1 where DV is not an observation.")
    deny("mdv", (kind != 0) & (of["mdv"] == 0), "on a record that is not an observation", "Write MDV = 1, or EVID = 0.")
    hint = "Switching compartments off is not supported; write the compartment's number from 1, or 0 for the first."
    deny("compartment", of["compartment"] < 0, "is negative", hint)
    for name in ("amount", "rate", "duration", "ii", "addl", "ss"):
        deny(name, ~dose & (of[name] != 0), "on a record with EVID = 0, 2 or 3, which gives no dose", "Write 0, or EVID = 1.")
    _check_doses(of, dose, deny)
    _check_order(rows, of, kind)


def _check_doses(of: Mapping[str, np.ndarray], dose: np.ndarray, deny: Callable[[str, np.ndarray, str, str], None]) -> None:
    steady, amount, rate, duration = of["ss"] > 0, of["amount"], of["rate"], of["duration"]
    deny("amount", amount < 0, "is negative", "Write the amount given, above 0.")
    deny("rate", (rate < 0) & ~np.isin(rate, (-1, -2)), "is negative", "-1: the model's rate; -2: the model's duration.")
    deny("duration", duration < 0, "is negative", "Write how long the infusion runs, or 0 for a bolus.")
    both = (rate > 0) | (rate == -1)
    deny("duration", (duration > 0) & both, "beside a RATE", "Give one of the two: the other follows from AMT.")
    deny("ss", ~np.isin(of["ss"], range(4)), "is not a steady state", "0 none, 1 replaces, 2 adds, 3 goes on.")
    nothing = dose & (amount == 0) & ~(steady & (of["ii"] == 0))
    deny("amount", nothing, "gives no dose", "Write the amount; only a steady state with II = 0 may have none.")
    hint = "Write II = 0 for a constant infusion (AMT = 0), or the interval between doses."
    deny("ii", steady & (amount > 0) & (of["ii"] <= 0), "is not an interval for the doses of a steady state", hint)
    deny("addl", steady & (amount == 0) & (of["addl"] != 0), "follows a constant infusion at steady state", "Write ADDL = 0.")
    constant = steady & (amount == 0) & (rate == -2)
    deny("rate", constant, "asks for the duration of a constant infusion at steady state", "Write the rate, or -1.")
    deny("ii", of["ii"] < 0, "is negative", "Write the interval between doses.")
    deny("addl", of["addl"] < 0, "is negative", "Write how many doses follow; for a steady state write SS = 1 and II.")
    deny("ii", (of["addl"] > 0) & (of["ii"] <= 0), "is not an interval for additional doses (ADDL)", "Write II above 0.")


def _check_order(rows: pd.DataFrame, of: Mapping[str, np.ndarray], kind: np.ndarray) -> None:
    patient, time = of["patient"], of["time"]
    starts = np.flatnonzero(np.append(True, patient[1:] != patient[:-1])[: len(patient)])
    _, first = np.unique(patient[starts], return_index=True)
    again = np.setdiff1d(np.arange(len(starts)), first)
    if len(again):
        at = starts[again[0]]
        refuse(rows.index[at], "ID", patient[at], "comes back after other patients", "Put a patient's records together.")
    backward = np.flatnonzero((patient[1:] == patient[:-1]) & (time[1:] < time[:-1]) & ~np.isin(kind[1:], RESETS))
    if len(backward):
        at = backward[0] + 1
        hint = "Sort a patient's records by time; only a reset (EVID 3 or 4) may start time again."
        refuse(rows.index[at], "TIME", time[at], f"is before the record above it ({time[at - 1]:.15g})", hint)
