"""Responses of a leukaemia on the blood count and the marrow."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.trial.haematological import HaematologicalRule
from kinecast.trial.recist import Response

RULE = HaematologicalRule(count_low=0.6, count_high=10, complete_share=0.05, relapse_low=0.4, relapse_high=10)
NE, PD, SD, PR, CR = Response.NE, Response.PD, Response.SD, Response.PR, Response.CR


def judged(counts, shares):
    return RULE.judge(np.array([counts]), np.array([shares])).responses[0].tolist()


def test_counts_back_to_normal_respond_and_an_empty_marrow_makes_it_complete():
    assert judged([0.2, 0.5, 0.7, 0.96], [0.8, 0.5, 0.3, 0.04]) == [SD, PR, CR]


def test_an_empty_marrow_with_low_counts_is_no_response():
    assert judged([0.2, 0.5], [0.8, 0.01]) == [SD]


def test_a_lost_response_is_progression_and_ends_the_judging():
    assert judged([0.2, 0.7, 0.5, 0.3, 0.7], [0.8, 0.3, 0.5, 0.7, 0.3]) == [PR, SD, PD, NE]


def test_counts_that_never_were_normal_cannot_be_lost():
    assert judged([0.3, 0.2, 0.1], [0.7, 0.8, 0.9]) == [SD, SD]


def test_an_unseen_patient_is_not_evaluable():
    assert judged([0.2, 0.7, np.nan], [0.8, 0.3, np.nan]) == [PR, NE]


@pytest.mark.usefixtures("real_catalogue")
@pytest.mark.parametrize("disease", ["hairy-cell-leukaemia", "chronic-myeloid-leukaemia"])
def test_limits_of_relapse_lie_beyond_those_of_response(disease):
    rule = HaematologicalRule.of(catalog.disease(disease))
    assert rule.relapse_low < rule.count_low < rule.count_high <= rule.relapse_high
