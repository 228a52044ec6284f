"""The console that tables are printed on: as wide as the terminal, or as a page where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """Return a console on standard output; written into a file or a pipe, lines are as wide as a wide terminal's."""
    from rich.console import Console

    from kinecast.report.terminal import line_width

    return Console(width=line_width(), highlight=False)
