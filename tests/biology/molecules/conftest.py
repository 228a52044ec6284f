"""The typical patient of a disease, given one designed molecule."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.biology import assemble
from kinecast.biology.drug import drug
from kinecast.catalog.molecules import build
from kinecast.engine import solve


class Given:
    """A typical patient given a molecule: `given["in_lesions"]` is its state or definition over the times, canonical units."""

    def __init__(self, recipe, events, times, disease="colorectal", changes=None):
        self.agent = build({"from": "aldesleukin", **recipe}, "tested")
        self.name = drug(self.agent.id).name
        self.model = assemble((self.agent.id,), disease)
        values = {p.name: p.value for p in self.model.network.parameters} | (changes or {})
        self.parameters = np.array([[values[p.name] for p in self.model.network.parameters]])
        places = [event(self.name) for event in events]
        self.solution = solve(self.model.kernel(), self.parameters, events=places, outputs=np.asarray(times, float), rtol=1e-6)
        assert self.solution.status[0] == 0

    def __getitem__(self, name):
        key = f"{self.name}_{name}"
        known = {item.name for items in (self.model.network.states, self.model.network.parameters) for item in items}
        if key not in self.model.network.definitions and key not in known:
            key = name
        return self.model.kernel().evaluate([key], self.solution.states, self.parameters)[key][0]


@pytest.fixture
def given_molecule():
    return Given
