"""Exposures against closed forms: which dose a report is about, and what is read after it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinecast.trial import Protocol
from kinecast.trial.asked_dose import LARGEST, asked_dose
from kinecast.trial.endpoint import NotSimulatedError, Question, in_unit
from kinecast.trial.endpoint_exposure import exposure_endpoint
from kinecast.trial.grid import output_times
from kinecast.trial.schedule import schedule

RATE, ABSORPTION = 2.0, 20.0  # 1/d


def protocol(*treatments: dict[str, Any], follow_up: str = "60 days", **more: Any) -> Protocol:
    return Protocol.read(
        {"title": "t", "disease": "none", "patients": 5, "follow_up": follow_up, "arms": {"a": list(treatments)}, **more}
    )


WEEKLY = {"agent": "aldesleukin", "dose": "100 ug", "route": "sc", "days": [1, 8, 15, 17, 19]}
RISING = (
    {"agent": "aldesleukin", "dose": "10 ug", "route": "sc"},
    {"agent": "aldesleukin", "dose": "40 ug", "route": "sc", "start": "day 8"},
)
VEIN = {"agent": "aldesleukin", "dose": "100 ug", "route": "iv"}


def asked(given: Protocol, quantity: str, time: str = "", *, route: str = "sc", unit: str | None = None, **when: Any) -> float:
    """Return the median endpoint of five patients with linear kinetics: exponential decline, after absorption if not iv."""
    planned = schedule(given.arms["a"])
    times = output_times(given)
    amounts = np.array([given.arms["a"][dose.treatment].dose.canonical for dose in planned])
    since = times[:, None] - np.array([dose.time for dose in planned])
    gone = np.exp(-RATE * np.maximum(since, 0)) - (route != "iv") * np.exp(-ABSORPTION * np.maximum(since, 0))
    if route == "two phases":
        gone = np.exp(-RATE * np.maximum(since, 0)) + 9 * np.exp(-100 * np.maximum(since, 0))
    level = np.where(since >= (0 if route == "iv" else 1e-9), gone, 0.0) @ amounts
    nmol = np.tile(amounts, (5, 1))
    conducted = SimpleNamespace(
        times=times,
        planned=planned,
        planned_nmol=nmol,
        given=np.ones(nmol.shape, dtype=bool),
        share=np.ones(nmol.shape),
        curve=lambda name: np.tile(level, (5, 1)),
    )
    outcome: Any = type("Made", (), {"conducted": conducted, "best": np.zeros(5), "__len__": lambda self: 5})()
    question = Question(quantity, time, "", "a", {"a": outcome}, {}, given, when.get("on"), when.get("since", ""))
    found = exposure_endpoint(question)
    assert found is not None
    return float(found.estimator.estimate(np.ones((1, 5)))[0]) * (in_unit(found, unit) if unit else 1.0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", LARGEST),
        ("first injection", 0),
        ("day 1", 0),
        ("wk 1", 0),
        ("day 8", 1),
        ("day 19", 4),
        ("dose 3 (day 15)", 2),
        ("after repeated injections", 4),
        ("day 2", None),
        ("dose 6", None),
        ("steady state", None),
    ],
)
def test_the_dose_that_a_report_names(text: str, number: int | None):
    assert asked_dose(schedule(protocol(WEEKLY).arms["a"]), text) == number


def test_where_doses_rise_a_report_without_a_time_is_about_the_largest():
    given = protocol(*RISING)
    assert asked(given, "cmax") == pytest.approx(4 * asked(given, "cmax", "first dose"), rel=1e-3)


def test_time_of_the_peak_after_first_and_later_dose_against_closed_form():
    expected = np.log(ABSORPTION / RATE) / (ABSORPTION - RATE) * 24
    given = protocol(WEEKLY)
    assert asked(given, "tmax", unit="h") == pytest.approx(expected, abs=0.6)
    late = given.model_copy(update={"samples": tuple(f"{18 + hours / 24} days" for hours in (1, 2, 3, 4, 5, 6))})
    assert asked(late, "tmax", "day 19", unit="h") == pytest.approx(expected, abs=0.6)


def test_accumulation_of_doses_every_six_hours_against_the_geometric_series():
    given = protocol(
        {"agent": "aldesleukin", "dose": "1 ug", "route": "iv", "every": "6 h", "doses": 40}, samples=["every 0.02 d"]
    )
    assert asked(given, "accumulation_ratio", "9 d", route="iv") == pytest.approx(1 / (1 - np.exp(-RATE / 4)), rel=0.02)
    with pytest.raises(NotSimulatedError, match="does not come after several doses"):
        asked(given, "accumulation_ratio", "6 h", route="iv")


def test_half_life_of_distribution_is_that_above_the_terminal_decline():
    given = protocol(VEIN)
    assert asked(given, "half_life_alpha", route="two phases", unit="min") == pytest.approx(np.log(2) / 100 * 1440, rel=0.15)
    with pytest.raises(NotSimulatedError, match="after intravenous doses"):
        asked(protocol(WEEKLY), "half_life_alpha")


def test_volume_and_clearance_against_closed_form():
    given = protocol(VEIN)  # the level starts at the dose, so that the volume is one unit of dose over level
    volume = asked(given, "vd", route="iv")
    assert volume == pytest.approx(1e3, rel=0.05)
    assert asked(given, "clearance", route="iv") == pytest.approx(RATE * volume, rel=0.05)


def test_time_above_a_level_against_closed_form():
    given = protocol(VEIN, samples=["every 0.02 d"])
    start = asked(given, "cmax", route="iv", unit="ng/mL")
    above = asked(given, f"time_above_{start / 4:.9f}ng_mL".replace(".", "p"), route="iv")
    assert above == pytest.approx(np.log(4) / RATE, rel=0.02)


@pytest.mark.parametrize(
    ("quantity", "time", "on", "since"),
    [
        ("cmax", "day 2", 2.0, "start"),
        ("auc", "steady state", None, ""),
        ("cmax", "", 19.0, ""),
        ("tmax", "12 h", 0.5, "start"),
    ],
)
def test_a_time_that_names_no_dose_is_refused(quantity: str, time: str, on: float | None, since: str):
    with pytest.raises(NotSimulatedError, match="names no dose of aldesleukin"):
        asked(protocol(WEEKLY), quantity, time, on=on, since=since)


@pytest.mark.parametrize(
    ("quantity", "time", "on", "since"),
    [("cmax", "", None, ""), ("cmax", "0 min", 0.0, "dose"), ("half_life", "6-12 h", None, ""), ("auc", "first dose", None, "")],
)
def test_exposures_of_the_first_dose_are_answered(quantity: str, time: str, on: float | None, since: str):
    assert asked(protocol(WEEKLY), quantity, time, on=on, since=since) > 0
