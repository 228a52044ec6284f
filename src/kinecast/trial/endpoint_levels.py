"""Endpoints of cells, mediators, drugs in serum and other observables: at a time, folds, peaks, nadirs and when they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kinecast import catalog
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question, observed_window
from kinecast.trial.endpoint_exposure import concentrations
from kinecast.trial.estimators import Median
from kinecast.trial.schedule import leading_agent
from kinecast.units import dimension

_CELLS = {"nkbright": "nk_bright"}
_ALIASES = {
    "map": "mean_arterial_pressure",
    "ifng": "ifn_gamma",
    "serum_ifng": "ifn_gamma",
    "serum_il5": "il5",
    "serum_il6": "il6",
    "serum_il10": "il10",
    "serum_tnf": "tnf",
    "serum_neopterin": "neopterin",
    "serum_ip10": "ip10",
    "lymphocyte": "lymphocytes",
    "alc": "lymphocytes",
    "monocyte": "monocytes",
    "leukocyte": "leukocytes",
}
_MEDIATORS = ("ifn_gamma", "tnf", "il6", "il10", "il5")
"""Inflammatory cytokines of the model."""

_PEAKS = re.compile(r"|peak|at peak|peak value|max|maximum|highest|\d+-day course")
"""Times that mean the highest value of all; for a fold, no time means it too."""
_AFTER_DOSES = re.compile(r"after (\d+) (?:doses|injections)")
_EFFECT_OF_DOSE = 14.0
"""Days after a dose in which its effect on cells is looked for, when a report says 'after 3 doses'."""
_SHAPES = (
    (re.compile(r"fold_(\w+?)_blood(?:_max)?"), "fold"),
    (re.compile(r"fold_(serum_\w+)"), "fold"),
    (re.compile(r"(\w+)_peak"), "peak"),
    (re.compile(r"(\w+)_nadir"), "nadir"),
    (re.compile(r"(\w+)_tmax"), "time of peak"),
    (re.compile(r"time_(\w+)_peak"), "time of peak"),
    (re.compile(r"(\w+)_peak_time"), "time of peak"),
    (re.compile(r"tmin_(\w+)"), "time of nadir"),
    (re.compile(r"(\w+?)(?:_blood)?"), "level"),
)
"""How quantities are written, the first that fits, and what of the curve they are."""


@dataclass(frozen=True)
class _Curve:
    """Values (N, T) in a unit, NaN outside the subset asked about; `per` as in `Endpoint`."""

    values: np.ndarray
    unit: str
    per: Mapping[str, float] | None = None

    @property
    def fold(self) -> np.ndarray:
        """Values over those before treatment, (N, T)."""
        before = self.values[:, :1]
        if not np.nan_to_num(before, nan=1.0).all():
            raise NotSimulatedError("there is none of it before treatment in the model")
        return self.values / before


def level_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of a level, a cell count or another observable; None for any other quantity."""
    if question.quantity == "serum_cytokine_fold_peak":
        return Endpoint(Median(_largest_fold(question)), "fold")
    if question.quantity == "cd4_cd8_ratio":
        cd4, cd8 = (_needed(question, name).values for name in ("cd4", "cd8"))
        return Endpoint(Median(_at(question, cd4 / cd8, peak=False)), "1")
    for written, kind in _SHAPES:
        match = written.fullmatch(question.quantity)
        if match is None:
            continue
        curve = _found(question, match[1])
        if curve is not None:
            return _of(question, curve, kind)
        if kind == "fold" or (kind == "level" and match[1].startswith("serum_")):
            raise NotSimulatedError(f"the model does not show {match[1].replace('_', ' ')}")
    return None


def _of(question: Question, curve: _Curve, kind: str) -> Endpoint:
    if kind == "fold":
        return Endpoint(Median(_at(question, curve.fold, peak=True)), "fold")
    if kind.startswith("time of"):
        return Endpoint(Median(_when(question, curve.values, lowest=kind == "time of nadir")), "day")
    if kind == "level":
        return Endpoint(Median(_at(question, curve.values, peak=False)), curve.unit, curve.per)
    relative = bool(question.unit) and dimension(question.unit) == dimension("fraction") != dimension(curve.unit)
    values = _extreme(curve.fold if relative else curve.values, lowest=kind == "nadir")
    return Endpoint(Median(values), "fraction", None) if relative else Endpoint(Median(values), curve.unit, curve.per)


def _found(question: Question, name: str) -> _Curve | None:
    """Return an observable, or a drug of the arm by its family ('serum_il12'); None for what is neither."""
    name = _CELLS.get(name, name)
    name = _ALIASES.get(name, name)
    if name in question.units:
        return _Curve(_among(question, question.outcome.conducted.curve(name)), question.units[name])
    if name == "ifn_gamma":
        return _drugs(question, "ifng")
    return _drugs(question, name.removeprefix("serum_")) if name.startswith("serum_") else None


