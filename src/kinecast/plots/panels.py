"""What the pictures share: arms below each other, an even sample of patients, and how the number of patients is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kinecast.errors import RunError, choices
from kinecast.plots.grammar import Spec, below, titled
from kinecast.runs.columns import Labels

DAYS_PER_MONTH = 30.4375
MONTHS = "Time since first dose [month]"
DRAWN = 60  # patients drawn one by one; a longer list can no longer be read


def arm_names(forecast: Any, arm: str | None = None) -> list[str]:
    """Return the arms to draw, in the order of the trial: the one asked for, or all."""
    names = list(forecast.summary["arms"])
    if arm is None:
        return names
    if arm not in names:
        raise RunError(f"arm '{arm}' is not in this forecast.", choices(arm, names))
    return [arm]


def per_arm(forecast: Any, arm: str | None, panel: Callable[[Any, str], Spec]) -> Spec:
    """Return one panel per arm, named and placed below each other; a single arm is drawn without a name."""
    names = arm_names(forecast, arm)
    if len(names) == 1:
        return panel(forecast, names[0])
    return below([titled(panel(forecast, name), name) for name in names])


def columns(forecast: Any, table: str, arm: str, *names: str) -> list[np.ndarray]:
    """Return columns of one arm of 'patients', 'doses', 'scans' or 'toxicity' as arrays; labels become text.

    Pictures read columns, and not the DataFrames made of them, because loading pandas takes longer than drawing.
    """
    stored = forecast.columns[table]
    arms: Labels = stored["arm"]
    rows = np.isin(arms.codes, [code for code, name in enumerate(arms.names) if name == arm])
    return [_values(stored[name])[rows] for name in names]


def evenly(rows: int, most: int = DRAWN) -> np.ndarray:
    """Return at most `most` indices spread evenly over so many rows, first and last included."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).round().astype(int))


def counts(totals: list[int], most: int | None = None) -> str:
    """Write how many patients each arm shows: 'n = 120', or 'n = 60, spread evenly over 1,000'; arms are joined by '+'."""
    text = " + ".join(f"{total:,}" for total in totals)
    if most is None or max(totals, default=0) <= most:
        return f"n = {text}"
    shown = " + ".join(f"{min(total, most):,}" for total in totals)
    return f"n = {shown}, spread evenly over {text}"


def everyone(forecast: Any, arm: str | None = None, most: int | None = None) -> str:
    """Write `counts` of all patients of the arms drawn."""
    return counts([len(columns(forecast, "patients", name, "patient")[0]) for name in arm_names(forecast, arm)], most)


def _values(column: np.ndarray | Labels) -> np.ndarray:
    return np.array(column.names, dtype=str)[column.codes] if isinstance(column, Labels) else column
