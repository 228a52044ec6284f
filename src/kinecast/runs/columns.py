"""Tables as columns: NumPy arrays and coded labels, turned into pandas or Arrow only when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas
    import pyarrow


@dataclass(frozen=True)
class Labels:
    """A column of text that repeats itself.

    Attributes:
        codes: (rows,) index into names. names: the texts.
    """

    codes: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


Columns = Mapping[str, "np.ndarray | Labels"]


def stacked(tables: Sequence[Columns]) -> Columns:
    """Return the rows of several tables with the same columns as one table."""
    return {name: _joined([table[name] for table in tables]) for name in tables[0]}


def as_pandas(columns: Columns) -> pandas.DataFrame:
    """Return a DataFrame; labels become categories."""
    import pandas

    return pandas.DataFrame(
        {
            name: pandas.Categorical.from_codes(column.codes, list(column.names)) if isinstance(column, Labels) else column
            for name, column in columns.items()
        }
    )


def as_arrow(columns: Columns) -> pyarrow.Table:
    """Return an Arrow table; labels become dictionaries."""
    import pyarrow

    return pyarrow.Table.from_arrays([_arrow(column) for column in columns.values()], names=list(columns))


def from_arrow(table: pyarrow.Table) -> Columns:
    """Return the columns of an Arrow table that `as_arrow` made."""
    import pyarrow

    columns: dict[str, np.ndarray | Labels] = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if pyarrow.types.is_dictionary(column.type):
            columns[name] = Labels(column.indices.to_numpy(), tuple(column.dictionary.to_pylist()))
        else:
            columns[name] = column.to_numpy(zero_copy_only=False)
    return columns


def _joined(parts: Sequence[np.ndarray | Labels]) -> np.ndarray | Labels:
    labels = [part for part in parts if isinstance(part, Labels)]
    if not labels:
        return np.concatenate([part for part in parts if not isinstance(part, Labels)])
    names = tuple(dict.fromkeys(name for part in labels for name in part.names))
    place = {name: index for index, name in enumerate(names)}
    codes = [np.array([place[name] for name in part.names], dtype=np.int32)[part.codes] for part in labels if len(part)]
    return Labels(np.concatenate([*codes, np.empty(0, dtype=np.int32)]), names)


def _arrow(column: np.ndarray | Labels) -> pyarrow.Array:
    """Return an Arrow array on the column's memory; pyarrow's own conversion loads pandas, which takes longer than storing."""
    import pyarrow

    if isinstance(column, Labels):
        texts = [name.encode() for name in column.names]
        ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
        names = pyarrow.StringArray.from_buffers(len(texts), pyarrow.py_buffer(ends), pyarrow.py_buffer(b"".join(texts)))
        return pyarrow.DictionaryArray.from_arrays(_arrow(column.codes.astype(np.int32)), names)
    if column.dtype == bool:
        bits = pyarrow.py_buffer(np.packbits(column, bitorder="little"))
        return pyarrow.Array.from_buffers(pyarrow.bool_(), len(column), [None, bits])
    kind = pyarrow.from_numpy_dtype(column.dtype)
    return pyarrow.Array.from_buffers(kind, len(column), [None, pyarrow.py_buffer(np.ascontiguousarray(column))])