def _needed(question: Question, name: str) -> _Curve:
    curve = _found(question, name)
    if curve is None:
        raise NotSimulatedError(f"the model does not show {name.replace('_', ' ')}")
    return curve


def _drugs(question: Question, family: str) -> _Curve | None:
    """Return the level of the arm's drugs of a family, in mass together; None where it gives none of that family."""
    given = {catalog.agent(one.agent).id: catalog.agent(one.agent) for one in question.protocol.arms[question.arm]}
    agents = [agent for agent in given.values() if _plain(agent.family) == family and f"serum_{agent.id}" in question.units]
    if not agents:
        return None
    curves = [question.outcome.conducted.curve(f"serum_{agent.id}").astype(float) for agent in agents]
    if len(agents) == 1:
        return _Curve(_among(question, curves[0]), "pM", concentrations(agents[0]))
    masses = [concentrations(agent)["mg/L"] for agent in agents]
    together = np.sum([mass * curve for mass, curve in zip(masses, curves, strict=True)], axis=0)
    return _Curve(_among(question, together), "mg/L")


def _plain(family: str) -> str:
    """Return the name of a family as quantities are written: 'il12', 'ifng', 'gmcsf'."""
    plain = family.lower().replace("-", "")
    for letter in ("alpha", "beta", "gamma"):
        plain = plain.replace(letter, letter[0])
    return plain


def _among(question: Question, values: np.ndarray) -> np.ndarray:
    return np.where(question.subset[:, None], values, np.nan)


def _largest_fold(question: Question) -> np.ndarray:
    """Return the largest rise (N,) of any inflammatory cytokine of the model, over the value before treatment."""
    folds = [_extreme(_needed(question, name).fold, lowest=False) for name in _MEDIATORS if name in question.units]
    if not folds:
        raise NotSimulatedError("the model does not show inflammatory cytokines")
    return np.max(folds, axis=0)


def _at(question: Question, curve: np.ndarray, *, peak: bool) -> np.ndarray:
    """Return the values (N,) at the time asked for: a day, the mean over a window, or the peak."""
    times, text = question.outcome.conducted.times, question.time.strip().lower()
    window, after = observed_window(question.time), _AFTER_DOSES.fullmatch(text)
    if window:
        inside = curve[:, (times >= window[0]) & (times <= window[1])]
        return inside.mean(axis=1) if inside.shape[1] else np.full(len(curve), np.nan)
    if after and peak:
        begin, end = _after_dose(question, int(after[1]))
        return _extreme(curve[:, (times >= begin) & (times <= end)], lowest=False)
    day = question.day
    if day is not None:
        if day > times[-1] + 1e-6:
            raise NotSimulatedError(f"follow-up ends at {question.protocol.follow_up}")
        late = int(np.clip(np.searchsorted(times, day), 1, len(times) - 1))
        share = (day - times[late - 1]) / (times[late] - times[late - 1])
        return (1 - share) * curve[:, late - 1] + share * curve[:, late]
    if _PEAKS.fullmatch(text) and (peak or text):
        return _extreme(curve, lowest=False)
    raise NotSimulatedError(f"'{question.time}' is not one time")


def _after_dose(question: Question, number: int) -> tuple[float, float]:
    """Return from when to when, d, the effect of a dose (from 1) of the first treatment is looked for."""
    times = [dose.time for dose in question.outcome.conducted.planned if dose.treatment == 0]
    if number > len(times):
        raise NotSimulatedError(f"the arm has {len(times)} doses, not {number}")
    return times[number - 1], min([times[number - 1] + _EFFECT_OF_DOSE, *times[number : number + 1]])


def _when(question: Question, curve: np.ndarray, *, lowest: bool) -> np.ndarray:
    """Return when a curve is lowest or highest (N,), d from the start, before the second cycle of the first drug."""
    conducted = question.outcome.conducted
    agent = leading_agent(conducted.planned)
    doses = [dose for dose in conducted.planned if dose.agent == agent]
    first = {(dose.course, dose.cycle) for dose in doses[:1]}
    end = next((dose.time for dose in doses if (dose.course, dose.cycle) not in first), np.inf)
    inside = conducted.times <= end
    filled = np.nan_to_num(curve[:, inside], nan=np.inf if lowest else -np.inf)
    at = filled.argmin(axis=1) if lowest else filled.argmax(axis=1)
    return np.where(np.isnan(curve[:, inside]).all(axis=1), np.nan, conducted.times[inside][at])


def _extreme(curve: np.ndarray, *, lowest: bool) -> np.ndarray:
    """Return the lowest or highest value (N,) over all times, NaN where nothing is known."""
    missing = np.isnan(curve).all(axis=1)
    filled = np.nan_to_num(curve, nan=np.inf if lowest else -np.inf)
    return np.where(missing, np.nan, filled.min(axis=1) if lowest else filled.max(axis=1))
