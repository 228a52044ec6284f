"""Without drug a body stays as it is, and a tumour patient's blood does too."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.body import body
from kinecast.biology.cytokines.il2 import il2_receptor
from kinecast.biology.disposition import disposition
from kinecast.biology.lymphocytes import lymphocytes
from kinecast.biology.mediators import mediators
from kinecast.biology.myeloid import myeloid
from kinecast.biology.receptors import receptors
from kinecast.biology.toxicity import toxicity
from kinecast.engine import solve
from kinecast.network import assemble as join

TUMOUR = ("immunity", "humoral_brakes", "suppressor_cells", "checkpoints", "tumour", "survival")
"""Modules that change with a tumour that grows."""


@pytest.mark.parametrize("disease", ["none", "melanoma-metastatic", "renal-cell-metastatic"])
def test_every_body_pool_stays_at_baseline_for_a_year(course, disease):
    year = course(times=np.linspace(0, 365, 25), disease=disease)
    states = year.solution.states[0]
    for column, state in enumerate(year.model.network.states):
        if year.model.network.origins[state.name] in TUMOUR:
            continue
        drift = np.abs(states[:, column] - states[0, column]).max() / max(abs(states[0, column]), state.scale)
        assert drift < 1e-6, f"{state.name} drifts by {drift:.1e}"


def test_untreated_lesions_grow(course):
    year = course(times=[0, 63, 182, 365], disease="melanoma-metastatic")
    assert np.all(np.diff(year["sum_of_diameters"]) > 0)
    assert np.all(np.diff(year["hazard_death"]) > 0)


@pytest.mark.parametrize("disease", ["melanoma-metastatic", "renal-cell-metastatic"])
def test_a_drug_that_is_not_given_changes_nothing(disease):
    times = [30.0, 90.0, 365.0]
    found = {}
    for agents in ((), ("aldesleukin",)):
        model = assemble(agents, disease)
        values = np.array([[p.value for p in model.network.parameters]])
        solution = solve(model.kernel(), values, outputs=times, rtol=1e-7)
        named = dict(zip(model.kernel().state_names, solution.states[0].T, strict=True))
        found[agents] = named
    for name, alone in found[()].items():
        # The rounded corner of the pressor need (half a mmHg) leaves a trace in a body that has vessels.
        least = 1e-6 if name == "hazard_toxic_death" else 1e-9
        assert found["aldesleukin",][name] == pytest.approx(alone, rel=1e-5, abs=least), name


@pytest.mark.parametrize("left_out", ["toxicity", "myeloid", "mediators"])
def test_a_module_can_be_left_out(left_out):
    """Modules meet through names with defaults, so the rest still runs."""
    agent = catalog.agent("aldesleukin")
    parts = {
        "body": body(catalog.parameters("body")),
        "receptors": receptors(catalog.parameters("receptors")),
        "lymphocytes": lymphocytes(catalog.parameters("lymphocytes")),
        "mediators": mediators(catalog.parameters("mediators")),
        "myeloid": myeloid(catalog.parameters("myeloid")),
        "toxicity": toxicity(catalog.parameters("toxicity")),
        "disposition": disposition(agent.id, agent.disposition, depot=True),
        "binding": il2_receptor(agent.id, agent.actions["il2_receptor"], catalog.parameters("receptors")),
    }
    del parts[left_out]
    network = join(parts.values())
    assert left_out not in {network.origins[s.name] for s in network.states}
    values = np.array([[p.value for p in network.parameters]])
    assert solve(network, values, outputs=[30.0]).status[0] == 0
