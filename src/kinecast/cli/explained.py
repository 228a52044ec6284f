"""An explanation on the terminal: leading brakes, a row a brake and a driver, and two arms compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from kinecast.inference.attribution import Attribution, Explanation, Paired

SHOWN = 8
"""Numbers and shifts of a comparison that the terminal shows; explain.json has all."""


def print_explanation(found: Explanation, pair: Paired | None, folder: Path) -> None:
    """Print what was found: the cohort, what leads, tables of brakes and drivers, the comparison, and the files."""
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    page.print(Text(f"{found.title}: {found.arm}, {' + '.join(found.agents)}, {found.disease}", style="bold"))
    for line in _cohort(found):
        page.print(Text(line))
    page.print(_headline(found))
    if "removed" in found.games:
        page.print(brake_table(found))
    if "drivers" in found.games:
        page.print(driver_table(found))
    page.print(Text(_legend(found)))
    if pair is not None:
        _print_pair(page, pair)
    page.print(f"\nPicture:  {folder / 'explain.svg'}\nPatients: {folder / 'patients.csv'}", soft_wrap=True, markup=False)
    page.print(f"Numbers:  {folder / 'explain.json'}", soft_wrap=True, markup=False)


def _cohort(found: Explanation) -> list[str]:
    from kinecast.inference.attribution.measures import RESPONSE

    failed = f", {found.failed} more could not be simulated" if found.failed else ""
    shares = [f"{100 * values[:, 1].mean():.1f} %" for values in (found.treated, found.untreated)]
    return [
        f"{len(found)} virtual patients, seed {found.seed}{failed}",
        f"{found.words[RESPONSE].capitalize()}: {shares[0]} treated, {shares[1]} untreated",
    ]


def _headline(found: Explanation) -> Text:
    from rich.text import Text

    from kinecast.inference.attribution.explanation import LEADING

    said = Text("\n")
    for what, (key, words) in LEADING.items():
        lead = found.leading(what)
        said.append(f"Leading {key.replace('_', ' ')}: ".rjust(25)).append(lead.player.label if lead else "none", style="bold")
        number = f" {lead.value:.3f} ± {lead.error:.3f}" if lead else ""
        near = f"; not clearly ahead of {lead.second.label}" if lead and lead.second and not lead.clear else ""
        said.append(f"{number}, {words}{near}\n")
    return said


def brake_table(found: Explanation) -> Table:
    """Return one row a brake: its cost as it stands, what treatment raises of it, and alone; points of response and ln size."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", title="Brakes: what each costs", title_justify="left")
    table.add_column("Brake")
    for heading in ("Stands, points", "ln size", "Beyond untreated", "Raised, points", "ln size", "Alone, ln size"):
        table.add_column(heading, justify="right")
    removed, induced = found.games["removed"], found.games.get("induced")
    raises = {player.name: place for place, player in enumerate(induced.players)} if induced else {}
    for place in np.argsort(-removed.mean[:, 0], kind="stable"):
        player = removed.players[place]
        raised = raises.get(player.name)
        cells = [_points(removed, place), _size(removed, place), f"{removed.beyond[:, place, 0].mean():+.3f}"]
        cells += ["", ""] if induced is None or raised is None else [_points(induced, raised), _size(induced, raised)]
        table.add_row(player.label, *cells, f"{removed.alone[:, place, 0].mean():.3f}")
    table.add_section()
    for words, pick in (("Sum", lambda game: game.values.sum(axis=1)), ("Whole", lambda game: game.whole)):
        cells = [_both(pick(game)) if game else ["", ""] for game in (removed, induced)]
        table.add_row(words, *cells[0], "", *cells[1], "")
    return table


def driver_table(found: Explanation) -> Table:
    """Return one row a driver: what it gives, in points of response and ln size."""
    from rich.table import Table

    game = found.games["drivers"]
    table = Table(box=None, header_style="bold", title="\nDrivers: what each gives", title_justify="left")
    table.add_column("Driver")
    for heading in ("Points", "ln size", "Alone, ln size"):
        table.add_column(heading, justify="right")
    for place in np.argsort(-game.mean[:, 0], kind="stable"):
        alone = f"{game.alone[:, place, 0].mean():.3f}"
        table.add_row(game.players[place].label, _points(game, place), _size(game, place), alone)
    table.add_row("through no switch", *_both(found.beyond_drivers), "")
    table.add_section()
    table.add_row("Treated less untreated", *_both(found.treated - found.untreated), "")
    return table


def _print_pair(page: Any, pair: Paired) -> None:
    from rich.table import Table
    from rich.text import Text

    a, b = pair.first.arm, pair.second.arm
    page.print(Text(f"\n{b} against {a}, the same {len(pair.indices)} patients", style="bold"))
    counts = pair.counts
    words = {"both": "shrink in both", "gains": f"gain: in {b} alone", "loses": f"lose: in {a} alone", "neither": "in neither"}
    page.print(Text("  " + ", ".join(f"{counts[name]} {said}" for name, said in words.items()) + f"; McNemar p = {pair.p:.3g}"))
    for name, factor, unit in (("response", 100.0, " points"), ("size", 1.0, " of ln size")):
        one = pair.differences[name]
        page.print(Text(f"  {factor * one.value:+.3g}{unit} (95 % {factor * one.low:+.3g} to {factor * one.high:+.3g})"))
    table = Table(box=None, header_style="bold")
    for heading in ("Number of the patient", "Correlation with the gain", "Gainers above others", "Losers above others", "Clear"):
        table.add_column(heading, justify="left" if heading.startswith("Number") else "right")
    for one in pair.distinctions[:SHOWN]:
        areas = ["" if area is None else f"{100 * area:.0f} %" for area in (one.gainers, one.losers)]
        table.add_row(one.name.replace("_", " "), f"{one.correlation:+.2f}", *areas, "yes" if one.clear else "no")
    page.print(table)
    table = Table(box=None, header_style="bold")
    for heading in ("Differs most", f"{a}", f"{b}", "Difference, ln size"):
        table.add_column(heading, justify="left" if heading.startswith("Differs") else "right")
    kinds = {"removed": "as it stands", "induced": "raised", "drivers": "driver"}
    for one in pair.shifts[:SHOWN]:
        difference = f"{one.difference:+.3f} ± {one.error:.3f}"
        table.add_row(f"{one.label}, {kinds[one.game]}", f"{one.first:.3f}", f"{one.second:.3f}", difference)
    page.print(table)


def _points(game: Attribution, place: int) -> str:
    return f"{100 * game.mean[place, 1]:.1f} ± {100 * game.error[place, 1]:.1f}"


def _size(game: Attribution, place: int) -> str:
    return f"{game.mean[place, 0]:.3f} ± {game.error[place, 0]:.3f}"


def _both(values: np.ndarray) -> list[str]:
    """Return the mean of outcomes (N, 2) as cells: points, then ln size."""
    return [f"{100 * values[:, 1].mean():.1f}", f"{values[:, 0].mean():.3f}"]


def _legend(found: Explanation) -> str:
    by_order = [name for name, game in found.games.items() if not game.exact]
    how = f"; {', '.join(by_order)}: {found.orders} random orders a patient, the others exact" if by_order else "; exact"
    return (
        f"Points of the share with {found.words['response']}; {found.words['size']}.\n"
        "Mean ± standard error over patients, the choice of orders included. Stands: taken away from day 1, with the doses that "
        f"were given. Beyond untreated: that less the same without any dose. Raised: held at rest, over the same untreated{how}."
    )
