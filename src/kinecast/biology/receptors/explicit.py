"""The explicit network of γc receptors, and what it says of cells in a dish: pSTAT by cell, dose and time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from kinecast import catalog
from kinecast.biology.receptors.binding import GAMMA, Ligand, binding
from kinecast.biology.receptors.chains import chain
from kinecast.biology.receptors.molecules import FAMILIES, Molecule
from kinecast.biology.receptors.populations import FEWEST, copies
from kinecast.biology.receptors.response import response
from kinecast.biology.symbols import Records
from kinecast.engine import Kernel, Solution, compile_network, solve
from kinecast.errors import RunError
from kinecast.network import Network, assemble
from kinecast.units import canonical_factor

MINUTE = canonical_factor("min")


def dish_network(families: Sequence[str], records: Records | None = None) -> Network:
    """Return the network of cells with one molecule of each family in the medium.

    Arguments:
        families: of `FAMILIES`, each once; equations call their ligands "ligand0", "ligand1", … in this order.
        records: rates by id (default: those of the catalogue's file `gammac`).
    """
    chosen = catalog.parameters("gammac") if records is None else records
    ligands = _ligands(families)
    chains = dict.fromkeys([GAMMA, *(name for one in ligands for name in (one.signalling, one.capturing) if name)])
    stats: dict[str, list[Ligand]] = {}
    for family, ligand in zip(families, ligands, strict=True):
        stats.setdefault(FAMILIES[family].stat, []).append(ligand)
    return assemble(
        [
            *(chain(name, chosen) for name in chains),
            *(binding(ligand, chosen) for ligand in ligands),
            *(response(stat, given, chosen) for stat, given in stats.items()),
        ]
    )


@cache
def dish_kernel(families: tuple[str, ...]) -> tuple[Network, Kernel]:
    """Return the network of these families with the rates of the catalogue, and the same compiled."""
    network = dish_network(families)
    return network, compile_network(network)


def dish_parameters(
    network: Network, cells: Sequence[str], molecules: Sequence[Molecule], doses: npt.ArrayLike, density: float = 0.0
) -> np.ndarray:
    """Return the parameters (cells·doses, n_parameters) of every cell at every dose, cells varying slowest.

    Arguments:
        network: made by `dish_network` from the families of the molecules, in their order.
        cells: keys of `populations.POPULATIONS`.
        doses: nM; (D,) of one molecule or (D, molecules).
        density: cells in the medium [Gcell/L, which is million cells a mL]; 0 leaves the medium as it is.
    """
    given = np.asarray(doses, float).reshape(-1, len(molecules))
    names = [one.name for one in network.parameters]
    factors = {one.name: canonical_factor(one.unit) for one in network.parameters}
    table = np.tile([one.value for one in network.parameters], (len(cells), len(given), 1))

    def put(name: str, value: npt.ArrayLike) -> None:
        if name in factors:
            table[..., names.index(name)] = np.asarray(value, float) * factors[name]

    signalling = {ligand.signalling for ligand in _ligands([one.family for one in molecules])}
    for name in names:
        if name.endswith("_copies") and name != "reference_copies":
            own = name.removesuffix("_copies")
            lowest = FEWEST if own in signalling else 0.0
            put(name, [[max(copies(cell, own), lowest)] for cell in cells])
    put("dish_cell_density", density)
    for place, one in enumerate(molecules):
        family, key = FAMILIES[one.family], f"ligand{place}"
        put(f"{key}_dose", given[:, place])
        put(f"{key}_kd_signalling", one.kd[family.signalling] or np.nan)
        put(f"{key}_gamma_loss", one.gamma_loss)
        held = one.kd.get(family.capturing) if family.capturing else None
        put(f"{key}_capture", 0.0 if held is None else 1.0)
        if held is not None:
            put(f"{key}_kd_capturing", held)
    return table.reshape(-1, len(names))


def simulate(
    cells: Sequence[str],
    molecules: Sequence[Molecule],
    doses: npt.ArrayLike,
    minutes: npt.ArrayLike,
    density: float = 0.0,
    rtol: float = 1e-4,
) -> tuple[Kernel, np.ndarray, Solution]:
    """Integrate every cell at every dose in one call; rows as in `dish_parameters`.

    Returns:
        The kernel, the parameters and the solution.

    Raises:
        RunError: a cell that cannot be integrated.
    """
    families = tuple(one.family for one in molecules)
    network, kernel = dish_kernel(families)
    parameters = dish_parameters(network, cells, molecules, doses, density)
    solution = solve(kernel, parameters, outputs=np.asarray(minutes, float) * MINUTE, rtol=rtol)
    if (solution.status != 0).any():
        row = int(np.argmax(solution.status != 0))
        raise RunError(f"{cells[row * len(cells) // len(parameters)]} cannot be integrated.", "Are all affinities realistic?")
    return kernel, parameters, solution


def stat_response(
    cells: Sequence[str],
    molecules: Sequence[Molecule],
    doses: npt.ArrayLike,
    minutes: npt.ArrayLike,
    density: float = 0.0,
    stat: str | None = None,
) -> np.ndarray:
    """Return phosphorylated STAT (cells, doses, times) as a share of the largest that the model knows.

    Arguments:
        cells: keys of `populations.POPULATIONS`. molecules: of different families. doses: nM, (D,) or (D, molecules).
        minutes: ascending or not, above 0. density: million cells a mL that take ligand from the medium.
        stat: "pstat5" or "pstat6" (default: that of the first molecule).
    """
    times = np.atleast_1d(np.asarray(minutes, float))
    kernel, parameters, solution = simulate(cells, molecules, doses, times, density)
    name = stat or FAMILIES[molecules[0].family].stat
    found = kernel.evaluate([name], solution.states, parameters)[name]
    return found.reshape(len(cells), -1, len(times))


def _ligands(families: Sequence[str]) -> list[Ligand]:
    return [FAMILIES[family].ligand(f"ligand{place}") for place, family in enumerate(families)]
