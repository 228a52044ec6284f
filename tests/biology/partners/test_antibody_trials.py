"""Single antibodies and control arms against the reports to which they were calibrated; untreated tumours do not respond."""

from __future__ import annotations

import functools

import pytest

import kinecast as kc

PATIENTS = 400


@functools.cache
def forecast(trial, arm):
    return kc.run(trial, patients=PATIENTS, seed=2).summary["arms"][arm]


def rows(trial, arm, quantity):
    return [row for row in forecast(trial, arm).values() if row["quantity"] == quantity and row["reported"] is not None]


def test_event_free_survival_of_neuroblastoma_without_antibody_at_every_time():
    """Isotretinoin arm of ANBL0032 (113 children), reconstructed curve; one virtual trial of 400."""
    found = rows("yu2010_ch1418_gmcsf_il2", "standard", "efs_rate")
    assert len(found) >= 6
    for row in found:
        assert row["forecast"] == pytest.approx(row["reported"], abs=0.09), row["time"]


def test_event_free_survival_with_dinutuximab_beta_alone():
    (row,) = rows("ladenstein2018_hrnbl1_il2", "dinb_sti", "efs_rate")
    assert row["forecast"] == pytest.approx(row["reported"], abs=0.06)


def test_responses_to_rituximab_alone_lie_between_the_reports():
    """53 % of 87 patients, most of them relapsed, to 74 % of 49 untreated ones."""
    assert 0.53 < forecast("kenkre2016_resort_fcgr3a", "rituximab")["orr"]["forecast"] < 0.74


def test_responses_to_cetuximab_alone():
    """9 % of 57 (3 to 19 %) and 10.8 % of 211."""
    assert 0.05 < forecast("saltz2004_cetux", "mono")["orr"]["forecast"] < 0.17


@pytest.mark.parametrize(
    "disease", ["follicular-lymphoma", "colorectal", "breast-her2-positive", "chronic-lymphocytic-leukaemia"]
)
def test_without_antibody_nobody_responds(disease):
    protocol = {
        "title": "untreated",
        "disease": disease,
        "patients": 150,
        "follow_up": "1 year",
        "scans": "every 8 weeks",
        "arms": {"untreated": []},
    }
    assert kc.run(protocol, seed=5).summary["arms"]["untreated"]["orr"]["forecast"] <= 0.02
