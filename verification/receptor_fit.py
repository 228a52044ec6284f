"""How the receptor layer was fitted: `python verification/receptor_fit.py PATH [--hold NAME]`.

One parameter set for all cells, ligands and times, by least squares from a start off the records: logarithms of EC50 of ten
populations (10 x 2 x 4) and of YT-1 (2 x 4), the selectivity of IL-2 for Treg, the shape of every curve, the tops of the curves
over time, surface IL-2Rb (16 courses) and surface γc. `--hold` leaves data out of the fit and says how they are then predicted:
super-2, il15, nk-cd8, treg or late (2 and 4 h); a scale and a background of fluorescence are free, nothing else. `--published`
fits nothing and puts the rates of the published model (posterior medians) into this network: what its numbers, not its
whole structure, give.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from receptor_data import HOURS, LIGANDS, YT1, blood_ec50, blood_points, depletions, molecules, shared_chain, yt1_ec50
from scipy.optimize import least_squares

from kinecast import catalog
from kinecast.biology.receptors.explicit import MINUTE, dish_kernel, dish_parameters
from kinecast.biology.receptors.molecules import Molecule, native
from kinecast.biology.receptors.populations import BLOOD
from kinecast.engine import solve
from kinecast.inference.hill import half_top
from kinecast.units import canonical_factor

DOSES = np.logspace(-4, 2.5, 40)
MINUTES = np.array([60 * hours for hours in HOURS])
FREE = {
    "beta_on": (0.02, 1),
    "gamma_on": (1e-6, 1e-1),
    "membrane_on": (1e-5, 1),
    "half_input": (0.003, 5),
    "copies_exponent": (0.001, 1.5),
    "feedback_rate": (1e-3, 0.05),
    "feedback_half": (0.02, 1e3),
    "il15_gamma_gain": (0.3, 30),
    "yt1_il2rb_copies": (200, 3e4),
    "yt1_cd25_il2ra_copies": (100, 1e5),
}
"""Records that are fitted, and their bounds."""

PUBLISHED = {
    "beta_on": 0.6,
    "gamma_on": 2.86e-3,
    "membrane_on": 2.86e-3,
    "gamma_off": 11.9,
    "internalisation": 2.63,
    "steepness": 1.0,
    "copies_exponent": 1.0,
    "half_input": 1e4,
    "feedback_half": 1e4,
    "il15_gamma_gain": 1.0,
}
"""Rates of the published model where this network has one like it; its response is the number of receptors that signal."""

SIZES = {"ec50": 0.25, "yt1": 0.12, "selectivity": 0.15, "curve": 0.2, "top": 0.4, "surface": 0.24, "shared": 0.3}
"""Standard deviations of residuals: of log10 for EC50, selectivity and tops, shares for the others."""


@dataclass(frozen=True)
class Found:
    """What one set of numbers predicts: log10 EC50 (cells, ligands, times) and of YT-1 (2, molecules), curves, and surfaces."""

    ec50: np.ndarray
    yt1: np.ndarray
    curves: np.ndarray
    surface: list[np.ndarray]
    shared: np.ndarray


class Fit:
    """The data of a folder, and residuals of a set of numbers against those that are not held out."""

    def __init__(self, folder: Path, hold: str = "") -> None:
        self.points = blood_points(folder)
        seen = blood_ec50(self.points)
        keys = [[[(cell, ligand, hours) for hours in HOURS] for ligand in LIGANDS] for cell in BLOOD]
        self.ec50 = np.log10([[[seen[key].ec50 for key in row] for row in rows] for rows in keys])
        self.error = np.minimum([[[seen[key].error for key in row] for row in rows] for rows in keys], 1.0)
        self.names = list(molecules())
        line = yt1_ec50(folder)
        self.yt1 = np.log10([[line[cell, name].ec50 for name in self.names] for cell in YT1])
        self.courses = depletions(folder)
        self.shared_minutes, self.shared = shared_chain(folder)
        self.groups = self._groups()
        self.used = np.ones(self.ec50.shape, bool)
        self.used_yt1 = np.ones(self.yt1.shape, bool)
        self.used_names = set(self.names)
        self._hold(hold)

    def _hold(self, hold: str) -> None:
        held = {"nk-cd8": ("nk", "cd8"), "treg": ("treg",)}.get(hold, ())
        for place, cell in enumerate(BLOOD):
            self.used[place] &= not cell.startswith(held) if held else True
        if hold == "late":
            self.used[:, :, 2:] = False
        dropped = {"super-2": {"H9"}, "il15": {"IL15", "IL15_IL15Ra"}}.get(hold, set())
        self.used[:, 1] &= hold != "il15"
        self.used_names -= dropped
        self.used_yt1[:, [name in dropped for name in self.names]] = False

    def _groups(self) -> dict[tuple[int, int, int], list[tuple[np.ndarray, np.ndarray]]]:
        found: dict[tuple[int, int, int], list] = {}
        for place, ligand in enumerate(LIGANDS):
            own = self.points[ligand]
            for cell, hours, replicate in sorted({(p.cell, p.hours, p.replicate) for p in own}):
                one = [p for p in own if (p.cell, p.hours, p.replicate) == (cell, hours, replicate)]
                doses, values = np.log10([p.dose for p in one]), np.array([p.value for p in one])
                found.setdefault((BLOOD.index(cell), place, HOURS.index(hours)), []).append((doses, values))
        return found

    def predict(self, theta: dict[str, float]) -> Found:
        curves = np.stack([_respond(native(ligand), BLOOD, MINUTES, theta) for ligand in LIGANDS], axis=1)
        minutes = np.array([catalog.parameters("gammac")["yt1_minutes"].value])
        line = [_respond(molecules()[name], YT1, minutes, theta)[:, 0] for name in self.names]
        surface = []
        for one in self.courses:
            states, start = _surface(one.molecule, one.cell, one.dose, one.minutes, theta, ("il2rb",))
            surface.append(states[:, 0] / start)
        held, start = _surface(native("IL-2"), "yt1", 1000.0, self.shared_minutes, theta, ("gc", "ligand0_bg", "ligand0_abg"))
        log_ec50 = np.log10(half_top(DOSES, curves))
        return Found(log_ec50, np.log10(half_top(DOSES, np.stack(line, axis=1))), curves, surface, held.sum(axis=1) / start)

    def residuals(self, theta: dict[str, float]) -> np.ndarray:
        found = self.predict(theta)
        weights = self.used / np.sqrt(SIZES["ec50"] ** 2 + self.error**2)
        treg = BLOOD.index("treg")
        narrow = [
            ((found.ec50[place, 0] - found.ec50[treg, 0]) - (self.ec50[place, 0] - self.ec50[treg, 0]))
            * (self.used[place, 0] & self.used[treg, 0])
            for place in (BLOOD.index("nk"), BLOOD.index("cd8"))
        ]
        shapes, tops = self._shapes(found.curves)
        surface = [left - one.share for left, one in zip(found.surface, self.courses, strict=True) if self._used(one.molecule)]
        return np.concatenate(
            [
                ((found.ec50 - self.ec50) * weights).ravel(),
                ((found.yt1 - self.yt1) * self.used_yt1).ravel() / SIZES["yt1"],
                np.ravel(narrow) / SIZES["selectivity"],
                shapes / SIZES["curve"],
                tops / SIZES["top"],
                np.ravel(surface) / SIZES["surface"],
                (found.shared - self.shared) / SIZES["shared"],
            ]
        )

    def _used(self, one: Molecule) -> bool:
        return any(known == one for name, known in molecules().items() if name in self.used_names)

    def _shapes(self, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far each curve is from the data when scaled to it, and its top over that at half an hour, less the data's."""
        shapes, tops = [], []
        for key, replicates in self.groups.items():
            off = []
            for doses, values in replicates:
                terms = np.column_stack([np.interp(doses, np.log10(DOSES), curves[key]), np.ones(len(doses))])
                left = terms @ np.linalg.lstsq(terms, values, rcond=None)[0] - values
                off.append(np.sqrt(np.mean(left**2)) / np.ptp(values))
            first = self.groups[(*key[:2], 0)]
            told = np.mean([np.ptp(mine[1]) / np.ptp(start[1]) for mine, start in zip(replicates, first, strict=True)])
            ours = curves[key].max() / curves[(*key[:2], 0)].max()
            shapes.append(np.mean(off) * self.used[key])
            tops.append(np.log10(ours / told) * self.used[key])
        return np.array(shapes), np.array(tops)


