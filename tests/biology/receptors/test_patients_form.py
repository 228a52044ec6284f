"""EC50s of a patient's cells against the explicit network: what a molecule's affinities change, in fold of wild type.

The wild type's EC50 itself is the patient's own, calibrated; what is compared is how far a molecule moves it.
"""

from __future__ import annotations

import numpy as np

from kinecast.biology import assemble
from kinecast.biology.drug import drug
from kinecast.biology.receptors.explicit import stat_response
from kinecast.biology.receptors.molecules import native
from kinecast.catalog.molecules import build
from kinecast.engine import solve
from kinecast.inference.hill import half_top

CELLS = {"treg": "treg", "nk_dim": "nk", "cd8_memory": "cd8_memory", "cd4_memory": "helper_memory"}
"""Cell of a patient → population in the dish. CD56bright NK cells were not told apart there."""
MOLECULES = [
    (beta, gamma, alpha) for beta in (1 / 120, 0.1, 1, 3, 30) for gamma in (1, 10) for alpha in (1, 10, 100, None)
]  # fmt: skip
MEDIAN, MOST, WORST = 1.7, 3.2, 4.6
"""Fold by which the patient's EC50 is off at most: half of all pairs of cell and molecule, 95 % of them, all."""
DOSES = np.logspace(-6, 6, 73)


def in_the_dish(one):
    """EC50 (cells,) at one hour, nM."""
    return half_top(DOSES, stat_response(tuple(CELLS.values()), [one], DOSES, [60.0])[:, :, 0])


def in_a_patient(beta, gamma, alpha):
    """EC50 (cells,) of the typical patient at rest, nM."""
    kd = {"IL-2Rb": beta, "gc": gamma, "IL-2Ra": "none" if alpha is None else alpha}
    key = build({"from": "aldesleukin", "kd": kd}, "moved").id
    model, name = assemble((key,)), drug(key).name
    parameters = np.array([[p.value for p in model.network.parameters]])
    states = solve(model.kernel(), parameters, events=[], outputs=np.array([1e-6])).states
    names = [f"{name}_ec50_{cell}" for cell in CELLS]
    found = model.kernel().evaluate(names, states, parameters)
    return np.array([float(np.ravel(found[one])[0]) for one in names])


def test_molecules_move_a_patients_ec50_as_the_explicit_network_says():
    wild, rest, own = native("IL-2"), in_the_dish(native("IL-2")), in_a_patient(1, 1, 1)
    off = []
    for beta, gamma, alpha in MOLECULES:
        changed = wild.changed({"IL-2Rb": 144 * beta, "IL-2Ra": None if alpha is None else 10 * alpha}, gamma)
        off.append(np.abs(np.log((in_a_patient(beta, gamma, alpha) / own) / (in_the_dish(changed) / rest))))
    median, most, worst = np.exp([np.median(off), np.quantile(off, 0.95), np.max(off)])
    by_cell = dict(zip(CELLS, np.exp(np.max(off, axis=0)).round(2).tolist(), strict=True))
    assert median < MEDIAN and most < MOST and worst < WORST, f"{median:.2f}, {most:.2f}, {worst:.2f}; worst by cell {by_cell}"
