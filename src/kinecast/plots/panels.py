"""What the pictures share: arms below each other, an even sample of patients, and how the number of patients is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from kinecast.errors import RunError, choices
from kinecast.plots.grammar import Spec, below, titled

if TYPE_CHECKING:
    import pandas as pd

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


def of_arm(table: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Return the rows of one arm."""
    return table[table["arm"] == arm]


def evaluable(forecast: Any, arm: str) -> pd.DataFrame:
    """Return the patients of an arm whose simulation finished."""
    people = of_arm(forecast.patients, arm)
    return people[people["os_days"].notna()]


def evenly(table: pd.DataFrame, most: int = DRAWN) -> pd.DataFrame:
    """Return at most `most` rows spread evenly over the table's order, first and last included."""
    if len(table) <= most:
        return table
    return table.iloc[np.linspace(0, len(table) - 1, most).round().astype(int)]


def counts(forecast: Any, arm: str | None = None, most: int | None = None) -> str:
    """Write how many patients are drawn: 'n = 120', or 'n = 60, spread evenly over 1,000'; arms are joined by '+'."""
    totals = [len(evaluable(forecast, name)) for name in arm_names(forecast, arm)]
    text = " + ".join(f"{total:,}" for total in totals)
    if most is None or max(totals) <= most:
        return f"n = {text}"
    shown = " + ".join(f"{min(total, most):,}" for total in totals)
    return f"n = {shown}, spread evenly over {text}"
