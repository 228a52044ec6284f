"""What high-dose and low-dose IL-2 do to the cells and the body of the typical patient."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.engine import Bolus

HOURS = np.arange(0, 24 * 20) / 24


@pytest.fixture
def high(course, high_dose):
    return course(high_dose(), HOURS)


def fold(course, name):
    return course[name] / course[name][0]


def test_lymphocytes_leave_blood_within_two_days_and_rebound(high):
    lymphocytes = fold(high, "lymphocyte_count")
    nadir, rebound = lymphocytes[: 24 * 5].argmin(), lymphocytes.argmax()
    assert HOURS[nadir] < 2 and lymphocytes[nadir] < 0.5
    assert 4.3 < HOURS[rebound] < 9 and 2 < lymphocytes[rebound] < 6


def test_eosinophils_rise_twenty_to_thirty_fold_after_the_lymphocytes(high):
    eosinophils = fold(high, "eosinophil_count")
    assert 10 < eosinophils.max() < 40
    assert HOURS[eosinophils.argmax()] > 4


def test_treg_and_nk_expand_more_than_cd8(high):
    after = HOURS == 6
    assert fold(high, "treg_number")[after] > fold(high, "cd8_memory_number")[after] > 1
    assert fold(high, "nk_dim_number")[after] > fold(high, "cd8_memory_number")[after]


def test_pressure_falls_and_creatinine_and_weight_rise_and_recover(high):
    assert high["mean_arterial_pressure"].min() < 0.85 * high["mean_arterial_pressure"][0]
    assert 1.5 < fold(high, "creatinine_level").max() < 4
    assert fold(high, "creatinine_level")[-1] < 1.1
    gain = high["fluid_gain"]
    assert 0.02 < gain.max() < 0.12 and gain[-1] < gain.max() / 4


def test_soluble_cd25_rises(high):
    assert fold(high, "soluble_cd25").max() > 3


def test_low_dose_expands_treg_and_bright_nk_and_leaves_cd8(course):
    """1.25 MIU/m2/d sc for 90 days (Meropol 1996; Treg as in low-dose trials): CD8 flat, Treg and CD56bright NK several-fold."""
    doses = [Bolus(float(day), "aldesleukin_depot", 9.1) for day in range(90)]
    run = course(doses, np.arange(0, 90) + 0.99)
    week8 = 55
    assert fold(run, "treg_count")[week8] > 3
    assert fold(run, "nk_bright_count")[week8] > 4
    assert 0.8 < fold(run, "cd8_count")[week8] < 1.3
    assert run["vascular_leak"].max() < 0.1


@pytest.mark.parametrize("fraction", [0.01, 0.12, 1.0, 3.0])
def test_no_cell_or_mediator_becomes_negative(course, high_dose, fraction):
    run = course(high_dose(fraction=fraction), HOURS, disease="melanoma-metastatic")
    for column, state in enumerate(run.model.network.states):
        if "_log_" in state.name:
            continue
        assert run.solution.states[0, :, column].min() >= -1e-6 * state.scale, state.name
