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
ARM = 14  # px, the name of an arm above its panels
DRAWN = 60  # patients drawn one by one; a longer list can no longer be read


def arm_names(forecast: Any, arm: str | None = None) -> list[str]:
    """Return the arms to draw, in the order of the trial: the one asked for, or all."""
    names = list(forecast.summary["arms"])
    if arm is None:
        return names
    if arm not in names:
        raise RunError(f"arm '{arm}' is not in this forecast.", choices(arm, names))
    return [arm]


def treated(forecast: Any, arm: str | None = None) -> list[str]:
    """Return the arms to draw in which something is given; all of them when nothing is given in any."""
    names = arm_names(forecast, arm)
    return [name for name in names if len(columns(forecast, "doses", name, "time_d")[0])] or names


def per_arm(forecast: Any, names: list[str], panel: Callable[[Any, str], Spec]) -> Spec:
    """Return one panel per arm, named and placed below each other; one arm alone is drawn without a name."""
    if len(names) == 1:
        drawn = panel(forecast, names[0])
        return drawn if len(forecast.summary["arms"]) == 1 else below([titled(drawn, names[0], ARM)])
    return below([titled(panel(forecast, name), name, ARM) for name in names])


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


def everyone(forecast: Any, names: list[str], most: int | None = None) -> str:
    """Write `counts` of all patients of these arms."""
    return counts([len(columns(forecast, "patients", name, "patient")[0]) for name in names], most)


def _values(column: np.ndarray | Labels) -> np.ndarray:
    return np.array(column.names, dtype=str)[column.codes] if isinstance(column, Labels) else column
