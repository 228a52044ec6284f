"""Write the reference pages of the documentation from the records and the network: `python docs/render.py [--check]`.

Nothing in docs/reference is typed by hand; `--check` (and a test) says which pages no longer agree with the records.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.assemble import FILES
from kinecast.network.equations import equations_markdown

HERE = Path(__file__).parent / "reference"


def pages() -> dict[str, str]:
    """File name → text of every reference page."""
    written = {f"agent-{key}.md": record_page(catalog.agent(key)) for key in sorted(catalog.agents())}
    written |= {f"disease-{key}.md": record_page(catalog.disease(key)) for key in sorted(catalog.diseases())}
    written["parameters.md"] = parameter_page()
    written["equations.md"] = equation_page()
    written["trials.md"] = trial_page()
    written["citations.md"] = citation_page()
    return {name: text.rstrip("\n") + "\n" for name, text in written.items()}


def record_page(record: catalog.Agent | catalog.Disease) -> str:
    """An agent or a disease: its description, and every number with its source."""
    lines = [f"# {record.name}", "", record.description, ""]
    told = catalog.describe(record)
    rows = [(line.field, line.reported, line.source, line.identifier, line.where, line.status) for line in told]
    return "\n".join(lines + table(("", "value", "source", "identifier", "where in it", "status"), rows))


def parameter_page() -> str:
    """Every parameter of the model, by module."""
    lines = ["# Parameters of the model", "", _counts(), ""]
    for name in (*FILES, "imaging"):
        lines += [f"## {name}", ""]
        rows = []
        for key, record in catalog.parameters(name).items():
            spread = record.between_patients
            shown = f"{spread.shape} {spread.size:g}" if spread else ""
            rows.append((f"`{key}`", f"{record.value:g} {record.unit}", shown, record.source, record.where, record.status))
        lines += [*table(("parameter", "value", "spread between patients", "source", "where", "status"), rows), ""]
    return "\n".join(lines)


def equation_page() -> str:
    """All equations of a melanoma patient who may be given aldesleukin."""
    network = assemble(["aldesleukin"], "melanoma-metastatic").network
    size = f"{len(network.states)} states, {len(network.reactions)} reactions, {len(network.parameters)} parameters"
    return f"# Equations\n\n{size}. Time in days.\n\n{equations_markdown(network)}"


def trial_page() -> str:
    """The trials of the catalogue and what each reported."""
    lines = ["# Trials", ""]
    for key in sorted(catalog.trials()):
        trial = catalog.trial(key)
        lines += [f"## {key}: {trial.title}", ""]
        rows = []
        for arm, reported in trial.arms.items():
            for o in reported.observations:
                limits = "" if o.lower is None else f"{o.lower:g} to {o.upper:g}" if o.upper is not None else f"{o.lower:g}"
                value = "" if o.value is None else f"{o.value:g}"
                rows.append((arm, o.quantity, o.time or "", o.among, value, limits, o.unit, o.n or "", o.source, o.where))
        lines += [*table(("arm", "quantity", "time", "among", "value", "limits", "unit", "n", "source", "where"), rows), ""]
    return "\n".join(lines)


def citation_page() -> str:
    """Every work that a record or an equation cites."""
    rows = []
    for key in sorted(catalog.citations()):
        work = catalog.citation(key)
        doubt = "" if work.resolved else "unresolved"
        rows.append((key, work.authors, work.year, work.title, work.journal, work.identifier, doubt))
    return "\n".join(["# Works cited", "", *table(("key", "authors", "year", "title", "in", "identifier", ""), rows)])


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Lines of a Markdown table."""
    head = list(head)
    body = ["| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *body]


def _counts() -> str:
    records = [record for name in (*FILES, "imaging") for record in catalog.parameters(name).values()]
    by_status = {status: sum(r.status == status for r in records) for status in ("measured", "calibrated", "assumed")}
    listed = ", ".join(f"{count} {status}" for status, count in by_status.items())
    return f"{len(records)} parameters: {listed}. `Kinecast26` as source means chosen or calibrated here; see the model log."


def main() -> int:
    """Write the pages, or with --check list those that are out of date."""
    check = "--check" in sys.argv[1:]
    HERE.mkdir(exist_ok=True)
    stale = []
    for name, text in pages().items():
        path = HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        print("out of date, run python docs/render.py:", ", ".join(stale))
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
