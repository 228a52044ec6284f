"""Any two cytokines can be given together: the model assembles, runs, and drugs on one receptor take from each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.actions import ACTIONS
from kinecast.biology.drug import drug
from kinecast.engine import Bolus, Infusion, solve

SIMULATED = {key: drug(key) for key, agent in catalog.agents().items() if agent.simulated}
ONE_EACH = [
    next(key for key, one in SIMULATED.items() if action in one.actions)
    for action in ACTIONS
    if any(action in one.actions for one in SIMULATED.values())
]


@pytest.mark.parametrize("pair", list(combinations(dict.fromkeys(ONE_EACH), 2)), ids="+".join)
def test_any_pair_of_actions_assembles(pair):
    alone = [{state.name for state in assemble([one], "renal-cell-metastatic").network.states} for one in pair]
    together = assemble(pair, "renal-cell-metastatic")
    assert {state.name for state in together.network.states} == alone[0] | alone[1]
    assert set(together.agents) == set(pair)


def test_all_actions_at_once_run_for_a_month():
    model = assemble(dict.fromkeys(ONE_EACH), "renal-cell-metastatic")
    first = dict(reversed(list(model.routes)))  # agent → one of its routes
    targets = [model.dose_target(key, first[key]) for key in dict.fromkeys(ONE_EACH)]
    values = np.array([[p.value for p in model.network.parameters]])
    doses = [Bolus(float(day), target, 0.5) for day in (0, 7) for target in targets]
    solution = solve(model.kernel(), values, events=doses, outputs=np.arange(1.0, 29.0))
    assert solution.status[0] == 0
    assert np.isfinite(solution.states).all()


def test_drugs_on_one_receptor_take_from_each_other():
    """Aldesleukin beside a saturating level of IL-15 is taken up less by the same cells, and so stays longer in plasma."""
    model = assemble(["aldesleukin", "rhil-15"])
    values = np.array([[p.value for p in model.network.parameters]])
    low_dose = Infusion(0.0, "aldesleukin_central", 1.0, 1.0)
    found = {}
    for name, events in {"alone": [low_dose], "beside": [low_dose, Infusion(0.0, "rhil_15_central", 2000.0, 1.0)]}.items():
        solution = solve(model.kernel(), values, events=events, outputs=[0.2])
        read = model.kernel().evaluate(["aldesleukin_plasma", "aldesleukin_consumption"], solution.states, values)
        found[name] = read["aldesleukin_consumption"][0, 0] / read["aldesleukin_plasma"][0, 0]
    assert found["beside"] < 0.8 * found["alone"]


def with_lesions(key):
    """Renal-cell cancer, or another disease with lesions that has the antigen of a fusion."""
    molecule = catalog.agent(key).molecule
    sought = f"{molecule.target.antigen}_in_tumour" if molecule and molecule.target else ""
    lesions = {name: one.parameters for name, one in catalog.diseases().items() if one.parameters and one.tumour == "lesions"}
    having = [name for name, numbers in lesions.items() if sought in numbers]
    return "renal-cell-metastatic" if "renal-cell-metastatic" in having or not having else having[0]


@pytest.mark.parametrize("key", SIMULATED)
def test_every_parameter_has_its_record(key):
    """What has none stands for what this drug does not touch, and the whole body or another disease would hold."""
    whole = assemble(dict.fromkeys(ONE_EACH), "renal-cell-metastatic")
    held = {*whole.network.definitions, *(state.name for state in whole.network.states), *whole.records}
    held |= {name for disease in catalog.diseases().values() for name in disease.parameters}
    for disease in ("none", with_lesions(key), "melanoma-adjuvant", "hairy-cell-leukaemia"):
        model = assemble([key], disease)
        loose = {parameter.name for parameter in model.network.parameters} - set(model.records)
        assert loose <= held, f"{loose - held} in {disease}"
