"""IL-7 in the typical patient, against what was reported of its three products."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.cytokines.il7 import CONVENTIONAL
from kinecast.engine import Bolus, solve
from kinecast.errors import KinecastError
from kinecast.units import quantity

DAYS = np.unique(np.r_[np.arange(0, 10 * 24) / 24, np.arange(10, 120, 0.5)])


@functools.cache
def model(agent):
    return assemble((agent,), "none")


class Patient:
    """The typical patient of 77 kg: `patient["cd4_count"]` over DAYS; `fold` is over the first value."""

    def __init__(self, agent, dose, route, days, **changed):
        made = model(agent)
        amount = float(catalog.agent(agent).amount(quantity(dose), weight=77.0, surface=1.9))
        self.parameters = np.array([[changed.get(p.name, p.value) for p in made.network.parameters]])
        doses = [Bolus(float(day - 1), made.routes[agent, route], amount) for day in days]
        self.kernel = made.kernel()
        self.solution = solve(self.kernel, self.parameters, events=doses, outputs=DAYS, rtol=1e-7)
        assert self.solution.status[0] == 0
        self.nanogram = catalog.agent(agent).molar_mass * 1e3
        self.amount, self.plasma = amount, self[agent.replace("-", "_") + "_plasma"]

    def __getitem__(self, name):
        return self.kernel.evaluate([name], self.solution.states, self.parameters)[name][0]

    def fold(self, name, day=None):
        values = self[name] / self[name][0]
        return values if day is None else float(np.interp(day, DAYS, values))


@functools.cache
def patient(agent, dose, route, days=(1,), **changed):
    return Patient(agent, dose, route, days, **changed)


@pytest.fixture
def hyfc():
    return lambda dose, route: patient("efineptakin-alfa", dose, route)


EVERY_OTHER_DAY = (1, 3, 5, 7, 9, 11, 13, 15)
WEEKLY = (1, 8, 15)


@pytest.mark.parametrize(
    ("dose", "route", "peak", "area"),
    [("20 ug/kg", "sc", 0.1, 10.2), ("60 ug/kg", "sc", 0.5, 31.0), ("60 ug/kg", "im", 1.2, None)],
)
def test_levels_of_efineptakin_within_twofold_of_lee_2020(hyfc, dose, route, peak, area):
    """Cmax (ng/mL) and, sc, area to two weeks (ng·h/mL)."""
    run = hyfc(dose, route)
    level = run.plasma * run.nanogram
    assert 0.5 < level.max() / peak < 2
    if area:
        early = DAYS <= 14
        assert 0.5 < 24 * np.trapezoid(level[early], DAYS[early]) / area < 2


def test_most_of_the_available_efineptakin_is_taken_up_by_cd127(hyfc):
    run = hyfc("20 ug/kg", "sc")
    assert run["efineptakin_alfa_consumed"][-1] > 5 * run["efineptakin_alfa_eliminated"][-1]


def test_sink_fills_so_that_levels_rise_faster_than_the_dose(hyfc):
    assert hyfc("600 ug/kg", "im").plasma.max() > 20 * hyfc("60 ug/kg", "im").plasma.max()


def test_drug_is_conserved(hyfc):
    run = hyfc("60 ug/kg", "im")
    names = ("im_depot", "central", "peripheral", "eliminated", "consumed", "lost_at_site")
    there = sum(run[f"efineptakin_alfa_{name}"] for name in names)
    np.testing.assert_allclose(there, run.amount, rtol=1e-5)


def test_unglycosylated_product_leaves_sooner():
    short, long = patient("cyt99007", "20 ug/kg", "sc"), patient("cyt107", "20 ug/kg", "sc")
    share = [float(np.interp(3, DAYS, run.plasma) / run.plasma.max()) for run in (short, long)]
    assert share[0] < share[1] / 3


def test_half_life_of_cyt99007_after_a_dose_that_fills_the_sink():
    """6.5 to 9.8 h sc in cancer (Sportès 2010, recalled), within a quarter."""
    run = patient("cyt99007", "60 ug/kg", "sc")
    first, last = np.interp([0.75, 1.5], DAYS, run.plasma)
    assert 6.5 * 0.75 < 18 * np.log(2) / np.log(first / last) < 9.8 * 1.25


def test_cd127_falls_within_a_day_and_comes_back():
    run = patient("cyt107", "20 ug/kg", "sc")
    left = run["cd127"]
    assert left.min() < 0.3 and DAYS[left.argmin()] < 2.5
    assert np.interp(14, DAYS, left) > 0.9


def test_cd127_under_a_lasting_high_level_is_that_of_the_two_half_lives():
    """24 h without and 3 h with IL-7 leave an eighth (closed form of the turnover)."""
    left = patient("efineptakin-alfa", "1700 ug/kg", "im")["cd127"]
    assert left.min() == pytest.approx(3 / 24, rel=0.02)


@pytest.mark.parametrize(("route", "reported"), [("im", 2.114), ("sc", 1.751)])
def test_lymphocytes_at_three_weeks_within_a_quarter_of_lee_2020(hyfc, route, reported):
    assert hyfc("60 ug/kg", route).fold("lymphocyte_count", 21) == pytest.approx(reported, rel=0.25)


def test_cd4_and_cd8_double_and_last_eight_weeks(hyfc):
    """Up to 2.5-fold after 60 ug/kg im, for 56 days at least (Lee 2020)."""
    run = hyfc("60 ug/kg", "im")
    for name in ("cd4_count", "cd8_count"):
        assert 2 < run.fold(name).max() < 3.1
        assert run.fold(name, 56) > 1.5
    for cell in CONVENTIONAL:
        assert run.fold(f"{cell}_number", 56) > 1.25


def test_blood_empties_for_a_day_before_counts_rise(hyfc):
    counts = hyfc("60 ug/kg", "im").fold("lymphocyte_count")
    lowest = DAYS[counts.argmin()]
    assert 0.2 < lowest < 2 and counts.min() < 0.8
    assert 10 < DAYS[counts.argmax()] < 25


def test_cells_cycle_most_in_the_first_week(hyfc):
    """Ki-67 peaked on day 3 or 7 (doi:10.1182/bloodadvances.2021006591)."""
    assert 2 < DAYS[hyfc("60 ug/kg", "im")["il7_cycling"].argmax()] < 7


def test_naive_cells_are_favoured_and_treg_nk_and_b_cells_spared():
    """Sportès 2008 (naive), Sereti 2009 and Perales 2012 (Treg, NK and B cells unchanged)."""
    run = patient("cyt107", "20 ug/kg", "sc", WEEKLY)
    for lineage in ("cd4", "cd8"):
        assert run.fold(f"{lineage}_naive_number").max() > run.fold(f"{lineage}_memory_number").max() > 2
    for name in ("treg_count", "nk_count", "b_cell_count"):
        assert run.fold(name).max() < 1.05


@pytest.mark.parametrize(
    ("agent", "dose", "days"),
    [("cyt99007", "10 ug/kg", EVERY_OTHER_DAY), ("cyt99007", "60 ug/kg", EVERY_OTHER_DAY), ("cyt107", "20 ug/kg", WEEKLY)],
)
def test_courses_gain_two_to_four_times(agent, dose, days):
    """Two- to fourfold CD4 and CD8 counts over trials, at 10 ug/kg and more of CYT99007 (Sportès 2010)."""
    run = patient(agent, dose, "sc", days)
    assert 2 < run.fold("cd4_count").max() < 4
    assert 2 < run.fold("cd8_count").max() < 4


def test_repeated_courses_do_not_multiply():
    run = patient("efineptakin-alfa", "1200 ug/kg", "im", (1, 22, 43, 64, 85))
    assert run.fold("lymphocyte_count").max() < 4.5


def test_the_young_gain_more_from_the_thymus():
    young, old = (patient("cyt107", "20 ug/kg", "sc", WEEKLY, age=age * 365.25) for age in (25, 75))
    gain = [float(run["cd4_emigrants"].max() - run["cd4_emigrants"][0]) for run in (young, old)]
    assert young["thymic_share"][0] > 5 * old["thymic_share"][0]
    assert gain[0] > 5 * gain[1] > 0


def test_diversity_rises_by_naive_cells_and_more_slowly_than_counts():
    run = patient("cyt107", "20 ug/kg", "sc", WEEKLY)
    assert run.fold("tcr_diversity", 84) > 1.5
    assert run.fold("tcr_diversity", 2) == pytest.approx(1, abs=0.1)


def test_diversity_of_clones_of_one_size_is_their_number():
    """Closed form: four groups in proportion to their clones, of which none are new, hold a million clones of one size."""
    values = {p.name: p.value for p in model("cyt107").network.parameters}
    groups = ("cd4_naive", "cd8_naive", "cd4_memory", "cd8_memory")
    whole = sum(values[f"{cell}_total"] for cell in groups)
    clones = {f"{cell}_clones": 1e6 * values[f"{cell}_total"] / whole for cell in groups}
    run = patient("cyt107", "0.001 ug/kg", "sc", thymic_share_young=1e-12, **clones)
    assert run["tcr_diversity"][0] == pytest.approx(1e6, rel=1e-3)


def test_two_products_compete_for_the_receptor():
    """The signal is that of the summed level, and each product's uptake falls when the other is there."""
    both = assemble(("cyt107", "efineptakin-alfa"), "none")
    parameters = np.array([[p.value for p in both.network.parameters]])
    kernel = both.kernel()

    def after(*agents):
        doses = [Bolus(0.0, both.routes[agent, "sc"], 20.0) for agent in agents]
        states = solve(kernel, parameters, events=doses, outputs=np.array([0.5]), rtol=1e-7).states
        names = ["cyt107_consumed", "il7_level", "cyt107_active", "efineptakin_alfa_active"]
        return {name: float(values[0, 0]) for name, values in kernel.evaluate(names, states, parameters).items()}

    together, alone = after("cyt107", "efineptakin-alfa"), after("cyt107")
    assert together["cyt107_consumed"] < alone["cyt107_consumed"]
    assert together["il7_level"] == pytest.approx(together["cyt107_active"] + together["efineptakin_alfa_active"])


def test_liver_values_rise_with_dose_and_stay_mild_at_twenty():
    """CYT107: 20 ug/kg a week was well tolerated (Levy 2012)."""
    low, high = (patient("cyt107", dose, "sc", WEEKLY)["alt_level"].max() for dose in ("20 ug/kg", "60 ug/kg"))
    assert low < 3 < high


@pytest.mark.parametrize(
    ("agent", "kilodalton"), [("cyt107", 25), ("cyt99007", 17.5), ("efineptakin-alfa", 104), ("rhil-21", 15.6)]
)
def test_doses_are_masses_and_units_of_activity_are_refused(agent, kilodalton):
    amount = catalog.agent(agent).amount(quantity("10 ug/kg"), weight=70.0, surface=1.8)
    assert float(amount) == pytest.approx(700 / kilodalton)
    with pytest.raises(KinecastError):
        catalog.agent(agent).amount(quantity("1 MIU/kg"), weight=70.0, surface=1.8)
