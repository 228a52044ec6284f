"""The typical patient (every parameter at its median) and how to dose him."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, solve
from kinecast.units import quantity


@functools.cache
def model(disease: str = "none", *agents: str):
    return assemble(agents or ("aldesleukin",), disease)


class Course:
    """A typical patient's course: `course["nk_count"]` is a definition or state over `course.times`, canonical units."""

    def __init__(self, patient_model, events, times):
        self.model, self.times = patient_model, np.asarray(times, float)
        self.parameters = np.array([[p.value for p in patient_model.network.parameters]])
        self.solution = solve(patient_model.kernel(), self.parameters, events=events, outputs=self.times, rtol=1e-6)
        assert self.solution.status[0] == 0

    def __getitem__(self, name):
        return self.model.kernel().evaluate([name], self.solution.states, self.parameters)[name][0]


@pytest.fixture
def course():
    def run(events=(), times=(1.0,), disease="none"):
        return Course(model(disease), events, times)

    return run


@pytest.fixture
def high_dose():
    """Label dose of a 70 kg patient, every 8 h, days 1-5."""
    amount = catalog.agent("aldesleukin").amount(quantity("600000 IU/kg"), weight=70.0, surface=1.8)

    def doses(number=14, fraction=1.0, start=0.0):
        return [Bolus(start + k / 3, "aldesleukin_central", float(amount) * fraction) for k in range(number)]

    return doses
