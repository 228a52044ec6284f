"""`kinecast run` and `kinecast rerun`: the run with its progress, the table, and where the files are."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.progress import Progress, progress_bar

if TYPE_CHECKING:
    from kinecast.runs import Forecast


def run_trial(
    trial: str,
    *,
    patients: int | None,
    seed: int,
    threads: int | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    without: Sequence[str] = (),
    settings: Sequence[str] = (),
) -> None:
    """Run a trial of the catalogue or a protocol file, store everything, and print the table or the JSON of the summary.

    Arguments:
        without: brakes, each a name or several with commas. settings: 'NAME=VALUE', each a parameter of the model.
    """
    from kinecast.runs import run

    changed: dict[str, Any] = {}
    if without:
        changed["without"] = [name.strip() for names in without for name in names.split(",") if name.strip()] or [""]
    if settings:
        changed["changes"] = dict(map(_setting, settings))
    folder = out or Path(f"kinecast-{_id(trial)}")
    if not quiet:
        _tell_left_out(trial)
    _finish(lambda progress: run(trial, patients, seed, threads, progress=progress, **changed), folder, as_json, quiet)


def _setting(text: str) -> tuple[str, float]:
    """Return the name and the value of 'NAME=VALUE'."""
    from kinecast.errors import RunError

    name, equals, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = None
    if not equals or number is None:
        raise RunError(f"set: '{text}' is not NAME=VALUE.", "Write --set growth_rate=0.01, in the unit of its record.")
    return name.strip(), number


def _tell_left_out(trial: str) -> None:
    """Name on standard error each arm of a trial of the catalogue that was treated but cannot be run, and why."""
    from kinecast import catalog
    from kinecast.runs.source import is_file
    from kinecast.trial.regimens import left_out

    if "\n" in trial or is_file(trial) or trial not in catalog.trials():
        return
    record = catalog.trial(trial)
    stops = {arm: reason for arm, reason in left_out(record).items() if record.arms[arm].regimens}
    if len(stops) == sum(bool(arm.regimens) for arm in record.arms.values()) and record.protocol is None:
        return  # nothing can be run, which the error says
    for arm, reason in stops.items():
        print(f"kinecast: arm {arm} is left out: {reason.rstrip('.')}.", file=sys.stderr)


def run_again(provenance: Path, *, threads: int | None, out: Path | None, as_json: bool, quiet: bool) -> None:
    """Repeat the run that a folder of results or its provenance.json describes."""
    from kinecast.runs import rerun

    record = provenance / "provenance.json" if _is_folder(provenance) else provenance
    forecast = _finish(lambda progress: rerun(record, threads, progress=progress), out or _again(record), as_json, quiet)
    differs = forecast.provenance.get("repeats", {}).get("differs")
    if differs:
        print(f"kinecast: this is not an exact repetition: {differs}. Numbers may differ.", file=sys.stderr)


def _finish(make: Callable[[Progress | None], Forecast], folder: Path, as_json: bool, quiet: bool) -> Forecast:
    """Make a forecast, store it with its report, and print what was asked for; the folder is checked first."""
    from kinecast.report import warm_up
    from kinecast.report.page import page
    from kinecast.runs.store import check_free, save

    check_free(folder)
    warm_up()
    with progress_bar("patients", shown=not quiet and sys.stderr.isatty()) as progress:
        made = make(progress)
        forecast = replace(made, provenance={**made.provenance, "command": f"kinecast rerun {shlex.quote(str(folder))}"})
        save(forecast, folder, page(forecast))
    if as_json:
        print(json.dumps(forecast.summary, indent=1, ensure_ascii=False))
    elif not quiet:
        _show(forecast, folder)
    return forecast


def _show(forecast: Forecast, folder: Path) -> None:
    from kinecast.cli.console import console

    page = console()
    page.print(forecast.table())
    page.print(f"\nReport:  {folder / 'report.html'}\nResults: {folder}/", soft_wrap=True, markup=False)
    page.print(f"Repeat:  {forecast.provenance['command']}", soft_wrap=True, markup=False)


def _id(trial: str) -> str:
    """Return what a folder is called after: the file's name without its ending, or the trial's id."""
    from kinecast import catalog
    from kinecast.runs.source import is_file

    if trial in catalog.trials() and not is_file(trial):
        return catalog.trial(trial).id
    return Path(trial).stem


def _again(record: Path) -> Path:
    """Return the default folder of a repetition: here, called after the first run, but never inside the first run."""
    if record.name != "provenance.json":
        return Path(f"{record.stem}-again")
    first = record.absolute().parent
    return first.with_name(f"{first.name}-again") if first == Path.cwd() else Path(f"{first.name}-again")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # longer than a name can be
        return False
