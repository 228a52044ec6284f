"""What is attributed: how far a tumour shrinks, and whether far enough, by the kind of tumour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kinecast import catalog
from kinecast.errors import RunError
from kinecast.trial.assessment import Imaging
from kinecast.trial.protocol import Protocol
from kinecast.units import Quantity

SIZE, RESPONSE = "size", "response"
"""The two outcomes, in the order in which arrays hold them: a continuous one and a share of patients."""
SHRUNK = 0.7
"""Of the sum of diameters at baseline, at most which a tumour counts as shrunk: RECIST's partial response."""
_VISIT = 56.0
"""Days between visits where a protocol plans none."""


@dataclass(frozen=True)
class Measure:
    """How outcomes are read off a tumour.

    Attributes:
        visits: days at which the tumour is looked at; the last one ends the simulation.
        observable: name of what is evaluated at the start and at each visit.
        benefit: values (M, 1 + visits) → (M, 2): the continuous outcome and 0 or 1, both larger where the patient fares better.
        size, response: the outcomes in words, with the unit of the first.
    """

    visits: tuple[float, ...]
    observable: str
    benefit: Callable[[np.ndarray], np.ndarray]
    size: str
    response: str


def measure(protocol: Protocol, weeks: float | None, days: Sequence[float] = ()) -> Measure:
    """Return what is attributed in the patients of a protocol.

    Lesions: size is ln(baseline/best), of the smallest sum of diameters at the planned scans in `weeks` (default 26); response is
    a best sum of 70 % of baseline or less. The best of a half year is what response is judged on, differs between patients who
    all progress, and is set before later treatment would matter. A sum below what a scan detects counts as that. No measurement
    error and no new lesions enter: this is shrinkage by 30 %, not RECIST.
    Micrometastases: size is ln(cells at the start/cells at the last visit) in `weeks` (default 104), below one cell as one;
    response is no relapse at any visit.

    Arguments:
        weeks: until when tumours are looked at. days: at which instead of at the planned scans, such as those of another arm.

    Raises:
        RunError: a kind of tumour without brakes and drivers, or a horizon before the first visit.
    """
    kind = catalog.disease(protocol.disease).tumour
    if kind not in _MEASURES:
        hint = f"Kinds that can be explained: {', '.join(_MEASURES)}."
        raise RunError(f"{protocol.disease} is of the kind '{kind}', which has no brakes and drivers to explain.", hint)
    default, build = _MEASURES[kind]
    end = Quantity(default if weeks is None else weeks, "weeks").canonical
    planned = sorted(days) or [time for time in protocol.scan_times if time <= end]
    visits = planned or np.arange(_VISIT, end + 1e-9, _VISIT).tolist()
    if not visits:
        raise RunError(f"weeks: in {weeks:g} weeks nobody is scanned.", "Write 8 weeks or more.")
    return build(protocol.disease, tuple(visits))


def _lesions(disease: str, visits: Sequence[float]) -> Measure:
    seen = Quantity(Imaging.of(catalog.disease(disease)).detection_limit_mm, "mm").canonical

    def benefit(sums: np.ndarray) -> np.ndarray:
        best = np.maximum(sums[:, 1:].min(axis=1), seen) / sums[:, 0]
        return np.stack([-np.log(best), best <= SHRUNK], axis=1)

    weeks = f"{visits[-1] / 7:g} weeks"
    size = f"ln of the best sum of diameters in {weeks} (0.1 is about 10 %)"
    return Measure(tuple(visits), "sum_of_diameters", benefit, size, f"shrinkage by 30 % in {weeks}")


def _micrometastases(disease: str, visits: Sequence[float]) -> Measure:
    limit = catalog.disease(disease).parameters["relapse_volume"].quantity.canonical
    one_cell = catalog.parameters("tumour")["one_cell"].quantity.canonical
    density = catalog.parameters("tumour")["cell_density"].quantity.canonical
    least = one_cell / density

    def benefit(volumes: np.ndarray) -> np.ndarray:
        start, end = (np.maximum(one, least) for one in (volumes[:, 0], volumes[:, -1]))
        return np.stack([np.log(start / end), (volumes[:, 1:] < limit).all(axis=1)], axis=1)

    weeks = f"{visits[-1] / 7:g} weeks"
    return Measure(tuple(visits), "tumour_volume", benefit, f"ln of the tumour cells at {weeks}", f"no relapse in {weeks}")


_MEASURES: Mapping[str, tuple[float, Callable[[str, Sequence[float]], Measure]]] = {
    "lesions": (26.0, _lesions),
    "micrometastases": (104.0, _micrometastases),
}
"""Kind of tumour → default horizon, weeks, and how it is measured."""
