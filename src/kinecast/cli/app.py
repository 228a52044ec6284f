"""The commands and their options; each command loads what it needs when it is called, so that help is instant."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kinecast.cli.design_command import EXAMPLE, design
from kinecast.cli.options import Json, Quiet, Threads

app = typer.Typer(
    name="kinecast",
    help="Forecast what a cytokine will do to a cancer, and to the patient.",
    epilog="Example: kinecast run atkins1999 --patients 1000 --seed 1",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_OUT = "Folder for the results; one that holds a run, and nothing else, is replaced."


class Evidence(StrEnum):
    """The tables of the evidence."""

    OBSERVATIONS = "observations"
    REGIMENS = "regimens"
    MEASUREMENTS = "measurements"
    APPROVALS = "approvals"


class Form(StrEnum):
    """How rows of the evidence are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    BIBTEX = "bibtex"


class Axis(StrEnum):
    """What a dish is drawn against."""

    DOSE = "dose"
    TIME = "time"


class Kind(StrEnum):
    """What the catalogue can list."""

    AGENTS = "agents"
    DISEASES = "diseases"
    TRIALS = "trials"


def _print_version(wanted: bool) -> None:
    if wanted:
        import kinecast

        typer.echo(f"kinecast {kinecast.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: kinecast run atkins1999 --patients 1000 --seed 1, or kinecast run my-trial.yaml --without treg,pd1")
