"""What the simulated patients show of each molecule: exposure, cells of blood, harm and benefit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kinecast.biology.actions import shows_harm
from kinecast.inference.comparison.asked import Asked
from kinecast.inference.comparison.binding import forms
from kinecast.inference.comparison.given import SEEN_AFTER
from kinecast.inference.comparison.rows import ACTIVE, PATIENTS_90, SAMPLING_95, Row
from kinecast.runs.columns import Labels
from kinecast.runs.forecast import Forecast
from kinecast.trial.estimators import wilson
from kinecast.trial.exposure import Levels

CELLS = ("nk", "cd8", "treg")
SEVERE = 3
"""Least grade that counts as harm."""
BLOOD_ONLY = "lymphopenia"
"""Not harm by itself: lymphocytes leave blood for tissue under every cytokine, and come back."""


def last_dose(forecast: Forecast, name: str) -> float:
    """Return the day of an arm's last planned dose."""
    treatment = forecast.protocol.arms[name][0]
    return treatment.starts[-1] + treatment.offsets[-1]


def measured(molecule: Asked, forecast: Forecast) -> Iterator[Row]:
    """Yield everything that the patients show of one molecule."""
    yield from _exposure(molecule, forecast)
    yield from _cells(molecule.name, forecast)
    yield from _harm(molecule, forecast)
    yield from benefit(molecule.name, forecast)


def _exposure(molecule: Asked, forecast: Forecast) -> Iterator[Row]:
    """Yield areas from the first dose to the next (or until the end of what is drawn), peak and half-life in that time."""
    treatment = forecast.protocol.arms[molecule.name][0]
    offsets = (*treatment.offsets, treatment.offsets[-1] + SEEN_AFTER)
    times = forecast.curves_store.times
    within = times <= offsets[1] + 1e-6
    for form, one in forms(molecule).items():
        plasma = _levels(forecast, molecule.name, f"serum_{one.id}", within)
        seen = _levels(forecast, molecule.name, f"acting_{one.id}", within)
        held = _levels(forecast, molecule.name, f"tumour_{one.id}", within)
        nothing = "the model has no level of it there"
        found = {
            "plasma_peak": (plasma and plasma.peak() * 1e-3, "nM"),
            "plasma_auc": (plasma and plasma.area_seen() * 1e-3, "nM*d"),
            "plasma_half_life": (plasma and plasma.terminal_half_life() * 24, "h"),
            "tumour_auc": (seen and seen.area_seen() * 1e3, "pM*d"),
            "tumour_auc_held": (held and held.area_seen() * 1e3, "pM*d"),
        }
        for quantity, (values, unit) in found.items():
            yield _spread(molecule.name, form, "exposure", quantity, values, unit, nothing)


def _levels(forecast: Forecast, arm: str, quantity: str, within: np.ndarray) -> Levels | None:
    """Return the levels after the first dose; None where the model has no such level."""
    store = forecast.curves_store
    if quantity not in store.quantities:
        return None
    level = curve(forecast, arm, quantity)[:, within].astype(float)
    return Levels(store.times[within], level, np.full(len(level), np.nan), 0.0)


def curve(forecast: Forecast, arm: str, quantity: str) -> np.ndarray:
    """Return (patients, times) of one observable in one arm."""
    store = forecast.curves_store
    if store.by_arm is None:
        return store.labelled.sel(arm=arm, quantity=quantity).values
    return store.by_arm[arm][:, :, store.quantities.index(quantity)]


def _cells(name: str, forecast: Forecast) -> Iterator[Row]:
    """Yield the largest fold of each cell of blood over the patient's own baseline, until four weeks after the last dose."""
    until = forecast.curves_store.times <= last_dose(forecast, name) + SEEN_AFTER + 1e-6
    for cell in CELLS:
        if cell not in forecast.curves_store.quantities:
            yield Row(name, ACTIVE, "cells", cell, None, "fold", note="the model of these patients has no such cell")
            continue
        values = curve(forecast, name, cell)[:, until].astype(float)
        peak = np.nan_to_num(values, nan=-np.inf).max(axis=1) / values[:, 0]
        yield _spread(name, ACTIVE, "cells", cell, np.where(np.isfinite(peak), peak, np.nan), "fold", "")


def _harm(molecule: Asked, forecast: Forecast) -> Iterator[Row]:
    """Yield the share of patients with grade 3 or worse: of anything but lymphopenia, and of each toxicity."""
    name = molecule.name
    columns = forecast.columns["patients"]
    arms = columns["arm"]
    assert isinstance(arms, Labels)
    chosen = arms.codes == arms.names.index(name)
    worst = {
        key.removeprefix("worst_"): np.asarray(column)[chosen]
        for key, column in columns.items()
        if key.startswith("worst_") and not isinstance(column, Labels)
    }
    if not worst or not shows_harm(molecule.agent.id, forecast.protocol.arms[name][0].route):
        yield Row(name, ACTIVE, "harm", "any", None, "fraction", note="the harm of this molecule is not in the model")
        return
    severe = {key: grades >= SEVERE for key, grades in worst.items()}
    counted = [one for key, one in severe.items() if key != BLOOD_ONLY]
    yield _share(name, "harm", "any", np.any(counted, axis=0))
    for key, one in severe.items():
        yield _share(name, "harm", key, one)


def benefit(name: str, forecast: Forecast) -> Iterator[Row]:
    """Yield the response rates of one arm, those that the forecast has."""
    for quantity in ("orr", "cr"):
        found = forecast.summary["arms"][name].get(quantity)
        if found is None:
            note = "response is not judged in these patients"
            yield Row(name, ACTIVE, "benefit", quantity, None, "fraction", note=note)
            continue
        limits = (found["forecast"], found["unit"], found["low"], found["high"])
        yield Row(name, ACTIVE, "benefit", quantity, *limits, SAMPLING_95, found["n"])


def _spread(name: str, form: str, group: str, quantity: str, values: np.ndarray | None, unit: str, note: str) -> Row:
    """Return median and middle 90 % of the patients who have a value."""
    known = values[np.isfinite(values)] if values is not None else np.array(())
    if not len(known):
        return Row(name, form, group, quantity, None, unit, note=note or "no patient has a value")
    low, median, high = np.percentile(known, (5, 50, 95)).tolist()
    return Row(name, form, group, quantity, median, unit, low, high, PATIENTS_90, len(known))


def _share(name: str, group: str, quantity: str, yes: Sequence[bool] | np.ndarray) -> Row:
    count, size = int(np.sum(yes)), len(yes)
    low, high = wilson(count, size) or (None, None)
    return Row(name, ACTIVE, group, quantity, count / size, "fraction", low, high, SAMPLING_95, size)
