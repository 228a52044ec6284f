"""The whole path on the real patient model: protocol to forecast, its bits, and golden numbers."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.runs import execute, run

SIZE = 64


@pytest.fixture(scope="module")
def atkins():
    return run("atkins1999", patients=SIZE, seed=1, threads=1)


def same(first, second, rows=slice(None)):
    """Whether two forecasts hold bitwise the same patients and curves."""
    a, b = first.patients.iloc[rows].reset_index(drop=True), second.patients.reset_index(drop=True)
    curves = np.array_equal(first.curves.values[:, rows], second.curves.values, equal_nan=True)
    return a.equals(b) and curves


def test_bits_do_not_depend_on_threads(atkins):
    assert same(atkins, run("atkins1999", patients=SIZE, seed=1, threads=2))


@pytest.mark.parametrize("chunk", [7, 33])
def test_bits_do_not_depend_on_chunks(atkins, chunk, monkeypatch):
    monkeypatch.setattr(execute, "CHUNK", chunk)
    assert same(atkins, run("atkins1999", patients=SIZE, seed=1, threads=1))


def test_a_patient_alone_is_the_same_as_in_the_cohort(atkins):
    assert same(atkins, run("atkins1999", patients=1, seed=1, threads=1), rows=slice(0, 1))


def test_every_patient_is_accounted_for(atkins):
    assert len(atkins.patients) == SIZE
    assert sum(atkins.summary["status"].values()) == SIZE
    assert atkins.summary["failed"] == 0


# Golden numbers: what this model gives for 64 patients of seed 1. The tolerances allow for one patient to change sides or
# for the integrator's own error (rtol 1e-4), and for nothing else: a change of the model changes them, and the changelog.
GOLDEN = {
    "orr": (0.234, 1.5 / SIZE),
    "cr": (0.078, 1.5 / SIZE),
    "os_median": (9.90, 0.3),
    "grade34_hypotension": (0.266, 1.5 / SIZE),
    "doses_received_median, first course": (22.0, 0.6),
}


@pytest.mark.parametrize("endpoint", GOLDEN)
def test_golden_forecast(atkins, endpoint):
    wanted, tolerance = GOLDEN[endpoint]
    found = atkins.summary["arms"]["HD IL-2"][endpoint]["forecast"]
    assert found == pytest.approx(wanted, abs=tolerance)


def test_each_arm_and_endpoint_of_the_summary_has_the_promised_keys(atkins):
    for endpoints in atkins.summary["arms"].values():
        for row in endpoints.values():
            assert {"forecast", "low", "high", "reported", "citation"} <= row.keys()


@pytest.mark.parametrize("disease", ["melanoma-metastatic", "renal-cell-metastatic"])
def test_without_drug_no_response_beyond_the_spontaneous_floor(disease):
    protocol = {
        "title": "untreated", "disease": disease, "patients": 200, "follow_up": "1 year",
        "scans": "every 8 weeks", "arms": {"untreated": []},
    }  # fmt: skip
    untreated = run(protocol, seed=5)
    floor = {"melanoma-metastatic": 0.02, "renal-cell-metastatic": 0.08}[disease]
    assert untreated.summary["arms"]["untreated"]["orr"]["forecast"] <= floor
    assert untreated.summary["failed"] == 0


def test_arms_have_the_same_patients():
    both = run("yang1994", patients=40, seed=2)
    arms = [group.reset_index(drop=True) for _, group in both.patients.groupby("arm", sort=False)]
    for column in ("weight_kg", "age_years", "surface_m2"):
        assert arms[0][column].equals(arms[1][column])


def test_more_drug_more_pressors():
    """The tenfold dose needs pressors in many more courses (Yang 1994: 52 against 3 %)."""
    both = run("yang1994", patients=100, seed=2).summary["arms"]
    high, low = (arm["vasopressor_use_per_course"]["forecast"] for arm in both.values())
    assert high > 0.3 > 0.15 > low
