"""The one-page HTML report of a forecast: everything in one file, readable without a network, a script or this package."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any


def write(forecast: Any, path: str | Path) -> Path:
    """Write the report of a forecast as one HTML file and return its path.

    Raises RunError when the file cannot be written.
    """
    from kinecast.report.page import page

    return store(page(forecast), Path(path))


def store(page: str, target: Path) -> Path:
    """Write a page that is drawn already, all of it or nothing, and return its path.

    Raises RunError when the file cannot be written.
    """
    from kinecast.errors import RunError

    unfinished = target.with_name(f".kinecast-{secrets.token_hex(4)}")
    try:
        unfinished.write_text(page, encoding="utf-8")
        unfinished.replace(target)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise RunError(
            f"the report cannot be written to {target}: {error.strerror}.", "Choose a folder that can be written."
        ) from None
    return target


def warm_up() -> None:
    """Start drawing in the background, so that a report asked for later does not wait for it. Calling it is optional."""
    from kinecast.report import painters

    painters.start()
