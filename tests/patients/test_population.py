"""A patient is a function of the seed and the index, and the population has the spread that the records state."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.errors import RunError
from kinecast.patients import Population
from kinecast.patients.population import draw


@pytest.fixture(scope="module")
def melanoma():
    return assemble(["aldesleukin"], "melanoma-metastatic")


@pytest.fixture(scope="module")
def thousand(melanoma):
    return Population(melanoma, seed=3).sample(np.arange(1000))


def column(model, patients, name):
    return patients.parameters[:, [p.name for p in model.network.parameters].index(name)]


def test_patient_bits_do_not_depend_on_who_else_is_sampled(melanoma, thousand):
    chosen = np.array([999, 3, 512])
    alone = Population(melanoma, seed=3).sample(chosen)
    assert np.array_equal(alone.parameters, thousand.parameters[chosen])
    assert all(np.array_equal(alone.baseline[k], v[chosen]) for k, v in thousand.baseline.items())


def test_the_same_patient_under_another_treatment(thousand, melanoma):
    untreated = assemble([], "melanoma-metastatic")
    other = Population(untreated, seed=3).sample(np.arange(50))
    shared = set(untreated.records)  # a name without a record stands for a part of the body that is not built
    assert {"growth_of_patient", "antigenicity_of_patient", "frailty_of_patient"} <= shared
    for parameter in melanoma.network.parameters:
        if parameter.name in shared:
            assert np.array_equal(column(melanoma, thousand, parameter.name)[:50], column(untreated, other, parameter.name))


def test_another_seed_gives_other_patients(melanoma, thousand):
    other = Population(melanoma, seed=4).sample(np.arange(1000))
    assert not np.array_equal(column(melanoma, other, "weight"), column(melanoma, thousand, "weight"))


@pytest.mark.parametrize("name", ["weight", "vascular_sensitivity", "aldesleukin_clearance", "treg_total"])
def test_lognormal_spread_against_its_record(melanoma, thousand, name):
    values, record = column(melanoma, thousand, name), melanoma.records[name]
    median = record.quantity.canonical
    assert np.median(values) == pytest.approx(median, rel=0.08)
    assert np.log(values).std() == pytest.approx(record.between_patients.lognormal, rel=0.08)


def test_logitnormal_values_stay_between_0_and_1(melanoma, thousand):
    share = column(melanoma, thousand, "sink_access")
    assert share.min() > 0 and share.max() < 1
    logit = np.log(share / (1 - share))
    assert logit.std() == pytest.approx(melanoma.records["sink_access"].between_patients.logitnormal, rel=0.08)


def test_correlated_parameters_move_together(melanoma, thousand):
    r = catalog.parameters("lymphocytes")["treg_division_max"].correlated_with["nk_dim_division_max"]
    found = np.corrcoef(
        np.log(column(melanoma, thousand, "treg_division_max")), np.log(column(melanoma, thousand, "nk_dim_division_max"))
    )[0, 1]
    assert found == pytest.approx(r, abs=0.08)


def test_every_untreated_tumour_grows(melanoma, thousand):
    """The filter holds for those kept: left alone for its time, each tumour is larger."""
    kernel = melanoma.kernel()
    cohort = kernel.start(thousand.parameters)
    before = kernel.evaluate(["sum_of_diameters"], cohort.states, thousand.parameters)["sum_of_diameters"]
    cohort.advance(catalog.parameters("tumour")["growth_filter_time"].value)
    after = kernel.evaluate(["sum_of_diameters"], cohort.states, thousand.parameters)["sum_of_diameters"]
    assert np.all(after > before)
    assert (thousand.attempts > 0).any(), "the filter refused nobody: this test would prove nothing"


def test_refused_draws_are_drawn_again_and_counted(melanoma, thousand):
    again = np.flatnonzero(thousand.attempts > 0)
    first_draw = draw(melanoma, 3, again, 0)
    assert not np.array_equal(first_draw, thousand.parameters[again])


def test_a_disease_that_never_grows_is_an_error(melanoma, monkeypatch):
    population = Population(melanoma, seed=1, attempts_max=2)
    monkeypatch.setattr("kinecast.patients.population.eligible", lambda model, parameters: np.zeros(len(parameters), bool))
    with pytest.raises(RunError, match="no trial would enrol"):
        population.sample(np.arange(3))


def test_body_surface_against_mosteller(thousand):
    weight, height = thousand.baseline["weight_kg"], thousand.baseline["height_cm"]
    assert thousand.baseline["surface_m2"] == pytest.approx(np.sqrt(weight * height / 3600))
    assert 1.5 < np.median(thousand.baseline["surface_m2"]) < 2.1
