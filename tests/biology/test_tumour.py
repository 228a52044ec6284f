"""The tumour under HD IL-2: what the number and the size of doses do."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.engine import solve

from .conftest import model

WEEKS = np.arange(0, 40) * 7.0


def immune_patient(model, antigenicity):
    values = np.array([[p.value for p in model.network.parameters]])
    names = [p.name for p in model.network.parameters]
    values[0, names.index("antigenicity_of_patient")] *= antigenicity
    return values


@pytest.fixture
def burden(high_dose):
    def run(antigenicity, **doses):
        patient = model("melanoma-metastatic")
        values = immune_patient(patient, antigenicity)
        events = high_dose(**doses) + high_dose(start=14.0, **doses) if doses.get("number", 14) else []
        solution = solve(patient.kernel(), values, events=events, outputs=WEEKS, rtol=1e-5)
        return patient.kernel().evaluate(["sum_of_diameters"], solution.states, values)["sum_of_diameters"][0]

    return run


def test_an_antigenic_tumour_shrinks_and_a_bland_one_grows(burden):
    antigenic, bland = burden(15.0), burden(0.03)
    assert antigenic.min() < 0.5 * antigenic[0]
    assert np.all(np.diff(bland) > 0)


def test_without_drug_the_typical_tumour_grows(burden):
    assert np.all(np.diff(burden(1.0, number=0)) > 0)


def test_seven_doses_do_most_of_what_fourteen_do(burden):
    """Doses a course fell from 13 to 7 over twelve years without a change in response (Kammula 1998)."""
    fourteen, seven = burden(8.0), burden(8.0, number=7)
    by_seven, by_fourteen = (np.log(size[0] / size.min()) for size in (seven, fourteen))
    assert by_seven > 0.6 * by_fourteen


def test_a_tenth_of_the_dose_does_less(burden):
    full, tenth = burden(8.0), burden(8.0, fraction=0.12)
    assert tenth.min() > full.min()


def test_a_clone_below_one_cell_dies_out():
    patient = model("melanoma-metastatic")
    values = np.array([[p.value for p in patient.network.parameters]])
    names = [p.name for p in patient.network.parameters]
    values[0, names.index("resistant_fraction")] = 1e-12
    states = [s.name for s in patient.network.states]
    solution = solve(patient.kernel(), values, outputs=[365.0])
    assert solution.states[0, 0, states.index("lesion_1_log_resistant")] < np.log(1e-9)
