"""The measurements that the receptor layer is held against, read from a folder that the user gives (not part of the package).

Files: pstat5_il2_il15_pbmc.csv, yt1_il2_il15_super2_ring2012.csv, yt1_cd25{neg,pos}_surface_il2rb.csv,
mitra_surface_gc_depletion.csv, gonnord2018_s3{B,C,D}.csv.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinecast.biology.receptors.molecules import Molecule, il15_complex, molecule, native
from kinecast.inference.dish_data import Point, read_points
from kinecast.inference.hill import Hill, fit_hill

HOURS = (0.5, 1.0, 2.0, 4.0)
LIGANDS = ("IL-2", "IL-15")
YT1 = ("yt1", "yt1_cd25")
KILODALTON = {"IL-4": 15.0, "IL-7": 17.4}
"""Molar masses; pg/mL over kDa is pM."""


@dataclass(frozen=True)
class Depletion:
    """Surface IL-2Rb of YT-1 cells as a share of the start, after one dose of one molecule."""

    cell: str
    molecule: Molecule
    dose: float
    minutes: np.ndarray
    share: np.ndarray


def molecules() -> dict[str, Molecule]:
    """The four molecules given to YT-1 cells, as the tables call them."""
    return {"H9": molecule("super-2"), "IL2": native("IL-2"), "IL15": native("IL-15"), "IL15_IL15Ra": il15_complex()}


def blood_points(folder: Path) -> dict[str, list[Point]]:
    """pSTAT5 of ten populations of blood by ligand."""
    return {ligand: read_points(folder / "pstat5_il2_il15_pbmc.csv", [ligand])[0] for ligand in LIGANDS}


def blood_ec50(points: dict[str, list[Point]]) -> dict[tuple[str, str, float], Hill]:
    """EC50 of each (population, ligand, hours): one Hill curve, each replicate with its own scale and background."""
    found = {}
    for ligand, all_points in points.items():
        for cell, hours in sorted({(point.cell, point.hours) for point in all_points}):
            own = [point for point in all_points if (point.cell, point.hours) == (cell, hours)]
            found[cell, ligand, hours] = fit_hill(
                [point.dose for point in own], [point.value for point in own], [point.replicate for point in own]
            )
    return found


def yt1_ec50(folder: Path) -> dict[tuple[str, str], Hill]:
    """EC50 of YT-1 cells by (cell, molecule's name in the table)."""
    header, table = _numbers(folder / "yt1_il2_il15_super2_ring2012.csv")
    found = {}
    for place, title in enumerate(header[1:], start=1):
        name = title.removeprefix("## ").split(" ")[0]
        found[YT1["IL2Ra+" in title], name] = fit_hill(10 ** table[:, 0], table[:, place])
    return found


def depletions(folder: Path) -> list[Depletion]:
    """Surface IL-2Rb of YT-1 cells without and with CD25."""
    found = []
    for cell, file in zip(YT1, ("yt1_cd25neg_surface_il2rb.csv", "yt1_cd25pos_surface_il2rb.csv"), strict=True):
        header, table = _numbers(folder / file)
        for place, title in enumerate(header[1:], start=1):
            name, dose = title.split(" - ")
            share = table[1:, place] / table[0, place]
            found.append(Depletion(cell, molecules()[name], float(dose.removesuffix("nM")), table[1:, 0], share))
    return found


def shared_chain(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Minutes and the share of surface γc left on YT-1 cells."""
    _, table = _numbers(folder / "mitra_surface_gc_depletion.csv")
    return table[1:, 0], table[1:, 1] / 100


def gonnord_ec50(folder: Path) -> dict[str, Hill]:
    """EC50 [nM] of IL-4 (pSTAT6) and IL-7 (pSTAT5) in CD4 cells."""
    found = {}
    for family, file in (("IL-4", "gonnord2018_s3B.csv"), ("IL-7", "gonnord2018_s3C.csv")):
        _, table = _numbers(folder / file)
        nanomolar = table[:, 0] / KILODALTON[family] / 1000
        found[family] = fit_hill(np.tile(nanomolar, 2), table[:, 1:].T.ravel(), np.repeat([1, 2], len(table)))
    return found


def cross_inhibition(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Given first → its doses [nM] and the mean inhibition [share] of the signal of the other."""
    _, table = _numbers(folder / "gonnord2018_s3D.csv")
    return {
        "IL-7": (table[:, 0] / KILODALTON["IL-7"] / 1000, table[:, 1:4].mean(axis=1) / 100),
        "IL-4": (table[:, 5] / KILODALTON["IL-4"] / 1000, table[:, 6:9].mean(axis=1) / 100),
    }


def _numbers(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, np.array([[float(cell) if cell else np.nan for cell in row] for row in rows if any(row)])
