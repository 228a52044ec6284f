"""How the course of a disease is judged: by measured lesions, a tumour that is back, the blood, or what cystoscopy finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinecast import catalog
from kinecast.trial.assessment import Imaging, Scanner
from kinecast.trial.chance import Chance
from kinecast.trial.haematological import HaematologicalRule
from kinecast.trial.recist import Response, Timepoints, unmeasured

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.catalog import Disease

Values = Mapping[str, np.ndarray]
"""Observable → (N, S + 1) at baseline and at each visit, in the observable's unit; NaN where the patient was not seen."""


@dataclass(frozen=True)
class Judge:
    """Judges the patients of one disease.

    Attributes:
        observables: what it looks at. timepoints: what visits at some times (baseline first) show.
    """

    observables: tuple[str, ...]
    timepoints: Callable[[Values, Sequence[float]], Timepoints]


def judge(model: PatientModel, disease: str, chance: Chance) -> Judge | None:
    """Return how patients of a model are judged; None for people without a disease."""
    if disease == "none":
        return None
    ill = catalog.disease(disease)
    return _JUDGES[ill.tumour](model, ill, chance)


def _lesions(model: PatientModel, disease: Disease, chance: Chance) -> Judge | None:
    """RECIST on measured diameters."""
    lesions = tuple(sorted(name for name in model.observables if name.startswith("lesion_")))
    if not lesions:
        return None
    scanner = Scanner(Imaging.of(disease), chance)

    def timepoints(values: Values, times: Sequence[float]) -> Timepoints:
        diameters = np.stack([values[name] for name in lesions], axis=2)
        hazard = values["hazard_new_lesion"][:, 1:] if new else np.zeros((diameters.shape[0], len(times) - 1))
        return scanner.assess(diameters, hazard, times)

    new = tuple(name for name in ("hazard_new_lesion",) if name in model.observables)
    return Judge((*lesions, *new), timepoints)


def _relapse(model: PatientModel, disease: Disease, chance: Chance) -> Judge:
    """A relapse is seen at the first visit at which the deposit has the volume that the disease's record states."""
    limit = disease.parameters["relapse_volume"].quantity.to(model.observables["tumour_volume"].unit)

    def timepoints(values: Values, times: Sequence[float]) -> Timepoints:
        volume = values["tumour_volume"][:, 1:]
        with np.errstate(invalid="ignore"):
            back = volume >= limit
        return unmeasured(np.where(np.isnan(volume), int(Response.NE), int(Response.SD)), back)

    return Judge(("tumour_volume",), timepoints)


def _blood(model: PatientModel, disease: Disease, chance: Chance) -> Judge:
    rule = HaematologicalRule.of(disease)
    return Judge(("blood_count", "clone_share"), lambda values, times: rule.judge(values["blood_count"], values["clone_share"]))


def _cystoscopy(model: PatientModel, disease: Disease, chance: Chance) -> Judge:
    """A response is complete when no more carcinoma is left than cystoscopy finds; progression is its return after that.

    Who has had none by the disease's `failure_time` has failed: he is given something else, and later responses do not count.
    """
    limit = disease.parameters["visible_cells"].quantity.to(model.observables["wall_cells"].unit)
    late = disease.parameters["failure_time"].quantity.canonical

    def timepoints(values: Values, times: Sequence[float]) -> Timepoints:
        cells = values["wall_cells"][:, 1:]
        seen = ~np.isnan(cells)
        with np.errstate(invalid="ignore"):
            clear = cells <= limit
        before = np.logical_or.accumulate(np.pad(clear, ((0, 0), (1, 0)))[:, :-1], axis=1)
        failed = before | (np.asarray(times[1:]) >= late)[None, :]
        responses = np.where(clear, int(Response.CR), np.where(seen, int(Response.SD), int(Response.NE)))
        return unmeasured(responses, failed & ~clear & seen)

    return Judge(("wall_cells",), timepoints)


_JUDGES: Mapping[str, Callable[[PatientModel, Disease, Chance], Judge | None]] = {
    "lesions": _lesions,
    "micrometastases": _relapse,
    "clone": _blood,
    "bladder": _cystoscopy,
}
"""Kind of tumour, as the record of a disease names it → how it is judged."""
