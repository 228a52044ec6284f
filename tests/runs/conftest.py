"""Runs of the toy clinic: biology and population are replaced by the toy's."""

from __future__ import annotations

import sys

import pytest

from kinecast.runs import Forecast, run

from ..trial.conftest import PROTOCOL, ToyPopulation, open_clinic, toy_model

MODELS = {disease: toy_model(disease) for disease in ("toy-cancer", "none")}


@pytest.fixture(scope="module", autouse=True)
def clinic():
    with pytest.MonkeyPatch.context() as patch:
        open_clinic(patch)
        execute = sys.modules["kinecast.runs.execute"]
        patch.setattr(execute, "assemble", lambda agents, disease, year=None: MODELS[disease])
        patch.setattr(execute, "Population", lambda model, seed, shares: ToyPopulation(model, seed, broken=(3,)))
        yield


@pytest.fixture(scope="module")
def forecast(clinic: None) -> Forecast:
    return run(PROTOCOL, patients=30, seed=1, threads=2)
