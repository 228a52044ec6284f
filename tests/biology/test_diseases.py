"""Diseases other than metastatic solid tumours, against what was reported: without drug, and how interferon changes them."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.runs import run
from kinecast.trial.protocol import Protocol
from kinecast.trial.survival import kaplan_meier

YEAR = 365.25


def untreated(disease, patients=400, years=8):
    content = {
        "title": "untreated",
        "disease": disease,
        "patients": patients,
        "follow_up": f"{years} years",
        "scans": catalog.disease(disease).scans,
        "arms": {"untreated": []},
    }
    return run(Protocol.read(content), patients=patients, seed=3).patients


@pytest.fixture(scope="module")
def resected():
    return untreated("melanoma-adjuvant")


@pytest.mark.parametrize(("years", "reported"), [(1, 0.59), (2, 0.48), (3, 0.42), (5, 0.34), (7, 0.345)])
def test_relapse_free_survival_after_resection_against_pooled_arms_without_treatment(resected, years, reported):
    """Kirkwood96, Kirkwood00, Cascinelli01, Eggermont08, Creagan95 and KEYNOTE-054, weighted by patients."""
    curve = kaplan_meier(resected["pfs_days"].to_numpy(), resected["progressed"].to_numpy())
    assert curve.at(years * YEAR) == pytest.approx(reported, abs=0.08)


@pytest.mark.parametrize(("years", "least", "most"), [(1, 0.695, 0.97), (3, 0.50, 0.73), (5, 0.37, 0.61)])
def test_survival_after_resection_lies_between_arms_without_treatment(resected, years, least, most):
    """Nothing was fitted to it: Kirkwood96 is the least, Kirkwood00 with its upper limit the most."""
    curve = kaplan_meier(resected["os_days"].to_numpy(), resected["died"].to_numpy())
    assert least <= curve.at(years * YEAR) <= most


def test_relapses_come_early_and_then_hardly_any(resected):
    relapsed = resected.loc[resected["pfs_event"] == "progression", "pfs_days"]
    assert (relapsed < 2 * YEAR).mean() > 0.7
    assert (relapsed > 5 * YEAR).mean() < 0.08


def test_nobody_enters_with_a_relapse(resected):
    assert resected["pfs_days"].min() > 0
    assert (resected["best_response"] != "PR").all()


def test_survival_of_chronic_myeloid_leukaemia_without_cytogenetic_response():
    """Italian trial under chemotherapy, which does not change the marrow: median 46 months (39-61) and 64 (49-98) by risk."""
    patients = untreated("chronic-myeloid-leukaemia", years=10)
    median = kaplan_meier(patients["os_days"].to_numpy(), patients["died"].to_numpy()).median / (YEAR / 12)
    assert 39 < median < 98


def test_responses_of_hairy_cell_leukaemia_come_in_months():
    """scand_hcl_lowdose: 23, 63 and 82 % at 3, 6 and 12 months."""
    forecast = run("scand_hcl_lowdose", patients=200, seed=2).summary["arms"]["ifn2b_2MU_m2_tiw"]
    orr = [forecast[f"orr, {time}"]["forecast"] for time in ("3 mo", "6 mo", "12 mo")]
    assert np.all(np.diff(orr) > 0.1)
    assert orr == pytest.approx([0.23, 0.63, 0.82], abs=0.15)


def test_large_doses_work_in_kaposi_sarcoma_and_small_ones_do_not():
    """Groopman84: 4 of 10 at 50 MIU/m2 iv, 2 of 10 at 1 MIU/m2 sc; Real86: 38 % at 36 and 3 % at 3 MIU a day."""
    arms = run("groopman1984_ks", patients=100, seed=2).summary["arms"]
    assert arms["hd_iv_50MU_m2"]["orr"]["forecast"] > 0.12
    assert arms["ld_sc_1MU_m2"]["orr"]["forecast"] < 0.08


def test_interferon_delays_relapse_of_melanoma():
    """Ives17, patients of 15 trials: event-free hazard ratio 0.86 (0.81-0.91)."""
    hdi = run("kirkwood2000_e1690", patients=300, seed=2).summary["arms"]["hdi"]["rfs_hr"]
    assert 0.6 < hdi["forecast"] < 1.0