def _table(one: Molecule, cells: tuple[str, ...], doses: np.ndarray, theta: dict[str, float]) -> np.ndarray:
    """Parameters of every cell at every dose with the fitted numbers in place of the records."""
    network, _ = dish_kernel((one.family,))
    table = dish_parameters(network, cells, [one], doses).reshape(len(cells), len(doses), -1)
    for place, parameter in enumerate(network.parameters):
        factor = canonical_factor(parameter.unit)
        if parameter.name in theta:
            table[..., place] = theta[parameter.name] * factor
        if parameter.name == "ligand0_gamma_loss" and one.family == "IL-15":
            table[..., place] = 1 / theta["il15_gamma_gain"]
        for number, cell in enumerate(cells):
            chain = parameter.name.removesuffix("_copies")
            fitted = theta.get("yt1_il2rb_copies") if cell in YT1 and chain == "il2rb" else theta.get(f"{cell}_{parameter.name}")
            if fitted is not None:
                table[number, :, place] = fitted * factor
    return table.reshape(len(cells) * len(doses), -1)


def _respond(one: Molecule, cells: tuple[str, ...], minutes: np.ndarray, theta: dict[str, float]) -> np.ndarray:
    """PSTAT5 (cells, times, doses)."""
    kernel = dish_kernel((one.family,))[1]
    parameters = _table(one, cells, DOSES, theta)
    solution = solve(kernel, parameters, outputs=minutes * MINUTE, rtol=1e-3)
    found = kernel.evaluate(["pstat5"], solution.states, parameters)["pstat5"]
    return np.moveaxis(found.reshape(len(cells), len(DOSES), len(minutes)), 1, 2)


