"""Endpoints of drug levels, cells and other observables: peaks, steady states, half-lives, clearance, folds and nadirs."""

from __future__ import annotations

import re

import numpy as np

from kinecast import catalog
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question, observed_days, observed_window
from kinecast.trial.estimators import Median
from kinecast.trial.exposure import Levels

_CELLS = {"nkbright": "nk_bright"}
_ALIASES = {
    "map": "mean_arterial_pressure",
    "serum_ifng": "ifn_gamma",
    "serum_il6": "il6",
    "serum_tnf": "tnf",
    "lymphocyte": "lymphocytes",
}
_PEAKS = ("", "peak", "at peak", "peak value", "max", "maximum", "highest")
"""Times that mean the highest value of all; for a fold, no time means it too."""
_FIRST = re.compile(r"|day 1|(day 1 )?(after )?(the )?(first|single|one)( dose| injection| infusion| bolus)?")
_STEADY = re.compile(r"|steady state.*|plateau.*|end of infusion")
"""Times of an exposure that mean the first dose, and of a steady level those that mean it."""
_EXPOSURES = (
    "cmax",
    "css",
    "auc",
    "half_life",
    "half_life_terminal",
    "clearance",
    "bioavailability",
    "cmax_relative_to_iv_bolus",
)


def level_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a level, a cell count or another observable; None for any other quantity."""
    if question.quantity in _EXPOSURES:
        return _exposure(question)
    fold = re.fullmatch(r"fold_(\w+)_blood", question.quantity)
    if fold:
        curve = _curve(question, _CELLS.get(fold[1], fold[1]))
        return Endpoint(Median(_at(question, curve / curve[:, :1], peak=True)), "fold")
    name, _, kind = question.quantity.rpartition("_")
    if kind in ("peak", "nadir") and _known(name) in question.units:
        values = _extreme(_curve(question, _known(name)), lowest=kind == "nadir")
        return Endpoint(Median(values), question.units[_known(name)])
    plain = _known(question.quantity.removesuffix("_blood"))
    if plain in question.units:
        return Endpoint(Median(_at(question, _curve(question, plain), peak=False)), question.units[plain])
    return None


def _known(name: str) -> str:
    return _ALIASES.get(name, name)


def _exposure(question: Question) -> Endpoint:
    """Return an endpoint of the first agent's levels after its first dose."""
    treatments = question.protocol.arms[question.arm]
    if not treatments:
        raise NotSimulatedError("the arm is untreated")
    agent = catalog.agent(treatments[0].agent)
    levels = Levels.of(question.outcome.conducted, agent.id)
    among = question.subset
    if question.quantity in ("bioavailability", "cmax_relative_to_iv_bolus"):
        return Endpoint(Median(np.where(among, _relative(question, levels, agent.id), np.nan)), "fraction")
    if question.quantity == "css" and not levels.duration:
        raise NotSimulatedError("steady state is read from infusions")
    window = observed_window(question.time)
    _check_first_dose(question, window)
    values, unit = {
        "cmax": lambda: (levels.peak(), "pM"),
        "css": lambda: (levels.steady(), "pM"),
        "auc": lambda: (levels.area(), "pM*day"),
        "half_life": lambda: (levels.half_life(*window) if window else levels.terminal_half_life(), "day"),
        "half_life_terminal": lambda: (_late(levels, window), "day"),
        "clearance": lambda: (levels.dose / (levels.area() * 1e-3), "L/day"),  # nmol over nM·d
    }[question.quantity]()
    per = None
    if unit.startswith("pM"):
        milligram = agent.molar_mass * 1e-3  # mg/L in one pM
        rest = unit.removeprefix("pM")
        per = {f"mg/L{rest}": milligram}
        if agent.potency:
            per[f"IU/L{rest}"] = milligram * agent.potency.quantity.to("IU/mg")
    return Endpoint(Median(np.where(among, values, np.nan)), unit, per)


def _check_first_dose(question: Question, window: tuple[float, float] | None) -> None:
    """Check that an exposure is asked of the first dose, a steady level of an infusion, a half-life of any window after it."""
    text, steady = question.time.strip().lower(), question.quantity == "css"
    named = (_STEADY if steady else _FIRST).fullmatch(text) is not None
    later = question.since in ("", "start") and bool(question.on)
    timed = observed_days(text) is not None and (steady or question.since == "dose")
    if not (timed or (window and question.quantity.startswith("half_life")) or (named and (text or not later))):
        raise NotSimulatedError(f"'{question.time or question.on}' is not after the first dose")


def _late(levels: Levels, window: tuple[float, float] | None) -> np.ndarray:
    """Return the half-life (N,) in the last half of a window that begins at the dose (after distribution), or the terminal."""
    if window is None:
        return levels.terminal_half_life()
    begin, end = window
    return levels.half_life(begin if begin else end / 2, end)


def _relative(question: Question, levels: Levels, agent: str) -> np.ndarray:
    """Return peak or area, per dose, relative to the arm in which the same patients got an iv bolus, (N,)."""
    for arm, treatments in question.protocol.arms.items():
        if treatments and catalog.agent(treatments[0].agent).id == agent:
            bolus = treatments[0].route == "iv" and treatments[0].duration is None
            if bolus:
                other = Levels.of(question.outcomes[arm].conducted, agent)
                read = Levels.area if question.quantity == "bioavailability" else Levels.peak
                return (read(levels) / levels.dose) / (read(other) / other.dose)
    raise NotSimulatedError("no arm of the protocol gives an iv bolus to compare with")


def _curve(question: Question, name: str) -> np.ndarray:
    """Return an observable (N, T) with NaN outside the subset asked about."""
    if name not in question.units:
        raise NotSimulatedError(f"the model does not show {name.replace('_', ' ')}")
    return np.where(question.subset[:, None], question.outcome.conducted.curve(name), np.nan)


def _at(question: Question, curve: np.ndarray, *, peak: bool) -> np.ndarray:
    """Return the values (N,) at the time asked for: a day, the mean over a window, or the peak."""
    times = question.outcome.conducted.times
    window, day = observed_window(question.time), question.day
    if window:
        inside = curve[:, (times >= window[0]) & (times <= window[1])]
        return inside.mean(axis=1) if inside.shape[1] else np.full(len(curve), np.nan)
    if day is not None:
        if day > times[-1]:
            raise NotSimulatedError(f"follow-up ends at {question.protocol.follow_up}")
        late = int(np.clip(np.searchsorted(times, day), 1, len(times) - 1))
        share = (day - times[late - 1]) / (times[late] - times[late - 1])
        return (1 - share) * curve[:, late - 1] + share * curve[:, late]
    if question.time.strip().lower() in (_PEAKS if peak else _PEAKS[1:]):
        return _extreme(curve, lowest=False)
    raise NotSimulatedError(f"'{question.time}' is not one time")


def _extreme(curve: np.ndarray, *, lowest: bool) -> np.ndarray:
    """Return the lowest or highest value (N,) over all times, NaN where nothing is known."""
    missing = np.isnan(curve).all(axis=1)
    filled = np.nan_to_num(curve, nan=np.inf if lowest else -np.inf)
    return np.where(missing, np.nan, filled.min(axis=1) if lowest else filled.max(axis=1))
