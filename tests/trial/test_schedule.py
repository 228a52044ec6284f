from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.trial import Protocol, Treatment
from kinecast.trial.doses import administered
from kinecast.trial.grid import output_times
from kinecast.trial.schedule import schedule

from .conftest import PROTOCOL


def treatment(**fields) -> Treatment:
    return Treatment.model_validate({"agent": "aldesleukin", "dose": "600000 IU/kg", "route": "iv", **fields})


def test_high_dose_course_is_two_cycles_of_fourteen_doses():
    doses = schedule(Protocol.read(PROTOCOL).arms["high"])
    assert len(doses) == 3 * 2 * 14
    first = [dose for dose in doses if dose.course == 1]
    assert [dose.number for dose in first] == [*range(1, 15), *range(1, 15)]
    assert [dose.time for dose in first[:4]] == [0.0, 0.333333333, 0.666666667, 1.0]
    assert first[13].time == 4.333333333
    assert first[14].time == 14.0
    assert {dose.time for dose in doses if dose.cycle == 1 and dose.number == 1} == {0.0, 84.0, 168.0}
    assert {dose.condition for dose in first} == {"always"}
    assert {dose.condition for dose in doses if dose.course > 1} == {"not progressed"}


def test_three_times_a_week_for_48_weeks_after_induction():
    arm = (
        treatment(dose="20 ug/m2", days="1-5, 8-12, 15-19, 22-26"),
        treatment(dose="10 ug/m2", route="sc", start="day 29", days=[1, 3, 5], courses={"every": "1 week", "most": 48}),
    )
    doses = schedule(arm)
    assert len(doses) == 20 + 144
    assert [dose.time for dose in doses[20:24]] == [28.0, 30.0, 32.0, 35.0]
    assert doses[-1].course == 49


def test_doses_at_one_time_stand_in_the_order_of_the_treatments():
    doses = schedule((treatment(every="1 day", doses=3), treatment(route="sc", every="1 day", doses=2)))
    assert [(dose.time, dose.treatment) for dose in doses] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]


def test_an_untreated_arm_has_no_doses():
    assert schedule(()) == ()


@given(
    doses=st.integers(1, 20),
    hours=st.integers(1, 48),
    cycles=st.integers(1, 4),
    most=st.integers(1, 5),
)
def test_number_and_order_of_doses(doses: int, hours: int, cycles: int, most: int):
    length = (doses * hours) // 24 + 1
    starts = [f"day {1 + index * length}" for index in range(cycles)]
    courses = {"every": f"{cycles * length} days", "most": most}
    planned = schedule((treatment(every=f"{hours} h", doses=doses, start=starts, courses=courses),))
    assert len(planned) == doses * cycles * most
    times = [dose.time for dose in planned]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert {(d.course, d.cycle, d.number) for d in planned} == {
        (course, cycle, number)
        for course in range(1, most + 1)
        for cycle in range(1, cycles + 1)
        for number in range(1, doses + 1)
    }


@pytest.mark.parametrize(
    ("fields", "nmol"),
    [
        ({"dose": "1 mg"}, [1e3 / 15.3, 1e3 / 15.3]),
        ({"dose": "37 ug/kg"}, [37 * 50 / 15.3, 37 * 100 / 15.3]),
        ({"dose": "600000 IU/kg"}, [0.6 / 16.4 * 1e3 * 50 / 15.3, 0.6 / 16.4 * 1e3 * 100 / 15.3]),
        ({"dose": "10 ug/m2/day", "duration": "90 days"}, [900 * 1.5 / 15.3, 900 * 2.0 / 15.3]),
        ({"dose": "1 ug/h", "duration": "2 days"}, [48 / 15.3, 48 / 15.3]),
        ({"dose": "18 MIU", "duration": "2 days"}, [18 / 16.4 * 1e3 / 15.3] * 2),
        ({"dose": "2 nmol/kg"}, [100.0, 200.0]),
    ],
)
def test_amount_of_each_patient(fields: dict, nmol: list[float]):
    baseline = {"weight_kg": np.array([50.0, 100.0]), "surface_m2": np.array([1.5, 2.0])}
    assert catalog.agent("aldesleukin").molecular_weight.value == 15.3
    np.testing.assert_allclose(administered(treatment(**fields), baseline), nmol, rtol=1e-9)


def test_patients_are_looked_at_before_every_dose_and_at_every_scan():
    protocol = Protocol.read(PROTOCOL)
    times = output_times(protocol)
    assert times[0] == 0
    assert times[-1] == 365.25
    assert (np.diff(times) > 1e-6).all()
    wanted = [*(dose.time for dose in schedule(protocol.arms["high"])), *protocol.scan_times]
    assert all(np.abs(times - time).min() <= 1e-6 for time in wanted)


def test_a_long_daily_schedule_is_not_looked_at_without_end():
    content = Protocol.read(PROTOCOL).as_dict()
    content["follow_up"] = "3 years"
    content["arms"] = {"daily": [{"agent": "aldesleukin", "dose": "0.1 mg", "route": "sc", "every": "1 day", "doses": 1000}]}
    assert len(output_times(Protocol.read(content))) < 300
