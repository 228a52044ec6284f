"""The summary of a forecast: every endpoint of every arm beside what was reported, and how many simulations failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kinecast import __version__, catalog
from kinecast.engine import Status
from kinecast.runs.tables import characteristics
from kinecast.trial.endpoints import Comparison
from kinecast.trial.outcome import Outcome
from kinecast.trial.protocol import Protocol

if TYPE_CHECKING:
    from kinecast.catalog import Trial


def summary(
    protocol: Protocol,
    trial: Trial | None,
    outcomes: Mapping[str, Outcome],
    units: Mapping[str, str],
    patients: int,
    seed: int,
    baseline: Mapping[str, np.ndarray] | None = None,
    left_out: Mapping[str, str] | None = None,
    changed: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the content of summary.json: plain values only.

    `arms` maps arm → endpoint → row (see `trial.endpoints.Comparison.arm`); `failed` and `status` count simulations,
    one an arm and patient; `not_modelled` names what rules and grades ask of the model that it does not have. `baseline` maps
    each characteristic before treatment (a column of the patients) → its median, p5, p95 (percentiles) and n; every arm has
    the same patients. `left_out` maps arms of the trial that were not run → the reason, and `tumour_lacking` names the disease of
    which the model has no tumour. `without_effect` maps drugs of its arms that the model leaves out → the reason. `changed` says
    in words what was changed in every patient. The argument `baseline` holds what was drawn of them, name → (N,).
    """
    comparison = Comparison(protocol, outcomes, units, seed)
    status = np.concatenate([one.conducted.status for one in outcomes.values()])
    counts = {Status(code): int((status == code).sum()) for code in np.unique(status)}
    before = {**(baseline or {}), **characteristics(next(iter(outcomes.values())))}
    absent = [name for one in outcomes.values() for name in (*one.conducted.not_modelled, *one.harm.not_modelled)]
    return {
        "title": trial.title if trial else protocol.title,
        "trial": trial.id if trial else None,
        "disease": protocol.disease,
        "kinecast": __version__,
        "seed": int(seed),
        "patients": int(patients),
        "arms": {arm: comparison.arm(arm, trial.arms[arm].observations if trial else ()) for arm in outcomes},
        "baseline": {name: _spread(values) for name, values in before.items()},
        "failed": int((status != Status.OK).sum()),
        "status": {"ok" if code == Status.OK else code.sentence: count for code, count in counts.items()},
        "not_modelled": sorted(set(absent)),
        "left_out": dict(left_out or {}),
        "changed": list(changed),
        "without_effect": _without_effect(trial, outcomes),
        "tumour_lacking": trial.disease if trial and trial.disease != protocol.disease else None,
    }


def _without_effect(trial: Trial | None, arms: Iterable[str]) -> dict[str, str]:
    """Return the drugs of the arms that were run which are treated as if they were not given, each with the reason."""
    agents = catalog.agents()
    given = {regimen.agent for arm in arms for regimen in trial.arms[arm].regimens} if trial else set()
    return {key: agents[key].without_effect for key in sorted(given & set(agents)) if agents[key].without_effect}


def _spread(values: np.ndarray) -> dict[str, Any]:
    """Return median, 5th and 95th percentile of what is known, and of how many patients; None for nobody."""
    known = values[~np.isnan(values)].astype(float)
    percentiles = np.percentile(known, (50, 5, 95)).tolist() if len(known) else [None] * 3
    return {**dict(zip(("median", "p5", "p95"), percentiles, strict=True)), "n": len(known)}
