"""Times as evidence writes them: read as a protocol counts days, refused where they count from something else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kinecast.trial.endpoint import NotSimulatedError, Question, is_first_dose, observed_days, observed_window


def question(quantity: str = "nk", time: str = "", on: float | None = None, since: str = "", doses: int = 1) -> Question:
    outcome: Any = SimpleNamespace(conducted=SimpleNamespace(planned=[None] * doses))
    return Question(quantity, time, "", "a", {"a": outcome}, {}, SimpleNamespace(), on, since)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("12 months", 365.25),
        ("12-month", 365.25),
        ("12 mo.", 365.25),
        ("3 mos", 91.3125),
        ("wk 8", 56.0),
        ("24 h", 1.0),
        ("day 1", 0.0),
        ("day 8", 7.0),
        ("study day 4", 3.0),
        ("day 0", 0.0),
        ("5 d", 5.0),
        ("best", None),
        ("9.8 y median", None),
    ],
)
def test_a_text_in_days_from_the_start(text: str, days: float | None) -> None:
    assert observed_days(text) == (None if days is None else pytest.approx(days))


@pytest.mark.parametrize(
    ("time", "on", "since", "day"),
    [
        ("12 mo", 365.25, "start", 365.25),
        ("a year and a half", 547.875, "start", 547.875),
        ("day 8", 8.0, "start", 7.0),
        ("before treatment", 0.0, "baseline", 0.0),
        ("10 h after the first dose", 10 / 24, "dose", 10 / 24),
        ("", None, "", None),
    ],
)
def test_the_structured_time_answers_what_the_text_does_not(time: str, on: float | None, since: str, day: float | None) -> None:
    found = question(time=time, on=on, since=since).day
    assert found == (None if day is None else pytest.approx(day))


@pytest.mark.parametrize(
    ("time", "on", "since", "doses"),
    [("24 h after stopping", 1.0, "stop", 1), ("2 y", 730.0, "surgery", 1), ("10 h", 0.4, "dose", 5)],
)
def test_times_that_count_from_something_else_are_refused(time: str, on: float, since: str, doses: int) -> None:
    with pytest.raises(NotSimulatedError):
        _ = question(time=time, on=on, since=since, doses=doses).day


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2 h after the first dose", True),
        ("dose 1 (day 1), 4 h", True),
        ("24 h after first maintenance dose", False),
        ("10 h", False),
    ],
)
def test_the_first_dose_of_a_later_phase_is_not_the_first_dose(text: str, first: bool) -> None:
    assert is_first_dose(text) is first


@pytest.mark.parametrize(
    ("text", "window"),
    [("0-1 h", (0, 1 / 24)), ("6-8 weeks", (42, 56)), ("wk 5-9", (35, 63)), ("to 4 h", (0, 4 / 24)), ("days 8-10", None)],
)
def test_windows(text: str, window: tuple[float, float] | None) -> None:
    assert observed_window(text) == (None if window is None else pytest.approx(window))
