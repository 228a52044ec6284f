from __future__ import annotations

import numpy as np
import pytest

from kinecast.catalog.records import Toxicity
from kinecast.trial import Protocol
from kinecast.trial.schedule import schedule
from kinecast.trial.toxicity import grade, harm

from .conftest import PROTOCOL, SAYS, TOY_GRADES, number


def toxicity(steps: list[dict], **fields) -> Toxicity:
    return Toxicity.model_validate({"label": "t", "observable": "x", "unit": "mmHg", "grades": steps, **SAYS, **fields})


FALLING = [{"grade": 1, "below": 80}, {"grade": 3, "below": 60}]


@pytest.mark.parametrize(("value", "expected"), [(90, 0), (80, 0), (79.9, 1), (60, 1), (59.9, 3), (float("nan"), 0)])
def test_a_threshold_is_crossed_strictly(value: float, expected: int):
    assert grade(toxicity(FALLING), "mmHg", np.array([[value]]))[0, 0] == expected


def test_grades_relative_to_baseline_and_to_normal():
    rising = [{"grade": 1, "above": 1.5}, {"grade": 2, "above": 3.0}]
    values = np.array([[2.0, 2.9, 3.1, 7.0]])
    assert grade(toxicity(rising, relative_to="baseline"), "mmHg", values).tolist() == [[0, 0, 1, 2]]
    normal = toxicity(rising, relative_to="normal", normal=number(1.0, "mmHg"))
    assert grade(normal, "mmHg", values).tolist() == [[1, 1, 2, 2]]


def test_thresholds_are_converted_to_the_unit_of_the_observable():
    weight = toxicity([{"grade": 1, "above": 5}], unit="mg")
    assert grade(weight, "ug", np.array([[4999.0, 5001.0]])).tolist() == [[0, 1]]


def test_worst_grade_by_cycle_and_during_treatment():
    planned = schedule(Protocol.read(PROTOCOL).arms["high"])
    times = np.array([0.0, 2.0, 15.0, 30.0, 100.0, 300.0])
    pressure = np.array([[90, 78, 90, 90, 73, 60]] * 2, dtype=float)
    given = np.zeros((2, len(planned)), dtype=bool)
    given[0, :28] = True  # the first course; in reporting time until day 14 + 4.3 + 30
    given[1] = True
    found = harm(
        TOY_GRADES, {"mean_arterial_pressure": "mmHg"}, ["mean_arterial_pressure"], pressure[:, :, None], times, planned, given
    )
    assert found.toxicities == ("hypotension",)
    assert found.not_modelled == ("creatinine",)
    assert found.worst[:, 0].tolist() == [1, 2]
    assert found.cycles == ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2))
    assert found.by_cycle[0, :, 0].tolist() == [1, 0, -1, -1, -1, -1]
    assert found.by_cycle[1, :, 0].tolist() == [1, 0, 0, 2, 0, 0]


def test_an_untreated_arm_is_graded_over_the_whole_time():
    found = harm(
        TOY_GRADES,
        {"mean_arterial_pressure": "mmHg"},
        ["mean_arterial_pressure"],
        np.array([[[90.0], [60.0]]]),
        np.array([0.0, 300.0]),
        (),
        np.zeros((1, 0), dtype=bool),
    )
    assert found.worst.tolist() == [[3]]
    assert found.by_cycle.shape == (1, 0, 1)
