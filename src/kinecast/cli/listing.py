"""`kinecast list`: what the catalogue holds, one line a record."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from kinecast import catalog

if TYPE_CHECKING:
    from kinecast.catalog import Agent, Disease


def list_records(kind: str, *, as_json: bool) -> None:
    """Print all agents, diseases or trials as a table or as JSON."""
    rows = {
        "agents": lambda: [_agent(record) for record in catalog.agents().values()],
        "diseases": lambda: [_disease(record) for record in catalog.diseases().values()],
        "trials": lambda: _trials(),
    }[kind]()
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    from rich.table import Table
    from rich.text import Text

    from kinecast.cli.console import console

    table = Table(box=None, header_style="bold", caption="kinecast show KEY tells more.", caption_justify="left")
    for heading in rows[0] if rows else ():
        table.add_column(heading.capitalize(), overflow="fold", no_wrap=heading in ("id", "disease"))
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row.values()))
    console().print(table)


def _agent(agent: Agent) -> dict[str, str]:
    dose = agent.label_dose or agent.highest_dose_studied
    return {
        "id": agent.id,
        "name": agent.name,
        "family": agent.family,
        "routes": ", ".join(agent.routes),
        "dose": f"{dose.value:.10g} {dose.unit}" if dose else "",
        "model": "yes" if agent.simulated else "",
    }


def _disease(disease: Disease) -> dict[str, str]:
    return {"id": disease.id, "name": disease.name, "description": disease.description}


def _trials() -> list[dict[str, str | int]]:
    """Return the rows of the trials as their tables have them; a record is read only where the table does not say n."""
    shelf = catalog.trials()
    numbers = Counter(row.get("trial", "") for row in catalog.observations().cells)
    listed = []
    for key, row in shelf.rows().items():
        patients = int(row["n"]) if "n" in row else (shelf[key].protocol or {}).get("patients", "")
        found = {"title": row["title"], "disease": row["disease"], "patients": patients, "numbers": numbers[key]}
        listed.append({"id": key, **found})
    return listed
