"""How a candidate scores: patients of one arm, each with response, harm and the balance of regulatory and CD8 T cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kinecast.errors import RunError
from kinecast.trial.estimators import Estimator, Median, Share
from kinecast.trial.outcome import Outcome
from kinecast.trial.protocol import Protocol
from kinecast.trial.schedule import schedule
from kinecast.trial.toxicity import REPORTING_DAYS


@dataclass(frozen=True)
class Score:
    """The N patients of a candidate, and what is planned for them.

    Attributes:
        responded: (N,) bool, CR or PR. harmed: (N,) bool, a toxicity of grade 3 or worse that counts, or death from treatment.
        treg_cd8: (N,) area under Treg over that under CD8 in blood, over their ratio before; NaN where nothing was seen.
        visits: days on which anything is to be given. failed: how many simulations failed.
    """

    responded: np.ndarray
    harmed: np.ndarray
    treg_cd8: np.ndarray
    visits: int
    failed: int

    @property
    def estimators(self) -> dict[str, Estimator]:
        """Score that is taken from patients → its estimate: shares of all patients, and the median of Treg:CD8."""
        everyone = np.ones(len(self.responded), dtype=bool)
        return {
            "response": Share(self.responded, everyone),
            "grade3": Share(self.harmed, everyone),
            "treg_cd8": Median(self.treg_cd8),
        }

    @property
    def values(self) -> dict[str, float]:
        """Name of every score → value."""
        counts = np.ones((1, len(self.responded)))
        taken = {name: float(one.estimate(counts)[0]) for name, one in self.estimators.items()}
        return {**taken, "visits": float(self.visits)}


def score(protocol: Protocol, found: Outcome, not_counted: tuple[str, ...]) -> Score:
    """Return the score of an arm of a protocol that has one arm.

    A patient whose simulation failed has not responded, and counts as harmed by what was seen until then.

    Raises:
        RunError: no patient could be followed, or half of them have no CD8 cells left.
    """
    conducted = found.conducted
    failed = conducted.status != 0
    if failed.all():
        raise RunError("the simulation of every patient failed.")
    columns = [index for index, name in enumerate(found.harm.toxicities) if name not in not_counted]
    harmed = np.any(found.harm.worst[:, columns] >= 3, axis=1) | conducted.toxic
    treatments = next(iter(protocol.arms.values()))
    planned = schedule(treatments)
    last = max((dose.time + dose.duration for dose in planned), default=0.0)
    curves = {name: conducted.curve(name).astype(float) for name in ("treg", "cd8") if name in conducted.quantities}
    balance = _balance(curves, conducted.times, last + REPORTING_DAYS, len(failed))
    made = Score(found.responded, harmed, balance, len({int(dose.time) for dose in planned}), int(failed.sum()))
    if not np.isfinite(made.values["treg_cd8"]):
        raise RunError("half of the patients have no CD8 cells in blood, over which Treg:CD8 could be taken.")
    return made


def _balance(curves: Mapping[str, np.ndarray], times: np.ndarray, end: float, patients: int) -> np.ndarray:
    """Return the area under Treg over that under CD8 (N,), from the start to `end` d, over their ratio at the start.

    Areas and not the area under the ratio, which hours without CD8 cells in blood would decide. The dead count for as long as
    they live. A drug that touches neither cell leaves it at 1.
    """
    if len(curves) < 2:
        return np.ones(patients)
    inside = times <= end
    steps = np.diff(times[inside])
    areas = {}
    for name, curve in curves.items():
        seen = curve[:, inside]
        areas[name] = np.nansum((seen[:, 1:] + seen[:, :-1]) / 2 * steps, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return areas["treg"] / areas["cd8"] / (curves["treg"][:, 0] / curves["cd8"][:, 0])
