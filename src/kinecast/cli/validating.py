"""`kinecast validate`: the scoreboard of forecasts against reports, as tables, a file and a picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.folder import check_folder, write_files
from kinecast.cli.progress import progress_bar
from kinecast.errors import RunError
from kinecast.inference import FEWEST, NEAR, RULES, STANDINGS, Scoreboard, scoreboard
from kinecast.inference.scoreboard import share_in_words

if TYPE_CHECKING:
    from rich.table import Table

    from kinecast.inference.sheet import Problem

FILES = ("scoreboard.json", "scoreboard.svg")

SHOWN = 12
"""Reasons and drugs that the terminal shows; the file has all."""


def validate_model(
    observations: Path | None,
    regimens: Path | None,
    *,
    patients: int,
    seed: int,
    threads: int | None,
    out: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score the catalogue, or the user's own tables, and print what was met; problems of the tables are named one by one.

    Exits with 1 where a run raised an error, after everything else has been scored and stored.
    """
    from kinecast.inference.sheet import together
    from kinecast.inference.user_tables import read_tables

    if patients < 1:
        raise RunError(f"patients: '{patients}' is not a whole number of 1 or more.", "Write 1 or more; 300 are usual.")
    check_folder(out, FILES, "scoreboard")
    trials, problems = None, ()
    if observations is not None or regimens is not None:
        own = read_tables(observations, regimens)
        trials, problems = own.trials, own.problems
        if not any(arm.observations for trial in trials for arm in trial.arms.values()):
            said = "\n".join(together(problems))
            raise RunError("no row of these tables can be used.", said or "They hold no row with an observation.")
    if patients < FEWEST and not quiet:
        print(f"{patients} virtual patients an arm give coarse shares; verdicts need {FEWEST} or more.", file=sys.stderr)
    with progress_bar("trials", shown=not quiet and sys.stderr.isatty()) as progress:
        board = scoreboard(trials, patients=patients, seed=seed, threads=threads, progress=progress)
    content = {**board.as_dict(), "problems": [problem._asdict() for problem in problems]}
    _store(board, content, out)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False))
    elif not quiet:
        _print(board, problems, out)
    if board.broken:
        raise SystemExit(1)


def _store(board: Scoreboard, content: dict[str, Any], folder: Path) -> None:
    from kinecast.plots.drawn import as_svg
    from kinecast.plots.scoreboard import scoreboard_picture

    drawn = as_svg(scoreboard_picture(board.scores, board.patients, NEAR))
    texts = (json.dumps(content, indent=1, ensure_ascii=False) + "\n", drawn)
    write_files(folder, FILES, dict(zip(FILES, texts, strict=True)))


def _print(board: Scoreboard, problems: tuple[Problem, ...], folder: Path) -> None:
    from rich.text import Text

    from kinecast.cli.console import console
    from kinecast.inference.sheet import together

    page = console()
    for line in together(problems):
        page.print(Text(line, style="yellow"))
    size = f"{board.patients} virtual patients an arm, seed {board.seed}"
    trials = f"{len(board.simulated)} trials simulated, {len(board.trials)} with a score"
    page.print(Text(f"Forecast against report: {trials}, {size}", style="bold"))
    failed = f"{sum(board.failed.values())} simulations failed in {len(board.failed)} arms"
    page.print(Text(failed, style="yellow" if board.failed else ""))
    if board.broken:
        page.print(Text(f"The run failed of {', '.join(board.broken)}", style="yellow"))
    page.print(_tally(board.tally(), "kind", "Class"))
    page.print(Text("\nBy drugs given", style="bold"))
    page.print(_tally(board.tally(by="agents"), "agents", "Drugs"))
    stops = board.stops()
    left = sum(row["observations"] for row in stops)
    page.print(Text(f"\nNot scored: {left} of {len(board.scores)} observations", style="bold"))
    for row in stops[:SHOWN]:
        page.print(Text(f"  {row['observations']:>5}  {row['reason']}"))
    if len(stops) > SHOWN:
        page.print(f"  and {len(stops) - SHOWN} more reasons, in {folder / 'scoreboard.json'}.", soft_wrap=True, markup=False)
    page.print("\nRules", style="bold")
    for kind, rule in RULES.items():
        page.print(Text(f"  {kind}: {rule}"))
    page.print(f"\nPicture: {folder / 'scoreboard.svg'}\nScores:  {folder / 'scoreboard.json'}", soft_wrap=True, markup=False)


def _tally(rows: list[dict[str, Any]], by: str, heading: str) -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    table.add_column(heading, overflow="fold")
    for name in (*(f"{standing.capitalize()}: met" for standing in STANDINGS), "Observations"):
        table.add_column(name, justify="right")
    for row in rows:
        shares = (share_in_words(*row[standing]) for standing in STANDINGS)
        table.add_row(row[by] or "none", *shares, str(row["observations"]))
    return table
