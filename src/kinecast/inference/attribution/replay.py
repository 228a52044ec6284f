"""The doses that a conducted trial gave, given once more to the same patients with some of their switches turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinecast.inference.attribution.measures import Measure

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.trial.conducted import Conducted

TOLERANCE = 1e-3
"""Relative tolerance of replays: ln of tumour size moves by less than 3e-4 (HD IL-2), and a quarter of the time is saved."""


@dataclass(frozen=True)
class Replay:
    """What was really given in an arm, holding rules and all; replayed, it is given whatever happens.

    Nobody decides anything on the way, and nobody dies: the question is what the same doses would have done to the tumour.
    """

    model: PatientModel
    conducted: Conducted
    measure: Measure

    def outcomes(self, parameters: np.ndarray, patients: np.ndarray, *, treated: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Return the benefit (M, 2) of each row, and whether it could be simulated, (M,).

        Arguments:
            parameters: (M, n_parameters). patients: (M,) place of each row's patient among those conducted.
            treated: whether the doses are given.
        """
        end = self.measure.visits[-1]
        kernel = self.model.kernel()
        cohort = kernel.start(parameters, rtol=TOLERANCE)
        start = cohort.states[:, None].copy()
        later = cohort.advance(end, self._events(patients, end) if treated else (), self.measure.visits)
        name = self.measure.observable
        values = kernel.evaluate([name], np.concatenate([start, later], axis=1), parameters)[name]
        fine = (cohort.status == 0) & np.isfinite(values).all(axis=1)
        return self.measure.benefit(np.where(fine[:, None], values, 1.0)), fine

    def _events(self, patients: np.ndarray, end: float) -> list:
        """Return the doses before the end as events of the rows."""
        from kinecast.engine import Bolus, Infusion

        events = []
        for dose, amount in zip(self.conducted.planned, self.conducted.given_nmol.T, strict=True):
            if dose.time >= end or not amount.any():
                continue
            target, given = self.model.dose_target(dose.agent, dose.route), amount[patients]
            events.append(Infusion(dose.time, target, given, dose.duration) if dose.duration else Bolus(dose.time, target, given))
        return events
