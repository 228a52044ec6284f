"""Bands over time: median, middle half and middle 90 % of the patients of one arm, and the window of the first course."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinecast.errors import RunError, choices
from kinecast.plots.grammar import Rows, Spec, layers, mark, number
from kinecast.plots.panels import evenly
from kinecast.plots.theme import FORECAST

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = ("low90", "low50", "median", "high50", "high90")
BAND = "Line: median patient; bands: middle 50 % and 90 % of the patients still followed"


def first_course(forecast: Any) -> float:
    """Return the day of the last dose planned in the first course of any arm; 0 without treatment."""
    doses = forecast.columns["doses"]
    return float(doses["time_d"][doses["course"] == 1].max(initial=0.0))


def quantities(forecast: Any) -> tuple[str, ...]:
    """Return the names of the stored curves."""
    return forecast.curves_store.quantities


def unit(forecast: Any, quantity: str) -> str:
    """Return the unit in which a curve is stored."""
    return forecast.curves_store.units[quantities(forecast).index(quantity)]


def bands(
    forecast: Any, arm: str, quantity: str, until: float, *, fold: bool = False, factor: float = 1.0, points: int = 160
) -> Rows:
    """Return one row per time from day 0 to `until`: five quantiles over the patients who have a value then.

    Arguments:
        fold: divide each patient's curve by its first value.
        factor: multiply the values (100 draws a fraction in percent).
        points: most times kept; more than a picture has room for would only make its file larger.
    """
    if quantity not in quantities(forecast):
        raise RunError(f"quantity '{quantity}' was not stored by this run.", choices(quantity, quantities(forecast)))
    times = forecast.curves_store.times
    window = np.flatnonzero((times >= 0) & (times <= until))
    kept = window[evenly(len(window), points)]
    numbers = _curve(forecast, arm, quantity)[:, kept].T.astype(float) * factor
    if fold:
        numbers = numbers / numbers[0]
    return [
        {"day": day, **dict(zip(NAMES, row, strict=True))}
        for day, row in zip(times[kept], _quantiles(numbers), strict=True)
        if np.isfinite(row).all()
    ]


def band_chart(rows: Rows, title: str | None, scale: Spec, axis: Spec, width: int, height: int, colour: str = FORECAST) -> Spec:
    """Draw the rows of `bands`: a light band for 90 %, a darker one for 50 %, a line for the median."""
    x = number("day", "Time [d]", scale={"nice": False})

    def y(field: str) -> Spec:
        return number(field, title, scale=scale, axis=axis)

    drawn = [
        mark("area", {"x": x, "y": y("low90"), "y2": {"field": "high90"}}, color=colour, opacity=0.16, clip=True),
        mark("area", {"x": x, "y": y("low50"), "y2": {"field": "high50"}}, color=colour, opacity=0.30, clip=True),
        mark("line", {"x": x, "y": y("median")}, color=colour, strokeWidth=1.8, clip=True),
    ]
    return layers(drawn, width, height, rows)


def _curve(forecast: Any, arm: str, quantity: str) -> np.ndarray:
    """Return (patients, times) of one observable."""
    store = forecast.curves_store
    if store.by_arm is None:
        return store.labelled.sel(arm=arm, quantity=quantity).values
    return store.by_arm[arm][:, :, store.quantities.index(quantity)]


def _quantiles(numbers: np.ndarray) -> np.ndarray:
    """Quantiles over the last axis (times, 5), missing values left out; one sort is far faster than numpy's nanquantile."""
    ordered = np.sort(numbers, axis=-1)
    last = np.maximum(np.isfinite(ordered).sum(axis=-1) - 1, 0)
    position = np.outer(last, LEVELS)
    below = np.floor(position).astype(int)
    above = np.minimum(below + 1, last[:, None])
    share = position - below
    return np.take_along_axis(ordered, below, -1) * (1 - share) + np.take_along_axis(ordered, above, -1) * share
