"""The folder that a command writes: it holds nothing but an earlier result of the same command, or is not there yet."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from kinecast.errors import RunError


def check_folder(folder: Path, files: Sequence[str], what: str) -> None:
    """Check before anything is simulated that a folder can be written, and holds nothing but these files.

    Raises:
        RunError: it holds something else, or cannot be written. `what` is what an earlier result is called.
    """
    from kinecast.runs.store import cannot, check_free

    try:
        held = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise cannot(folder, error) from None
    foreign = [name for name in held if name not in files]
    if foreign:
        article = "an" if what[0] in "aeiou" else "a"
        message = f"{folder} already holds something that is not {article} {what}: {foreign[0]}."
        raise RunError(message, f"Give a new folder, or one that holds an earlier {what} and nothing else.")
    if held and not os.access(folder, os.W_OK | os.X_OK):
        raise RunError(f"{folder} cannot be written.", "Choose another folder.")
    if not held:
        check_free(folder)


def write_files(folder: Path, files: Sequence[str], texts: Mapping[str, str]) -> None:
    """Write texts by the names of their files; those of `files` that have none now are left by an earlier result, and go.

    Raises:
        RunError: the folder cannot be written.
    """
    from kinecast.runs.store import cannot

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            if name in texts:
                (folder / name).write_text(texts[name], encoding="utf-8")
            else:
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise cannot(folder, error) from None
