"""`kinecast validate`: the scoreboard of forecasts against reports, as tables, a file and a picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.progress import progress_bar
from kinecast.inference import RULES, Scoreboard, scoreboard

if TYPE_CHECKING:
    from rich.table import Table

    from kinecast.inference.sheet import Problem

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
    """Score the catalogue, or the user's own tables, and print what was met; problems of the tables are named one by one."""
    from kinecast.inference.user_tables import read_tables

    trials, problems = None, ()
    if observations is not None or regimens is not None:
        own = read_tables(observations, regimens)
        trials, problems = own.trials, own.problems
    with progress_bar("trials", shown=not quiet and sys.stderr.isatty()) as progress:
        board = scoreboard(trials, patients=patients, seed=seed, threads=threads, progress=progress)
    content = {**board.as_dict(), "problems": [problem._asdict() for problem in problems]}
    _store(board, content, out)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False))
    elif not quiet:
        _print(board, problems, out)


def _store(board: Scoreboard, content: dict[str, Any], folder: Path) -> None:
    import vl_convert

    from kinecast.plots.scoreboard import scoreboard_picture
    from kinecast.runs.store import cannot

    drawn = vl_convert.vegalite_to_svg(json.dumps(scoreboard_picture(board.scores, board.patients)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scoreboard.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / "scoreboard.svg").write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise cannot(folder, error) from None


def _print(board: Scoreboard, problems: tuple[Problem, ...], folder: Path) -> None:
    from rich.text import Text

    from kinecast.cli.console import console
    from kinecast.inference.sheet import together

    page = console()
    for line in together(problems):
        page.print(Text(line, style="yellow"))
    size = f"{board.patients} virtual patients an arm, seed {board.seed}"
    page.print(Text(f"Forecast against report: {len(board.simulated)} trials simulated, {size}", style="bold"))
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
    for name in ("Not calibrated: met", "Calibrated: met", "Observations"):
        table.add_column(name, justify="right")
    for row in rows:
        shares = (_share(row[f"{used}_met"], row[f"{used}_scored"]) for used in ("validation", "calibration"))
        table.add_row(row[by] or "none", *shares, str(row["observations"]))
    return table


def _share(met: int, scored: int) -> str:
    return f"{met} of {scored} ({met / scored:.0%})" if scored else "–"
