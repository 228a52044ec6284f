"""Patient models written as SBML and run in libRoadRunner, against the engine."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.biology import assemble
from kinecast.engine import Bolus, Infusion
from kinecast.exchange.sbml import write_sbml
from kinecast.patients.population import Population

pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra 'exchange')")
roadrunner = pytest.importorskip("roadrunner", reason="libroadrunner is not installed (dependency group 'verification')")

COURSES = (0.0, 14.0)
DOSES = 14
NMOL = 186.0
"""About 600,000 IU/kg of aldesleukin for 77 kg."""
TIMES = np.concatenate([[0.0], np.linspace(0.05, 19.9, 120), np.linspace(21.0, 90.0, 30)])
TOLERANCE = 1e-6


def schedule(kind):
    """High-dose IL-2: every 8 hours, 14 doses a course, as bolus or as 15-minute infusion."""
    times = [start + k / 3 for start in COURSES for k in range(DOSES)]
    if kind is Bolus:
        return [Bolus(time, "aldesleukin_central", NMOL) for time in times]
    return [Infusion(time, "aldesleukin_central", NMOL, 15 / 1440) for time in times]


@pytest.mark.parametrize("kind", [Bolus, Infusion])
@pytest.mark.parametrize("disease", ["none", "renal-cell-metastatic", "melanoma-metastatic"])
def test_same_trajectories_within_a_millionth(tmp_path, disease, kind):
    model = assemble(["aldesleukin"], disease)
    network, events = model.network, schedule(kind)
    values = Population(model, seed=3).sample(np.array([5])).parameters
    write_sbml(network, tmp_path / "model.xml", values, events)

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    runner = roadrunner.RoadRunner(str(tmp_path / "model.xml"))
    runner.integrator.setValue("relative_tolerance", 1e-12)
    runner.integrator.setValue("absolute_tolerance", 1e-14)
    runner.integrator.setValue("maximum_num_steps", 1_000_000)
    runner.timeCourseSelections = [state.name for state in network.states]
    theirs = np.array(runner.simulate(times=TIMES.tolist()))

    ours = model.kernel().start(values, rtol=1e-10).advance(TIMES[-1], events, TIMES)[0]
    scales = np.array([state.scale for state in network.states])
    # Relative to the value itself; below a thousandth of a state's typical size, to that.
    error = np.abs(ours - theirs) / np.maximum(np.abs(ours), 1e-3 * scales)
    late = TIMES > 0.0
    assert error[late].max() < TOLERANCE
