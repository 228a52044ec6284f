"""The parts of the report that are text: simulations that failed, provenance and bibliography, as HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from kinecast.report.remarks import remarks

NOT_SHOWN = ("command", "bibliography", "format", "protocol")  # said elsewhere on the page


def failures(forecast: Any) -> str:
    """Return how many virtual patients ended in which status, with the reasons of those that failed."""
    total = sum(forecast.summary["status"].values())
    rows = "".join(
        f'<tr><td>{escape(str(status))}</td><td class="number">{count:,}</td></tr>'
        for status, count in forecast.summary["status"].items()
    )
    failed = forecast.summary["failed"]
    said = (
        f"{failed:,} of {total:,} simulations failed: not evaluable for response, and censored where they stopped."
        if failed
        else "Every simulation finished."
    )
    left = "".join(f"<p>{escape(remark)}.</p>" for remark in remarks(forecast.summary))
    return (
        f'{left}<p>{said}</p><table class="small"><thead><tr><th scope="col">Outcome of the simulation</th>'
        f'<th scope="col" class="number">Patients</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def provenance(forecast: Any) -> str:
    """Return what is needed to repeat the run: the command first, then versions, seed and fingerprints."""
    known = {key: value for key, value in forecast.provenance.items() if key not in NOT_SHOWN}
    rows = "".join(f"<dt>{escape(_words(key))}</dt><dd>{escape(_plain(value))}</dd>" for key, value in known.items())
    command = forecast.provenance.get("command", "")
    repeat = f"<p>This command repeats the run:</p><pre><code>{escape(command)}</code></pre>" if command else ""
    return f"{repeat}<dl>{rows}</dl>"


def works_cited(forecast: Any) -> str:
    """Return the bibliography: every work with its links and the reasons for which this run cites it."""
    items = "".join(f'<li id="work-{escape(work["key"])}">{_work(work)}</li>' for work in bibliography(forecast))
    return f'<ol class="works">{items}</ol>' if items else "<p>This run cites no work.</p>"


def bibliography(forecast: Any) -> list[dict[str, Any]]:
    """Return the works that the run cites, each as a dictionary of its citation record."""
    return list(forecast.provenance.get("bibliography", []))


def _work(work: dict[str, Any]) -> str:
    parts = [work.get("authors"), f"{work['year']}" if work.get("year") else "n.d.", work.get("title"), work.get("journal")]
    text = ". ".join(escape(str(part).rstrip(".")) for part in parts if part) + "."
    reasons = f'<span class="reasons">Cited for {escape(", ".join(work["reasons"]))}.</span>' if work.get("reasons") else ""
    unresolved = (
        "" if work.get("resolved", True) else '<span class="reasons">Unresolved: its identifier was not confirmed.</span>'
    )
    return f"{text} {links(work)} {reasons} {unresolved}"


def links(work: dict[str, Any]) -> str:
    """Return where a work can be found, as links: its DOI, PubMed, or else its address."""
    links = []
    if work.get("doi"):
        links.append(f'<a href="https://doi.org/{escape(work["doi"])}">doi</a>')
    if work.get("pmid"):
        links.append(f'<a href="https://pubmed.ncbi.nlm.nih.gov/{escape(work["pmid"])}/">PubMed</a>')
    if not links and str(work.get("url") or "").startswith(("https://", "http://")):
        links.append(f'<a href="{escape(work["url"])}">link</a>')
    return f'<span class="links">{" ".join(links)}</span>' if links else ""


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(inner) for inner in value)
    return str(value) or "nothing"
