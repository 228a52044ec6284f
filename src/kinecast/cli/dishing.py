"""`kinecast dish`: cells in a dish under any molecule of the γc family, as a table, a file and a picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.folder import check_folder, write_files
from kinecast.errors import RunError
from kinecast.inference.dish import Dish, dish, named

if TYPE_CHECKING:
    from rich.table import Table

FILES = ("dish.json", "dish.svg")
TIMES = ("15 min", "30 min", "1 h", "1.5 h", "2 h", "2.5 h", "3 h", "3.5 h", "4 h", "5 h", "6 h")
DOSES = ("0.01 nM", "0.1 nM", "1 nM", "10 nM", "100 nM")
"""Times and doses of a time course that names none."""


def simulate_dish(
    molecule: str,
    *,
    kd: list[str],
    gamma_loss: float | None,
    cells: list[str],
    doses: list[str],
    times: list[str],
    against: str,
    density: float,
    data: Path | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate a dish; print the EC50 of each population or the JSON, and store file and picture."""
    chosen = named(molecule)
    folder = out or Path(f"kinecast-dish-{chosen.name.replace('·', '-').replace('α', 'a').lower()}")
    check_folder(folder, FILES, "result of dish")
    course = against == "time" and data is None
    found = dish(
        chosen,
        cells=_parts(cells),
        doses=_parts(doses) or (DOSES if course else None),
        hours=_parts(times) or (TIMES if course else None),
        kd=_affinities(kd),
        gamma_loss=gamma_loss,
        density=density,
        data=data,
    )
    content = found.as_dict()
    _store(content, folder, against)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))
        for note in found.notes:
            print(note, file=sys.stderr)
    elif not quiet:
        _print(found, folder)


def _affinities(written: list[str]) -> dict[str, str]:
    """'IL-2Rb=1.2nM' and 'IL-2Ra=none' as receptor → text."""
    found: dict[str, str] = {}
    for part in _parts(written):
        receptor, sign, value = part.partition("=")
        receptor, value = receptor.strip(), value.strip()
        if not sign or not receptor or not value:
            raise RunError(f"--kd: '{part}' is not a receptor and its KD.", "Write --kd IL-2Rb=1.2nM or --kd IL-2Ra=none.")
        if receptor in found:
            raise RunError(f"--kd: {receptor} is given twice.", "Give each receptor one KD.")
        found[receptor] = value
    return found


def _parts(written: list[str]) -> list[str]:
    return [part.strip() for text in written for part in text.split(",") if part.strip()]


def _store(content: dict[str, Any], folder: Path, against: str) -> None:
    from kinecast.plots.dish import dish_picture
    from kinecast.plots.drawn import as_svg

    texts = (json.dumps(content, indent=1, ensure_ascii=False) + "\n", as_svg(dish_picture(content, against)))
    write_files(folder, FILES, dict(zip(FILES, texts, strict=True)))


def _print(found: Dish, folder: Path) -> None:
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    affinities = ", ".join(f"{name} {'none' if kd is None else f'{kd:.3g} nM'}" for name, kd in found.molecule.kd.items())
    page.print(Text(f"{found.molecule.name} on cells in a dish, read by {found.stat} (KD: {affinities})", style="bold"))
    page.print(_table(found))
    for note in found.notes:
        page.print(Text(note, style="yellow"))
    if found.measured:
        page.print("In brackets the EC50 of the data; ? where they do not define one (95 % range wider than tenfold).")
    page.print(f"\nPicture: {folder / FILES[1]}\nNumbers: {folder / FILES[0]}", soft_wrap=True, markup=False)


def _table(found: Dish) -> Table:
    from rich.table import Table
    from rich.text import Text

    from kinecast.biology.receptors.populations import POPULATIONS

    hours = [float(one) for one in found.hours]
    shown = hours if len(hours) <= 6 else [hours[round(place * (len(hours) - 1) / 5)] for place in range(6)]
    table = Table(box=None, header_style="bold")
    table.add_column(Text("EC50 [nM]"), no_wrap=True)
    for hour in shown:
        table.add_column(f"{hour:.3g} h", justify="right")
    for place, cell in enumerate(found.cells):
        cells = [POPULATIONS[cell]]
        for hour in shown:
            value = found.ec50[place, hours.index(hour)]
            text = f"{value:.3g}" if value == value else "none"
            seen = (found.measured or {}).get((cell, hour))
            cells.append(text if seen is None else f"{text} ({f'{seen.ec50:.3g}' if seen.defined else '?'})")
        table.add_row(*map(Text, cells))
    return table
