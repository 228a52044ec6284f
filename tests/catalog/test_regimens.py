"""Regimens of publications become protocols: phases, cycles, caps and infusions; what is not known is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kinecast import catalog
from kinecast.catalog import Observation, Regimen, Trial
from kinecast.catalog.records.trial import Arm
from kinecast.errors import ProtocolError
from kinecast.runs import run
from kinecast.trial.doses import administered
from kinecast.trial.regimens import left_out, missing, protocol_of, runnable, year_of
from kinecast.trial.schedule import schedule

ORIGIN = {"source": "Atkins99", "where": "abstract", "status": "measured"}


def regimen(**fields: Any) -> Regimen:
    given = {"trial": "t", "arm": "a", "agent": "aldesleukin", "dose": 18, "unit": "MIU", "route": "sc", "days": "1"}
    return Regimen(**{**given, **ORIGIN, **fields})


def trial(*regimens: Regimen, disease: str = "melanoma-metastatic", **fields: Any) -> Trial:
    seen = Observation(quantity="orr", value=0.1, unit="fraction", **ORIGIN)
    arms = {
        name: Arm(regimens=tuple(one for one in regimens if one.arm == name), observations=(seen,))
        for name in dict.fromkeys(one.arm for one in regimens)
    }
    return Trial(id="t", title="A trial", citations=("Atkins99",), disease=disease, arms=arms, **fields)


def days(one: Trial, arm: str = "a") -> list[float]:
    """Planned times, in days from 1, as a reader of the schedule counts them."""
    return sorted(round(dose.time + 1, 4) for dose in schedule(protocol_of(one).arms[arm]))


def test_days_of_repeated_cycles() -> None:
    assert days(trial(regimen(days="1-2,4", cycle_days=7, cycles=2))) == [1, 2, 4, 8, 9, 11]


def test_phases_start_on_their_days() -> None:
    loading = regimen(phase="loading", days="1-3")
    maintenance = regimen(phase="maintenance", start_day=29, days="1,3,5", cycle_days=7, cycles=2, dose=9)
    assert days(trial(loading, maintenance)) == [1, 2, 3, 29, 31, 33, 36, 38, 40]


HIGH_DOSE: dict[str, Any] = {"route": "iv", "duration": "15 min", "dose": 600000, "unit": "IU/kg", "times_per_day": 3}


def test_equal_blocks_of_days_are_cycles_of_one_course() -> None:
    one = trial(regimen(**HIGH_DOSE, days="1-5,15-19", max_doses_per_cycle=28))
    [treatment] = protocol_of(one).arms["a"]
    assert (treatment.doses, treatment.starts) == (14, (0.0, 14.0))
    planned = days(one)
    assert len(planned) == 28
    assert planned[:4] == [1, 1.3333, 1.6667, 2]
    assert planned[14] == 15


@pytest.mark.parametrize(
    ("blocks", "cap", "first", "second"),
    [("1-10,20-21", 30, 24, 6), ("1-2,20-29", 12, 6, 6), ("1-2,20-29", 29, 6, 23), ("1-2,20-21", 99, 6, 6)],
)
def test_a_cap_is_shared_evenly_and_what_one_block_cannot_take_the_other_does(
    blocks: str, cap: int, first: int, second: int
) -> None:
    planned = days(trial(regimen(**HIGH_DOSE, days=blocks, max_doses_per_cycle=cap)))
    assert (sum(day < 20 for day in planned), sum(day >= 20 for day in planned)) == (first, second)


def test_cycles_of_a_phase_that_starts_late() -> None:
    assert days(trial(regimen(days="1,3", start_day=15, cycle_days=14, cycles=2))) == [15, 17, 29, 31]


def test_two_drugs_with_cycles_of_their_own() -> None:
    both = trial(
        regimen(days="1", cycle_days=21, cycles=3),
        regimen(agent="nivolumab", dose=240, unit="mg", route="iv", cycle_days=14, cycles=2),
    )
    planned = schedule(protocol_of(both).arms["a"])
    found = {key: [dose.time for dose in planned if dose.agent == key] for key in ("aldesleukin", "nivolumab")}
    assert found == {"aldesleukin": [0, 21, 42], "nivolumab": [0, 14]}


def test_a_rate_over_several_days_gives_its_whole_amount() -> None:
    [treatment] = protocol_of(trial(regimen(dose=10, unit="ug/m2/d", route="iv", duration="5 d"))).arms["a"]
    baseline = {"weight_kg": np.array([70.0]), "surface_m2": np.array([1.8])}
    assert administered(treatment, baseline)[0] == pytest.approx(5 * 18 / 15.3)  # nmol


def test_one_refused_arm_leaves_the_others() -> None:
    too_long = regimen(arm="b", dose=10, unit="ug/m2/d", route="iv", duration="48 h", days="1-5")
    both = trial(regimen(), too_long)
    assert list(protocol_of(both).arms) == ["a"]
    assert "duration" in left_out(both)["b"]


def test_courses_of_one_drug_are_numbered_on_through_its_phases() -> None:
    induction = regimen(phase="induction", days="1-3", cycle_days=21, cycles=2)
    maintenance = regimen(phase="maintenance", start_day=57, days="1", cycle_days=28, cycles=3)
    planned = schedule(protocol_of(trial(induction, maintenance)).arms["a"])
    assert [dose.course for dose in planned] == [1, 1, 1, 2, 2, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("parts", "courses", "cycles"),
    [
        ([{**HIGH_DOSE, "days": "1-10,20-21", "cycle_days": 84, "cycles": 2, "max_doses_per_cycle": 30}], {1, 2}, {1, 2}),
        ([{**HIGH_DOSE, "days": "1-5,15-19", "cycle_days": 84, "cycles": 2, "max_doses_per_cycle": 27}], {1, 2}, {1, 2}),
        ([{"days": "1", "cycle_days": 7, "cycles": 3}, {"days": "2-5", "dose": 9, "cycle_days": 7, "cycles": 3}], {1, 2, 3}, {1}),
    ],
)
def test_parts_of_a_drug_side_by_side_are_one_course(parts: list[dict[str, Any]], courses: set[int], cycles: set[int]) -> None:
    given = [regimen(**part, phase=f"part {number}") for number, part in enumerate(parts)]
    planned = schedule(protocol_of(trial(*given)).arms["a"])
    assert {dose.course for dose in planned} == courses
    assert {dose.cycle for dose in planned} == cycles


def test_nobody_who_progressed_is_given_a_later_phase_and_all_phases_are_counted() -> None:
    induction = regimen(phase="induction", days="1-5", cycle_days=7, cycles=2)
    maintenance = regimen(phase="maintenance", start_day=85, days="1", cycle_days=28, cycles=3)
    forecast = run(trial(induction, maintenance, follow_up="1 year"), 60, 1)
    doses, patients = forecast.doses, forecast.patients.set_index("patient")
    early = patients.index[patients.progressed & (patients.pfs_days < 84)]
    given = doses[doses.given]
    assert len(early) > 10
    assert not (given.patient.isin(early) & (given.time_d > 83)).any()
    late = given[given.time_d > 83].patient.unique()
    assert len(late) > 5
    assert (patients.doses_received == given.groupby("patient").size().reindex(patients.index, fill_value=0)).all()


def test_a_cap_on_single_daily_doses() -> None:
    assert days(trial(regimen(days="1-10", max_doses_per_cycle=4))) == [1, 2, 3, 4]


def test_a_rate_is_given_over_each_day() -> None:
    given = regimen(dose=10, unit="ug/m2/d", route="iv", duration="24 h", days="1-3")
    [treatment] = protocol_of(trial(given)).arms["a"]
    assert str(treatment.dose) == "10 ug/m2/d"
    assert treatment.duration is not None
    assert treatment.duration.canonical == pytest.approx(1.0)


def test_treatment_until_progression_fills_the_follow_up() -> None:
    given = regimen(days="1", cycle_days=28, until="progression")
    [treatment] = protocol_of(trial(given, follow_up="1 year")).arms["a"]
    assert treatment.courses is not None
    assert treatment.courses.while_ == "not progressed"
    assert treatment.courses.most == 13  # 365.25 days hold 13 starts 28 days apart


def test_an_untreated_arm_is_an_arm_without_treatments() -> None:
    control = regimen(arm="control", agent="no-treatment", dose=None, unit=None, route="", days="")
    assert protocol_of(trial(regimen(), control)).arms["control"] == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"dose": None, "unit": None}, "dose of aldesleukin"),
        ({"days": ""}, "days of aldesleukin"),
        ({"route": ""}, "route of aldesleukin"),
        ({"agent": "no-such-drug"}, "record of no-such-drug"),
        ({"cycle_days": 28}, "cycles of aldesleukin"),
        ({"until": "progression"}, "cycle_days of aldesleukin"),
        ({"cycles": 4}, "cycle_days of aldesleukin"),
        ({"phase": "maintenance", "days": ""}, "days of aldesleukin (maintenance)"),
    ],
)
def test_the_field_that_stops_an_arm_is_named(fields: dict[str, Any], said: str) -> None:
    incomplete = trial(regimen(**fields))
    assert said in list(missing(incomplete, "a"))
    assert not runnable(incomplete)
    with pytest.raises(ProtocolError, match="cannot be run"):
        protocol_of(incomplete)


def test_complete_arms_run_without_the_incomplete_ones() -> None:
    both = trial(regimen(), regimen(arm="b", days=""))
    assert list(protocol_of(both).arms) == ["a"]
    assert not runnable(both)  # arm b reports a response rate too


def test_drugs_that_the_label_holds_are_held_by_its_rule() -> None:
    [treatment] = protocol_of(trial(regimen(route="iv", duration="15 min", dose=600000, unit="IU/kg"))).arms["a"]
    assert treatment.hold == "proleukin-label"


def test_the_year_is_the_middle_of_enrolment_or_four_years_before_publication() -> None:
    assert year_of(trial(regimen(), enrolled="1985-1993")) == 1989
    assert year_of(trial(regimen(), enrolled="2010")) == 2010
    assert year_of(trial(regimen())) == 1995  # Atkins99
    assert year_of(trial(regimen()).model_copy(update={"citations": (), "id": "doe1988_nct00324155"})) == 1984
    assert year_of(trial(regimen()).model_copy(update={"citations": ()})) is None


def test_protocols_name_the_year_of_their_trial_whoever_wrote_them() -> None:
    assert protocol_of(trial(regimen(), enrolled="2005-2012")).year == 2008.5
    assert protocol_of(trial(regimen(), enrolled="2005-2012"), tumour=False).year is None
    assert protocol_of(catalog.trials()["proclaim2016"]).year == 2008.5
    assert protocol_of(trial(regimen()).model_copy(update={"citations": ()})).year is None


@pytest.mark.parametrize("enrolled", ["1985 to 1993", "85-93", "1985-", "since 2005"])
def test_years_of_enrolment_that_cannot_be_read_are_refused(enrolled: str) -> None:
    with pytest.raises(ValueError, match="enrolled"):
        trial(regimen(), enrolled=enrolled)
