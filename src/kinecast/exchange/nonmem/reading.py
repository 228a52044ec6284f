"""NONMEM data sets into event tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kinecast.exchange.nonmem.checks import DataSetError
from kinecast.exchange.nonmem.table import COLUMNS, EventTable, event_table


def read_nonmem(
    source: str | Path | pd.DataFrame,
    *,
    time_unit: str,
    amount_unit: str,
    columns: Sequence[str] | None = None,
    ignore: str = "#",
    drop: Sequence[str] = (),
) -> EventTable:
    """Read a NONMEM data set.

    Arguments:
        source: a file with values separated by commas or blanks, or a DataFrame. '.' and blanks are missing, which is zero for
            NONMEM's own columns.
        time_unit: unit of TIME, II and DUR, such as "h".
        amount_unit: unit of AMT, such as "mg"; RATE is in this unit per `time_unit`.
        columns: names of the columns, when the file has no header (what $INPUT says). In upper or lower case, ID, TIME, EVID,
            CMT, AMT, RATE, DUR, II, ADDL, SS, MDV and DV are NONMEM's; others are covariates. DUR is the duration of an
            infusion; RATE there is 0 or -2.
        ignore: lines that begin with this character are skipped; '@' skips those that begin with a letter or '@'
            (NONMEM's IGNORE). The header, when there is one, is read all the same.
        drop: columns to leave out, such as those that hold text.

    Returns:
        EventTable, whose index is the line in the file (or the DataFrame's own).

    Raises:
        DataSetError: naming the row, the column, the value and what to write.
    """
    frame = _lines(Path(source), columns, ignore) if isinstance(source, str | Path) else source.copy()
    native = {theirs: ours for ours, theirs in COLUMNS.items()}
    names = [str(name).strip() for name in frame.columns]
    frame = frame.loc[:, [name not in drop for name in names]]
    names = [native.get(name.upper(), name) for name in names if name not in drop]
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise DataSetError(f"the data set has two columns {COLUMNS.get(twice[0], twice[0])}.", "Rename or drop one of them.")
    if "DATE" in (name.upper() for name in names):
        hint = "Write TIME as the time since the patient's first record, then drop=['DATE']."
        raise DataSetError("the data set has a column DATE, which is not read.", hint)
    return event_table(frame.set_axis(names, axis=1), time_unit=time_unit, amount_unit=amount_unit)


def _lines(path: Path, columns: Sequence[str] | None, ignore: str) -> pd.DataFrame:
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if columns is None:
        if not kept:
            raise DataSetError(f"{path.name} is empty.", "Its first line names the columns.")
        header, kept = kept[0][1], kept[1:]
        header = header.lstrip("#@")
        columns = [name.strip() for name in header.split(",")] if "," in header else header.split()
    kept = [(number, line) for number, line in kept if not _ignored(line, ignore)]
    commas = any("," in line for _, line in kept)
    for number, line in kept:
        count = len(line.split("," if commas else None))
        if count != len(columns):
            hint = "Write '.' for a value that is missing; write the decimal point as '.'."
            raise DataSetError(f"{path.name}, row {number}: has {count} values for {len(columns)} columns.", hint)
    values = [[value.strip() for value in line.split("," if commas else None)] for _, line in kept]
    return pd.DataFrame(values, columns=list(columns), index=[number for number, _ in kept], dtype="string")


def _ignored(line: str, ignore: str) -> bool:
    first = line.lstrip()[0]
    return first == ignore or (ignore == "@" and first.isalpha())
