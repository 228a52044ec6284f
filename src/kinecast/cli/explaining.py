"""`kinecast explain`: what brakes and drivers do to the outcome of an arm, and two arms on the same patients."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.cli.explained import print_explanation
from kinecast.cli.folder import check_folder, write_files
from kinecast.cli.progress import progress_bar
from kinecast.errors import RunError, choices

if TYPE_CHECKING:
    from kinecast.inference.attribution import Explanation, Paired

FILES = ("explain.json", "patients.csv", "explain.svg", "paired.svg", "paired.csv")


def explain_arm(
    trial: str,
    arm: str,
    against: str,
    *,
    disease: str,
    patients: int,
    seed: int,
    orders: int,
    weeks: float | None,
    threads: int | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Explain one arm, and with `against` compare it with another on the same patients; store and print what was found."""
    from kinecast.inference.attribution import compare, explain
    from kinecast.inference.attribution.conducting import of_arm

    ill = of_arm(trial, arm, disease).disease
    other = _other(trial, against)
    if other and (its := of_arm(*other, disease).disease) != ill:
        message = f"against: {against} treats {its}, and {trial} {ill}: they cannot be compared on the same patients."
        raise RunError(message, "Give both one disease with --disease.")
    folder = out or Path("-".join(["kinecast-explain", Path(trial).stem, *([_plain(arm)] if arm else [])]))
    check_folder(folder, FILES, "explanation")
    settings: dict[str, Any] = {"disease": disease, "orders": orders, "weeks": weeks}
    with progress_bar("patients", shown=not quiet and sys.stderr.isatty()) as progress:
        found = explain(trial, arm, patients, seed, threads, progress=progress, **settings)
    pair = None
    if other:
        with progress_bar("patients", shown=not quiet and sys.stderr.isatty()) as progress:
            second = explain(*other, patients, seed, threads, progress=progress, days=found.visits, **settings)
        pair = compare(found, second)
    content = found.as_dict() | ({"against": pair.second.as_dict(), "paired": pair.as_dict()} if pair else {})
    _store(found, pair, content, folder)
    if as_json:
        print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        print_explanation(found, pair, folder)


def _other(trial: str, against: str) -> tuple[str, str] | None:
    """Return the trial and the arm to compare with: an arm of the same trial, or TRIAL or TRIAL:ARM."""
    from kinecast import catalog
    from kinecast.runs.source import is_file, resolve

    if not against:
        return None
    arms = resolve(trial)[0].arms
    if against in arms:
        return trial, against
    source, _, arm = against.partition(":")
    if source in catalog.trials() or is_file(source):
        return source, arm
    raise RunError(f"against: '{against}' is neither an arm of {trial} nor TRIAL or TRIAL:ARM.", choices(against, arms))


def _store(found: Explanation, pair: Paired | None, content: dict[str, Any], folder: Path) -> None:
    import pandas as pd

    from kinecast.plots.attribution import attribution_picture
    from kinecast.plots.drawn import as_svg
    from kinecast.plots.paired import paired_picture

    texts = {
        "explain.json": json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        "patients.csv": pd.DataFrame(found.per_patient()).to_csv(index=False, float_format="%.6g"),
        "explain.svg": as_svg(attribution_picture(found)),
    }
    if pair is not None:
        texts["paired.csv"] = pd.DataFrame(pair.per_patient()).to_csv(index=False, float_format="%.6g")
        texts["paired.svg"] = as_svg(paired_picture(pair))
    write_files(folder, FILES, texts)


def _plain(name: str) -> str:
    """Return an arm's name as part of a folder's."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)
