"""`kinecast run` and `kinecast rerun`: the run with its progress, the table, and where the files are."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinecast.runs import Forecast

Progress = Callable[[int, int], None]
PATIENCE = 2.0  # s before a progress bar appears


def run_trial(
    trial: str, *, patients: int | None, seed: int, threads: int | None, out: Path | None, as_json: bool, quiet: bool
) -> None:
    """Run a trial of the catalogue or a protocol file, store everything, and print the table or the JSON of the summary."""
    from kinecast.runs import run

    folder = out or Path(f"kinecast-{_id(trial)}")
    _finish(lambda progress: run(trial, patients, seed, threads, progress=progress), folder, as_json, quiet)


def run_again(provenance: Path, *, threads: int | None, out: Path | None, as_json: bool, quiet: bool) -> None:
    """Repeat the run that a folder of results or its provenance.json describes."""
    from kinecast.runs import rerun

    record = provenance / "provenance.json" if provenance.is_dir() else provenance
    folder = out or Path(f"{record.absolute().parent.name}-again")
    _finish(lambda progress: rerun(record, threads, progress=progress), folder, as_json, quiet)


def _finish(make: Callable[[Progress | None], Forecast], folder: Path, as_json: bool, quiet: bool) -> None:
    from kinecast.report import store, warm_up
    from kinecast.report.page import page
    from kinecast.runs.store import check_free

    check_free(folder)
    warm_up()
    with _progress(shown=not quiet and sys.stderr.isatty()) as progress:
        forecast = make(progress)
        report = page(forecast)
        forecast.save(folder)
    store(report, folder / "report.html")
    if as_json:
        print(json.dumps(forecast.summary, indent=1, ensure_ascii=False))
    elif not quiet:
        _show(forecast, folder)


def _show(forecast: Forecast, folder: Path) -> None:
    from rich.console import Console

    from kinecast.report.terminal import endpoint_table

    console = Console(highlight=False)
    console.print(endpoint_table(forecast.summary))
    console.print(f"\nReport:  {folder / 'report.html'}\nResults: {folder}/", soft_wrap=True, markup=False)
    console.print(f"Repeat:  kinecast rerun {folder}", soft_wrap=True, markup=False)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Progress | None]:
    """Yield what draws a bar on standard error once the run has taken longer than a moment; None when it is not shown."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("Simulating"), BarColumn(), MofNCompleteColumn(), TextColumn("patients"), TimeRemainingColumn())
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


def _id(trial: str) -> str:
    """Return what a folder is called after: the file's name without its ending, or the trial's id."""
    from kinecast import catalog

    if trial in catalog.trials() and not Path(trial).exists():
        return catalog.trial(trial).id
    return Path(trial).stem
