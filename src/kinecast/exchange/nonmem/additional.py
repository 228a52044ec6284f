"""Additional doses (ADDL) written out as rows of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from kinecast.exchange.nonmem.plan import ADD, SAME_TIME
from kinecast.exchange.nonmem.table import EventTable, Kind
from kinecast.units import canonical_factor


def expand_additional(table: EventTable, carry: Literal["backward", "forward"] = "backward") -> EventTable:
    """Write each additional dose as a dose of its own, before the records at its time.

    Doses that a reset or a steady state (SS = 1 or 3) would cancel are left out. A simulation of the result gives the same
    records, as long as the lag of the compartment does not change between records.

    Arguments:
        carry: which record's covariates a new row takes: those of the next record ("backward") or of the one before; as in
            `simulate`.

    Returns:
        A table with ADDL = 0 throughout, and II only where SS needs it; its index counts from 1.
    """
    rows, covariates = table.rows, table.covariates
    time, kind, ss, addl, ii = (table.column(name) for name in ("time", "kind", "ss", "addl", "ii"))
    patient = table.column("patient")
    cancels = np.isin(kind, (Kind.RESET, Kind.RESET_AND_DOSE)) | ((ss > 0) & (ss != ADD))
    same = SAME_TIME / canonical_factor(table.time_unit)
    added = []
    for row in np.flatnonzero(addl > 0):
        last = int(np.flatnonzero(patient == patient[row])[-1])
        stop = next((each for each in range(row + 1, last + 1) if cancels[each]), None)
        for number in range(1, addl[row] + 1):
            due = time[row] + number * ii[row]
            before = next((each for each in range(row + 1, last + 1) if due <= time[each] + same or each == stop), last + 1)
            if before == stop:
                break
            dose = rows.iloc[row].copy()
            dose["time"] = due if before > last else min(due, time[before])
            dose["kind"], dose["ss"], dose["dv"] = int(Kind.DOSE), 0, np.nan
            dose[covariates] = rows[covariates].iloc[min(before, last) if carry == "backward" else before - 1]
            added.append(((before - 0.5, due, row), dose))
    places = [((row, 0.0, 0), rows.iloc[row]) for row in range(len(rows))] + added
    written = pd.DataFrame([row for _, row in sorted(places, key=lambda each: each[0])]).reset_index(drop=True)
    written = written.reindex(columns=rows.columns).astype(rows.dtypes)
    written["addl"] = 0
    written.loc[written["ss"] == 0, "ii"] = 0.0
    return replace(table, rows=written.set_axis(range(1, len(written) + 1)))
