"""What high-dose and low-dose IL-2 do to the cells and the body of the typical patient."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.engine import Bolus
from kinecast.units import quantity

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


@pytest.fixture
def daily(course):
    """Sc injections of this dose, MIU/m2, every day to the typical patient of 1.9 m2; four samples a day."""

    def run(dose, days=84, every=1):
        amount = float(catalog.agent("aldesleukin").amount(quantity(f"{dose} MIU/m2"), weight=77.0, surface=1.9))
        doses = [Bolus(float(day), "aldesleukin_depot", amount) for day in range(0, days, every)]
        return course(doses, np.arange(0, days, 0.25))

    return run


def test_low_dose_expands_treg_and_bright_nk_and_leaves_cd8(daily):
    """1 MIU/m2/d sc: Treg over fivefold, CD8 flat (Koreth 2016); NK and CD56bright in the range of Meropol 1996."""
    run = daily(1.0)
    week8 = (run.times >= 42) & (run.times < 56)
    assert fold(run, "treg_count")[-4:].mean() > 5
    assert fold(run, "cd8_count")[-4:].mean() == pytest.approx(1, abs=0.1)
    assert 2.54 < fold(run, "nk_count")[week8].mean() < 6.3
    assert 4.68 < fold(run, "nk_bright_count")[week8].mean() < 28.63
    assert run["vascular_leak"].max() < 0.1


def test_nk_cells_follow_the_low_dose(daily):
    """2.5- to 6.3-fold over 0.4 to 1.75 MIU/m2 daily (Meropol 1996), the lowest dose within 1.5-fold of the lowest number."""
    low, high = (fold(daily(dose, 56), "nk_count")[-40:].mean() for dose in (0.4, 1.75))
    assert 2.54 / 1.5 < low < high
    assert high == pytest.approx(6.3, rel=0.3)


def test_low_doses_add_nk_cells_by_survival_too(daily):
    """More than maturation of CD56bright cells alone gives (Fehniger 2000: marrow and delayed death, not division in blood)."""
    run = daily(0.4, 56)
    late = run.times >= 50
    assert run["nk_dim_division"][late].mean() < 0.01  # 1/d
    assert fold(run, "nk_dim_number")[-1] > 1.4


def test_daily_low_dose_loses_force_as_its_sink_grows(daily):
    """Level and Treg proliferation fall although the dose goes on (Whangbo 2019)."""
    run = daily(1.0, 56)
    first, last = run.times < 1, run.times >= 55
    assert run["aldesleukin_plasma"][last].max() < 0.6 * run["aldesleukin_plasma"][first].max()
    assert 1000 * run["aldesleukin_plasma"][last].max() < 10  # pM; peaks of Meropol 1996
    week2 = (run.times >= 7) & (run.times < 8)
    assert run["treg_division"][last].mean() < 0.75 * run["treg_division"][week2].mean()


def test_doubling_the_low_dose_hardly_helps_treg(daily):
    """Escalation from 0.67 to 2 MIU/m2/d did not help adults (Whangbo 2019)."""
    one, two = (fold(daily(dose, 56), "treg_count")[-1] for dose in (1.0, 2.0))
    assert 1 < two / one < 1.3


@pytest.mark.parametrize(("dose", "reported"), [(0.101, 0.10), (0.497, 0.20)])
def test_single_low_dose_lifts_treg_by_tenths(daily, dose, reported):
    """Doses for 10 and 20 % more Treg within a week (Todd 2016), which were not used in fitting; within threefold."""
    gain = fold(daily(dose, 7, every=7), "treg_count").max() - 1
    assert reported / 3.2 < gain < reported * 2


def test_eosinophils_rise_little_at_low_dose(daily):
    assert 1 < fold(daily(1.0), "eosinophil_count").max() < 4


@pytest.mark.parametrize("fraction", [0.01, 0.12, 1.0, 3.0])
def test_no_cell_or_mediator_becomes_negative(course, high_dose, fraction):
    run = course(high_dose(fraction=fraction), HOURS, disease="melanoma-metastatic")
    for column, state in enumerate(run.model.network.states):
        if "_log_" in state.name:
            continue
        assert run.solution.states[0, :, column].min() >= -1e-6 * state.scale, state.name
