"""The parameters and equations of the model, and the works that anything cites."""

from __future__ import annotations

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.actions import ACTIONS
from kinecast.biology.assemble import FILES
from kinecast.network.equations import equations_markdown
from rendering.markdown import address_of, table

OTHERS = ("imaging", "gammac")
"""Files of numbers that no module of a patient reads: scans, and cells in a dish."""


def parameter_page() -> str:
    """Every parameter of the model, by module."""
    lines = ["# Parameters of the model", "", _counts(), ""]
    for name in (*FILES, *OTHERS):
        lines += [f"## {name}", ""]
        rows = []
        for key, record in catalog.parameters(name).items():
            spread = record.between_patients
            shown = f"{spread.shape} {spread.size:g}" if spread else ""
            rows.append((f"`{key}`", f"{record.value:g} {record.unit}", shown, record.source, record.where, record.status))
        lines += table(("parameter", "value", "spread between patients", "source", "where", "status"), rows)
    return "\n".join(lines)


def equation_page() -> str:
    """All equations: a renal-cell patient who may be given one drug of every action, then what other diseases add."""
    drugs = {action: key for key, agent in catalog.agents().items() if not agent.modelled_as for action in agent.actions}
    given = list(dict.fromkeys(drugs[action] for action in ACTIONS if action in drugs))
    network = assemble(given, "renal-cell-metastatic").network
    size = f"{len(network.states)} states, {len(network.reactions)} reactions, {len(network.parameters)} parameters"
    lines = [
        "# Equations",
        "",
        "Time in days. Only what a treatment touches is built; here one drug of each action is given at once:",
    ]
    lines += [f"{', '.join(given)}. {size}.", "", equations_markdown(network)]
    shown = set(network.origins.values())
    for ill in ("melanoma-adjuvant", "hairy-cell-leukaemia"):
        other = assemble([drugs["ifnar"]], ill).network
        lines += [f"## {catalog.disease(ill).name}", "", "What is there instead of lesions.", ""]
        lines.append(equations_markdown(other, without=shown))
        shown |= set(other.origins.values())
    return "\n".join(lines)


def citation_page() -> str:
    """Every work that a record, a table or an equation cites."""
    rows = []
    for key, work in sorted(catalog.citations().items(), key=lambda pair: pair[0].lower()):
        address = address_of(work)
        found = f"[{work.identifier}]({address})" if address else work.identifier
        doubt = "" if work.resolved else "unresolved"
        rows.append((key, work.authors or work.called, work.year, work.title, work.journal, found, doubt, work.note))
    said = "*Unresolved* means that nobody has confirmed that the identifier leads to the work."
    return "\n".join(
        ["# Works cited", "", said, "", *table(("key", "by", "year", "title", "in", "identifier", "", "note"), rows)]
    )


def _counts() -> str:
    records = [record for name in (*FILES, *OTHERS) for record in catalog.parameters(name).values()]
    by_status = {status: sum(r.status == status for r in records) for status in ("measured", "calibrated", "assumed")}
    listed = ", ".join(f"{count} {status}" for status, count in by_status.items())
    return f"{len(records)} parameters: {listed}. `Kinecast26` as source means chosen or calibrated here; see the model log."
