"""IL-12 under the skin and by vein, once and again, in the typical patient, against what was reported."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, solve
from kinecast.units import canonical_factor, quantity

WEIGHT, SURFACE = 77.0, 1.9
TIMES = np.unique(np.r_[np.arange(0, 6, 1 / 24), np.arange(0, 46, 1 / 12), np.arange(14, 20, 1 / 24)])
PG_PER_NMOL = 70_000.0
"""pg/mL of a 70 kDa drug at 1 nM."""

DAILY = tuple(range(5))
PORTIELJE = (0, 7, 9, 11, 14, 16, 18)
TITRATED = (0, 7, 14)


class Course:
    """`course["nk_count"]` is a definition or state of the typical patient over TIMES, in the unit asked for."""

    def __init__(self, events):
        self.model = model()
        self.parameters = np.array([[p.value for p in self.model.network.parameters]])
        self.solution = solve(self.model.kernel(), self.parameters, events=events, outputs=TIMES, rtol=1e-6)
        assert self.solution.status[0] == 0

    def __getitem__(self, name):
        return self.model.kernel().evaluate([name], self.solution.states, self.parameters)[name][0]

    def level(self):
        return self["rhil_12_plasma"] * PG_PER_NMOL

    def interferon(self):
        return self["ifn_gamma_level"] / canonical_factor("pg/mL")

    def area(self, start, end=None):
        last = start + 3 if end is None else end
        inside = (start <= TIMES) & (last >= TIMES)
        return np.trapezoid(self.level()[inside], TIMES[inside]) * 24 / 1000


@functools.cache
def model():
    return assemble(["rhil-12"])


def amount(dose):
    return float(catalog.agent("rhil-12").amount(quantity(dose), weight=WEIGHT, surface=SURFACE))


@functools.cache
def doses(way, *given):
    """Doses as (day from 0, amount of text) by 'central' (vein) or 'depot' (skin)."""
    return Course([Bolus(float(day), f"rhil_12_{way}", amount(dose)) for day, dose in given])


def weekly(dose, days=(0, 7, 14, 28, 35, 42)):
    return doses("depot", *((day, dose) for day in days))


def titrated(*levels):
    return doses("depot", *zip(TITRATED, levels, strict=True))


def vein(dose, days=(0,)):
    return doses("central", *((day, dose) for day in days))


def at(course, name, day):
    values = course[name] if isinstance(name, str) else name
    return values[np.searchsorted(TIMES, day)]


def test_everything_given_is_somewhere():
    course = weekly("1 ug/kg", PORTIELJE)
    places = ("depot", "lymph", "central", "peripheral", "eliminated", "consumed", "lost_at_site")
    total = sum(course[f"rhil_12_{place}"][-1] for place in places)
    assert total == pytest.approx(7 * amount("1 ug/kg"), rel=1e-4)


def test_area_after_a_dose_by_vein_is_dose_over_clearance():
    course = vein("500 ng/kg")
    p = {parameter.name: parameter.value for parameter in course.model.network.parameters}
    clearance = p["rhil_12_clearance"] * (p["weight"] / p["reference_weight"]) ** p["flow_exponent"]
    area = np.trapezoid(course["rhil_12_plasma"], TIMES)
    assert area == pytest.approx(amount("500 ng/kg") / clearance, rel=0.03)


def test_levels_by_vein_are_in_proportion_to_dose():
    high, low = vein("500 ng/kg"), vein("100 ng/kg")
    assert at(high, "rhil_12_plasma", 0.5) == pytest.approx(5 * at(low, "rhil_12_plasma", 0.5), rel=1e-3)


def test_first_dose_under_the_skin_is_more_than_proportional():
    """Portielje99: areas 7.4 and 31.8 ng*h/mL at 0.5 and 1.0 ug/kg."""
    half, full = weekly("0.5 ug/kg").area(0), weekly("1 ug/kg").area(0)
    assert half == pytest.approx(7.4, rel=0.4)
    assert full == pytest.approx(31.8, rel=0.4)
    assert 3 < full / half < 6.5


@pytest.mark.parametrize(("dose", "reported"), [("0.5 ug/kg", 3.3 / 7.4), ("1 ug/kg", 6.0 / 31.8)])
def test_repeated_doses_lower_the_area(dose, reported):
    """Portielje99: day 19, after six doses in twelve days, against the first."""
    course = weekly(dose, PORTIELJE)
    assert reported / 2 < course.area(18, 20.9) / course.area(0) < reported * 2


@pytest.mark.parametrize(
    ("levels", "peak"),
    [
        (("0.1 ug/kg", "0.5 ug/kg", "1 ug/kg"), 324),
        (("0.1 ug/kg", "0.5 ug/kg", "1.25 ug/kg"), 377),
        (("0.1 ug/kg", "0.5 ug/kg", "1.5 ug/kg"), 630),
    ],
)
def test_peak_after_titration(levels, peak):
    """Motzer98, digitised: mean levels of IL-12 after the third weekly dose."""
    course = titrated(*levels)
    third = course.level()[(TIMES > 14) & (TIMES < 17)]
    assert peak / 2 < third.max() < peak * 2


@pytest.mark.parametrize(("dose", "first", "sixth"), [("0.5 ug/kg", 284, 113), ("1 ug/kg", 938, 310)])
def test_peaks_of_first_and_sixth_weekly_dose(dose, first, sixth):
    """Rakhit99, digitised."""
    level = weekly(dose).level()
    assert first / 2 < level[TIMES < 3].max() < first * 2
    assert sixth / 2.5 < level[(TIMES > 42) & (TIMES < 45)].max() < sixth * 2.5


def test_receptors_rise_while_levels_fall():
    """Rakhit99: the fall of serum levels went with a rise of receptors."""
    course = weekly("1 ug/kg", PORTIELJE)
    free = course["il12_receptor_free"]
    assert at(course, free, 17.95) > 2 * free[0]
    assert at(course, free, 45) < at(course, free, 18)  # and they go down again without drug


def test_interferon_gamma_peaks_a_day_after_the_first_dose():
    """Motzer98, digitised: 250 pg/mL at 24 h, 24 at 96 h, after 1.0 ug/kg."""
    level = weekly("1 ug/kg").interferon()
    first = level[TIMES < 6]
    assert 18 / 24 <= TIMES[first.argmax()] <= 36 / 24
    assert first.max() == pytest.approx(250, rel=0.35)
    assert at(None, level, 4) < 0.3 * first.max()


@pytest.mark.parametrize(("third", "reported"), [("0.5 ug/kg", 27.8), ("1.25 ug/kg", 123), ("1.5 ug/kg", 202)])
def test_interferon_gamma_after_titration(third, reported):
    """Motzer98, digitised: 24 h after the third dose of a titration; the 0.5 ug/kg arm had 0.25 ug/kg before."""
    before = "0.25 ug/kg" if third == "0.5 ug/kg" else "0.5 ug/kg"
    course = titrated("0.1 ug/kg", before, third)
    assert reported / 2 < at(course, course.interferon(), 15) < reported * 2


def test_a_dose_two_weeks_earlier_lowers_the_interferon_gamma_of_the_next_course():
    """pmid9326219: a profound fall; about a fifth in a model of the same lesson."""
    rest = vein("1 ng/kg").interferon()[0]
    prepared = doses("central", (0, "500 ng/kg"), *((14 + day, "500 ng/kg") for day in DAILY)).interferon() - rest
    naive = vein("500 ng/kg", DAILY).interferon() - rest
    window = TIMES < 10
    later = (TIMES >= 14) & (TIMES < 24)
    ratio = np.trapezoid(prepared[later], TIMES[later]) / np.trapezoid(naive[window], TIMES[window])
    assert 0.1 < ratio < 0.4


def test_the_early_dose_protects_the_liver_more_than_it_costs():
    naive = vein("500 ng/kg", DAILY)["alt_level"].max()
    prepared = doses("central", (0, "500 ng/kg"), *((14 + day, "500 ng/kg") for day in DAILY))["alt_level"].max()
    assert naive > 1.8 * prepared


def test_five_days_without_an_early_dose_hurt_more_than_the_same_dose_once_or_twice_weekly():
    """500 ng/kg: tolerated twice weekly (Gollob00), not five days running (pmid9326219)."""
    once, twice, daily = (vein("500 ng/kg", days)["alt_level"].max() for days in ((0,), (0, 3, 7, 10, 14, 17, 21, 24), DAILY))
    assert once <= twice < 0.7 * daily


def test_titration_allows_more_under_the_skin():
    """Motzer98: 1.0 ug/kg fixed and 1.5 ug/kg after titration were tolerated, 1.25 ug/kg fixed was too much."""
    alt = {dose: weekly(dose, (0, 7, 14))["alt_level"].max() for dose in ("1 ug/kg", "1.25 ug/kg")}
    after = titrated("0.1 ug/kg", "0.5 ug/kg", "1.5 ug/kg")["alt_level"].max()
    assert after < alt["1 ug/kg"] < alt["1.25 ug/kg"]


def test_nk_cells_and_lymphocytes_leave_blood_after_12_ug():
    """HemaMax: NK cells 0.196 and lymphocytes 0.458 of baseline at 24 h; recovered on days 5 and 7 of the study."""
    course = doses("depot", (0, "12 ug"))
    nk, all_of_them = course["nk_count"], course["lymphocyte_count"]
    assert at(course, nk, 1) / nk[0] == pytest.approx(0.196, rel=0.3)
    assert at(course, all_of_them, 1) / all_of_them[0] == pytest.approx(0.458, rel=0.3)
    assert at(course, nk, 4) > 0.9 * nk[0]
    assert at(course, all_of_them, 6) > 0.95 * all_of_them[0]


def test_lymphopenia_by_dose_is_full_at_100_ng_per_kg():
    """Robertson99: nadir at about 10 h, by dose below 100 ng/kg, a plateau above, baseline within 14 d, no rebound."""
    count = {dose: vein(f"{dose} ng/kg")["lymphocyte_count"] for dose in (3, 30, 100, 1000)}
    nadir = {dose: values.min() / values[0] for dose, values in count.items()}
    assert nadir[3] > 1.5 * nadir[30]
    assert nadir[100] < 1.1 * nadir[1000] + 0.02
    assert 8 / 24 <= TIMES[count[100].argmin()] <= 20 / 24
    assert at(None, count[1000], 14) / count[1000][0] == pytest.approx(1, abs=0.1)
    assert count[1000].max() < 1.2 * count[1000][0]


def test_fever_begins_some_hours_after_a_dose():
    """Atkins97: from 3 ng/kg on, 8 to 12 h after the dose."""
    hours = {dose: TIMES[vein(f"{dose} ng/kg")["temperature_rise"] > 1.0] * 24 for dose in (100, 500)}
    assert all(4 <= times[0] <= 14 for times in hours.values())
    assert 0.5 < vein("3 ng/kg")["temperature_rise"].max() < 1.5


def test_interferon_gamma_rises_from_30_ng_per_kg():
    """Jacobson00: a rise by dose at and above 30 ng/kg sc."""
    peaks = [doses("depot", (0, f"{dose} ng/kg")).interferon() for dose in (3, 30, 300)]
    rises = [level.max() / level[0] for level in peaks]
    assert rises[0] < 1.3 < rises[1] < rises[2]


def test_other_markers_of_the_response():
    """Rakhit99 and Portielje03: IL-10 and TNF rise with interferon gamma, and neutrophils fall; neopterin follows."""
    course = weekly("1 ug/kg")
    for name in ("il10", "tnf", "neopterin", "ip10"):
        assert course[name].max() > 2 * course[name][0]
    assert course["neutrophil_count"].min() < 0.8 * course["neutrophil_count"][0]


def test_a_fusion_of_low_potency_is_given_in_higher_doses():
    """16.8 ug/kg of NHS-IL12 was tolerated (Strauss19): its response is no greater than that of 1 ug/kg of free IL-12."""
    fusion = assemble(["nhs-il12"])
    dose = float(catalog.agent("nhs-il12").amount(quantity("16.8 ug/kg"), weight=WEIGHT, surface=SURFACE))
    parameters = np.array([[p.value for p in fusion.network.parameters]])
    solution = solve(fusion.kernel(), parameters, events=[Bolus(0.0, "nhs_il12_depot", dose)], outputs=TIMES, rtol=1e-6)
    values = fusion.kernel().evaluate(["il12_response", "nhs_il12_depot"], solution.states, parameters)
    free = weekly("1 ug/kg", (0,))["il12_response"]
    assert dose > 4 * amount("1 ug/kg")
    assert values["il12_response"][0].max() < free.max()
    assert TIMES[values["il12_response"][0].argmax()] > TIMES[free.argmax()]  # and comes later
