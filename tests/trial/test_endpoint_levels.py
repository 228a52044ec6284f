"""Levels, folds and times of peaks on curves made up by hand, and when a trial's reports ask to look at its patients."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinecast import catalog
from kinecast.trial import Protocol
from kinecast.trial.asked_times import with_asked_times
from kinecast.trial.endpoint import NotSimulatedError, Question, in_unit
from kinecast.trial.endpoint_levels import level_endpoint
from kinecast.trial.schedule import schedule

TIMES = np.array([0.0, 1.0, 2.0, 7.0, 14.0, 16.0, 28.0])
CURVES = {
    "serum_rhil-12": ("pM", [0, 10, 5, 0, 20, 1, 0]),
    "serum_aldesleukin": ("pM", [0, 100, 0, 0, 0, 0, 0]),
    "ifn_gamma": ("pg/mL", [4, 40, 80, 8, 4, 4, 4]),
    "il6": ("pg/mL", [2, 100, 2, 2, 2, 2, 2]),
    "lymphocytes": ("Gcell/L", [2.0, 0.5, 1.0, 2.0, 3.0, 4.0, 2.0]),
    "cd4": ("Gcell/L", [1.0, 0.8, 1.0, 1.0, 2.0, 3.0, 1.0]),
    "cd8": ("Gcell/L", [0.5, 0.2, 0.5, 0.5, 0.5, 0.5, 0.5]),
    "monocytes": ("Gcell/L", [0.4, 0.1, 0.8, 1.6, 0.4, 0.4, 0.4]),
}
UNITS = {name: unit for name, (unit, _) in CURVES.items()}
PROTOCOL = Protocol.read(
    {
        "title": "t",
        "disease": "none",
        "patients": 3,
        "follow_up": "29 days",
        "arms": {
            "il12": [{"agent": "rhil-12", "dose": "1 ug/kg", "route": "sc", "days": [1, 8, 15]}],
            "il2": [{"agent": "aldesleukin", "dose": "1 ug/kg", "route": "sc"}],
        },
    }
)


def asked(quantity: str, time: str = "", unit: str = "", arm: str = "il12", protocol: Protocol = PROTOCOL, **when: Any) -> float:
    conducted = SimpleNamespace(
        times=TIMES,
        planned=schedule(protocol.arms[arm]),
        curve=lambda name: np.tile(np.array(CURVES[name][1], dtype=float), (3, 1)),
    )
    outcome: Any = type("Made", (), {"conducted": conducted, "best": np.zeros(3), "__len__": lambda self: 3})()
    question = Question(quantity, time, "", arm, {arm: outcome}, UNITS, protocol, when.get("on"), when.get("since", ""), unit)
    found = level_endpoint(question)
    assert found is not None
    return float(found.estimator.estimate(np.ones((1, 3)))[0]) * (in_unit(found, unit) if unit else 1.0)


@pytest.mark.parametrize(
    ("quantity", "time", "unit", "expected"),
    [
        ("serum_il12", "1 d", "pg/mL", 10 * 70.0),  # 70 kDa: one pM is 70 pg/mL
        ("serum_il12_peak", "", "ng/mL", 20 * 0.070),
        ("serum_ifng", "2 d", "pg/mL", 80.0),
        ("serum_ifng_tmax", "", "h", 48.0),
        ("fold_serum_ifng", "1 d", "fold", 10.0),
        ("serum_cytokine_fold_peak", "hours", "fold", 50.0),
        ("fold_monocytes_blood", "7 d", "fold", 4.0),
        ("fold_lymphocytes_blood_max", "", "fold", 2.0),
        ("fold_cd4_blood", "after 2 doses", "fold", 2.0),  # from the second dose to the third
        ("fold_cd4_blood", "after 3 doses", "fold", 3.0),
        ("fold_cd4_blood", "10-day course", "fold", 3.0),
        ("lymphocyte_nadir", "24 h", "fraction", 0.25),
        ("lymphocyte_nadir", "24 h", "Gcell/L", 0.5),
        ("tmin_lymphocytes", "", "h", 24.0),
        ("time_monocyte_peak", "", "d", 7.0),
        ("alc_peak_time", "", "d", 16.0),
        ("cd4_cd8_ratio", "24 h", "ratio", 4.0),
    ],
)
def test_value(quantity: str, time: str, unit: str, expected: float):
    assert asked(quantity, time, unit) == pytest.approx(expected)


def test_the_time_of_a_peak_is_looked_for_in_the_first_cycle():
    again = PROTOCOL.as_dict()
    again["arms"]["il12"] = [{"agent": "rhil-12", "dose": "1 ug/kg", "route": "sc", "courses": {"every": "7 days", "most": 4}}]
    assert asked("alc_peak_time", unit="d", protocol=Protocol.read(again)) == 0.0  # the lymphocytes peak on day 16
    assert asked("serum_ifng_tmax", unit="d", protocol=Protocol.read(again)) == 2.0


def test_a_family_is_read_from_the_drugs_of_the_arm_alone():
    assert asked("serum_il2", "1 d", "pg/mL", arm="il2") == pytest.approx(1530.0)
    assert asked("serum_il2", "1 d", "IU/mL", arm="il2") == pytest.approx(1.530 * 16.4, rel=1e-6)
    with pytest.raises(NotSimulatedError, match="the model does not show serum il2"):
        asked("serum_il2", "1 d", "pg/mL", arm="il12")


@pytest.mark.parametrize(
    ("quantity", "time", "reason"),
    [
        ("fold_cd34_blood", "24 h", "the model does not show cd34"),
        ("fold_serum_il12", "24 h", "there is none of it before treatment in the model"),
        ("fold_cd4_blood", "after 9 doses", "the arm has 3 doses, not 9"),
        ("serum_il12", "10 h after the last dose", "'10 h after the last dose' is not one time"),
    ],
)
def test_what_is_not_simulated_says_why(quantity: str, time: str, reason: str):
    with pytest.raises(NotSimulatedError) as error:
        asked(quantity, time)
    assert str(error.value) == reason


def test_a_time_after_one_of_several_doses_needs_its_dose():
    assert asked("serum_il12", "24 h after the first dose", "pg/mL", on=1.0, since="dose") == pytest.approx(700.0)
    with pytest.raises(NotSimulatedError, match="does not say after which dose"):
        asked("serum_il12", "24 h after dose", "pg/mL", on=1.0, since="dose")


def test_patients_are_looked_at_when_a_report_asks():
    trial = catalog.trial("portielje1999_il12sc")
    arm = "first_0.5"
    given = Protocol.read(
        {
            "title": "t",
            "disease": "none",
            "patients": 3,
            "follow_up": "60 days",
            "arms": {arm: [{"agent": "rhil-12", "dose": "0.5 ug/kg", "route": "sc", "days": [1, 8, 10, 12, 15, 17, 19]}]},
        }
    )
    times = with_asked_times(given, trial).sample_times
    assert min(times) == pytest.approx(18.0)  # 'day 19' and 'after repeated injections' are about the last dose
    assert sum(18 < time < 18.51 for time in times) > 10
    other = given.model_copy(update={"arms": {"another": given.arms[arm]}})
    assert with_asked_times(other, trial) == other
