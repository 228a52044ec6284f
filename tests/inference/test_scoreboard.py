"""The scoreboard: right forecasts pass, planted wrong ones fail, nothing is dropped, and nothing is run twice."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from kinecast import catalog
from kinecast.catalog import Observation, Regimen, Trial
from kinecast.catalog.records.trial import Arm, Overlap
from kinecast.errors import RunError
from kinecast.inference import NEAR, Scoreboard, cache, scoreboard
from kinecast.plots.scoreboard import scoreboard_picture
from kinecast.runs import run
from kinecast.trial.simulable import simulable

BOARD = importlib.import_module("kinecast.inference.scoreboard")  # the package's name of it is the function

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


def reported(quantity: str, value: float | None, unit: str, time: str = "", **more: Any) -> Observation:
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
    met, scored = planted["independent"]
    assert met == scored - 1


def test_calibrated_numbers_other_numbers_of_these_patients_and_others_are_counted_apart(forecast: dict[str, float]) -> None:
    fitted = reported("cmax", forecast["cmax"], "pM", used_for="calibration")
    other = reported("half_life", 1e3, "h")
    [row] = board(fitted, other).tally()
    assert (row["calibrated"], row["same patients"], row["independent"]) == ((1, 1), (0, 1), (0, 0))
    [row] = board(other).tally()
    assert (row["calibrated"], row["same patients"], row["independent"]) == ((0, 0), (0, 0), (0, 1))


@pytest.mark.parametrize(
    ("note", "named_by", "standing"),
    [
        ("patients of the same centre", "fitted", "same patients"),
        ("patients of the same centre", "asked", "same patients"),
        ("the other half, no patient in both", "fitted", "independent"),
        ("the other half, no patient in both", "asked", "independent"),
    ],
)
def test_patients_of_an_overlapping_trial_are_not_independent(note: str, named_by: str, standing: str) -> None:
    fitted = trial(reported("cmax", 1.0, "pM", used_for="calibration")).model_copy(update={"id": "fitted"})
    asked = trial(reported("cmax", 1.0, "pM")).model_copy(update={"id": "asked"})
    pair = {"fitted": fitted, "asked": asked}
    [other] = pair.keys() - {named_by}
    pair[named_by] = pair[named_by].model_copy(update={"overlaps": (Overlap(trial=other, note=note),)})
    found = scoreboard(pair.values(), patients=PATIENTS)
    assert [(score.trial, score.standing) for score in found.scores] == [("fitted", "calibrated"), ("asked", standing)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("1995 report", "December 1998"),
        ("first report", "5-year follow-up"),
        ("6.5-year follow-up", "10-year follow-up"),
        ("primary analysis", ""),
        ("", "2014 report"),
        ("curve of the 2018 report", "10-year follow-up"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_only_the_latest_data_cut_is_scored(earlier: str, later: str, order: int) -> None:
    cuts = [reported("cmax", 1.0, "pM", data_cut=cut) for cut in (earlier, later)][::order]
    scores = board(*cuts, reported("half_life", 1.0, "h")).scores
    assert {seen.data_cut: score.reason for seen, score in zip(cuts, scores, strict=False)} == {
        earlier: "an earlier data cut",
        later: "",
    }
    assert scores[2].met is not None


def test_one_report_of_two_arms_is_scored_once() -> None:
    same = reported("cmax", 1.0, "pM", note="the mean over both arms")
    plain = reported("half_life", 1.0, "h")
    one = trial(same, plain)
    both = one.model_copy(update={"arms": {**one.arms, "other": one.arms["bolus"]}})
    scores = scoreboard([both], patients=PATIENTS).scores
    assert [score.reason for score in scores] == ["", "", "the same report as of arm bolus", ""]


def test_a_rate_without_a_number_of_patients_has_no_verdict() -> None:
    [score] = board(reported("grade34_hypotension", 0.5, "fraction", n=None)).scores
    assert (score.met, score.reason) == (None, "no number of patients reported")


@pytest.mark.parametrize("virtual", [5, 300])
def test_a_planted_wrong_rate_fails_for_few_and_many_virtual_patients(virtual: int) -> None:
    seen = reported("grade34_hypotension", 0.5, "fraction", n=250)
    rate = run(trial(seen), virtual, 1).summary["arms"]["bolus"]["grade34_hypotension"]["forecast"]
    wrong = reported("grade34_hypotension", 0.9 if rate < 0.5 else 0.1, "fraction", n=250)
    [score] = scoreboard([trial(wrong)], patients=virtual).scores
    assert score.met is False
    share = (rate * virtual + 0.5) / (virtual + 1)
    assert score.low is not None and score.high is not None and score.low <= share <= score.high
    assert score.high - score.low <= 4 * (share * (1 - share) / 250) ** 0.5 + 1 / 250


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


def test_a_damaged_forecast_is_made_again(forecast: dict[str, float], tmp_path) -> None:
    first = board(reported("cmax", forecast["cmax"], "pM"))
    [kept] = (tmp_path / "scoreboard").iterdir()
    whole = json.loads(kept.read_bytes())
    lacking = {**whole, "rows": {"bolus": []}}
    for damaged in (b"", b"{", b"{}", b"[]", b"null", kept.read_bytes()[:-9], json.dumps(lacking).encode()):
        kept.write_bytes(damaged)
        assert board(reported("cmax", forecast["cmax"], "pM")) == first
        assert json.loads(kept.read_bytes()) == whole


def test_the_cache_is_keyed_by_all_that_a_forecast_rests_on(monkeypatch) -> None:
    part = simulable(trial(reported("cmax", 1.0, "pM")))
    found = [cache.digest(part, 24, 1), cache.digest(part, 25, 1), cache.digest(part, 24, 2)]
    agent = catalog.agent("aldesleukin")
    disease = catalog.disease("melanoma-metastatic")
    ill = simulable(part.trial.model_copy(update={"disease": disease.id}))
    found.append(cache.digest(ill, 24, 1))
    for module, name, changed in (
        (cache, "model_fingerprint", lambda: "another model"),
        (cache, "versions", lambda: {"numpy": "0"}),
        (cache, "find_spec", lambda name: None),
        (catalog, "agent", lambda key: agent.model_copy(update={"name": "changed"})),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, changed)
            found.append(cache.digest(part, 24, 1))
    with monkeypatch.context() as patch:
        patch.setattr(catalog, "disease", lambda key: disease.model_copy(update={"name": "changed"}))
        found.append(cache.digest(ill, 24, 1))
    arms = {"bolus": part.trial.arms["bolus"], "other": part.trial.arms["bolus"]}
    orders = (arms, dict(reversed(arms.items())))
    found += [cache.digest(simulable(part.trial.model_copy(update={"arms": order})), 24, 1) for order in orders]
    assert len(set(found)) == len(found)


def test_the_code_of_units_is_part_of_the_model(monkeypatch) -> None:
    before = cache.model_fingerprint.__wrapped__()
    monkeypatch.setattr(cache, "_FILES", ())
    assert cache.model_fingerprint.__wrapped__() != before


def test_a_run_that_raises_is_the_reason_of_its_trial_alone(forecast: dict[str, float], monkeypatch) -> None:
    def failing(source: Trial, *given: Any) -> Any:
        if source.id == "broken":
            raise FloatingPointError("overflow")
        return run(source, *given)

    monkeypatch.setattr(cache, "run", failing)
    sound = trial(reported("cmax", forecast["cmax"], "pM"))
    found = scoreboard([sound.model_copy(update={"id": "broken"}), sound], patients=PATIENTS)
    assert [(score.met, score.reason) for score in found.scores] == [(None, "the run failed: overflow"), (True, "")]
    assert (found.broken, found.trials, found.simulated) == (("broken",), ("own",), ("broken", "own"))


@pytest.mark.parametrize(("setting", "value"), [("patients", 0), ("seed", -1), ("threads", 0)])
def test_a_setting_that_makes_no_sense_is_an_error_and_not_a_reason(setting: str, value: int) -> None:
    given: dict[str, Any] = {setting: value}
    with pytest.raises(RunError, match=setting):
        scoreboard([trial(reported("cmax", 1.0, "pM"))], **given)


@pytest.mark.parametrize(("failed", "met"), [(0, True), (1, True), (2, None)])
def test_an_arm_of_which_more_than_one_in_a_hundred_failed_has_no_verdict(monkeypatch, failed: int, met: bool | None) -> None:
    seen = reported("cmax", 1.0, "pM", bound="lower")
    monkeypatch.setattr(cache, "_failed", lambda patients: {"bolus": failed})
    found = scoreboard([trial(seen)], patients=100)
    [score] = found.scores
    assert (score.met, score.failed) == (met, failed)
    assert sum(found.failed.values()) == failed


def test_titles_of_the_picture_count_what_the_tables_count(forecast: dict[str, float]) -> None:
    found = board(
        reported("cmax", forecast["cmax"], "pM"),
        reported("half_life", 1e3, "h"),
        reported("half_life_terminal", None, "h", lower=1e3, upper=2e3, interval="ci95"),  # a range has no dot
    )
    picture = json.dumps(scoreboard_picture(found.scores, found.patients, NEAR))
    [row] = found.tally()
    assert row["independent"] == (1, 3)
    assert "Pharmacokinetics: 1 of 3 met" in picture
    assert "n = 3 observations" in picture
    assert "1 of 3 have no place on these axes" in picture


def test_drugs_are_named_in_one_order() -> None:
    one = trial(reported("cmax", 1.0, "pM")).arms["bolus"]
    second = one.regimens[0].model_copy(update={"agent": "abatacept"})
    arms = {
        "a": one.model_copy(update={"regimens": (*one.regimens, second)}),
        "b": one.model_copy(update={"regimens": (second, *one.regimens)}),
    }
    scores = scoreboard([trial().model_copy(update={"arms": arms})], patients=PATIENTS).scores
    assert [score.agents for score in scores] == ["abatacept, aldesleukin"] * 2


@pytest.mark.parametrize(("name", "unit", "time"), ASKED)
def test_a_planted_wrong_forecast_fails(forecast: dict[str, float], monkeypatch, name: str, unit: str, time: str) -> None:
    honest = cache.remembered

    def lying(*given: Any) -> cache.Remembered:
        made = honest(*given)
        for row in made.rows["bolus"]:
            if row["quantity"] == name:  # a forecast that is 2.5 times too large, or a rate of nearly one
                row |= {"forecast": 0.97 if unit == "fraction" else 2.5 * row["forecast"], "inside": True}
        return made

    monkeypatch.setattr(BOARD, "remembered", lying)
    found = board(*(reported(other, forecast[other], its, when) for other, its, when in ASKED))
    assert {score.quantity: score.met for score in found.scores} == {other: other != name for other, _, _ in ASKED}
