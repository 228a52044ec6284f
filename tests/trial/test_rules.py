from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kinecast import catalog
from kinecast.catalog.records import HoldingRule
from kinecast.trial import Protocol
from kinecast.trial.dosing import Dosing
from kinecast.trial.rules import Rule, Verdict
from kinecast.trial.schedule import schedule

from .conftest import PROTOCOL, SAYS, TOY_RULE

UNITS = {"mean_arterial_pressure": "mmHg"}
NOBODY = {"progressed": np.array([False]), "responding or stable": np.array([True])}


def judged(
    pressure: float, rule: HoldingRule = TOY_RULE, *, cycle_start: bool = False, baseline: float = 90.0
) -> tuple[int, str]:
    made = Rule(rule, UNITS)
    verdict, reason = made.judge(
        {"mean_arterial_pressure": np.array([pressure])},
        {"mean_arterial_pressure": np.array([baseline])},
        cycle_start=cycle_start,
    )
    return int(verdict[0]), made.reasons[reason[0]] if reason[0] >= 0 else ""


@pytest.mark.parametrize(
    ("pressure", "verdict", "reason"),
    [
        (90.0, Verdict.GIVE, ""),
        (72.0, Verdict.GIVE, ""),
        (71.9, Verdict.HOLD, "held: mean_arterial_pressure below 72 mmHg"),
        (65.0, Verdict.STOP, "cycle stopped: mean_arterial_pressure below 66 mmHg"),
        (50.0, Verdict.DISCONTINUE, "treatment ended: mean_arterial_pressure below 55 mmHg"),
    ],
)
def test_the_gravest_crossed_threshold_counts(pressure: float, verdict: Verdict, reason: str):
    assert judged(pressure) == (verdict, reason)


def test_start_criteria_count_at_the_first_dose_of_a_cycle_only():
    assert judged(78.0) == (Verdict.GIVE, "")
    assert judged(78.0, cycle_start=True) == (Verdict.STOP, "cycle stopped: mean_arterial_pressure below 80 mmHg")


def test_a_criterion_relative_to_baseline():
    criterion = {"observable": "mean_arterial_pressure", "unit": "mmHg", "relative_to": "baseline", "hold_below": 0.8, **SAYS}
    rule = HoldingRule.model_validate({"id": "r", "name": "r", "criteria": [criterion]})
    assert judged(79.0, rule, baseline=100.0) == (Verdict.HOLD, "held: mean_arterial_pressure below 0.8 times baseline")
    assert judged(79.0, rule, baseline=90.0)[0] == Verdict.GIVE


def test_a_threshold_in_another_unit_is_converted():
    criterion = {"observable": "weight", "unit": "mg", "hold_above": 5, **SAYS}
    rule = Rule(HoldingRule.model_validate({"id": "r", "name": "r", "criteria": [criterion]}), {"weight": "ug"})
    verdict, _ = rule.judge({"weight": np.array([4999.0, 5001.0])}, {}, cycle_start=False)
    assert verdict.tolist() == [Verdict.GIVE, Verdict.HOLD]


def test_a_criterion_that_the_model_cannot_show_is_named():
    assert Rule(TOY_RULE, UNITS).not_modelled == ("creatinine",)
    assert Rule(TOY_RULE, {}).observables == ()


def dosed(pressures: list[float], rule: HoldingRule, monkeypatch: pytest.MonkeyPatch, **disease) -> list[str]:
    """Decide the doses of one patient, whose pressure before each dose is given; return the reasons ('' for a dose given)."""
    monkeypatch.setattr(catalog, "rule", lambda key: rule)
    dosing = Dosing(schedule(Protocol.read(PROTOCOL).arms["high"]), 1, UNITS)
    seen = {**NOBODY, **{name: np.array([value]) for name, value in disease.items()}}
    baseline = {"mean_arterial_pressure": np.array([90.0])}
    for index in range(len(dosing.planned)):
        pressure = pressures[index] if index < len(pressures) else 90.0
        dosing.decide(index, np.array([True]), {"mean_arterial_pressure": np.array([pressure])}, baseline, seen)
    return [dosing.reasons[why] for why in dosing.why[0]]


