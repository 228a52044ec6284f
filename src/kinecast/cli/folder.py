"""The folder that a command writes: it holds nothing but an earlier result of the same command, or is not there yet."""

from __future__ import annotations

import os
from collections.abc import Sequence
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
        message = f"{folder} already holds something that is not a {what}: {foreign[0]}."
        raise RunError(message, f"Give a new folder, or one that holds an earlier {what} and nothing else.")
    if held and not os.access(folder, os.W_OK | os.X_OK):
        raise RunError(f"{folder} cannot be written.", "Choose another folder.")
    if not held:
        check_free(folder)
