"""How the molecules bind: KD by receptor chain, EC50 by cell and selectivity, of the typical patient at rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.biology.cells import RESPONDING
from kinecast.biology.drug import Drug, drug
from kinecast.biology.molecules.affinities import RECEPTORS
from kinecast.inference.comparison.asked import Asked
from kinecast.inference.comparison.rows import ACTIVE, CLOSED, Row
from kinecast.units import DIMENSIONLESS, dimension

TUMOUR_CD8 = "tumour_cd8"
CELLS = ("treg", "nk_bright", "nk_dim", "cd8_memory", "cd4_memory", TUMOUR_CD8)
SELECTIVITY = {"treg_over_nk": ("nk_dim", "treg"), "treg_over_cd8": ("cd8_memory", "treg")}
"""Quantity → two cells: EC50 of the first over that of the second. Most NK cells of blood are CD56dim."""
LACKING = "the model has no half-maximal level of it"
NOT_BINDING = "does not bind"
_PROBE = 1e-6
"""Amount, nmol, by which a pool is raised to read a slope: far below any EC50 times any volume, and far above rounding."""


def forms(molecule: Asked) -> dict[str, Drug]:
    """Return form → the drug as the model sees it; only a pro-drug has a closed one."""
    given = drug(molecule.agent.id)
    return {CLOSED: given, ACTIVE: given.opened} if given.opened else {ACTIVE: given}


def affinities(molecule: Asked) -> Iterator[Row]:
    """Yield the KD of each receptor chain that the cytokine's actions are made of, as measured with soluble chains.

    Of an engineered molecule it is the cytokine's times what its record or recipe says, as the model takes it: reports of one
    molecule differ threefold by assay, and only a ratio within one assay compares. In nM, or as a fold of the cytokine's where
    no KD of that is known. What binds to cells, in the model's own numbers, is in `acting`.
    """
    engineered = molecule.agent.molecule
    native = catalog.agent(engineered.cytokine) if engineered else molecule.agent
    changed = engineered.kd if engineered else {}
    for chain in _chains(native):
        binding, number = native.binds.get(chain), changed.get(chain)
        measured = binding.kd if binding is not None and binding.kd is not None and binding.kd.value is not None else None
        if (chain in changed and number is None) or (chain not in changed and binding is not None and binding.kd is None):
            yield Row(molecule.name, ACTIVE, "affinity", chain, None, "nM", note=NOT_BINDING)
        elif number is not None and dimension(number.unit) != DIMENSIONLESS:
            yield Row(molecule.name, ACTIVE, "affinity", chain, number.quantity.to("nM"), "nM")
        elif measured is not None:
            times = number.quantity.canonical if number is not None else 1.0
            yield Row(molecule.name, ACTIVE, "affinity", chain, times * measured.quantity.to("nM"), "nM")
        elif number is not None:
            yield Row(molecule.name, ACTIVE, "affinity", chain, number.quantity.canonical, "fold")


def acting(molecule: Asked) -> Iterator[Row]:
    """Yield the numbers of the molecule's actions that affinities decide, of each form, as the model uses them."""
    for form, one in forms(molecule).items():
        for action, numbers in one.actions.items():
            receptor = RECEPTORS.get(action)
            decided = (*receptor.weaker, *receptor.stronger, receptor.signal, "cd25_dependence") if receptor else ()
            for name in dict.fromkeys(decided):
                if name in numbers:
                    value = numbers[name].quantity
                    yield Row(molecule.name, form, "action", name, value.value, value.unit)


def _chains(native: catalog.Agent) -> list[str]:
    """Return helper, first and second chain of each receptor of a cytokine."""
    receptors = [RECEPTORS[name] for name in drug(native.id).actions if name in RECEPTORS]
    return list(dict.fromkeys(chain for one in receptors for chain in (one.helper, one.first, one.second) if chain))


def sensed(molecules: Iterable[Asked], model: PatientModel) -> Iterator[Row]:
    """Yield EC50 by cell and the selectivity for Treg, of each form of each molecule.

    The EC50 of a cell of blood is the level in plasma at which the model's stimulus of the cell is 1, half of what it can do;
    that of CD8 cells in the tumour is the level that they see there. Stimuli are in proportion to the level, so that one slope
    tells, read with the model's own equations in the typical patient at rest.
    """
    kernel = model.kernel()
    values = np.array([[parameter.value for parameter in model.network.parameters]])
    rest = kernel.start(values).states
    known = {*model.network.definitions}
    for molecule in molecules:
        for form, one in forms(molecule).items():
            found: dict[str, float | None] = {}
            for cell in CELLS:
                level = f"{one.name}_in_tumour" if cell == TUMOUR_CD8 else f"{one.name}_plasma"
                stimulus = f"{cell}_stimulus"
                pools = (f"{one.name}_in_lesions", f"{one.name}_central")
                pool = next((name for name in pools[cell != TUMOUR_CD8 :] if name in kernel.state_names), None)
                if pool is None or not {level, stimulus} <= known:
                    found[cell] = None
                    continue
                states = np.concatenate([rest, rest])
                states[1, kernel.state_names.index(pool)] += _PROBE
                seen = kernel.evaluate([level, stimulus], states[None], values)
                rise, effect = (float(np.diff(seen[name][0])[0]) for name in (level, stimulus))
                found[cell] = rise / effect if effect > 0 else None
            if not any(found[cell] for cell in RESPONDING):
                # Cytokines of other families saturate by themselves: a slope would not be the level of half their effect.
                found[TUMOUR_CD8] = None
            yield from _rows(molecule.name, form, found, "it is inert" if not one.actions else LACKING)


def _rows(name: str, form: str, found: Mapping[str, float | None], lacking: str) -> Iterator[Row]:
    for cell, value in found.items():
        yield Row(name, form, "ec50", cell, value, "nM", note="" if value is not None else lacking)
    for quantity, (first, second) in SELECTIVITY.items():
        above, below = found[first], found[second]
        ratio = above / below if above is not None and below is not None else None
        yield Row(name, form, "selectivity", quantity, ratio, "1", note="" if ratio is not None else lacking)


assert {*CELLS} == {*RESPONDING, TUMOUR_CD8}
