"""`kinecast design`: a search, its Pareto front as a table, a file and a picture, and a protocol of each of its points."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.folder import check_folder, write_files
from kinecast.cli.progress import progress_bar
from kinecast.errors import RunError
from kinecast.inference.design.objectives import OBJECTIVES

if TYPE_CHECKING:
    from rich.table import Table

    from kinecast.inference.design import Designs

FILES = ("design.json", "design.svg", "space.yaml")
JOURNAL, PROTOCOLS = "search.log", "protocols"
SHOWN = 25
"""Points that the terminal shows."""
REASONS = 8
"""Reasons for not simulating a candidate that the terminal shows."""


def design_molecules(
    source: str,
    *,
    evaluations: int,
    patients: int,
    seed: int,
    objectives: Sequence[str],
    constraints: Sequence[str],
    draws: int,
    threads: int | None,
    out: Path | None,
    show_space: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Search, store the front and print it; or print the space that would be searched."""
    from kinecast.inference.design import design, read_space

    space = read_space(source)
    if show_space:
        print(space.as_yaml(), end="")
        return
    folder = out or Path(f"kinecast-design-{Path(source).stem}")
    check_folder(folder, (*FILES, JOURNAL, PROTOCOLS), "design")
    if (folder / PROTOCOLS).exists():
        check_folder(folder / PROTOCOLS, _stored(folder), "design")
    shown = not quiet and sys.stderr.isatty()
    with progress_bar("evaluations", shown=shown) as progress, progress_bar("simulations for bands", shown=shown) as then:
        found = design(
            space,
            evaluations,
            patients,
            seed,
            objectives,
            constraints,
            draws,
            threads,
            folder,
            progress,
            then,
        )
    content = _content(found)
    _store(found, content, folder)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        _print(content, found.resumed, folder)


def _content(found: Designs) -> dict[str, Any]:
    """Return the result as it is stored: in place of each point's protocol, its file."""
    content = found.as_dict()
    for place, point in enumerate(content["front"], start=1):
        point["protocol"] = f"{PROTOCOLS}/{_file(place)}"
    return content


def _store(found: Designs, content: dict[str, Any], folder: Path) -> None:
    """Write protocols and pictures first and the numbers last, so that numbers never speak of files that are not there."""
    from kinecast.plots.drawn import as_svg
    from kinecast.plots.pareto import pareto_picture

    protocols = {_file(place): point.as_yaml(found.seed) for place, point in enumerate(found.points, start=1)}
    texts = {
        "design.svg": as_svg(pareto_picture(content)),
        "space.yaml": found.space.as_yaml(),
        "design.json": json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
    }
    write_files(folder / PROTOCOLS, [*_stored(folder), *protocols], protocols)
    write_files(folder, tuple(texts), texts)


def _file(place: int) -> str:
    return f"point-{place:02d}.yaml"


def _stored(folder: Path) -> list[str]:
    """Return the names of the protocols of an earlier result."""
    try:
        return sorted(path.name for path in (folder / PROTOCOLS).glob("point-*.yaml"))
    except OSError as error:
        raise RunError(f"{folder} cannot be read: {error.strerror}.", "Choose another folder.") from None


def _print(content: dict[str, Any], resumed: int, folder: Path) -> None:
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    counts = content["counts"]
    page.print(Text(f"Designs for {content['disease']}", style="bold"))
    went_on = f" ({resumed} were there)" if resumed else ""
    page.print(
        Text(
            f"{counts['evaluations']} evaluations{went_on} of {content['patients']} virtual patients, seed {content['seed']}: "
            f"{counts['within_constraints']} keep the constraints ({', '.join(content['constraints']) or 'none'}), "
            f"{counts['refused']} could not be simulated, {counts['with_failed_patients']} had patients who could not."
        )
    )
    refused = list(content["refused"].items())
    for reason, count in refused[:REASONS]:
        page.print(Text(f"Not simulated, {count}: {reason}", style="yellow"))
    if len(refused) > REASONS:
        page.print(Text(f"… and {len(refused) - REASONS} more reasons in {FILES[0]}.", style="yellow"))
    for name, reason in content["left_out"].items():
        page.print(Text(f"Left out: {name}: {reason}.", style="yellow"))
    if not content["front"]:
        page.print(Text("No candidate could be simulated: there is no front.", style="yellow"))
        page.print(f"\nNumbers:   {folder / FILES[0]}", soft_wrap=True, markup=False)
        return
    if not content["feasible"]:
        page.print(Text("No candidate keeps the constraints. The closest ones:", style="yellow"))
    page.print(_table(content))
    if len(content["front"]) > SHOWN:
        page.print(f"… and {len(content['front']) - SHOWN} more in {FILES[0]}.", markup=False)
    page.print(Text(_remarks(content)))
    page.print(f"\nPicture:   {folder / FILES[1]}\nNumbers:   {folder / FILES[0]}", soft_wrap=True, markup=False)
    page.print(
        f"Protocols: {folder / PROTOCOLS}/  (kinecast run {folder / PROTOCOLS / _file(1)} --seed {content['seed']})",
        soft_wrap=True,
        markup=False,
    )


def _remarks(content: dict[str, Any]) -> str:
    drawn = f"patients and {content['draws']} draws of the numbers that data leave open" if content["draws"] else "patients"
    beside = ", ".join(
        f"{name} {100 * one['response']:.0f} % (again {100 * one['other_patients']:.0f} %)"
        for name, one in content["references"].items()
    )
    said = [
        f"Bands of 95 % over {drawn}; 'again' is the same candidate in other patients.",
        f"For comparison respond: {beside}.",
        "No molecule here was given to anybody: far from what was given, forecasts are not validated.",
    ]
    if content["harm_not_modelled"]:
        said.insert(1, f"The harm of {', '.join(content['harm_not_modelled'])} is not in the model and does not count.")
    return " ".join(said)


def _table(content: dict[str, Any]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    table.add_column("\n#", justify="right")
    table.add_column("\nMolecule", overflow="fold")
    table.add_column("\nGiven", overflow="fold")
    for heading in ("Response\n%", "again", "Harm ≥ 3\n%", "Treg:CD8\nover baseline", "Days with\na dose"):
        table.add_column(heading if "\n" in heading else f"\n{heading}", justify="right")
    for place, point in enumerate(content["front"][:SHOWN], start=1):
        partner = point["candidate"]["partner"]
        molecule = f"{point['name']}: {point['molecule']}" if point["name"] else point["molecule"]
        given = point["schedule"] + (f" + {partner}" if partner != "none" else "")
        scores = point["scores"]
        again = scores["response"]["other_patients"]
        cells = [
            str(place),
            molecule,
            given,
            _shown(scores["response"], "response"),
            "" if again is None else f"{100 * again:.0f}",
            _shown(scores["grade3"], "grade3"),
            _shown(scores["treg_cd8"], "treg_cd8"),
            _shown(scores["visits"], "visits"),
        ]
        table.add_row(*map(Text, cells))
    return table


def _shown(one: dict[str, Any], name: str) -> str:
    """Return a score with its widest band."""
    factor, digits = (100, 0) if OBJECTIVES[name].share else (1, 0 if name == "visits" else 2)
    band = one["both"] or one["patients"]
    limits = f" ({factor * band[0]:.{digits}f} to {factor * band[1]:.{digits}f})" if band else ""
    return f"{factor * one['value']:.{digits}f}{limits}"
