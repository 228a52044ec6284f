"""`kinecast combine`: a combination beside its drugs alone, as a table, a file and a picture."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.folder import check_folder, write_files
from kinecast.cli.progress import progress_bar
from kinecast.errors import RunError
from kinecast.inference.additivity import OVER_EITHER, OVER_INDEPENDENT, Additivity, Estimate, additivity, combined_arms
from kinecast.inference.combinations import compared, met, reported
from kinecast.runs.source import resolve

if TYPE_CHECKING:
    from rich.table import Table

    from kinecast.catalog import Trial
    from kinecast.trial.protocol import Protocol

FILES = ("combine.json", "combine.svg")
REPORTED = "reported"
NAMES = {
    "orr": "Objective response",
    "dcr": "Disease control",
    "pfs_rate": "Free of progression at 12 months",
    "os_median": "Median survival",
}
BANDS = ("patients", "parameters", "both")
DIFFERENCES = {OVER_EITHER: "combination − either drug", OVER_INDEPENDENT: "combination − independent action"}


def combine_drugs(
    trial: str,
    arm: str,
    *,
    patients: int,
    draws: int,
    seed: int,
    threads: int | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate a combination and its drugs alone; print the table or the JSON, and store file and picture."""
    protocol, source, left_out = resolve(trial)
    if arm in left_out:
        raise RunError(f"{arm} of {trial} cannot be simulated: {left_out[arm]}.", f"See kinecast show {trial}.")
    chosen = arm or _first(protocol)
    folder = out or Path(f"kinecast-combine-{Path(trial).stem}")
    check_folder(folder, FILES, "result of combine")
    others = _others(source, protocol, chosen)
    seen = reported(source, chosen, "orr", "fraction") if source is not None and chosen in protocol.arms else None
    size = seen.n if seen is not None else None
    with progress_bar("steps", shown=not quiet and sys.stderr.isatty()) as progress:
        found = additivity(
            protocol,
            chosen,
            patients=patients,
            draws=draws,
            seed=seed,
            threads=threads,
            size=size,
            others=others,
            progress=progress,
        )
    content = {"trial": trial, **as_dict(found, source)}
    _store(content, folder)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        _print(content, folder)


def _first(protocol: Protocol) -> str:
    """Return the first arm of two or more drugs, or else the first arm."""
    return next(iter(combined_arms(protocol) or protocol.arms))


def _others(trial: Trial | None, protocol: Protocol, arm: str) -> dict[str, int | None]:
    """Return the arms of the trial that lack one drug of the combination, each with its number of patients."""
    if trial is None or arm not in protocol.arms:
        return {}
    seen = {other: reported(trial, other, "orr", "fraction") for other in compared(trial, protocol, arm)}
    return {other: one.n if one else None for other, one in seen.items()}


def as_dict(found: Additivity, trial: Trial | None = None) -> dict[str, Any]:
    """Return a result as plain values; what is not reached or not defined is None."""
    from kinecast.inference.open_numbers import stored_draws

    endpoints: dict[str, Any] = {}
    for name, comparison in found.comparisons.items():
        numbers = {key: _estimate(one, verdict=key == OVER_INDEPENDENT) for key, one in comparison.numbers.items()}
        endpoints[name] = {"unit": comparison.unit, "numbers": numbers, REPORTED: None}
        seen = reported(trial, found.arm, name, comparison.unit) if trial is not None else None
        if seen is not None:
            verdict, why = met(seen, comparison.numbers["combination"].value, comparison.unit, found.patients)
            endpoints[name][REPORTED] = {
                "value": seen.value,
                "low": seen.low,
                "high": seen.high,
                "n": seen.n,
                "source": seen.seen.source,
                "used_for": seen.seen.used_for,
                "met": verdict,
                "not_scored": why,
            }
    return {
        "arm": found.arm,
        "drugs": list(found.parts),
        "patients": found.patients,
        "seed": found.seed,
        "size": found.size,
        "draws": found.draws,
        "parameter_draws": {**stored_draws().made, "effective": round(stored_draws().effective, 1)} if found.draws else None,
        "failed": dict(found.failed),
        "endpoints": endpoints,
    }


