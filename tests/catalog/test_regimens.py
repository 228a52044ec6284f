"""Regimens of publications become protocols: phases, cycles, caps and infusions; what is not known is named."""

from __future__ import annotations

from typing import Any

import pytest

from kinecast.catalog import Observation, Regimen, Trial
from kinecast.catalog.records.trial import Arm
from kinecast.errors import ProtocolError
from kinecast.trial.regimens import missing, protocol_of, runnable
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


def test_several_doses_a_day_with_a_cap_shared_by_the_blocks_of_a_cycle() -> None:
    high_dose = {"route": "iv", "duration": "15 min", "dose": 600000, "unit": "IU/kg"}
    given = regimen(**high_dose, days="1-5,15-19", times_per_day=3, max_doses_per_cycle=28)
    planned = days(trial(given))
    assert len(planned) == 28
    assert planned[:4] == [1, 1.3333, 1.6667, 2]
    assert planned[13] < 6
    assert planned[14] == 15


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
