"""Where compiled code is kept between runs, written so that a reader never sees half a file and a full disk breaks nothing."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path


def cache_directory() -> Path:
    """`KINECAST_CACHE`, or the platform's folder for caches."""
    chosen = os.environ.get("KINECAST_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "kinecast" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kinecast"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kinecast"


def read(path: Path) -> bytes | None:
    """Content of a file, or None when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def write(path: Path, content: bytes) -> None:
    """Write a file in one move; a folder that cannot be written is left as it is."""
    temporary = None
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
        return
    if temporary is not None:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