def _estimate(one: Estimate, *, verdict: bool) -> dict[str, Any]:
    bands = {"patients": one.patients, "parameters": one.parameters, "both": one.both}
    plain = {name: None if band is None else [_finite(limit) for limit in band] for name, band in bands.items()}
    return {"value": _finite(one.value), **plain, **({"verdict": one.verdict} if verdict else {})}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _store(content: dict[str, Any], folder: Path) -> None:
    from kinecast.plots.combination import combination_picture
    from kinecast.plots.drawn import as_svg

    texts = (json.dumps(content, indent=1, ensure_ascii=False) + "\n", as_svg(combination_picture(content)))
    write_files(folder, FILES, dict(zip(FILES, texts, strict=True)))


def _print(content: dict[str, Any], folder: Path) -> None:
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    page.print(Text(f"{' + '.join(content['drugs'])} ({content['trial']}, {content['arm']})", style="bold"))
    page.print(Text(f"{content['patients']} virtual patients, the same in every arm; bands of 95 %: trials of {content['size']}"))
    if content["failed"]:
        failed = ", ".join(f"{count} of {name}" for name, count in content["failed"].items())
        page.print(Text(f"Simulations failed: {failed}", style="yellow"))
    for name, one in content["endpoints"].items():
        page.print(_table(name, one))
    if content["draws"]:
        made = content["parameter_draws"]
        page.print(
            Text(
                f"{content['draws']} draws of the numbers that data leave open keep the rates of the single drugs that "
                f"calibrated the model (made {made['date']}, {made['accepted']:.0%} of the steps accepted; worth about "
                f"{made['effective']:.0f} independent ones)."
            )
        )
    page.print("Nothing is tuned to a combination but infused cells, one number each.")
    page.print(f"\nPicture: {folder / FILES[1]}\nNumbers: {folder / FILES[0]}", soft_wrap=True, markup=False)


def _table(name: str, endpoint: dict[str, Any]) -> Table:
    from rich.table import Table
    from rich.text import Text

    share = endpoint["unit"] == "fraction"
    table = Table(box=None, header_style="bold")
    table.add_column(f"\n{NAMES[name]} [{'%' if share else 'months'}]", overflow="fold")
    shown_bands = [band for band in BANDS if any(one[band] for one in endpoint["numbers"].values())]
    for heading in ("\nForecast", *(f"95 % over\n{band}" for band in shown_bands), "\n"):
        table.add_column(heading, justify="right")
    for key, one in endpoint["numbers"].items():
        shown: str = DIFFERENCES.get(key) or key.replace(" minus ", " − ")
        signed = " minus " in key
        cells = [
            _number(one["value"], share, signed=signed),
            *(_band(one[band], share) for band in shown_bands),
        ]
        table.add_row(*map(Text, (shown, *cells, one.get("verdict", ""))))
    seen = endpoint[REPORTED]
    if seen is not None:
        verdict = {True: "met", False: "not met", None: ""}[seen["met"]]
        size = f" (n = {seen['n']})" if seen["n"] else ""
        interval = _band([seen["low"], seen["high"]], share) if seen["low"] is not None or seen["high"] is not None else ""
        blank = [""] * (len(shown_bands) - 1)
        table.add_row(*map(Text, (f"reported{size}", _number(seen["value"], share), interval, *blank, verdict)), style="bold")
    return table


def _number(value: float | None, share: bool, *, signed: bool = False) -> str:
    if value is None:
        return "not reached"
    shown = value * 100 if share else value
    return f"{shown:+.1f}" if signed else f"{shown:.1f}"


def _band(band: list[float | None] | None, share: bool) -> str:
    return "" if band is None else " to ".join(_number(limit, share) for limit in band)
