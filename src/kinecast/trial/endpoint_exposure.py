"""Endpoints of exposure: peak, its time, steady level, area, half-lives, clearance, volume, accumulation."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from kinecast import catalog
from kinecast.catalog import Agent
from kinecast.trial.asked_dose import LARGEST, asked_dose
from kinecast.trial.endpoint import Endpoint, NotSimulatedError, Question, observed_days, observed_window
from kinecast.trial.estimators import Median
from kinecast.trial.exposure import Levels

_STEADY = re.compile(r"steady state.*|plateau.*|end of infusion")
"""Times that mean the steady level of an infusion."""

_READ: dict[str, tuple[Callable[[Levels], np.ndarray], str]] = {
    "cmax": (Levels.peak, "pM"),
    "tmax": (Levels.time_of_peak, "day"),
    "css": (Levels.steady, "pM"),
    "auc": (Levels.area, "pM*day"),
    "half_life_alpha": (Levels.distribution_half_life, "day"),
    "clearance": (lambda levels: 1e3 * levels.clearance(), "L/day"),  # nmol over pM·d
    "vd": (lambda levels: 1e3 * levels.volume(), "L"),
}
_OTHERS = ("half_life", "half_life_terminal", "bioavailability", "cmax_relative_to_iv_bolus", "accumulation_ratio")
_ABOVE = re.compile(r"time_above_(\d+(?:p\d+)?)(ng|pg)_ml")
_INTRAVENOUS = ("half_life_alpha", "vd")
"""What is read only after intravenous doses: by other routes it holds absorption too."""
_SHORT = 1 / 24
"""Longest infusion, d, that other routes are compared with as with a bolus."""


def is_exposure(quantity: str) -> bool:
    """Whether a quantity is one of a drug's exposure."""
    return quantity in _READ or quantity in _OTHERS or _ABOVE.fullmatch(quantity.lower()) is not None


def exposure_endpoint(question: Question) -> Endpoint | None:
    """Return the endpoint of an exposure to the first agent of the arm; None for any other quantity."""
    name = question.quantity
    if not is_exposure(name):
        return None
    above = _ABOVE.fullmatch(name.lower())
    treatments = question.protocol.arms[question.arm]
    if not treatments:
        raise NotSimulatedError("the arm is untreated")
    agent = catalog.agent(treatments[0].agent)
    if name in ("bioavailability", "cmax_relative_to_iv_bolus"):
        values, unit = _relative(question, Levels.of(question.outcome.conducted, agent.id), agent.id), "fraction"
    elif name == "accumulation_ratio":
        values, unit = _accumulation(question, agent.id), "1"
    else:
        levels = Levels.of(question.outcome.conducted, agent.id, _number(question, agent.id))
        if above:
            level = float(above[1].replace("p", ".")) * (1.0 if above[2] == "ng" else 1e-3)  # ng/mL
            values, unit = levels.time_above(level / agent.molar_mass), "day"  # one pM is so many ng/mL
        else:
            values, unit = _read(question, levels, treatments[0].route)
    per = concentrations(agent, unit.removeprefix("pM")) if unit.startswith("pM") else None
    return Endpoint(Median(np.where(question.subset, values, np.nan)), unit, per)


def concentrations(agent: Agent, rest: str = "") -> dict[str, float]:
    """Return how many mg/L, and IU/L where the drug has an activity, one pM is; `rest` follows each unit ('*day')."""
    milligram = agent.molar_mass * 1e-3
    per = {f"mg/L{rest}": milligram}
    if agent.potency:
        per[f"IU/L{rest}"] = milligram * agent.potency.quantity.to("IU/mg")
    return per


def _read(question: Question, levels: Levels, route: str) -> tuple[np.ndarray, str]:
    name, window = question.quantity, observed_window(question.time)
    if name in _INTRAVENOUS and route != "iv":
        raise NotSimulatedError("it is read after intravenous doses")
    if name == "half_life":
        return levels.half_life(*window) if window else levels.terminal_half_life(), "day"
    if name == "half_life_terminal":
        return _late(levels, window), "day"
    if name == "css" and not levels.duration:
        raise NotSimulatedError("steady state is read from infusions")
    if name == "auc" and re.fullmatch(r"(wk|week) \d+", question.time.strip().lower()):
        return levels.area_seen(), "pM*day"
    read, unit = _READ[name]
    return read(levels), unit


def _number(question: Question, agent: str) -> int:
    """Return the number of the dose asked about: one that the time names, or the first of the largest doses.

    A time after the dose ('6 h') names when the level was seen, a window a part of the curve, 'steady state' that of an infusion.
    """
    conducted, text = question.outcome.conducted, question.time.strip().lower()
    doses = [dose for dose in conducted.planned if dose.agent == agent]
    number = asked_dose(doses, text)
    timed = observed_days(text) is not None and (question.quantity == "css" or question.since == "dose")
    windowed = question.quantity.startswith("half_life") and observed_window(text)
    if timed or windowed or (question.quantity == "css" and _STEADY.fullmatch(text)):
        number = LARGEST
    if number is None or (number == LARGEST and not text and question.since in ("", "start") and question.on):
        raise NotSimulatedError(f"'{question.time or question.on}' names no dose of {agent}")
    if number == LARGEST:
        columns = [index for index, dose in enumerate(conducted.planned) if dose.agent == agent]
        amounts = np.median(conducted.planned_nmol[:, columns], axis=0)
        return int(np.argmax(amounts >= amounts.max() * (1 - 1e-6)))
    return number


def _late(levels: Levels, window: tuple[float, float] | None) -> np.ndarray:
    """Return the half-life (N,) in the last half of a window that begins at the dose (after distribution), or the terminal."""
    if window is None:
        return levels.terminal_half_life()
    begin, end = window
    return levels.half_life(begin if begin else end / 2, end)


def _accumulation(question: Question, agent: str) -> np.ndarray:
    """Return the area (N,), per dose, in the last interval that ends by the time named, over that in the first interval."""
    conducted, window = question.outcome.conducted, observed_window(question.time)
    end = window[1] if window else question.day
    times = [dose.time for dose in conducted.planned if dose.agent == agent]
    whole = [index for index, following in enumerate(times[1:]) if end is None or following <= end + 1e-6]
    if len(whole) < 2:
        raise NotSimulatedError(f"'{question.time}' does not come after several doses")
    last, first = (Levels.of(conducted, agent, number) for number in (whole[-1], 0))
    return (last.area_seen() / last.dose) / (first.area_seen() / first.dose)


def _relative(question: Question, levels: Levels, agent: str) -> np.ndarray:
    """Return peak or area, per dose, relative to the arm in which the same patients got it iv, (N,): a bolus, or the shortest."""
    given = {arm: treatments[0] for arm, treatments in question.protocol.arms.items() if treatments}
    length = {arm: one.duration.canonical if one.duration else 0.0 for arm, one in given.items()}
    veins = [arm for arm, one in given.items() if one.route == "iv" and catalog.agent(one.agent).id == agent]
    veins = [arm for arm in veins if length[arm] <= _SHORT and arm != question.arm]
    if not veins:
        raise NotSimulatedError("no arm of the protocol gives an iv bolus to compare with")
    other = Levels.of(question.outcomes[min(veins, key=length.__getitem__)].conducted, agent)
    read = Levels.area if question.quantity == "bioavailability" else Levels.peak
    return (read(levels) / levels.dose) / (read(other) / other.dose)
