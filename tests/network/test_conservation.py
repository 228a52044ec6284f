"""Conserved sums are found, and hold on the trajectory."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.engine import solve
from kinecast.network import Module, assemble
from kinecast.network.conservation import conservation_relations
from kinecast.network.equations import equations, equations_markdown


@pytest.fixture
def binding():
    """Ligand and receptor bind reversibly; the ligand also splits into two halves of itself."""
    module = Module("binding")
    ligand = module.state("ligand", "nmol", initial=3.0, scale=1.0)
    receptor = module.state("receptor", "nmol", initial=2.0, scale=1.0)
    complex_ = module.state("complex", "nmol", initial=0.5, scale=1.0)
    half = module.state("half", "nmol", scale=1.0)
    on = module.parameter("on", 1.3, "1/nmol/d")
    off = module.parameter("off", 0.4, "1/d")
    split = module.parameter("split", 0.2, "1/d")
    module.reaction("bind", {ligand: -1, receptor: -1, complex_: 1}, on * ligand * receptor)
    module.reaction("release", {ligand: 1, receptor: 1, complex_: -1}, off * complex_)
    module.reaction("split", {ligand: -1, half: 2}, split * ligand)
    return assemble([module])


def test_receptor_and_ligand_sums_are_found(binding):
    relations = conservation_relations(binding)
    assert len(relations) == 2
    span = np.array([[r.get(s.name, 0.0) for s in binding.states] for r in relations])
    for known in ([0, 1, 1, 0], [1, 0, 1, 0.5]):
        weights = np.linalg.lstsq(span.T, np.array(known, float), rcond=None)[0]
        assert weights @ span == pytest.approx(known, abs=1e-9)


def test_conserved_sums_hold_on_the_trajectory(binding):
    parameters = np.array([[p.value for p in binding.parameters]])
    solution = solve(binding, parameters, outputs=np.linspace(0.1, 20, 30))
    start = np.array([3.0, 2.0, 0.5, 0.0])
    for relation in conservation_relations(binding):
        weights = np.array([relation.get(s.name, 0.0) for s in binding.states])
        assert solution.states[0] @ weights == pytest.approx(np.full(30, start @ weights), rel=1e-9)


def test_equations_list_every_term_once(binding):
    rows = {name: right for _, name, _, right in equations(binding)}
    assert rows["d receptor/dt"] == "- on*ligand*receptor + off*complex"
    assert rows["d half/dt"] == "2*(split*ligand)"
    assert "### binding" in equations_markdown(binding)