def test_a_held_dose_is_skipped_and_the_next_one_is_given(monkeypatch: pytest.MonkeyPatch):
    assert dosed([90, 70, 90], TOY_RULE, monkeypatch)[:3] == ["", "held: mean_arterial_pressure below 72 mmHg", ""]


def test_a_stop_lasts_to_the_end_of_the_cycle(monkeypatch: pytest.MonkeyPatch):
    reasons = dosed([90, 60], TOY_RULE, monkeypatch)
    assert reasons[0] == ""
    assert set(reasons[1:14]) == {"cycle stopped: mean_arterial_pressure below 66 mmHg"}
    assert set(reasons[14:]) == {""}


def test_discontinuation_ends_every_cycle_and_course(monkeypatch: pytest.MonkeyPatch):
    reasons = dosed([90, 50], TOY_RULE, monkeypatch)
    assert set(reasons[1:]) == {"treatment ended: mean_arterial_pressure below 55 mmHg"}


def test_three_missed_doses_in_a_row_end_the_cycle(monkeypatch: pytest.MonkeyPatch):
    held = "held: mean_arterial_pressure below 72 mmHg"
    reasons = dosed([90, 70, 70, 90, 70, 70, 70], TOY_RULE, monkeypatch)
    assert reasons[:7] == ["", held, held, "", held, held, held]
    assert set(reasons[7:14]) == {"missed doses in a row"}
    assert set(reasons[14:]) == {""}


def test_a_cycle_does_not_begin_when_a_start_criterion_is_crossed(monkeypatch: pytest.MonkeyPatch):
    reasons = dosed([90.0] * 14 + [78.0], TOY_RULE, monkeypatch)
    assert set(reasons[:14]) == {""}
    assert set(reasons[14:28]) == {"cycle stopped: mean_arterial_pressure below 80 mmHg"}
    assert set(reasons[28:]) == {""}


def test_no_further_course_after_progression(monkeypatch: pytest.MonkeyPatch):
    reasons = dosed([], TOY_RULE, monkeypatch, progressed=True)
    assert set(reasons[:28]) == {""}
    assert set(reasons[28:]) == {"progressed"}


def test_responding_or_stable_needs_a_scan_that_shows_it():
    arm = Protocol.read(PROTOCOL).arms["high"][0]
    assert arm.courses is not None
    courses = arm.courses.model_copy(update={"while_": "responding or stable"})
    planned = schedule([arm.model_copy(update={"courses": courses, "hold": None})])
    dosing = Dosing(planned, 2, UNITS)
    disease = {"progressed": np.zeros(2, dtype=bool), "responding or stable": np.array([True, False])}
    for index in range(len(planned)):
        dosing.decide(index, np.ones(2, dtype=bool), {}, {}, disease)
    assert dosing.given[0].all()
    assert dosing.given[1].tolist() == [True] * 28 + [False] * 56


def test_doses_after_death_or_failure_are_struck_out():
    planned = [replace(dose, hold=None) for dose in schedule(Protocol.read(PROTOCOL).arms["high"])]
    dosing = Dosing(planned, 3, UNITS)
    everyone = np.ones(3, dtype=bool)
    for index in range(28):
        dosing.decide(index, everyone, {}, {}, {})
    dosing.strike_out(np.array([np.inf, 0.5, 1.0]), np.array([False, False, True]))
    assert dosing.given[:, :5].tolist() == [[True] * 5, [True, True, False, False, False], [True] * 3 + [False] * 2]
    assert [dosing.reasons[why] for why in dosing.why[:, 5]] == ["", "died", "simulation failed"]


def lowering(levels: list[float], of: str = "phase", **criterion: float) -> HoldingRule:
    """A rule that holds for a low pressure and goes on at lower doses."""
    limits = {"observable": "mean_arterial_pressure", "unit": "mmHg", "hold_below": 72, **criterion, **SAYS}
    after = {"levels": levels, "of": of, **SAYS}
    return HoldingRule.model_validate({"id": "r", "name": "r", "criteria": [limits], "after_hold": after})


