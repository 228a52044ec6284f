"""The year of treatment scales the tumour's hazard of death, and nothing else; control arms of three eras come out in order."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.catalog.records import Disease, Number
from kinecast.patients import Population
from kinecast.runs import run

from .conftest import Course

RENAL, MELANOMA, ADJUVANT, MIXED = "renal-cell-metastatic", "melanoma-metastatic", "melanoma-adjuvant", "melanoma-or-renal-cell"
TIMES = (30.0, 180.0, 700.0)


def untreated(disease: str, year: float | None) -> Course:
    return Course(assemble((), disease, year), (), TIMES)


def ratio(disease: str, year: float) -> float:
    value = catalog.disease(disease).death_in(year).value
    assert value is not None
    return value


@pytest.mark.parametrize(("disease", "year"), [(RENAL, 1990), (RENAL, 2010), (MELANOMA, 2014), (ADJUVANT, 2010)])
def test_the_hazard_of_the_tumour_is_scaled_and_the_tumour_is_the_same(disease: str, year: float):
    here, reference = untreated(disease, year), untreated(disease, None)
    background = catalog.parameters("survival")["background_death"].value * np.array(TIMES)
    expected = background + ratio(disease, year) * (reference["hazard_death"] - background)
    assert here["hazard_death"] == pytest.approx(expected, rel=1e-4)
    assert here["tumour_volume"] == pytest.approx(reference["tumour_volume"], rel=1e-4)
    assert here["hazard_toxic_death"] == pytest.approx(reference["hazard_toxic_death"], abs=1e-12)


@pytest.mark.parametrize(("disease", "year"), [(RENAL, 2003), (MELANOMA, 2007), (MELANOMA, 1985), (ADJUVANT, 1999)])
def test_the_year_of_calibration_is_what_a_protocol_without_year_gives(disease: str, year: float):
    assert np.array_equal(untreated(disease, year)["hazard_death"], untreated(disease, None)["hazard_death"])


def test_a_disease_without_the_record_has_no_year():
    assert not catalog.disease("ovarian").death_by_year
    known = next(key for key, one in catalog.diseases().items() if one.modelled and not one.death_by_year and not one.mixture)
    model = assemble((), known, 1990)
    assert model.network.fingerprint() == assemble((), known).network.fingerprint()


def test_each_disease_of_a_mixture_has_its_own_ratio():
    patients = Population(assemble((), MIXED, 2010), seed=1).sample(np.arange(40))
    column = [parameter.name for parameter in assemble((), MIXED).network.parameters].index("death_of_year")
    for disease in (RENAL, MELANOMA):
        drawn = patients.parameters[patients.diseases == disease, column]
        assert drawn == pytest.approx(ratio(disease, 2010))


def test_between_years_the_logarithm_is_linear_and_outside_it_is_held():
    number = {"unit": "1", "source": "Kinecast26", "where": "", "status": "calibrated"}
    one = Disease(id="x", name="x", death_by_year={2000: Number(value=4, **number), 2010: Number(value=1, **number)})
    assert one.death_in(2005).value == pytest.approx(2.0)
    assert [one.death_in(year).value for year in (1950, 2000, 2010, 2050)] == [4, 4, 1, 1]


@pytest.mark.parametrize("values", [{2000: 2.0}, {2000: 1.0, 2010: 0.0}, {2000: 1.0, 2010: -1.0}])
def test_a_record_without_reference_or_with_an_impossible_ratio_is_refused(values: dict[int, float]):
    number = {"unit": "1", "source": "Kinecast26", "where": "", "status": "calibrated"}
    with pytest.raises(ValueError, match="death_by_year"):
        Disease(id="x", name="x", death_by_year={year: Number(value=value, **number) for year, value in values.items()})


def test_untreated_renal_cell_cancer_in_three_eras():
    """Reported medians, months: 6.0 in 1992-97 (MRC99), 15.2 in 2003-05 (Escudier07), 20.5 in 2006-07 (VEG105192).

    Progression of those who live does not depend on the year; progression-free survival does, by deaths before it.
    """
    years = (1994, 2004, 2007)
    protocol = {"title": "none", "disease": RENAL, "patients": 300, "follow_up": "5 years", "scans": "every 8 weeks"}
    forecasts = [run({**protocol, "year": year, "arms": {"none": []}}, seed=1, threads=1) for year in years]
    arms = [forecast.summary["arms"]["none"] for forecast in forecasts]
    medians = [arm["os_median"]["forecast"] for arm in arms]
    assert medians == sorted(medians)
    assert medians[0] < 12
    assert medians[1] == pytest.approx(15.2, rel=0.2)
    assert medians[2] == pytest.approx(20.5, rel=0.2)
    shares = [arm["orr"]["forecast"] for arm in arms]
    assert max(shares) - min(shares) < 0.01, "a response is confirmed only in those who live"
