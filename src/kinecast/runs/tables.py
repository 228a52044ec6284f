"""The tables of a forecast: patients, doses, scans and toxicity, one arm after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kinecast.engine import Status
from kinecast.runs.columns import Columns, Labels, stacked
from kinecast.trial.outcome import PFS_EVENTS, Outcome
from kinecast.trial.recist import BACK, GROWN, NEW_LESION, Other, Response

RESPONSES = tuple(response.name for response in Response)
_OTHERS = tuple(other.name.lower() for other in Other)
_WHY = {GROWN: "growth", BACK: "lesion back", NEW_LESION: "new lesion"}
_REASONS = tuple(" and ".join(text for bit, text in _WHY.items() if sum_ & bit) for sum_ in range(sum(_WHY) + 1))
_LABORATORY = {
    "lymphocytes": "baseline_lymphocytes_Gcell_per_L",
    "neutrophils": "baseline_neutrophils_Gcell_per_L",
    "platelets": "baseline_platelets_Gcell_per_L",
    "creatinine": "baseline_creatinine_mg_per_dL",
}
"""Observables that are told of every patient before treatment, and their columns."""


def tables(outcomes: Mapping[str, Outcome], baseline: Mapping[str, np.ndarray]) -> dict[str, Columns]:
    """Return 'patients', 'doses', 'scans' and 'toxicity'.

    Arguments:
        outcomes: arm → outcome of the same N patients. baseline: name → (N,) of each patient before treatment.
    """
    names = tuple(dict.fromkeys(name for outcome in outcomes.values() for name in outcome.harm.toxicities))
    made = {
        "patients": [_patients(outcome, baseline, names) for outcome in outcomes.values()],
        "doses": [_doses(outcome) for outcome in outcomes.values()],
        "scans": [_scans(outcome) for outcome in outcomes.values()],
        "toxicity": [_toxicity(outcome) for outcome in outcomes.values()],
    }
    return {table: _by_arm(parts, tuple(outcomes)) for table, parts in made.items()}


def _by_arm(parts: Sequence[Columns], arms: tuple[str, ...]) -> Columns:
    """Stack the columns of the arms, each row with its arm."""
    marked = []
    for index, columns in enumerate(parts):
        rows = len(next(iter(columns.values())))
        marked.append({"arm": Labels(np.full(rows, index, dtype=np.int32), arms), **columns})
    return stacked(marked)


def characteristics(outcome: Outcome) -> dict[str, np.ndarray]:
    """Return name → (N,) of each patient before treatment, as blood counts and the baseline scan show it."""
    conducted = outcome.conducted
    shown = {column: conducted.curve(name)[:, 0] for name, column in _LABORATORY.items() if name in conducted.quantities}
    scans = conducted.scans
    if scans is None:
        return shown
    lesions = {"baseline_sum_mm": scans.sums[:, 0], "n_targets": scans.targets, "n_non_targets": scans.others}
    return {**lesions, **shown}


def _patients(outcome: Outcome, baseline: Mapping[str, np.ndarray], toxicities: Sequence[str]) -> Columns:
    conducted = outcome.conducted
    codes = sorted(Status)
    place = np.array([codes.index(Status(status)) for status in conducted.status], dtype=np.int32)
    sentences = tuple("" if status == Status.OK else status.sentence for status in codes)
    return {
        "patient": np.arange(len(outcome), dtype=np.int32),
        "status": Labels((conducted.status != Status.OK).astype(np.int32), ("ok", "failed")),
        "reason": Labels(place, sentences),
        **_disease(outcome),
        **baseline,
        **characteristics(outcome),
        "best_response": Labels(outcome.best.astype(np.int32), RESPONSES),
        "response_start_days": outcome.response_start,
        "pfs_days": outcome.pfs_days,
        "pfs_event": Labels(outcome.pfs_event.astype(np.int32), PFS_EVENTS),
        "progressed": outcome.progressed,
        "os_days": outcome.os_days,
        "died": outcome.died,
        "died_of_treatment": outcome.died & conducted.toxic,
        "doses_received_first_cycle": outcome.doses_received(course=1, cycle=1),
        "doses_received_first_course": outcome.doses_received(course=1),
        "doses_received": outcome.doses_received(),
        "courses": outcome.courses_started(),
        "days_on_treatment": outcome.days_on_treatment(),
        "dose_limiting_toxicity": conducted.dose_limiting,
        **{f"worst_{name}": outcome.harm.worst[:, outcome.harm.toxicities.index(name)] for name in toxicities},
    }


def _disease(outcome: Outcome) -> Columns:
    """Return the disease of each patient, where they are several."""
    diseases = outcome.conducted.diseases
    if diseases is None:
        return {}
    names, codes = np.unique(diseases, return_inverse=True)
    return {"disease": Labels(codes.astype(np.int32), tuple(names.tolist()))}


def _doses(outcome: Outcome) -> Columns:
    conducted = outcome.conducted
    patients, planned = len(outcome), conducted.planned
    agents = tuple(dict.fromkeys(dose.agent for dose in planned))

    def each(values: Sequence[float], dtype: type = np.int16) -> np.ndarray:
        return np.tile(np.array(values, dtype=dtype), patients)

    return {
        "patient": np.repeat(np.arange(patients, dtype=np.int32), len(planned)),
        "time_d": each([dose.time for dose in planned], float),
        "agent": Labels(each([agents.index(dose.agent) for dose in planned], np.int32), agents),
        "course": each([dose.course for dose in planned]),
        "cycle": each([dose.cycle for dose in planned]),
        "number": each([dose.number for dose in planned]),
        "planned_nmol": conducted.planned_nmol.ravel(),
        "given": conducted.given.ravel(),
        "given_nmol": conducted.given_nmol.ravel(),
        "reason": Labels(conducted.why.ravel().astype(np.int32), conducted.reasons),
    }


def _scans(outcome: Outcome) -> Columns:
    """Return the scans after baseline, to the first that shows progression; only those of which something was seen."""
    scans, times = outcome.conducted.scans, outcome.conducted.scan_times
    if scans is None:
        nothing = np.empty(0)
        names = ("time_d", "baseline_sum_mm", "sum_of_diameters_mm", "change_from_baseline", "change_from_nadir")
        no_label = np.empty(0, dtype=np.int32)
        return {
            "patient": no_label,
            **dict.fromkeys(names, nothing),
            "new_lesion": np.empty(0, dtype=bool),
            "non_target": Labels(no_label, _OTHERS),
            "response": Labels(no_label, RESPONSES),
            "progression": Labels(no_label, _REASONS),
        }
    patient, scan = np.nonzero(scans.responses != Response.NE)
    sums, baseline, nadir = scans.sums[patient, scan + 1], scans.sums[patient, 0], scans.nadirs[patient, scan]
    with np.errstate(invalid="ignore", divide="ignore"):
        from_baseline, from_nadir = sums / baseline - 1, np.where(nadir > 0, sums / nadir - 1, np.nan)
    return {
        "patient": patient.astype(np.int32),
        "time_d": times[scan],
        "baseline_sum_mm": baseline,
        "sum_of_diameters_mm": sums,
        "change_from_baseline": from_baseline,
        "change_from_nadir": from_nadir,
        "new_lesion": scans.new_lesion[patient, scan],
        "non_target": Labels(scans.other[patient, scan].astype(np.int32), _OTHERS),
        "response": Labels(scans.responses[patient, scan].astype(np.int32), RESPONSES),
        "progression": Labels(scans.progression[patient, scan].astype(np.int32), _REASONS),
    }


def _toxicity(outcome: Outcome) -> Columns:
    """Return the worst grade of each toxicity in each cycle that was given."""
    harm = outcome.harm
    patient, cycle, toxicity = np.nonzero(harm.by_cycle >= 0)
    numbers = np.array(harm.cycles, dtype=np.int16).reshape(-1, 2)
    return {
        "patient": patient.astype(np.int32),
        "course": numbers[cycle, 0],
        "cycle": numbers[cycle, 1],
        "toxicity": Labels(toxicity.astype(np.int32), harm.toxicities),
        "grade": harm.by_cycle[patient, cycle, toxicity],
    }
