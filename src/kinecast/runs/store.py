"""Storing a forecast in a folder, all of it or nothing, and loading it."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kinecast.errors import RunError
from kinecast.runs.columns import as_arrow, from_arrow
from kinecast.runs.curves import Curves
from kinecast.runs.forecast import Forecast
from kinecast.runs.provenance import is_provenance
from kinecast.trial.protocol import Protocol

TABLES = ("patients", "doses", "scans", "toxicity")
REPORT = "report.html"
_MARK = "provenance.json"
_CURVES = "curves.zarr"
_FILES = frozenset({*(f"{table}.parquet" for table in TABLES), "summary.json", "protocol.yaml", "citations.bib", _MARK, REPORT})
_OF_CURVES = re.compile(r"\.z\w+|\d+(\.\d+)*")
"""Names of the files of a Zarr store: metadata and chunks."""
_TRIES = 40
"""How often a folder is removed, with a pause between: threads of Zarr may still be writing into it when a disk is full."""
_PAUSE = 0.05  # s


def save(forecast: Forecast, folder: Path, report: str | None = None) -> Path:
    """Store a forecast: written into a new folder beside `folder`, which is renamed when it is complete.

    Arguments:
        report: the drawn page, stored as report.html with the rest (optional).

    Raises:
        RunError: the folder holds something that no run wrote, cannot be written, or the disk is full.
    """
    check_free(folder)
    folder = folder.resolve() if folder.is_symlink() else folder
    place = folder.absolute().parent
    absent = [parent for parent in (place, *place.parents) if not parent.exists()]
    unfinished = place / f".kinecast-{secrets.token_hex(4)}"
    stored = False
    try:
        place.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir()
        _write(forecast, unfinished, report)
        _put(unfinished, folder)
        stored = True
    except OSError as error:
        raise cannot(folder, error) from None
    finally:
        if not stored:
            _remove(unfinished)
            with suppress(OSError):
                for parent in absent:
                    parent.rmdir()
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
            curves_store=Curves.read(folder / _CURVES),
        )
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{folder} cannot be read: {error}.", "Was a file of it removed or changed?") from None


def check_free(folder: Path) -> None:
    """Check that a forecast could be stored in a folder.

    Raises:
        RunError: it is a file, holds anything that no run wrote, or its place cannot be written.
    """
    try:
        _check_content(folder)
        _check_place(folder)
    except OSError as error:
        raise cannot(folder, error) from None


def cannot(folder: Path, error: OSError) -> RunError:
    """Return what to tell when a folder cannot be written."""
    shown = str(folder) if len(str(folder)) < 120 else f"{str(folder)[:60]}…"
    if error.errno == errno.ENOSPC or "No space left" in str(error):
        return RunError(f"{shown} cannot be stored: the disk is full.", "Make room, or choose another folder.")
    return RunError(f"{shown} cannot be written: {error.strerror or error}.", "Choose another folder.")


def _check_content(folder: Path) -> None:
    """Check that a folder that exists is empty, or holds a run and nothing else."""
    other = "Give a new folder, or one that holds an earlier run and nothing else."
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RunError(f"{folder} is a file, not a folder.", other)
    if not any(folder.iterdir()):
        return
    if not _is_run(folder):
        raise RunError(f"{folder} already holds something that is not a run.", other)
    foreign = next(_foreign(folder), None)
    if foreign is not None:
        raise RunError(f"{folder} is not replaced: {foreign.relative_to(folder)} in it was not written by kinecast.", other)


def _is_run(folder: Path) -> bool:
    """Whether a folder has the provenance of a run."""
    try:
        return is_provenance(json.loads((folder / _MARK).read_text(encoding="utf-8")))
    except (FileNotFoundError, IsADirectoryError, ValueError, RecursionError):
        return False


def _foreign(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder and was not written by `save`."""
    for path in sorted(folder.iterdir()):
        if path.name == _CURVES and path.is_dir() and not path.is_symlink():
            inside = sorted(path.rglob("*"))
            yield from (one for one in inside if one.is_symlink() or (one.is_file() and not _OF_CURVES.fullmatch(one.name)))
        elif path.name not in _FILES or path.is_symlink() or not path.is_file():
            yield path


def _check_place(folder: Path) -> None:
    """Check by trying that a folder can be made at its place; nothing is left there."""
    folder = folder.resolve() if folder.is_symlink() else folder.absolute()
    place = next(parent for parent in folder.parents if parent.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise RunError(f"{folder} cannot be written: {place} does not allow it.", "Choose another folder.")
    for part in folder.relative_to(place).parts:
        (place / part).exists()  # a name that is too long is an error already here
    trial = place / f".kinecast-{secrets.token_hex(4)}"
    trial.mkdir()
    trial.rmdir()


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


def _write(forecast: Forecast, folder: Path, report: str | None) -> None:
    from pyarrow import parquet

    for name in TABLES:
        parquet.write_table(as_arrow(forecast.columns[name]), folder / f"{name}.parquet")
    forecast.curves_store.write(folder / _CURVES)
    texts: Mapping[str, str] = {
        "summary.json": json.dumps(forecast.summary, indent=1, ensure_ascii=False, allow_nan=False),
        "protocol.yaml": forecast.protocol.as_yaml(),
        "citations.bib": forecast.bibtex(),
        _MARK: json.dumps(forecast.provenance, indent=1, ensure_ascii=False, allow_nan=False),
        **({} if report is None else {REPORT: report}),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _put(unfinished: Path, folder: Path) -> None:
    """Rename the finished folder into place; an earlier run steps aside first and is removed afterwards."""
    if not folder.exists():
        unfinished.rename(folder)
        return
    earlier = folder.absolute().parent / f".kinecast-{secrets.token_hex(4)}"
    _check_content(folder)  # once more: a file may have come while this one was written
    folder.rename(earlier)
    try:
        unfinished.rename(folder)
    except BaseException:
        earlier.rename(folder)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Remove a folder, and what threads that still write put into it meanwhile: until it stays away."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(_PAUSE)
        if not folder.exists():
            return
