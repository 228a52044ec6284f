"""IL-15 by every schedule and its long-lived complexes, in the typical patient, against what was reported."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, Infusion, solve
from kinecast.units import quantity

WEIGHT, SURFACE = 77.0, 1.9
TIMES = np.unique(np.r_[np.linspace(0, 1, 97), np.arange(1, 43, 0.125)])
CELLS = ("nk_count", "nk_bright_count", "cd8_count")
SC_DAYS = (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)


class Course:
    """`course["nk_count"]` is a definition or state of the typical patient over TIMES; `fold` is it over its first value."""

    def __init__(self, agents, events):
        self.model = assemble(agents)
        self.parameters = np.array([[p.value for p in self.model.network.parameters]])
        self.solution = solve(self.model.kernel(), self.parameters, events=events, outputs=TIMES, rtol=1e-6)
        assert self.solution.status[0] == 0

    def __getitem__(self, name):
        return self.model.kernel().evaluate([name], self.solution.states, self.parameters)[name][0]

    def fold(self, name):
        return self[name] / self[name][0]


def amount(agent, dose):
    return float(catalog.agent(agent).amount(quantity(dose), weight=WEIGHT, surface=SURFACE))


@functools.cache
def doses(dose, days, way="central", agent="rhil-15"):
    name = f"{agent.replace('-', '_')}_{way}"
    return Course([agent], [Bolus(day - 1.0, name, amount(agent, dose)) for day in days])


@functools.cache
def infusion(dose, days):
    return Course(["rhil-15"], [Infusion(0.0, "rhil_15_central", amount("rhil-15", dose) * days, float(days))])


def bolus(dose):
    return doses(dose, tuple(range(1, 13)))


def at(course, name, day):
    return course[name][np.searchsorted(TIMES, day)]


def peaks(course):
    return [course.fold(name).max() for name in CELLS]


@pytest.mark.parametrize(
    ("course", "reported"),
    [
        (lambda: doses("2 ug/kg", SC_DAYS, "depot"), (10.8, 39.7, 3.3)),
        (lambda: infusion("4 ug/kg", 5), (34, 144, 3.38)),
        (lambda: infusion("2 ug/kg", 10), (38, 358, 5.8)),
    ],
    ids=["sc, Miller 2018", "5-day infusion, Dubois 2021", "10-day infusion, Conlon 2019"],
)
def test_nk_bright_and_cd8_by_schedule_within_1_5_fold(course, reported):
    assert np.abs(np.log(np.array(peaks(course())) / reported)).max() < np.log(1.5)


def test_daily_low_bolus_moves_nk_bright_and_cd8_two_to_fourfold():
    """Conlon 2015 at 0.3 ug/kg: NK 2 to 3, CD56bright 3 to 4, CD8 3; each within 1.5-fold of that."""
    nk, bright, cd8 = peaks(bolus("0.3 ug/kg"))
    assert 2 / 1.5 < nk < 3 * 1.5
    assert 3 / 1.5 < bright < 4 * 1.5
    assert 3 / 1.5 < cd8 < 3 * 1.5


def test_the_schedule_decides_bolus_below_sc_below_infusion():
    by_schedule = [peaks(one) for one in (bolus("0.3 ug/kg"), doses("2 ug/kg", SC_DAYS, "depot"), infusion("2 ug/kg", 10))]
    assert np.all(np.diff(by_schedule, axis=0) > 0)


def test_level_after_3_ug_per_kg_and_its_half_life():
    """43.8 ng/mL and 2.4 to 2.7 h (Conlon 2015, recalled)."""
    level = bolus("3 ug/kg")["rhil_15_plasma"] * 12.9
    hours = TIMES * 24
    assert level[:3].max() == pytest.approx(43.8, rel=0.1)
    for dose in ("0.3 ug/kg", "3 ug/kg"):
        early = (hours > 0.9) & (hours < 8.1)
        slope = np.polyfit(hours[early], np.log(bolus(dose)["rhil_15_plasma"][early]), 1)[0]
        assert 2.1 < -np.log(2) / slope < 3.0


def test_nk_leave_blood_within_half_an_hour_of_a_bolus_and_are_back_in_three_days():
    nk = bolus("3 ug/kg").fold("nk_count")
    assert nk[np.searchsorted(TIMES, 0.5 / 24)] < 0.25
    assert nk[np.searchsorted(TIMES, 2.99)] > 1


def test_level_falls_late_in_a_ten_day_infusion_as_the_cells_take_it_up():
    """Markedly lower in the last three days (Conlon 2019)."""
    course = infusion("2 ug/kg", 10)
    assert at(course, "rhil_15_plasma", 9.0) < 0.5 * at(course, "rhil_15_plasma", 3.0)
    assert at(course, "rhil_15_consumption", 9.0) > 1.5 * at(course, "rhil_15_consumption", 3.0)


def test_a_bolus_sets_off_cytokines_and_an_infusion_of_the_tolerated_dose_does_not():
    """Up to fiftyfold with boluses (Conlon 2015); mild with the tolerated infusion (Conlon 2019)."""
    first_day = TIMES < 1
    assert 15 < bolus("3 ug/kg").fold("il6")[first_day].max() < 100
    assert infusion("2 ug/kg", 10).fold("il6").max() < 5
    assert infusion("2 ug/kg", 10)["vascular_leak"].max() < 0.3 < infusion("5 ug/kg", 5)["vascular_leak"].max()


def test_nk_divide_over_tolerated_infusions_more_than_treg():
    course = infusion("2 ug/kg", 10)
    assert course.fold("nk_dim_number").max() > 4 * course.fold("treg_number").max()


def test_treg_hardly_move_under_il15_by_any_schedule():
    """Treg not raised by N-803 (Romee 2018): cells at rest are not mobilised with active ones."""
    courses = (infusion("2 ug/kg", 10), doses("2 ug/kg", SC_DAYS, "depot"), doses("10 ug/kg", (1, 8, 15, 22), "depot", "n-803"))
    assert max(one.fold("treg_count").max() for one in courses) < 1.5


def test_leak_follows_nk_cells_that_have_multiplied():
    """Ten days of 4 ug/kg/d harmed (Conlon 2019), five did not (Dubois 2021): leak goes on rising while the level falls."""
    long, short = infusion("4 ug/kg", 10), infusion("4 ug/kg", 5)
    assert long["vascular_leak"].max() > 1.15 * short["vascular_leak"].max()
    assert TIMES[long["vascular_leak"].argmax()] > 7
    assert at(long, "rhil_15_plasma", 9.0) < 0.3 * at(long, "rhil_15_plasma", 3.0)


def test_vessels_answer_to_il15_as_nk_cells_adhere():
    """Drug itself does not harm endothelium, activated NK cells do (Kotasek 1988): one signal for both."""
    course = bolus("3 ug/kg")
    assert course["endothelial_signal"] == pytest.approx(course["nk_acute_signal"], rel=1e-9)


def test_dose_equals_body_plus_account():
    course = doses("2 ug/kg", SC_DAYS, "depot")
    parts = ("depot", "central", "peripheral", "eliminated", "consumed", "lost_at_site")
    total = sum(course[f"rhil_15_{part}"] for part in parts)
    assert total[-1] == pytest.approx(10 * amount("rhil-15", "2 ug/kg"), rel=1e-6)


@pytest.mark.parametrize("cells", ["nk_bright", "nk_dim", "cd8_memory", "treg"])
def test_early_signal_needs_more_il15_than_division(cells):
    """pSTAT5 of NK cells: 0.68 to 0.83 nM within an hour, 0.06 nM after four (Farhat 2019). Treg are set against it."""
    records = catalog.parameters("receptors")
    sustained = records[f"{cells}_il15_ec50"].value
    acute = records["acute_il15_ec50"].value
    assert (sustained > acute) == (cells == "treg")


def test_cd25_does_not_change_the_stimulus_of_il15():
    course = infusion("2 ug/kg", 10)
    stimulus = course["rhil_15_active"] / catalog.parameters("receptors")["cd8_memory_il15_ec50"].value
    assert course["cd8_memory_cd25_now"].max() > 5 * course["cd8_memory_cd25_now"][0]
    assert course["cd8_memory_signal"] == pytest.approx(stimulus / (1 + stimulus), rel=1e-6)


def test_n_803_sc_peaks_at_4_h_and_halves_in_20_h():
    level = doses("10 ug/kg", (1,), "depot", "n-803")["n_803_plasma"]
    assert 24 * TIMES[level.argmax()] == pytest.approx(4, abs=1)
    late = (TIMES > 1) & (TIMES < 3)
    assert -np.log(2) / np.polyfit(24 * TIMES[late], np.log(level[late]), 1)[0] == pytest.approx(20, rel=0.15)


def test_n_803_lies_between_reports_that_disagree():
    """20 ug/kg weekly: 3.3, 6.3, 1.3 (Margolin 2018); 10 ug/kg: NK 5 to 8, CD56bright 6 to 8, CD8 2 (Romee 2018)."""
    twenty, ten = (peaks(doses(dose, (1, 8, 15, 22), "depot", "n-803")) for dose in ("20 ug/kg", "10 ug/kg"))
    assert np.abs(np.log(np.array(twenty[:2]) / (3.3, 6.3))).max() < np.log(2)
    assert twenty[2] < 3  # CD8 is a known miss, twice the report
    assert np.all(np.array(twenty) > ten)
    assert 2 < ten[0] < 8


def test_n_803_by_vein_brings_fever_and_il6_and_a_larger_sc_dose_does_not():
    """Fever and IL-6 within hours after iv, absent after sc (Romee 2018)."""
    vein, skin = doses("6 ug/kg", (1,), agent="n-803"), doses("10 ug/kg", (1,), "depot", "n-803")
    assert vein["temperature_rise"].max() > 1 > 5 * skin["temperature_rise"].max()
    hottest = 24 * TIMES[vein["temperature_rise"].argmax()]
    assert 2 < hottest < 12
    assert vein.fold("il6").max() > 10 > 3 * skin.fold("il6").max()


def test_il15_and_il2_compete_for_the_same_receptors():
    low_dose = Infusion(0.0, "aldesleukin_central", 1.0, 1.0)
    alone = Course(["aldesleukin", "rhil-15"], [low_dose])
    beside = Course(["aldesleukin", "rhil-15"], [low_dose, Infusion(0.0, "rhil_15_central", 2000.0, 1.0)])
    share = [at(one, "aldesleukin_consumption", 0.25) / at(one, "aldesleukin_plasma", 0.25) for one in (alone, beside)]
    assert share[1] < 0.5 * share[0]
