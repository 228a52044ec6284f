"""`kinecast sensitivity`: what each assumed number does to a forecast, the strongest first."""

from __future__ import annotations

import json
from typing import Any

from kinecast.inference.sensitivity import Output, Sensitivity, sensitivity
from kinecast.runs.source import resolve

SHOWN = 15
"""Parameters that the terminal shows; --json has all."""


def print_sensitivity(
    trial: str, quantity: str, time: str, arm: str, *, patients: int, seed: int, threads: int | None, as_json: bool
) -> None:
    """Print one forecast of one arm, and what doubling and halving each assumed number does to it."""
    protocol = resolve(trial)[0]
    chosen = arm or next((name for name, given in protocol.arms.items() if given), next(iter(protocol.arms)))
    found = sensitivity(protocol, chosen, [Output(quantity, time)], patients=patients, seed=seed, threads=threads)[0]
    if as_json:
        print(json.dumps(as_dict(found, patients, seed), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _print(found, patients)


def as_dict(found: Sensitivity, patients: int, seed: int) -> dict[str, Any]:
    """Return a sensitivity as plain values; what is not reached or not defined is None."""
    return {
        "arm": found.arm,
        "quantity": found.output.quantity,
        "time": found.output.time,
        "unit": found.unit,
        "patients": patients,
        "seed": seed,
        "forecast": _finite(found.forecast),
        "parameters": [
            {
                "name": effect.parameter,
                "value": effect.value,
                "unit": effect.unit,
                "doubled": _finite(effect.doubled),
                "halved": _finite(effect.halved),
            }
            for effect in found.effects
        ],
    }


def in_words(value: float | None) -> str:
    """Return a forecast in three digits, or that there is none."""
    if value is None:
        return "none"
    return f"{value:.3g}" if value != float("inf") else "not reached"


def _print(found: Sensitivity, patients: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from kinecast.cli.console import console

    page = console()
    said = ", ".join(part for part in (found.output.quantity, found.output.time) if part)
    page.print(Text(f"{said} of {found.arm}: {in_words(found.forecast)} {found.unit} ({patients} virtual patients)"))
    table = Table(box=None, header_style="bold")
    for heading in ("Assumed number", "Value", "Unit", "Doubled", "Halved"):
        table.add_column(heading, overflow="fold")
    shown = [effect for effect in found.effects[:SHOWN] if found.strength(effect) > 0]
    for effect in shown:
        cells = (effect.parameter, f"{effect.value:.4g}", effect.unit, in_words(effect.doubled), in_words(effect.halved))
        table.add_row(*map(Text, cells))
    if shown:
        page.print(table)
    still = sum(found.strength(effect) == 0 for effect in found.effects)
    page.print(f"{len(found.effects)} numbers, {still} without effect; those between 0 and 1 are changed in their odds.")


def _finite(value: float | None) -> float | None:
    return None if value is None or value == float("inf") else value
