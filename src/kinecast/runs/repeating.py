"""Repeating a run from its provenance."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast import __version__, catalog
from kinecast.errors import RunError
from kinecast.runs.provenance import FORMAT, is_provenance
from kinecast.trial.protocol import Protocol
from kinecast.trial.regimens import protocol_of

if TYPE_CHECKING:
    from kinecast.runs.execute import Progress
    from kinecast.runs.forecast import Forecast


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
    changed = {"without": before.get("without", ()), "changes": before.get("changes")}
    forecast = run(source, before["patients"], before["seed"], threads, None, progress, **changed)
    same = {name: forecast.provenance[name] == before[name] for name in ("kinecast", "versions", "model", "parameters")}
    forecast.provenance["repeats"] = {"model": before["model"], "same": same, "differs": _differs(before, same)}
    if out is not None:
        forecast.save(out)
    return forecast


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
