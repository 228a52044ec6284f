"""GM-CSF in the typical patient, against what was reported of its three products."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, Infusion, solve
from kinecast.units import quantity

FINE = np.unique(np.r_[np.linspace(0, 1, 289), np.arange(1, 28, 0.125)])
BLOOD = ("neutrophil_count", "monocyte_count", "eosinophil_count")


@functools.cache
def course(agent, dose, route, days=1, hours=0.0):
    """The typical patient of 77 kg under a daily dose: name → values over FINE."""
    made = assemble((agent,), "none")
    amount = float(catalog.agent(agent).amount(quantity(dose), weight=77.0, surface=1.9))
    target = made.routes[agent, route]
    given = [Infusion(float(d), target, amount, hours / 24) if hours else Bolus(float(d), target, amount) for d in range(days)]
    parameters = np.array([[p.value for p in made.network.parameters]])
    solution = solve(made.kernel(), parameters, events=given, outputs=FINE, rtol=1e-7)
    assert solution.status[0] == 0
    return lambda name: made.kernel().evaluate([name], solution.states, parameters)[name][0]


def fold(of, name, day):
    values = of(name)
    return np.interp(day, FINE, values) / values[0]


def area(agent, dose, route, hours=0.0):
    """Area under the level over the dose, d/L."""
    amount = float(catalog.agent(agent).amount(quantity(dose), weight=77.0, surface=1.9))
    level = course(agent, dose, route, 1, hours)(f"{agent}_plasma")
    return np.trapezoid(level, FINE) / amount


def test_what_was_given_is_in_the_body_or_in_the_account():
    of = course("molgramostim", "10 ug/kg", "sc")
    parts = ("central", "peripheral", "depot", "eliminated", "consumed", "lost_at_site")
    account = sum(of(f"molgramostim_{part}") for part in parts)
    np.testing.assert_allclose(account, account[0], rtol=1e-5)
    assert of("molgramostim_consumed")[-1] > 0.2 * account[0], "the receptors take a good part of a low dose"


def test_clearance_is_greatest_below_3_ug_per_kg():
    """Cebon 1990: apparent clearance under the skin, 0.3 to 30 ug/kg."""
    clearances = [1 / area("molgramostim", f"{dose} ug/kg", "sc") for dose in (0.3, 3, 10, 30)]
    assert clearances == sorted(clearances, reverse=True)
    assert clearances[0] > 4 * clearances[-1]


def test_levels_rise_more_than_the_dose():
    """Schwartz 1992: more than tenfold from 100 to 300 ug/m2; the model gives about seven."""
    low, high = (course("molgramostim", f"{dose} ug/m2", "sc")("molgramostim_plasma").max() for dose in (100, 300))
    assert 5 < high / low < 20


def test_ten_micrograms_stay_above_a_nanogram_for_half_a_day():
    """Cebon 1988."""
    level = course("molgramostim", "10 ug/kg", "sc")("molgramostim_plasma") * catalog.agent("molgramostim").molar_mass * 1e3
    hours = 24 * np.sum(np.diff(FINE) * (level[1:] > 1))
    assert 10 < hours < 16


def test_the_product_of_hamster_cells_is_absorbed_slowly():
    """Hovgaard 1992: peak at 15 to 20 h, against 2 to 4 h for the product of yeast."""
    late = FINE[course("regramostim", "8 ug/kg", "sc")("regramostim_plasma").argmax()] * 24
    early = FINE[course("sargramostim", "250 ug/m2", "sc")("sargramostim_plasma").argmax()] * 24
    assert 12 < late < 22
    assert 1.5 < early < 4


@pytest.mark.parametrize("dose", ["1 ug/kg", "10 ug/kg", "30 ug/kg"])
def test_granulocytes_and_monocytes_leave_blood_at_once_and_are_back_in_six_hours(dose):
    """Lieschke 1989 and 1990: falls of 84 to 99 % in minutes to hours, restored by 6 h."""
    of = course("molgramostim", dose, "sc")
    for cell in BLOOD:
        early = of(cell)[FINE < 2 / 24].min() / of(cell)[0]
        assert 0.01 < early < 0.25
        assert fold(of, cell, 6 / 24) > 0.75


def test_counts_of_day_10_lie_near_the_reported_ones():
    """Lieschke 1990, 10 ug/kg in two hours for ten days: up to 4.3-, 18- and 3.5-fold."""
    of = course("molgramostim", "10 ug/kg", "iv", 10, 2.0)
    for cell, reported in zip(BLOOD, (4.3, 3.5, 18.0), strict=True):
        assert reported / 2 < fold(of, cell, 10) < 1.3 * reported


def test_healthy_people_reach_three_to_five_times_their_neutrophils():
    """Dale 1998: 3.5-fold on day 14 of 250 ug/m2 a day."""
    assert 2.5 < fold(course("gm-csf", "250 ug/m2", "sc", 14), "neutrophil_count", 14) < 5


def test_one_dose_doubles_leukocytes_for_a_day():
    """Schwartz 1992: about twofold at 24 h, baseline by 48 h."""
    small, large = (course("molgramostim", f"{dose} ug/m2", "sc") for dose in (100, 300))
    assert 1.2 < fold(small, "leukocyte_count", 1) < 2.5
    assert fold(small, "leukocyte_count", 2) < 1.3
    assert 1.5 < fold(large, "leukocyte_count", 1) < 3


def test_neutrophils_level_off_from_3_to_15_ug_per_kg():
    """Lieschke 1989."""
    rises = [fold(course("molgramostim", f"{dose} ug/kg", "sc", 10), "neutrophil_count", 10) for dose in (0.3, 3, 10, 15)]
    assert rises[0] < 1.3 and rises[1] > 2.2
    assert rises[3] < 1.1 * rises[2]


def test_a_small_bolus_by_vein_does_less_than_the_same_dose_under_the_skin():
    """Lieschke 1990: daily bolus doses of 0.3 to 3 ug/kg did not raise counts."""
    bolus, skin = (fold(course("molgramostim", "1 ug/kg", route, 10), "leukocyte_count", 10) for route in ("iv", "sc"))
    assert bolus < 1.3
    assert fold(course("molgramostim", "3 ug/kg", "iv", 10), "leukocyte_count", 10) < 2
    assert skin > 0.95 * bolus


def test_counts_return_within_days_of_stopping():
    """Shadduck 1990: normal in 24 to 48 h after 14 days of treatment."""
    of = course("molgramostim", "10 ug/kg", "sc", 10)
    peak = fold(of, "leukocyte_count", 10)
    assert fold(of, "leukocyte_count", 12.5) - 1 < 0.45 * (peak - 1)


def test_dendritic_and_suppressor_cells_rise_and_return_at_the_adjuvant_dose():
    """125 ug/m2 a day for 14 of 28 days: suppressor cells between none (Daud 2008) and a clear rise (Filipazzi 2007)."""
    of = course("sargramostim", "125 ug/m2", "sc", 14)
    assert fold(of, "dendritic_cells", 14) > 1.15
    assert fold(of, "dendritic_cells", 27.5) < 1.05
    assert 1.2 < of("blood_mdsc").max() < 2.0
    assert fold(of, "blood_mdsc", 27.5) < 1.05


def test_suppressor_cells_follow_the_dose():
    """Serafini 2004 in mice: an effect of the systemic level."""
    low, high = (course("molgramostim", dose, "sc", 10)("blood_mdsc").max() for dose in ("1 ug/kg", "20 ug/kg"))
    assert high > 1.3 * low


def test_leak_sets_in_above_15_ug_per_kg():
    """Lieschke 1989: pericarditis limits the dose above 15 ug/kg a day."""
    leak = [course("molgramostim", f"{dose} ug/kg", "sc", 10)("vascular_leak").max() for dose in (3, 10, 15, 30)]
    assert leak[0] < 0.05 and leak[1] < 0.3 < leak[2] < 0.6 < leak[3]
