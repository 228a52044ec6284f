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


class Scanner:
    """Scans of some patients. The error of a patient's lesion on a day is the same in all arms.

    Arguments:
        imaging: how well lesions are measured. chance: the patients' random streams.
    """

    def __init__(self, imaging: Imaging, chance: Chance) -> None:
        self._imaging = imaging
        self._chance = chance
        self._errors: dict[tuple[float, int], tuple[np.ndarray, np.ndarray]] = {}
        self._new_lesion_at = chance.exponential("new lesion")

    def assess(self, true_mm: np.ndarray, new_lesion_hazard: np.ndarray, times: Sequence[float]) -> Timepoints:
        """Return what the scans show.

        Arguments:
            true_mm: (N, S + 1, lesions) diameters, baseline first; NaN where the patient was not scanned.
            new_lesion_hazard: (N, S) cumulative hazard of a new lesion at the scans after baseline; the lesion is there
                once the hazard has passed the patient's own threshold.
            times: (S + 1,) d from the start, baseline (0) first.
        """
        with np.errstate(invalid="ignore"):
            new_lesion = new_lesion_hazard >= self._new_lesion_at[:, None]
        return timepoints(self.measure(true_mm, times), new_lesion)

    def measure(self, true_mm: np.ndarray, times: Sequence[float]) -> np.ndarray:
        """Return measured diameters, mm, of the same shape; 0 for a lesion below the detection limit, NaN stays NaN.

        A lesion that is there measures at least the detection limit.
        """
        limit = self._imaging.detection_limit_mm
        measured = np.empty_like(true_mm)
        for scan, time in enumerate(times):
            for lesion in range(true_mm.shape[2]):
                true = true_mm[:, scan, lesion]
                relative, absolute = self._error(time, lesion)
                seen = np.maximum(true * (1 + relative) + absolute, limit)
                measured[:, scan, lesion] = np.where(true < limit, 0.0, seen)
        return measured

    def _error(self, time: float, lesion: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the relative and the absolute (mm) error of a lesion on a day, (N,) each."""
        if (time, lesion) not in self._errors:
            name = f"scan day {time:g} lesion {lesion + 1}"
            relative = self._imaging.error_fraction * self._chance.normal(f"{name} relative error")
            absolute = self._imaging.error_mm * self._chance.normal(f"{name} absolute error")
            self._errors[time, lesion] = relative, absolute
        return self._errors[time, lesion]