def run(
    trial: Annotated[str, typer.Argument(metavar="TRIAL_OR_FILE", help="A trial of the catalogue, or a protocol in YAML.")],
    patients: Annotated[
        int | None,
        typer.Option(help="Virtual patients in each arm.", show_default="as many as the protocol treats"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Which virtual population; the same seed gives the same patients.")] = 1,
    threads: Threads = None,
    out: Annotated[Path | None, typer.Option(help=_OUT, show_default="./kinecast-<trial>")] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="BRAKE[,BRAKE]", help="Take brakes away from every patient: treg, pd1, …", show_default=False),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Give every patient one value of a parameter.", show_default=False),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a virtual trial and set its forecast beside what was reported."""
    from kinecast.cli.running import run_trial

    changed = {"without": without or (), "settings": settings or ()}
    run_trial(trial, patients=patients, seed=seed, threads=threads, out=out, as_json=as_json, quiet=quiet, **changed)


@app.command(epilog="Example: kinecast rerun kinecast-atkins1999 --out again")
def rerun(
    provenance: Annotated[Path, typer.Argument(metavar="DIR_OR_PROVENANCE", help="Results of a run, or their provenance.json.")],
    threads: Threads = None,
    out: Annotated[Path | None, typer.Option(help=_OUT, show_default="./<folder of the first run>-again")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run again exactly what made some results, from their provenance."""
    from kinecast.cli.running import run_again

    run_again(provenance, threads=threads, out=out, as_json=as_json, quiet=quiet)


@app.command("list", epilog="Example: kinecast list trials --json")
def list_(
    kind: Annotated[Kind, typer.Argument(help="What to list.")],
    as_json: Json = False,
) -> None:
    """List the agents, diseases or trials of the catalogue."""
    from kinecast.cli.listing import list_records

    list_records(kind.value, as_json=as_json)


@app.command(epilog="Example: kinecast show aldesleukin, or kinecast show atkins1999 --json")
def show(
    key: Annotated[str, typer.Argument(help="An agent, disease, trial, holding rule, grading, parameter or citation.")],
    as_json: Json = False,
) -> None:
    """Show a record of the catalogue: every number with its source and where in the source it stands."""
    from kinecast.cli.showing import show_record

    show_record(key, as_json=as_json)


@app.command(epilog="Example: kinecast evidence --agent IL-15 --quantity orr, or kinecast evidence tachyphylaxis --as csv")
def evidence(
    words: Annotated[list[str] | None, typer.Argument(help="Words that must stand somewhere in a row.")] = None,
    agent: Annotated[str, typer.Option(help="Drug, synonym or family: aldesleukin, Anktiva, IL-15.", show_default=False)] = "",
    quantity: Annotated[str, typer.Option(help="What was reported: orr, os_median, half_life, kd.", show_default=False)] = "",
    disease: Annotated[str, typer.Option(help="Disease, or how its id starts: melanoma.", show_default=False)] = "",
    trial: Annotated[str, typer.Option(help="Trial, or how its id starts.", show_default=False)] = "",
    kind: Annotated[Evidence, typer.Option(help="Which table.")] = Evidence.OBSERVATIONS,
    form: Annotated[Form, typer.Option("--as", help="How to print.")] = Form.TABLE,
    as_json: Json = False,
) -> None:
    """Search what was given, reported, measured and approved, every number with its source; differing reports side by side."""
    from kinecast.cli.evidence import print_evidence

    print_evidence(
        words or [], kind.value, "json" if as_json else form.value, agent=agent, quantity=quantity, disease=disease, trial=trial
    )


@app.command(epilog="Example: kinecast validate, or kinecast validate --observations mine.csv --regimens mine-doses.csv")
def validate(
    observations: Annotated[
        Path | None, typer.Option(help="Your own reported numbers, a CSV table.", show_default="those of the catalogue")
    ] = None,
    regimens: Annotated[
        Path | None, typer.Option(help="Your own regimens, a CSV table.", show_default="those of the catalogue")
    ] = None,
    patients: Annotated[int, typer.Option(help="Virtual patients in each arm.")] = 300,
    seed: Annotated[int, typer.Option(help="Which virtual population.")] = 1,
    threads: Threads = None,
    out: Annotated[Path, typer.Option(help="Folder for scoreboard.json and scoreboard.svg.")] = Path("kinecast-scoreboard"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score the model against every observation that it can simulate; calibrated and not calibrated are told apart."""
    from kinecast.cli.validating import validate_model

    validate_model(observations, regimens, patients=patients, seed=seed, threads=threads, out=out, as_json=as_json, quiet=quiet)


@app.command(
    epilog="Example: kinecast sensitivity miller2018_il15sc --arm 2ug_kg_d --quantity fold_nk_blood --time peak, "
    "or kinecast sensitivity atkins1999 --quantity orr --json"
)
def sensitivity(
    trial: Annotated[str, typer.Argument(metavar="TRIAL_OR_FILE", help="A trial of the catalogue, or a protocol in YAML.")],
    quantity: Annotated[str, typer.Option(help="The forecast: orr, os_median, dlt_rate, fold_nk_blood, il6_peak.")],
    time: Annotated[str, typer.Option(help="When: '12 months', 'day 15', 'peak'.", show_default=False)] = "",
    arm: Annotated[str, typer.Option(help="Of which arm.", show_default="the first")] = "",
    patients: Annotated[int, typer.Option(help="Virtual patients, the same ones for every number.")] = 30,
    seed: Annotated[int, typer.Option(help="Which virtual population.")] = 1,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Double and halve every assumed number of a trial's model, one at a time, and show what that does to a forecast."""
    from kinecast.cli.sensing import print_sensitivity

    print_sensitivity(trial, quantity, time, arm, patients=patients, seed=seed, threads=threads, as_json=as_json)


@app.command(
    epilog="Example: kinecast explain atkins1999, or kinecast explain conlon2019_il15civ --arm 2ug_kg_d "
    "--disease melanoma-metastatic, or kinecast explain atkins1999 --against andtbacka2019_tvec_optim:gmcsf"
)
def explain(
    trial: Annotated[str, typer.Argument(metavar="TRIAL_OR_FILE", help="A trial of the catalogue, or a protocol in YAML.")],
    arm: Annotated[str, typer.Option(help="Which arm.", show_default="the first that is treated")] = "",
    against: Annotated[
        str, typer.Option(metavar="ARM_OR_TRIAL[:ARM]", help="Another arm, given to the same patients.", show_default=False)
    ] = "",
    disease: Annotated[
        str, typer.Option(help="Give the treatment to patients with this tumour.", show_default="the trial's own")
    ] = "",
    patients: Annotated[int, typer.Option(help="Virtual patients.")] = 300,
    seed: Annotated[int, typer.Option(help="Which virtual population.")] = 1,
    orders: Annotated[int, typer.Option(help="Random orders a patient, even, where not all coalitions can be simulated.")] = 4,
    weeks: Annotated[
        float | None, typer.Option(help="How long tumours are followed.", show_default="26; 104 after surgery")
    ] = None,
    threads: Threads = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the results; one that holds an explanation, and nothing else, is replaced.",
            show_default="./kinecast-explain-<trial>",
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Explain an outcome: which brakes cost how much, what drives it, and who gains or loses against another arm."""
    from kinecast.cli.explaining import explain_arm

    explain_arm(
        trial,
        arm,
        against,
        disease=disease,
        patients=patients,
        seed=seed,
        orders=orders,
        weeks=weeks,
        threads=threads,
        out=out,
        as_json=as_json,
        quiet=quiet,
    )


@app.command(epilog="Example: kinecast combine checkmate067 --arm nivo_ipi, or kinecast combine my-trial.yaml --draws 0 --json")
def combine(
    trial: Annotated[str, typer.Argument(metavar="TRIAL_OR_FILE", help="A trial of the catalogue, or a protocol in YAML.")],
    arm: Annotated[str, typer.Option(help="Of which arm.", show_default="the first of two or more drugs")] = "",
    patients: Annotated[int, typer.Option(help="Virtual patients, the same ones in every arm.")] = 300,
    draws: Annotated[int, typer.Option(help="Draws of the numbers that data leave open; 0 for none.")] = 20,
    seed: Annotated[int, typer.Option(help="Which virtual population.")] = 1,
    threads: Threads = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for combine.json and combine.svg.", show_default="./kinecast-combine-<trial>")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Set a combination beside each of its drugs alone and beside what independent drugs would give."""
    from kinecast.cli.combining import combine_drugs

    combine_drugs(trial, arm, patients=patients, draws=draws, seed=seed, threads=threads, out=out, as_json=as_json, quiet=quiet)


@app.command(
    epilog="Example: kinecast dish IL-2 --kd IL-2Ra=none, or kinecast dish IL-15 --data pstat5.csv, "
    "or kinecast dish super-2 --against time --cells treg,nk --doses 0.01nM,1nM"
)
def dish(
    molecule: Annotated[
        str, typer.Argument(help="IL-2, IL-4, IL-7, IL-9, IL-15, IL-15-complex, IL-21, or an agent that binds their receptors.")
    ],
    kd: Annotated[
        list[str] | None,
        typer.Option(metavar="RECEPTOR=KD", help="Change an affinity: IL-2Rb=1.2nM, IL-2Ra=none.", show_default=False),
    ] = None,
    gamma_loss: Annotated[
        float | None, typer.Option(help="In fold, how much more slowly the shared chain joins.", show_default="1")
    ] = None,
    cells: Annotated[
        list[str] | None,
        typer.Option(metavar="CELLS[,CELLS]", help="Populations: nk, treg, cd8_memory, yt1, …", show_default="ten of blood"),
    ] = None,
    doses: Annotated[
        list[str] | None, typer.Option(metavar="DOSE[,DOSE]", help="'10 pM,1 nM'.", show_default="0.0005 to 100 nM")
    ] = None,
    times: Annotated[
        list[str] | None, typer.Option(metavar="TIME[,TIME]", help="'30 min,4 h'.", show_default="0.5, 1, 2 and 4 h")
    ] = None,
    against: Annotated[Axis, typer.Option(help="What the picture is drawn against.")] = Axis.DOSE,
    density: Annotated[float, typer.Option(help="Million cells a mL that take drug from the medium.")] = 0.0,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Your measurements: a CSV table with cell_type, time_h, dose_nM, response, and perhaps ligand and replicate.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for dish.json and dish.svg.", show_default="./kinecast-dish-<molecule>")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate pSTAT of cells in a dish under a molecule known by its affinities, and set your measurements beside it."""
    from kinecast.cli.dishing import simulate_dish

    simulate_dish(
        molecule,
        kd=kd or [],
        gamma_loss=gamma_loss,
        cells=cells or [],
        doses=doses or [],
        times=times or [],
        against=against.value,
        density=density,
        data=data,
        out=out,
        as_json=as_json,
        quiet=quiet,
    )


@app.command(
    epilog="Example: kinecast compare aldesleukin aldesleukin:name=quiet,IL-2Ra=none,format=fc, "
    "or kinecast compare aldesleukin mine --molecules mine.yaml --disease colorectal"
)
def compare(
    molecules: Annotated[
        list[str], typer.Argument(metavar="MOLECULE...", help="Agents, recipes of --molecules, or recipes on one line.")
    ],
    recipes: Annotated[
        Path | None,
        typer.Option("--molecules", metavar="FILE", help="Recipes in YAML: name → recipe, as in a protocol.", show_default=False),
    ] = None,
    dose: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]DOSE",
            help="Of all, or of one; nmol of all are of cytokine; 'studied' is the highest dose studied.",
            show_default="10 nmol of cytokine",
        ),
    ] = None,
    every: Annotated[str, typer.Option(help="Interval between doses.")] = "1 week",
    doses: Annotated[int, typer.Option(help="How many doses.")] = 8,
    route: Annotated[str, typer.Option(help="How all are given: iv, sc, intralesional.")] = "iv",
    disease: Annotated[str, typer.Option(help="Disease of the patients, or none.")] = "melanoma-metastatic",
    patients: Annotated[int, typer.Option(help="Virtual patients, the same for every molecule.")] = 300,
    seed: Annotated[int, typer.Option(help="Which virtual population.")] = 1,
    threads: Threads = None,
    out: Annotated[Path | None, typer.Option(help="Folder for numbers and pictures.", show_default="./kinecast-compare")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Set molecules side by side on the same patients: binding, levels, cells, harm and benefit."""
    from kinecast.cli.comparing import compare_molecules

    schedule = {"every": every, "doses": doses, "route": route, "disease": disease}
    compare_molecules(
        molecules,
        recipes=recipes,
        doses_of=dose or (),
        out=out,
        as_json=as_json,
        quiet=quiet,
        patients=patients,
        seed=seed,
        threads=threads,
        **schedule,
    )


app.command(epilog=EXAMPLE)(design)
