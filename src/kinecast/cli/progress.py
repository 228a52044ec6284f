"""The progress bar of whatever takes longer than a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""

PATIENCE = 2.0  # s before a bar appears


@contextmanager
def progress_bar(what: str, *, shown: bool) -> Iterator[Progress | None]:
    """Yield what draws a bar of `what` on standard error once it has taken longer than a moment; None when it is not shown."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("Simulating"), BarColumn(), MofNCompleteColumn(), TextColumn(what), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    started = time.monotonic()

    def draw(done: int, total: int) -> None:
        if not bar.tasks and time.monotonic() - started > PATIENCE:
            bar.start()
            bar.add_task("", total=total)
        if bar.tasks:
            bar.update(bar.tasks[0].id, completed=done)

    try:
        yield draw
    finally:
        bar.stop()
