"""Event tables into NONMEM data sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kinecast.exchange.nonmem.table import COLUMNS, DURATION_IN_MODEL, EventTable


def write_nonmem(table: EventTable, path: str | Path | None = None) -> pd.DataFrame:
    """Write an event table as a NONMEM data set; `read_nonmem` gives the same table back.

    Numbers stay in the table's units. A DUR column is written only where an infusion has a duration of its own; RATE is -2
    there, so that NONMEM takes it with `D1 = DUR` (for compartment 1) in $PK.

    Arguments:
        path: CSV file to write, with '.' for missing values (optional).

    Returns:
        The columns as NONMEM names them, one row a record.
    """
    rows = table.rows.copy()
    timed = table.column("duration") > 0
    if timed.any():
        rows.loc[timed, "rate"] = DURATION_IN_MODEL
    else:
        rows = rows.drop(columns="duration")
    frame = rows.rename(columns=COLUMNS)
    if path is not None:
        text = frame.apply(lambda column: column.map(_text))
        text.to_csv(path, index=False)
    return frame


def _text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    if np.isnan(value):
        return "."
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
