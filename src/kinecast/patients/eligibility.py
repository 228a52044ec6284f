"""Who would have been enrolled: a tumour that can be measured and grows, a removed one that is not back, and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.biology.tumour import LESIONS


def eligible(model: PatientModel, parameters: np.ndarray) -> np.ndarray:
    """Whether patients with these parameters (N, n_parameters) could enter a trial of their disease, (N,) bool.

    Arguments:
        model: of the untreated patient.
    """
    return _ENTRY[catalog.disease(model.disease).tumour](model, parameters)


def _measurable_and_growing(model: PatientModel, parameters: np.ndarray) -> np.ndarray:
    """Whether the tumour can be measured, and is larger after the filter's time, left alone, than at the start."""
    days = catalog.parameters("tumour")["growth_filter_time"].quantity
    least = catalog.parameters("tumour")["measurable_at_entry"].quantity
    kernel = model.kernel()
    cohort = kernel.start(parameters)
    names = [f"lesion_{n}_diameter" for n in LESIONS]
    start = kernel.evaluate([*names, "sum_of_diameters"], cohort.states, parameters)
    largest = np.max([start[name] for name in names], axis=0)
    cohort.advance(days.canonical)
    after = kernel.evaluate(["sum_of_diameters"], cohort.states, parameters)["sum_of_diameters"]
    # A patient who cannot be integrated is kept: the run reports the failure instead of hiding it here.
    grows = (after > start["sum_of_diameters"]) | (np.asarray(cohort.status) != 0)
    return grows & (largest >= least.canonical)


def _free_of_disease(model: PatientModel, parameters: np.ndarray) -> np.ndarray:
    """Whether nothing is seen after surgery."""
    seen = _at_start(model, parameters, "tumour_volume", "tumour_volume_baseline")
    return seen["tumour_volume"] < seen["tumour_volume_baseline"]


def _blood_abnormal(model: PatientModel, parameters: np.ndarray) -> np.ndarray:
    """Whether the blood count is outside the limits of a response."""
    limits = catalog.disease(model.disease).parameters
    low, high = (limits[name].quantity.canonical for name in ("response_count_low", "response_count_high"))
    count = _at_start(model, parameters, "blood_count")["blood_count"]
    return (count < low) | (count > high)


def _carcinoma_seen(model: PatientModel, parameters: np.ndarray) -> np.ndarray:
    """Whether there is carcinoma in situ to be seen."""
    limit = catalog.disease(model.disease).parameters["visible_cells"].quantity.canonical
    return _at_start(model, parameters, "wall_cells")["wall_cells"] > limit


def _at_start(model: PatientModel, parameters: np.ndarray, *names: str) -> dict[str, np.ndarray]:
    kernel = model.kernel()
    return kernel.evaluate(list(names), kernel.start(parameters).states, parameters)


_ENTRY: Mapping[str, Callable[[PatientModel, np.ndarray], np.ndarray]] = {
    "lesions": _measurable_and_growing,
    "micrometastases": _free_of_disease,
    "clone": _blood_abnormal,
    "bladder": _carcinoma_seen,
}
"""Kind of tumour, as the record of a disease names it → who is eligible."""
