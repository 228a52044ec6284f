"""Where a forecast comes from, in enough detail to repeat it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from kinecast import __version__
from kinecast.catalog.records import Citation
from kinecast.runs.bibliography import as_records
from kinecast.runs.versions import machine, versions
from kinecast.trial.protocol import Protocol

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.catalog import Trial

FORMAT = 1
_NEEDED = frozenset({"format", "protocol", "patients", "seed", "trial", "model", "parameters", "kinecast", "versions"})


def provenance(
    protocol: Protocol,
    trial: Trial | None,
    model: PatientModel,
    parameters: np.ndarray,
    patients: int,
    seed: int,
    cited: list[Citation],
) -> dict[str, Any]:
    """Return the content of provenance.json: plain values only.

    `model` is a hash of the equations, `parameters` one of the parameters of all patients, bit for bit.
    """
    return {
        "format": FORMAT,
        "command": "kinecast rerun provenance.json",
        "kinecast": __version__,
        "versions": versions(),
        "machine": machine(),
        "seed": int(seed),
        "patients": int(patients),
        "trial": trial.id if trial else None,
        "model": model.network.fingerprint(),
        "parameters": hashlib.sha256(np.ascontiguousarray(parameters).tobytes()).hexdigest(),
        "engine": model.kernel().backend,
        "protocol": protocol.as_dict(),
        "bibliography": as_records(cited),
    }


def is_provenance(content: object) -> bool:
    """Whether the content of a JSON file is the provenance of a run."""
    return isinstance(content, dict) and set(content) >= _NEEDED