def _surface(
    one: Molecule, cell: str, dose: float, minutes: np.ndarray, theta: dict[str, float], names: tuple[str, ...]
) -> tuple[np.ndarray, float]:
    """States (times, names) of one cell, and the first of them at the start."""
    kernel = dish_kernel((one.family,))[1]
    solution = solve(kernel, _table(one, (cell,), np.array([dose]), theta), outputs=np.array([0.0, *minutes]) * MINUTE, rtol=1e-3)
    found = solution.states[0][:, [kernel.state_names.index(name) for name in names]]
    return found[1:], float(found[0, 0])


def main() -> int:
    """Fit, and print the numbers beside the records, and how what was held out is predicted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the tables of measurements")
    parser.add_argument("--hold", default="", choices=("", "super-2", "il15", "nk-cd8", "treg", "late"))
    parser.add_argument("--published", action="store_true", help="fit nothing; the rates of the published model")
    arguments = parser.parse_args()
    fit = Fit(arguments.folder, arguments.hold)
    records = {name: float(catalog.parameters("gammac")[name].value or 0) for name in FREE}
    if arguments.published:
        _tell(fit, records | PUBLISHED)
        return 0
    alone = arguments.hold == "il15"
    start = records | ({"il15_gamma_gain": 1.0} if alone else {})
    found, cost, errors = fitted(fit, start, [name for name in FREE if not (alone and name == "il15_gamma_gain")])
    print(f"cost {cost:.1f}; of the records {np.square(fit.residuals(records)).sum():.1f}")
    for name, value in found.items():
        spread = f" (x/ {errors[name]:.2f})" if name in errors else ""
        print(f"  {name}: {value:.3g}{spread}, record {records[name]:.3g}")
    _tell(fit, found)
    return 0


def fitted(fit: Fit, start: dict[str, float], free: list[str]) -> tuple[dict[str, float], float, dict[str, float]]:
    """Fit from a start thrown off by a third; return the numbers, the cost, and each number's standard error as a factor."""
    low, high = np.log([FREE[name] for name in free]).T
    thrown = np.log([start[name] for name in free]) + np.random.default_rng(3).normal(0, 0.3, len(free))

    def theta(logs: np.ndarray) -> dict[str, float]:
        return {**start, **dict(zip(free, np.exp(logs).tolist(), strict=True))}

    first = np.clip(thrown, low + 1e-3, high - 1e-3)
    best = least_squares(lambda logs: fit.residuals(theta(logs)), first, bounds=(low, high), diff_step=3e-3, max_nfev=40)
    spread = 2 * best.cost / (len(best.fun) - len(free))
    errors = np.exp(np.sqrt(np.diag(np.linalg.pinv(best.jac.T @ best.jac) * spread)))
    return theta(best.x), 2 * best.cost, dict(zip(free, errors.tolist(), strict=True))


def _tell(fit: Fit, theta: dict[str, float]) -> None:
    found = fit.predict(theta)
    off = np.abs(found.ec50 - fit.ec50)
    for said, rows in (("fitted", fit.used), ("held out", ~fit.used)):
        if rows.any():
            good = (off[rows] < np.log10(3)).sum()
            print(f"{said}: EC50 within threefold {good} of {rows.sum()}, median error {10 ** np.median(off[rows]):.2f}-fold")
    for cell in ("nk", "cd8", "cd8_memory", "treg", "helper"):
        folds = 10 ** (found.ec50[BLOOD.index(cell)] - fit.ec50[BLOOD.index(cell)])
        shown = "; ".join(
            f"{ligand} {', '.join(f'{fold:.2f}' for fold in row)}" for ligand, row in zip(LIGANDS, folds, strict=True)
        )
        print(f"{cell} over the data at 0.5, 1, 2, 4 h: {shown}")
    for place, cell in enumerate(YT1):
        folds = 10 ** (found.yt1[place] - fit.yt1[place])
        said = ["" if used else " (held out)" for used in fit.used_yt1[place]]
        shown = ", ".join(f"{name} {fold:.2f}{why}" for name, fold, why in zip(fit.names, folds, said, strict=True))
        print(f"{cell} over the data: {shown}")


if __name__ == "__main__":
    raise SystemExit(main())
