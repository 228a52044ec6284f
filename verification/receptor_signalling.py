"""The receptor layer against measurements: `python verification/receptor_signalling.py PATH`.

PATH is the folder with the tables named in `receptor_data`. Printed are every target with its figure and whether it is met; exit
code 1 when one is missed. How the numbers were fitted, and what the fit says of data it has not seen: `receptor_fit.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from receptor_data import (
    HOURS,
    LIGANDS,
    blood_ec50,
    blood_points,
    cross_inhibition,
    depletions,
    gonnord_ec50,
    molecules,
    shared_chain,
    yt1_ec50,
)

from kinecast import catalog
from kinecast.biology.receptors.explicit import MINUTE, dish_kernel, dish_parameters, simulate, stat_response
from kinecast.biology.receptors.molecules import Molecule, molecule, native
from kinecast.biology.receptors.populations import BLOOD, POPULATIONS
from kinecast.engine import Bolus, solve
from kinecast.inference.hill import fit_hill, half_top

FOLD = 3.0
GRID = np.logspace(-6, 6, 97)
PRETREATED, READ = 30.0, 10.0  # min; not in the table of cross-inhibition
STIMULUS = {"IL-4": 100 / 15.0 / 1000, "IL-7": 50 / 17.4 / 1000}  # nM, given second; recalled from the paper


def ec50(one: Molecule, cells: tuple[str, ...], minutes: list[float]) -> np.ndarray:
    """Return the EC50 (cells, times) of a forecast: the dose that first gives half of the top."""
    return half_top(GRID, np.moveaxis(stat_response(cells, [one], GRID, minutes), 1, 2))


class Report:
    """Targets as they are checked."""

    def __init__(self) -> None:
        self.missed = 0

    def line(self, text: str, met: bool | None = None) -> None:
        self.missed += met is False
        print(text if met is None else f"{'pass' if met else 'FAIL'}  {text}")


def blood(report: Report, folder: Path) -> None:
    """Ten populations, IL-2 and IL-15, four times: EC50, selectivity, drift; NK and CD8 apart."""
    points = blood_points(folder)
    seen = blood_ec50(points)
    minutes = [60 * hours for hours in HOURS]
    forecast = {ligand: ec50(native(ligand), BLOOD, minutes) for ligand in LIGANDS}
    folds = {
        (cell, ligand, hours): forecast[ligand][BLOOD.index(cell), HOURS.index(hours)] / seen[cell, ligand, hours].ec50
        for cell, ligand, hours in seen
    }
    good = {key: 1 / FOLD <= fold <= FOLD for key, fold in folds.items()}
    defined = [key for key, hill in seen.items() if hill.defined]
    report.line(
        f"EC50 within {FOLD:g}-fold: {sum(good.values())} of {len(good)} ({sum(good.values()) / len(good):.0%}; at least 85 %); "
        f"of those that the data define {sum(good[key] for key in defined)} of {len(defined)}",
        sum(good.values()) >= 0.85 * len(good),
    )
    for ligand in LIGANDS:
        own = [good[key] for key in good if key[1] == ligand]
        logs = np.log10([folds[key] for key in folds if key[1] == ligand])
        report.line(f"      {ligand}: {sum(own)} of {len(own)}, typical error {10 ** np.sqrt((logs**2).mean()):.2f}-fold")
    for key, fold in folds.items():
        if not good[key]:
            said = "" if seen[key].defined else ", not defined by the data"
            report.line(f"      missed: {POPULATIONS[key[0]]}, {key[1]}, {key[2]:g} h: {fold:.2f} of the data{said}")
    same = [
        _as_data(native(ligand), cell, hours, points[ligand]) / seen[cell, ligand, hours].ec50 for cell, ligand, hours in seen
    ]
    count = sum(1 / FOLD <= fold <= FOLD for fold in same)
    report.line(f"      by the same Hill curve through the forecast at the doses of the data: {count} of {len(same)}")
    for other in ("nk", "cd8"):
        ratios = [folds[other, "IL-2", hours] / folds["treg", "IL-2", hours] for hours in HOURS]
        text = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        met = all(1 / FOLD <= ratio <= FOLD for ratio in ratios)
        report.line(f"selectivity Treg:{POPULATIONS[other]} over the data's at 0.5, 1, 2, 4 h: {text}", met)
    falling = [
        forecast[ligand][place, -1] < forecast[ligand][place, 0]
        for ligand in LIGANDS
        for place, cell in enumerate(BLOOD)
        if seen[cell, ligand, 4.0].ec50 < seen[cell, ligand, 0.5].ec50
    ]
    drift = [_slope(forecast[ligand][place]) for ligand in LIGANDS for place in range(len(BLOOD))]
    told = [_slope([seen[cell, ligand, hours].ec50 for hours in HOURS]) for ligand in LIGANDS for cell in BLOOD]
    report.line(
        f"EC50 falls with time where the data's does: {sum(falling)} of {len(falling)}; "
        f"mean exponent of time {np.mean(drift):.2f}, data {np.mean(told):.2f}",
        all(falling),
    )
    for cell in ("nk", "cd8", "cd8_naive", "cd8_memory"):
        own = [folds[cell, "IL-2", hours] for hours in HOURS]
        report.line(f"      {POPULATIONS[cell]}, IL-2, over the data: {', '.join(f'{fold:.2f}' for fold in own)}")
    early = [folds[cell, "IL-2", hours] for cell in ("nk", "cd8", "cd8_naive", "cd8_memory") for hours in HOURS[:3]]
    typical = 10 ** np.sqrt(np.mean(np.log10(early) ** 2))
    report.line(f"NK and CD8 under IL-2 to 2 h, typical error {typical:.2f}-fold (published model: 3 to 8)", typical < FOLD)


def line(report: Report, folder: Path) -> None:
    """YT-1 without and with CD25: EC50 of four molecules, surface IL-2Rb and γc."""
    minutes = float(catalog.parameters("gammac")["yt1_minutes"].value or 0)
    folds = []
    for (cell, name), hill in yt1_ec50(folder).items():
        fold = ec50(molecules()[name], (cell,), [minutes])[0, 0] / hill.ec50
        folds.append(fold)
        report.line(f"      {POPULATIONS[cell]}, {name}: {fold:.2f} of the data ({hill.ec50:.3g} nM)")
    good = sum(1 / FOLD <= fold <= FOLD for fold in folds)
    report.line(f"YT-1 within {FOLD:g}-fold: {good} of {len(folds)}", good == len(folds))
    errors = []
    for one in depletions(folder):
        kernel, parameters, solution = simulate([one.cell], [one.molecule], [one.dose], one.minutes)
        free = solution.states[0, :, kernel.state_names.index("il2rb")]
        errors.append(free / parameters[0, kernel.parameter_names.index("il2rb_copies")] - one.share)
    size = np.sqrt(np.mean(np.square(errors)))
    report.line(f"surface IL-2Rb of YT-1 (16 courses): root mean square error {size:.2f} of the start")
    times, left = shared_chain(folder)
    kernel, _, solution = simulate(["yt1"], [native("IL-2")], [1000.0], [0.01, *times])
    held = sum(solution.states[0, :, kernel.state_names.index(name)] for name in ("gc", "ligand0_bg", "ligand0_abg"))
    report.line(
        f"surface γc of YT-1: root mean square error {np.sqrt(np.mean((held[1:] / held[0] - left) ** 2)):.2f} of the start"
    )


def unseen(report: Report, folder: Path) -> None:
    """Molecules that no number was fitted to: nemvaleukin by its lack of CD25 alone, IL-4 and IL-7 by affinity and copies."""
    record = catalog.agent("nemvaleukin-alfa")
    for cell, name in (("nk", "ec50_nk"), ("cd8_memory", "ec50_memory_cd8"), ("treg", "ec50_treg")):
        told = record.reported[name].value or np.nan
        found = ec50(molecule(record.id), (cell,), [60.0, 120.0])[0]
        report.line(
            f"nemvaleukin, {POPULATIONS[cell]}: {found[0]:.2f} nM at 1 h, {found[1]:.2f} at 2 h; reported {told:g}, time unknown",
            any(1 / FOLD <= value / told <= FOLD for value in found),
        )
    for family, hill in gonnord_ec50(folder).items():
        found = ec50(native(family), ("helper_naive",), [READ, 30.0])[0]
        told = f"{1000 * found[0]:.3g} pM at {READ:g} min, {1000 * found[1]:.3g} at 30 min; data {1000 * hill.ec50:.3g} pM"
        report.line(f"{family} on naive helper cells: {told}", any(1 / FOLD <= value / hill.ec50 <= FOLD for value in found))
    inhibited = {}
    for first, (doses, share) in cross_inhibition(folder).items():
        found = inhibition(first, "IL-4" if first == "IL-7" else "IL-7", doses)
        inhibited[first] = found
        shown = "; ".join(
            f"{1000 * dose:.3g} pM {ours:.0%} ({theirs:.0%})" for dose, ours, theirs in zip(doses, found, share, strict=True)
        )
        report.line(f"      {first} first inhibits the other: {shown}")
    report.line(
        f"IL-7 inhibits IL-4 more than the reverse: {inhibited['IL-7'][-1]:.0%} against {inhibited['IL-4'][-1]:.0%}",
        bool(inhibited["IL-7"][-1] > inhibited["IL-4"][-1]),
    )


def inhibition(first: str, second: str, doses: np.ndarray) -> np.ndarray:
    """Share of the second's signal that is lost when the first has been in the medium for a while."""
    families = (second, first)
    pair = [native(family) for family in families]
    network, kernel = dish_kernel(families)
    given = np.column_stack([np.zeros(len(doses) + 1), [0.0, *doses]])
    parameters = dish_parameters(network, ["helper_naive"], pair, given)
    times = np.array([PRETREATED, PRETREATED + READ]) * MINUTE
    solution = solve(kernel, parameters, [Bolus(float(times[0]), "ligand0_medium", STIMULUS[second])], times)
    signal = kernel.evaluate(["ligand0_active"], solution.states, parameters)["ligand0_active"][:, 1]
    return 1 - signal[1:] / signal[0]


def _as_data(one: Molecule, cell: str, hours: float, points: list) -> float:
    doses = np.unique([point.dose for point in points if (point.cell, point.hours) == (cell, hours)])
    return fit_hill(doses, stat_response((cell,), [one], doses, [60 * hours])[0, :, 0]).ec50


def _slope(values: object) -> float:
    return float(np.polyfit(np.log(HOURS), np.log(np.asarray(values, float)), 1)[0])


def main() -> int:
    """Print every target; exit code 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the tables of measurements")
    folder = parser.parse_args().folder
    report = Report()
    for check in (blood, line, unseen):
        check(report, folder)
    print(f"{report.missed} missed")
    return 1 if report.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
