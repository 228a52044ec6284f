"""Forecasts that were made before: found again by everything that they rest on, so that only what changed is run."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from kinecast import catalog
from kinecast.catalog.records import Record
from kinecast.engine.storage import cache_directory, read, write
from kinecast.inference.simulable import Part
from kinecast.runs.execute import run

_PACKAGE = Path(__file__).parents[1]
_CODE = ("biology", "catalog", "engine", "network", "patients", "runs", "trial")
_DATA = ("parameters", "rules", "grades")


def remembered(part: Part, patients: int, seed: int, threads: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return arm → one row for each of its observations, in their order: from the cache, or from a run that is then kept.

    Rows are those of `trial.endpoints.Comparison.arm`.
    """
    path = cache_directory() / "scoreboard" / f"{digest(part, patients, seed)}.json"
    kept = read(path)
    if kept is not None:
        return json.loads(kept)
    assert part.protocol is not None
    changes = {"protocol": part.protocol.as_dict(), "protocol_source": "", "protocol_where": "", "protocol_status": None}
    summary = run(part.trial.model_copy(update=changes), patients, seed, threads).summary
    rows = {arm: list(endpoints.values())[: len(part.trial.arms[arm].observations)] for arm, endpoints in summary["arms"].items()}
    write(path, json.dumps(rows).encode())
    return rows


def digest(part: Part, patients: int, seed: int) -> str:
    """Return a hash of all that the forecasts of a trial rest on: code, parameters, rules, drugs, disease, protocol, reports."""
    assert part.protocol is not None
    used: list[Record] = [catalog.agent(key) for key in part.protocol.agents]
    if part.protocol.disease != "none":
        used.append(catalog.disease(part.protocol.disease))
    content = {
        "model": _model(),
        "records": [record.model_dump(mode="json") for record in used],
        "protocol": part.protocol.as_dict(),
        "observations": {
            arm: [seen.model_dump(mode="json") for seen in part.trial.arms[arm].observations] for arm in part.protocol.arms
        },
        "patients": patients,
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _model() -> str:
    """Return a hash of the code that makes forecasts and of the model's parameters, rules and grades."""
    found = hashlib.sha256()
    for folder, pattern in (*((name, "*.py") for name in _CODE), *((f"catalog/data/{name}", "*.yaml") for name in _DATA)):
        for path in sorted((_PACKAGE / folder).rglob(pattern)):
            found.update(str(path.relative_to(_PACKAGE)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()