def shares(
    pressures: list[float], rule: HoldingRule, monkeypatch: pytest.MonkeyPatch, doses: tuple[float, ...] = (1.0,)
) -> tuple[list[float], list[str]]:
    """Decide daily doses of one patient, two in each phase; `doses` are the sizes of the phases. Returns shares and reasons."""
    monkeypatch.setattr(catalog, "rule", lambda key: rule)
    days = len(pressures) // len(doses)
    phases = [
        {"agent": "aldesleukin", "dose": "1 mg", "route": "iv", "every": "1 day", "doses": days, "hold": "toy-label"}
        | {"start": f"day {1 + at * days}"}
        for at in range(len(doses))
    ]
    content = {"title": "t", "disease": "none", "patients": 1, "follow_up": "90 days", "arms": {"a": phases}}
    planned = schedule(Protocol.read(content).arms["a"])
    dosing = Dosing(planned, 1, UNITS, np.array([[doses[dose.treatment] for dose in planned]]))
    baseline = {"mean_arterial_pressure": np.array([90.0])}
    for index, pressure in enumerate(pressures):
        dosing.decide(index, np.array([True]), {"mean_arterial_pressure": np.array([pressure])}, baseline, NOBODY)
    return dosing.share[0].tolist(), [dosing.reasons[why] for why in dosing.why[0]]


def test_treatment_goes_on_at_lower_doses_after_holds_and_ends_when_there_is_none(monkeypatch: pytest.MonkeyPatch):
    given, reasons = shares([90, 70, 70, 90, 90, 70, 90, 70, 90], lowering([0.5, 0.25]), monkeypatch)
    assert given == [1, 0, 0, 0.5, 0.5, 0, 0.25, 0, 0]  # doses held in a row count once
    held = "held: mean_arterial_pressure below 72 mmHg"
    ended = "treatment ended: mean_arterial_pressure below 72 mmHg at the lowest dose"
    assert reasons == ["", held, held, "", "", held, "", ended, ended]


def test_a_hold_before_the_first_dose_lowers_nothing(monkeypatch: pytest.MonkeyPatch):
    assert shares([70, 70, 90, 90], lowering([0.5]), monkeypatch)[0] == [0, 0, 1, 1]


def test_levels_of_a_phase_leave_the_next_phase_alone(monkeypatch: pytest.MonkeyPatch):
    pressures = [90.0, 70, 90, 90, 70, 90]
    given, _ = shares(pressures, lowering([0.5], "phase"), monkeypatch, doses=(2.0, 1.0))
    assert given == [1, 0, 0.5, 1, 0, 0.5]


def test_levels_of_a_treatment_stay_and_are_of_its_first_dose(monkeypatch: pytest.MonkeyPatch):
    """As Sylatron's label: 6 goes to 3, 2 and 1 ug/kg; a planned 3 is given as 3, and lowered to 2."""
    rule = lowering([1 / 2, 1 / 3, 1 / 6], "treatment")
    given, _ = shares([90.0, 70, 90, 90, 70, 90], rule, monkeypatch, doses=(6.0, 3.0))
    assert given == pytest.approx([1, 0, 1 / 2, 1, 0, 2 / 3])
    given, _ = shares([90.0, 90, 90, 90, 70, 90, 70, 90], rule, monkeypatch, doses=(6.0, 3.0))
    assert given == pytest.approx([1, 1, 1, 1, 0, 2 / 3, 0, 1 / 3])


def test_doses_wait_until_a_finding_has_come_back(monkeypatch: pytest.MonkeyPatch):
    rule = lowering([0.5], resume_above=80)
    given, reasons = shares([78, 90, 70, 78, 80, 78], rule, monkeypatch)
    assert given == [1, 1, 0, 0, 0.5, 0.5]
    assert reasons[3] == "held: mean_arterial_pressure below 72 mmHg"


@pytest.mark.parametrize("levels", [[], [1.0], [0.5, 0.5], [0.25, 0.5], [0.5, 0.0]])
def test_levels_fall_between_the_planned_dose_and_none(levels: list[float]):
    with pytest.raises(ValueError, match="levels"):
        lowering(levels)


@pytest.mark.parametrize("criterion", [{"resume_above": 71}, {"resume_below": 60}, {"hold_below": None, "resume_above": 80}])
def test_a_resuming_level_lies_beyond_the_holding_one(criterion: dict):
    with pytest.raises(ValueError, match=r"resume|threshold"):
        lowering([0.5], **criterion)
