"""The scoreboard: right forecasts pass, planted wrong ones fail, nothing is dropped, and nothing is run twice."""

from __future__ import annotations

from typing import Any

import pytest

from kinecast.catalog import Observation, Regimen, Trial
from kinecast.catalog.records.trial import Arm
from kinecast.inference import cache, scoreboard
from kinecast.inference.scoreboard import Scoreboard
from kinecast.runs import run

ORIGIN = {"source": "Konrad90", "where": "abstract", "status": "measured"}
PATIENTS = 24
ASKED = (
    ("cmax", "pM", ""),
    ("half_life", "h", ""),
    ("fold_lymphocytes_blood", "fold", "24 h"),
    ("grade34_hypotension", "fraction", ""),
)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "cache_directory", lambda: tmp_path)


def reported(quantity: str, value: float, unit: str, time: str = "", **more: Any) -> Observation:
    return Observation(quantity=quantity, value=value, unit=unit, time=time, **ORIGIN, **{"n": PATIENTS, **more})


def trial(*observations: Observation, agent: str = "aldesleukin", **more: Any) -> Trial:
    given = {"trial": "own", "arm": "bolus", "agent": agent, "dose": 6, "unit": "MIU/m2", "route": "iv", "days": "1"}
    arm = Arm(regimens=(Regimen(**given, **ORIGIN, **more),), observations=observations)
    return Trial(id="own", title="One dose", citations=("Konrad90",), disease="none", arms={"bolus": arm})


@pytest.fixture(scope="module")
def forecast() -> dict[str, float]:
    rows = run(trial(*(reported(name, 1.0, unit, time) for name, unit, time in ASKED)), PATIENTS, 1).summary["arms"]["bolus"]
    return {row["quantity"]: row["forecast"] for row in rows.values()}


def board(*observations: Observation) -> Scoreboard:
    return scoreboard([trial(*observations)], patients=PATIENTS, seed=1)


def test_reports_equal_to_the_forecast_are_met(forecast: dict[str, float]) -> None:
    found = board(*(reported(name, forecast[name], unit, time) for name, unit, time in ASKED))
    assert [score.met for score in found.scores] == [True] * len(ASKED)


@pytest.mark.parametrize(("name", "unit", "time"), ASKED)
def test_a_planted_wrong_report_fails(forecast: dict[str, float], name: str, unit: str, time: str) -> None:
    wrong = 0.95 if unit == "fraction" else 2.5 * forecast[name]
    rest = [reported(other, forecast[other], its, when) for other, its, when in ASKED if other != name]
    found = board(reported(name, wrong, unit, time), *rest)
    assert [score.met for score in found.scores] == [False, True, True, True]
    [planted] = [row for row in found.tally() if row["kind"] == found.scores[0].kind]
    assert planted["validation_met"] == planted["validation_scored"] - 1


def test_calibrated_and_not_calibrated_are_counted_apart(forecast: dict[str, float]) -> None:
    fitted = reported("cmax", forecast["cmax"], "pM", used_for="calibration")
    [row] = board(fitted, reported("half_life", 1e3, "h")).tally()
    assert (row["calibration_met"], row["calibration_scored"], row["validation_met"], row["validation_scored"]) == (1, 1, 0, 1)


def test_every_observation_is_scored_or_says_why_not() -> None:
    odd = [reported("ada_rate", 0.1, "fraction"), reported("cmax", 1.0, "pM", among="children"), reported("cmax", 1.0, "mmHg")]
    found = board(*odd)
    assert len(found.scores) == 3
    assert all(score.met is None and score.reason for score in found.scores)
    assert sum(row["observations"] for row in found.stops()) == 3


def test_what_the_model_lacks_is_named() -> None:
    strange = trial(reported("cmax", 1.0, "pM"), agent="nivolumab").model_copy(update={"id": "other"})
    [score] = scoreboard([strange], patients=PATIENTS).scores
    assert score.met is None
    assert "nivolumab" in score.reason


def test_a_second_run_runs_only_what_changed(forecast: dict[str, float], monkeypatch) -> None:
    first = board(reported("cmax", forecast["cmax"], "pM"))
    runs = []
    monkeypatch.setattr(cache, "run", lambda *given: runs.append(given) or run(*given))
    assert board(reported("cmax", forecast["cmax"], "pM")).scores == first.scores
    assert runs == []
    board(reported("cmax", 2 * forecast["cmax"], "pM"))
    assert len(runs) == 1


@pytest.mark.parametrize(("name", "unit", "time"), ASKED)
def test_a_planted_wrong_forecast_fails(forecast: dict[str, float], monkeypatch, name: str, unit: str, time: str) -> None:
    honest = cache.remembered

    def lying(*given: Any) -> dict[str, list[dict[str, Any]]]:
        rows = honest(*given)
        for row in rows["bolus"]:
            if row["quantity"] == name:  # a forecast that is 2.5 times too large, or a rate of nearly one
                wrong = 0.97 if unit == "fraction" else 2.5 * row["forecast"]
                row |= {"forecast": wrong, "trial_low": 0.9, "trial_high": 1.0, "inside": unit != "fraction"}
        return rows

    monkeypatch.setattr("kinecast.inference.scoreboard.remembered", lying)
    found = board(*(reported(other, forecast[other], its, when) for other, its, when in ASKED))
    assert {score.quantity: score.met for score in found.scores} == {other: other != name for other, _, _ in ASKED}
