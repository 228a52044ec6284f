"""What happened to the patients of one arm, as arrays; chunks of patients joined into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from kinecast.trial.recist import Timepoints
from kinecast.trial.schedule import PlannedDose
from kinecast.trial.toxicity import Harm


@dataclass(frozen=True)
class Conducted:
    """What happened to N patients in one arm.

    Attributes:
        times: (T,) output times, d. curves: (N, T, Q) float32 of `quantities`; NaN after death or failure.
        planned: the D planned doses. given: (N, D) bool. why: (N, D) index into `reasons`. planned_nmol: (N, D).
        share: (N, D) of the planned dose that was given: 1, less where a hold lowered it, 0 where nothing was given.
        scan_times: (S,) d, after baseline. scans: what they showed; None without imaging or tumour.
        death: (N,) time of death, d, infinite for survivors. toxic: (N,) whether it was by treatment.
        status: (N,) of the engine, 0 is good. failed_at: (N,) time at which the integration stopped, infinite otherwise.
        harm: worst grades of toxicity. dose_limiting: (N,) bool, who had a toxicity that limits the dose.
        not_modelled: observables of the holding rules that the model does not have.
        diseases: (N,) id of each patient's disease, where they are several; None where all have the same.
        v_alleles: (N,) how many V alleles of FCGR3A each patient has, 0 to 2; None where it is not known.
    """

    times: np.ndarray
    quantities: tuple[str, ...]
    curves: np.ndarray
    planned: tuple[PlannedDose, ...]
    given: np.ndarray
    why: np.ndarray
    reasons: tuple[str, ...]
    planned_nmol: np.ndarray
    share: np.ndarray
    scan_times: np.ndarray
    scans: Timepoints | None
    death: np.ndarray
    toxic: np.ndarray
    status: np.ndarray
    failed_at: np.ndarray
    harm: Harm
    dose_limiting: np.ndarray
    not_modelled: tuple[str, ...]
    diseases: np.ndarray | None = None
    v_alleles: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.status)

    @property
    def given_nmol(self) -> np.ndarray:
        """(N, D) what was given, 0 where nothing was."""
        return self.planned_nmol * self.share

    def curve(self, quantity: str) -> np.ndarray:
        """Return (N, T) of one observable, in its unit."""
        return self.curves[:, :, self.quantities.index(quantity)]


def joined(chunks: Sequence[Conducted]) -> Conducted:
    """Return the chunks of one arm as one, patients in the order of the chunks."""
    first = chunks[0]
    by_patient = ("curves", "given", "why", "planned_nmol", "share", "death", "toxic", "status", "failed_at", "dose_limiting")
    if first.diseases is not None:
        by_patient += ("diseases",)
    if first.v_alleles is not None:
        by_patient += ("v_alleles",)
    together = {name: np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in by_patient}
    scans = first.scans
    if scans is not None:
        names = [field.name for field in fields(Timepoints)]
        scans = Timepoints(**{name: np.concatenate([getattr(chunk.scans, name) for chunk in chunks]) for name in names})
    harm = replace(
        first.harm,
        worst=np.concatenate([chunk.harm.worst for chunk in chunks]),
        by_cycle=np.concatenate([chunk.harm.by_cycle for chunk in chunks]),
    )
    return replace(first, **together, scans=scans, harm=harm)
