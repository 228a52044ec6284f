"""`kinecast list`: what the catalogue holds, one line a record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kinecast import catalog

if TYPE_CHECKING:
    from kinecast.catalog import Agent, Disease, Trial


def list_records(kind: str, *, as_json: bool) -> None:
    """Print all agents, diseases or trials as a table or as JSON."""
    rows = {
        "agents": lambda: [_agent(record) for record in catalog.agents().values()],
        "diseases": lambda: [_disease(record) for record in catalog.diseases().values()],
        "trials": lambda: [_trial(record) for record in catalog.trials().values()],
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


def _trial(trial: Trial) -> dict[str, str | int]:
    return {
        "id": trial.id,
        "title": trial.title,
        "disease": trial.disease,
        "patients": trial.n or (trial.protocol or {}).get("patients", ""),
        "numbers": sum(len(arm.observations) for arm in trial.arms.values()),
    }
