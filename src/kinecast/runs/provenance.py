"""Where a forecast comes from, in enough detail to repeat it; and repeating it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kinecast import __version__, catalog
from kinecast.catalog.records import Citation
from kinecast.errors import RunError
from kinecast.runs.bibliography import as_records
from kinecast.runs.versions import machine, versions
from kinecast.trial.protocol import Protocol
from kinecast.trial.regimens import protocol_of

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.catalog import Trial
    from kinecast.runs.execute import Progress
    from kinecast.runs.forecast import Forecast

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


def rerun(
    path: str | os.PathLike[str],
    threads: int | None = None,
    out: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Repeat the run that a provenance.json describes.

    The new provenance says under `repeats` what is the same, and under `repeats.differs` in words what is not ("" for nothing).

    Raises:
        RunError: a file that cannot be read or is not the provenance of a run.
    """
    from kinecast.runs.execute import run

    before = _read(Path(path))
    protocol = Protocol.read(before["protocol"])
    trial = before["trial"]
    source = protocol
    if trial is not None and trial in catalog.trials() and protocol_of(catalog.trial(trial)) == protocol:
        source = catalog.trial(trial)
    forecast = run(source, before["patients"], before["seed"], threads, None, progress)
    same = {name: forecast.provenance[name] == before[name] for name in ("kinecast", "versions", "model", "parameters")}
    forecast.provenance["repeats"] = {"model": before["model"], "same": same, "differs": _differs(before, same)}
    if out is not None:
        forecast.save(out)
    return forecast


def is_provenance(content: object) -> bool:
    """Whether the content of a JSON file is the provenance of a run."""
    return isinstance(content, dict) and set(content) >= _NEEDED


def _differs(before: dict[str, Any], same: dict[str, bool]) -> str:
    """Return in words what is no longer what it was in the first run; empty when everything is."""
    said = {
        "kinecast": f"kinecast was {before['kinecast']} and is {__version__}",
        "versions": "the versions of Python or its packages are others",
        "model": "the equations of the model are others",
        "parameters": "the parameters of the patients are others",
    }
    return "; ".join(said[name] for name, equal in same.items() if not equal)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.", "Give the provenance.json of a stored run.") from None
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is not JSON: {error}.", "Give the provenance.json of a stored run.") from None
    if not is_provenance(content):
        raise RunError(f"{path} is not the provenance of a run.", "Give the provenance.json of a stored run.")
    if content["format"] != FORMAT:
        raise RunError(f"{path} has format {content['format']}, and this version reads format {FORMAT}.")
    return content
