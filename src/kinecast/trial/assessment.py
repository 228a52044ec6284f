"""Imaging of virtual patients: true diameters measured with error on the scan schedule, judged by RECIST 1.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinecast import catalog
from kinecast.errors import CatalogError
from kinecast.trial.chance import Chance
from kinecast.trial.recist import Timepoints, timepoints

if TYPE_CHECKING:
    from kinecast.catalog import Disease


@dataclass(frozen=True, slots=True)
class Imaging:
    """How well a scan measures a lesion.

    Attributes:
        error_mm: standard deviation of the absolute error, mm.
        error_fraction: standard deviation of the error relative to the diameter.
        detection_limit_mm: a lesion below it has disappeared.
    """

    error_mm: float
    error_fraction: float
    detection_limit_mm: float

    @classmethod
    def of(cls, disease: Disease) -> Imaging:
        """Return the disease's own numbers, and the catalogue's for imaging (`parameters/imaging`) where it has none."""
        common = catalog.parameters("imaging")

        def number(name: str, unit: str) -> float:
            record = disease.parameters.get(name) or common.get(name)
            if record is None:
                raise CatalogError(f"{disease.id} has no '{name}', and parameters/imaging has none either.")
            return record.quantity.to(unit)

        return cls(
            error_mm=number("measurement_error_mm", "mm"),
            error_fraction=number("measurement_error_fraction", "fraction"),
            detection_limit_mm=number("detection_limit_mm", "mm"),
        )


def measure(true_mm: np.ndarray, times: Sequence[float], imaging: Imaging, chance: Chance) -> np.ndarray:
    """Return measured diameters in mm of the same shape; 0 for a lesion below the detection limit, NaN stays NaN.

    A lesion that is there measures at least the detection limit. The error of a patient's lesion on a day is the same in all arms.

    Arguments:
        true_mm: (N, scans, lesions). times: of the scans, d from the start, baseline included.
    """
    measured = np.empty_like(true_mm)
    for scan, time in enumerate(times):
        for lesion in range(true_mm.shape[2]):
            true = true_mm[:, scan, lesion]
            relative = chance.normal(f"scan day {time:g} lesion {lesion + 1} relative error")
            absolute = chance.normal(f"scan day {time:g} lesion {lesion + 1} absolute error")
            noisy = true * (1 + imaging.error_fraction * relative) + imaging.error_mm * absolute
            seen = np.maximum(noisy, imaging.detection_limit_mm)
            measured[:, scan, lesion] = np.where(true < imaging.detection_limit_mm, 0.0, np.where(np.isnan(true), np.nan, seen))
    return measured


def assess(
    true_mm: np.ndarray, new_lesion_hazard: np.ndarray, times: Sequence[float], imaging: Imaging, chance: Chance
) -> Timepoints:
    """Return what the scans show.

    Arguments:
        true_mm: (N, S + 1, lesions) diameters, baseline first; NaN where the patient was not scanned.
        new_lesion_hazard: (N, S) cumulative hazard of a new lesion at the scans after baseline; the lesion is there
            once the hazard has passed the patient's own threshold.
        times: (S + 1,) d from the start, baseline (0) first.
    """
    threshold = chance.exponential("new lesion")
    with np.errstate(invalid="ignore"):
        new_lesion = new_lesion_hazard >= threshold[:, None]
    return timepoints(measure(true_mm, times, imaging, chance), new_lesion)
