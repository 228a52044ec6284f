"""Tumours that regress without drug: who, when, and that melanoma does not."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.biology import assemble
from kinecast.engine import solve
from kinecast.patients.population import Population

WEEKS = np.arange(0, 53) * 7.0


@pytest.fixture(scope="module")
def renal():
    return assemble((), "renal-cell-metastatic")


def sizes(model, **changes):
    values = np.array([[p.value for p in model.network.parameters]])
    names = [p.name for p in model.network.parameters]
    for name, value in changes.items():
        values[0, names.index(name)] = value
    solution = solve(model.kernel(), values, outputs=WEEKS, rtol=1e-5)
    return model.kernel().evaluate(["sum_of_diameters", "progenitors"], solution.states, values)


def test_a_chosen_patient_regresses_after_his_time_and_not_before(renal):
    luckless = sizes(renal, spontaneous_luck=0.9)["sum_of_diameters"][0]
    lucky = sizes(renal, spontaneous_luck=0.01, spontaneous_time=140.0)["sum_of_diameters"][0]
    before = WEEKS <= 84
    assert lucky[before] == pytest.approx(luckless[before], rel=2e-2)
    assert lucky[-1] < 0.7 * lucky[before][-1]
    assert np.all(np.diff(luckless) > 0)


def test_a_wave_uses_the_pool_that_a_cytokine_would_use(renal):
    pool = sizes(renal, spontaneous_luck=0.01, spontaneous_time=140.0)["progenitors"][0]
    assert pool[WEEKS <= 77] == pytest.approx(pool[0], rel=0.05), "only what killing releases moves it"
    assert pool[WEEKS == 147] < 0.2 * pool[0]


def test_the_share_chosen_is_that_of_the_disease(renal):
    patients = Population(renal, seed=3).sample(np.arange(1000))
    names = [p.name for p in renal.network.parameters]
    share = renal.records["spontaneous_share"].value
    chosen = np.mean(patients.parameters[:, names.index("spontaneous_luck")] < share)
    assert share / 2 < chosen < 1.2 * share, "the filter of growth refuses early waves, and luck is only nearly even"


def test_every_untreated_renal_tumour_grows_for_nine_weeks(renal):
    patients = Population(renal, seed=3).sample(np.arange(300))
    kernel = renal.kernel()
    cohort = kernel.start(patients.parameters)
    start = kernel.evaluate(["sum_of_diameters"], cohort.states, patients.parameters)["sum_of_diameters"]
    cohort.advance(63.0)
    end = kernel.evaluate(["sum_of_diameters"], cohort.states, patients.parameters)["sum_of_diameters"]
    assert np.all(end > start)


def test_melanoma_has_no_waves():
    model = assemble((), "melanoma-metastatic")
    assert "time_since_entry" not in {state.name for state in model.network.states}
