"""Every kind of dose into one and two compartments against sums of exponentials (the cases of `verification/closed_forms.py`)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="module")
def closed_forms():
    path = Path(__file__).parents[3] / "verification" / "closed_forms.py"
    spec = importlib.util.spec_from_file_location("closed_forms", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["closed_forms"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["closed_forms"]


def test_all_doses_against_closed_forms(closed_forms):
    chosen = closed_forms.cases()
    errors = closed_forms.largest_errors(chosen)
    far = {case.name: error for case, error in zip(chosen, errors, strict=True) if not error <= closed_forms.WORST}
    assert far == {}
    assert len(chosen) == 68


def test_series_of_doses_against_its_terms(closed_forms):
    response, time = closed_forms.two_compartments(), np.arange(0.0, 40.0, 0.7)
    for duration in (0.0, 5.0, 12.0, 31.0):
        terms = sum(response(time + 12.0 * k, duration) for k in range(60))
        np.testing.assert_allclose(response.series(time, 12.0, duration), terms, rtol=1e-6)


def test_infusion_response_is_the_mean_of_bolus_responses(closed_forms):
    response, time = closed_forms.absorbed(closed_forms.two_compartments()), np.linspace(0.5, 30.0, 12)
    starts = (np.arange(20_000) + 0.5) / 20_000 * 6.0
    np.testing.assert_allclose(response(time, 6.0), np.mean([response(time - start) for start in starts], axis=0), rtol=1e-4)
