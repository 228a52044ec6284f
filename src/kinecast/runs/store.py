"""Storing a forecast in a folder, all of it or nothing, and loading it."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from kinecast.errors import RunError
from kinecast.runs.columns import as_arrow, from_arrow
from kinecast.runs.curves import Curves
from kinecast.runs.forecast import Forecast
from kinecast.trial.protocol import Protocol

TABLES = ("patients", "doses", "scans", "toxicity")
_MARK = "provenance.json"


def save(forecast: Forecast, folder: Path) -> Path:
    """Store a forecast: written into a new folder beside `folder`, which is renamed when it is complete.

    Raises:
        RunError: the folder holds something that is no forecast, cannot be written, or the disk is full.
    """
    check_free(folder)
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        unfinished = folder.absolute().parent / f".{folder.name}-{secrets.token_hex(4)}"
        unfinished.mkdir()
    except OSError as error:
        raise _cannot(folder, error) from None
    try:
        _write(forecast, unfinished)
        _put(unfinished, folder)
    except OSError as error:
        raise _cannot(folder, error) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def load(folder: Path) -> Forecast:
    """Return the forecast that a folder holds; curves and tables are read when they are asked for.

    Raises:
        RunError: the folder holds no forecast, or one that cannot be read.
    """
    if not (folder / _MARK).is_file():
        raise RunError(f"{folder} holds no forecast.", "Give the folder that a run was stored in.")
    try:
        texts = {name: (folder / name).read_text(encoding="utf-8") for name in ("summary.json", _MARK, "protocol.yaml")}
        return Forecast(
            protocol=Protocol.read(texts["protocol.yaml"]),
            summary=json.loads(texts["summary.json"]),
            provenance=json.loads(texts[_MARK]),
            columns=_StoredTables(folder),
            curves_store=Curves.read(folder / "curves.zarr"),
        )
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{folder} cannot be read: {error}.", "Was a file of it removed or changed?") from None


def check_free(folder: Path) -> None:
    """Check that a forecast could be stored in a folder.

    Raises:
        RunError: it is a file, holds something that is no forecast, or its place cannot be written.
    """
    other = "Give a new folder, or one that holds an earlier run."
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file, not a folder.", other)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise RunError(f"{folder} already holds something that is not a run.", other)
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    place = place.parent if place == folder.absolute() else place
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise RunError(f"{folder} cannot be written: {place} does not allow it.", "Choose another folder.")


class _StoredTables(dict):
    """Tables of a stored forecast, read from Parquet when they are asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __missing__(self, name: str) -> object:
        from pyarrow import parquet

        if name not in TABLES:
            raise KeyError(name)
        self[name] = from_arrow(parquet.read_table(self._folder / f"{name}.parquet"))
        return self[name]


def _write(forecast: Forecast, folder: Path) -> None:
    from pyarrow import parquet

    for name in TABLES:
        parquet.write_table(as_arrow(forecast.columns[name]), folder / f"{name}.parquet")
    forecast.curves_store.write(folder / "curves.zarr")
    texts = {
        "summary.json": json.dumps(forecast.summary, indent=1, ensure_ascii=False, allow_nan=False),
        "protocol.yaml": forecast.protocol.as_yaml(),
        "citations.bib": forecast.bibtex(),
        _MARK: json.dumps(forecast.provenance, indent=1, ensure_ascii=False, allow_nan=False),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _put(unfinished: Path, folder: Path) -> None:
    """Rename the finished folder into place; an earlier run steps aside first and is removed afterwards."""
    if not folder.exists():
        unfinished.rename(folder)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent)) / folder.name
    folder.rename(earlier)
    try:
        unfinished.rename(folder)
    except OSError:
        earlier.rename(folder)
        raise
    finally:
        shutil.rmtree(earlier.parent, ignore_errors=True)


def _cannot(folder: Path, error: OSError) -> RunError:
    if error.errno == errno.ENOSPC:
        return RunError(f"{folder} cannot be stored: the disk is full.", "Make room, or choose another folder.")
    return RunError(f"{folder} cannot be written: {error.strerror or error}.", "Choose another folder.")
