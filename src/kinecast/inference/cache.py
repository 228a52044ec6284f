"""Forecasts that were made before: found again by everything that they rest on, so that only what changed is run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from kinecast import catalog
from kinecast.catalog.records import Record
from kinecast.engine.storage import cache_directory, read, write
from kinecast.runs.columns import Columns, Labels
from kinecast.runs.execute import run
from kinecast.runs.versions import versions
from kinecast.trial.simulable import Part

_PACKAGE = Path(__file__).parents[1]
_CODE = ("biology", "catalog", "engine", "network", "patients", "runs", "trial")
_FILES = ("units.py",)
_DATA = ("parameters", "rules", "grades")


@dataclass(frozen=True)
class Remembered:
    """What a run forecast.

    `rows` maps arm → one row for each of its observations, in their order, as `trial.endpoints.Comparison.arm` makes them.
    `failed` maps arm → how many of its simulations failed.
    """

    rows: dict[str, list[dict[str, Any]]]
    failed: dict[str, int]


def remembered(part: Part, patients: int, seed: int, threads: int | None = None) -> Remembered:
    """Return the forecasts of a trial's arms: from the cache, or from a run that is then kept."""
    path = cache_directory() / "scoreboard" / f"{digest(part, patients, seed)}.json"
    kept = _whole(read(path), part)
    if kept is not None:
        return kept
    assert part.protocol is not None
    changes = {"protocol": part.protocol.as_dict(), "protocol_source": "", "protocol_where": "", "protocol_status": None}
    forecast = run(part.trial.model_copy(update=changes), patients, seed, threads)
    arms = forecast.summary["arms"]
    rows = {arm: list(endpoints.values())[: len(part.trial.arms[arm].observations)] for arm, endpoints in arms.items()}
    made = Remembered(rows, _failed(forecast.columns["patients"]))
    write(path, json.dumps(asdict(made)).encode())
    return made


def digest(part: Part, patients: int, seed: int) -> str:
    """Return a hash of all that the forecasts of a trial rest on.

    That is code, libraries, parameters, rules, drugs, disease, protocol and reports, each in its order.
    """
    assert part.protocol is not None
    used: list[Record] = [catalog.agent(key) for key in part.protocol.agents]
    if part.protocol.disease != "none":
        ill = catalog.disease(part.protocol.disease)
        used += [ill, *map(catalog.disease, ill.mixture)]
    content = {
        "model": model_fingerprint(),
        "versions": versions(),
        "compiled": bool(find_spec("llvmlite") and find_spec("numba")),
        "records": [record.model_dump(mode="json") for record in used],
        "protocol": part.protocol.as_dict(),
        "observations": {
            arm: [seen.model_dump(mode="json") for seen in part.trial.arms[arm].observations] for arm in part.protocol.arms
        },
        "patients": patients,
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _whole(content: bytes | None, part: Part) -> Remembered | None:
    """Return what a file holds; None where it is absent, damaged, or lacks an arm or a row."""
    if content is None:
        return None
    try:
        kept = Remembered(**json.loads(content))
        assert part.protocol is not None
        whole = all(
            isinstance(kept.failed[arm], int)
            and len(kept.rows[arm]) == len(part.trial.arms[arm].observations)
            and all(
                row["quantity"] == seen.quantity and "not_simulated" in row
                for row, seen in zip(kept.rows[arm], part.trial.arms[arm].observations, strict=True)
            )
            for arm in part.protocol.arms
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return kept if whole else None


def _failed(patients: Columns) -> dict[str, int]:
    """Return arm → how many of its simulations failed, from the table of patients."""
    arm, status = patients["arm"], patients["status"]
    assert isinstance(arm, Labels) and isinstance(status, Labels)
    failed = np.asarray(status.codes) == status.names.index("failed")
    return {name: int(failed[arm.codes == code].sum()) for code, name in enumerate(arm.names)}


@cache
def model_fingerprint() -> str:
    """Return a hash of the code that makes forecasts and of the model's parameters, rules and grades."""
    found = hashlib.sha256()
    folders = (*((name, "*.py") for name in _CODE), *((f"catalog/data/{name}", "*.yaml") for name in _DATA))
    paths = [path for folder, pattern in folders for path in sorted((_PACKAGE / folder).rglob(pattern))]
    for path in (*paths, *(_PACKAGE / name for name in _FILES)):
        found.update(str(path.relative_to(_PACKAGE)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()
