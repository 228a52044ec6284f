"""Trials of several diseases: each patient has one of them, and is the patient that he would be in a trial of it alone."""

from __future__ import annotations

import numpy as np
import pytest

import kinecast as kc
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.catalog.records import Disease
from kinecast.errors import CatalogError, ProtocolError
from kinecast.patients import Population
from kinecast.trial import Protocol
from kinecast.trial.endpoint import named_disease

MIXED, MELANOMA, RENAL = "melanoma-or-renal-cell", "melanoma-metastatic", "renal-cell-metastatic"
PROTOCOL = {
    "title": "two diseases",
    "disease": MIXED,
    "patients": 60,
    "follow_up": "40 weeks",
    "scans": "every 8 weeks",
    "arms": {
        "a": [{"agent": "aldesleukin", "dose": "600000 IU/kg", "route": "iv", "duration": "15 min", "every": "8 h", "doses": 8}]
    },
}


@pytest.fixture(scope="module")
def patients():
    return Population(assemble(["aldesleukin"], MIXED), seed=1).sample(np.arange(600))


def test_the_shares_are_those_of_the_catalogue_or_of_the_trial(patients):
    expected = catalog.disease(MIXED).mixture[MELANOMA].value
    assert np.mean(patients.diseases == MELANOMA) == pytest.approx(expected, abs=0.05)
    model = assemble((), MIXED)
    own = Population(model, seed=1, shares={MELANOMA: 30, RENAL: 10}).sample(np.arange(600))
    assert np.mean(own.diseases == MELANOMA) == pytest.approx(0.75, abs=0.05)
    assert Population(assemble((), RENAL), seed=1).sample(np.arange(3)).diseases is None


def test_the_disease_of_a_patient_does_not_depend_on_who_else_is_sampled(patients):
    chosen = np.array([77, 3, 512])
    alone = Population(assemble(["aldesleukin"], MIXED), seed=1).sample(chosen)
    assert np.array_equal(alone.diseases, patients.diseases[chosen])
    assert np.array_equal(alone.parameters, patients.parameters[chosen])


@pytest.mark.parametrize("disease", [MELANOMA, RENAL])
def test_a_patient_is_the_one_of_a_trial_of_his_disease_alone(patients, disease: str):
    mixed, pure = assemble(["aldesleukin"], MIXED), assemble(["aldesleukin"], disease)
    chosen = np.flatnonzero(patients.diseases == disease)[:100]
    alone = Population(pure, seed=1).sample(chosen)
    assert np.array_equal(alone.attempts, patients.attempts[chosen])
    columns = {parameter.name: column for column, parameter in enumerate(mixed.network.parameters)}
    for column, parameter in enumerate(pure.network.parameters):
        assert np.array_equal(alone.parameters[:, column], patients.parameters[chosen, columns[parameter.name]]), parameter.name


def test_responses_are_those_of_trials_of_each_disease():
    mixed = kc.run(PROTOCOL, patients=60, seed=1, threads=1).patients
    assert set(mixed["disease"]) == {MELANOMA, RENAL}
    for disease in (MELANOMA, RENAL):
        alone = kc.run({**PROTOCOL, "disease": disease}, patients=60, seed=1, threads=1).patients
        his = (mixed["disease"] == disease).to_numpy()
        assert "disease" not in alone
        assert list(mixed["best_response"][his]) == list(alone["best_response"][his])
        np.testing.assert_allclose(mixed["os_days"][his], alone["os_days"][his], rtol=1e-3)


@pytest.mark.parametrize(("text", "disease"), [("melanoma", MELANOMA), ("renal cell", RENAL), ("RCC", RENAL), ("men", None)])
def test_subsets_are_named_as_reports_do(text: str, disease: str | None):
    assert named_disease(text, [MELANOMA, RENAL]) == disease


def test_a_report_of_one_disease_is_compared_with_its_patients():
    trial = catalog.trial("thompson2008_il21")
    assert trial.mixture == {MELANOMA: 24, RENAL: 19}
    assert sum(trial.mixture.values()) == trial.n


def test_what_is_no_mixture_is_refused():
    with pytest.raises(ProtocolError, match="'melanoma-adjuvant' is no part of the disease 'melanoma-or-renal-cell'"):
        Protocol.read({**PROTOCOL, "mixture": {"melanoma-adjuvant": 1}})
    with pytest.raises(ProtocolError, match="is no part of the disease 'melanoma-metastatic'"):
        Protocol.read({**PROTOCOL, "disease": MELANOMA, "mixture": {MELANOMA: 1}})
    share = {"unit": "fraction", "source": "x", "where": "y", "status": "assumed"}
    with pytest.raises(ValueError, match="must add up to 1"):
        Disease(id="a", name="a", mixture={"b": {"value": 0.3, **share}})


def test_a_mixture_of_kinds_or_without_a_number_is_refused(monkeypatch: pytest.MonkeyPatch):
    known = catalog.disease(MIXED)
    real = catalog.disease
    for changed, reason in (
        ({"parameters": {}}, "has no spontaneous_share"),
        ({"mixture": {MELANOMA: 0.5, "melanoma-adjuvant": 0.5}}, "is of the kind micrometastases, not lesions"),
    ):
        made = known.model_copy(update=changed)
        monkeypatch.setattr("kinecast.catalog.disease", lambda key, made=made: made if key == MIXED else real(key))
        with pytest.raises(CatalogError, match=reason):
            assemble((), MIXED)
