"""Dose levels made of the catalogue's regimens, as `verification/tolerated_doses.py` runs them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "verification"))

from escalations import Escalation
from tolerated_doses import ESCALATIONS, Result

from kinecast.trial.dose_limiting import window
from kinecast.trial.schedule import schedule

pytestmark = pytest.mark.usefixtures("real_catalogue")


def names(escalation: Escalation) -> list[str]:
    return [level.name for level in escalation.levels]


def test_levels_are_the_arms_with_what_is_added_between_the_lowest_first():
    made = Escalation("x", "conlon2015_il15bolus", also=("2 ug/kg",))
    assert names(made) == ["0.3 ug/kg", "1 ug/kg", "2 ug/kg*", "3 ug/kg"]
    assert names(made)[made.reported] == "0.3 ug/kg"


def test_a_reported_dose_that_is_no_arm_becomes_a_level():
    made = Escalation("x", "lieschke1989_gmcsf_sc")
    assert names(made) == ["0.3 ug/kg", "15 ug/kg*", "30 ug/kg"]
    assert made.reported == 1


def test_a_rate_by_the_hour_is_the_same_dose_by_the_day():
    made = Escalation("x", "lotze1985_ril2", "iv_continuous")
    assert names(made) == ["432000 IU/kg/d"]


def test_steps_on_the_way_up_stay_when_the_dose_that_they_lead_to_changes():
    made = Escalation("x", "motzer1998_il12sc", "titrate_", also=("2 ug/kg",))
    doses = [str(one.dose) for one in made.levels[-1].treatments]
    assert doses == ["0.1 ug/kg", "0.5 ug/kg", "2 ug/kg", "2 ug/kg"]


def test_the_window_that_limits_the_dose_is_that_of_the_whole_regimen():
    for made in (Escalation("x", "thompson2008_il21"), Escalation("x", "motzer1998_il12sc", "fixed_")):
        short = made.protocol().arms
        for level in made.levels:
            assert window(schedule(short[level.name])) == window(schedule(level.treatments))


def test_without_a_dose_too_high_the_highest_level_is_reported_as_tolerated():
    made = Escalation("x", "romee2018_alt803")
    assert not made.reached
    assert made.reported == len(made.levels) - 1


def test_only_what_was_too_much_leaves_every_level_below_it():
    made = Escalation("x", "thompson1987_ifng_sc", too_much="8MU_m2")
    assert names(made)[made.reported] == "6 MIU/m2"
    rates = (0.0,) * 5
    assert Result(made, 10, (*rates, 0.5), (), ()).met
    assert not Result(made, 10, (*rates, 0.0), (), ()).met


def test_within_one_level_is_met():
    made = Escalation("x", "miller2018_il15sc")  # 2 ug/kg of 0.25 to 3
    for toxic, met in ((1, False), (2, False), (3, True), (4, True)):
        rates = tuple(0.5 if level >= toxic else 0.0 for level in range(5))
        assert Result(made, 10, rates, (), ()).met is met, toxic


def test_every_escalation_names_a_trial_that_reports_what_was_tolerated():
    assert len({one.title for one in ESCALATIONS}) == len(ESCALATIONS)
    for one in ESCALATIONS:
        assert one.report is not None or one.too_much in one.record.arms


def test_where_a_dose_was_too_high_a_forecast_can_be_more_than_one_level_too_high():
    for one in ESCALATIONS:
        if one.report is not None and one.reached and one.trial != "ernstoff1987_ifng":  # its schedule is not known
            assert len(one.levels) - 1 - one.reported >= 2, one.title


def test_levels_by_several_routes_say_which():
    assert names(Escalation("x", "romee2018_alt803"))[-2:] == ["6 ug/kg iv", "10 ug/kg sc"]
