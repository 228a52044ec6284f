"""The options of `kinecast design`; what it does is loaded when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kinecast.cli.options import Json, Quiet, Threads

EXAMPLE = (
    "Example: kinecast design colorectal --constraint 'grade3 <= 0.3', or kinecast design colorectal --space > my.yaml "
    "and then kinecast design my.yaml --evaluations 400"
)


def design(
    space: Annotated[
        str, typer.Argument(metavar="DISEASE_OR_FILE", help="A disease, for its default space, or a space in YAML.")
    ],
    evaluations: Annotated[int, typer.Option(help="How many candidates; a search that was ended goes on.")] = 200,
    patients: Annotated[int, typer.Option(help="Virtual patients, the same ones for every candidate.")] = 100,
    seed: Annotated[int, typer.Option(help="Which virtual population, and which candidates.")] = 1,
    objectives: Annotated[
        list[str] | None,
        typer.Option("--objective", metavar="SCORE", help="response, grade3, treg_cd8, visits.", show_default="all four"),
    ] = None,
    constraints: Annotated[
        list[str] | None,
        typer.Option("--constraint", metavar="LIMIT", help="A limit on a score: 'grade3 <= 0.3'.", show_default=False),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the numbers that data leave open, for the front's bands.")] = 10,
    threads: Threads = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the search and its front; a search there of the same settings is gone on with.",
            show_default="./kinecast-design-<disease>",
        ),
    ] = None,
    show_space: Annotated[bool, typer.Option("--space", help="Print the space as YAML, to be changed, and leave.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Search for molecules, doses, schedules and partners, and show the Pareto front of response, harm, Treg:CD8 and visits."""
    from kinecast.cli.designing import design_molecules

    design_molecules(
        space,
        evaluations=evaluations,
        patients=patients,
        seed=seed,
        objectives=objectives or (),
        constraints=constraints or (),
        draws=draws,
        threads=threads,
        out=out,
        show_space=show_space,
        as_json=as_json,
        quiet=quiet,
    )
