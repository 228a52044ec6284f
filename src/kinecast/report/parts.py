"""The parts of the report that are text: endpoint table, patients that failed, provenance and bibliography, as HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from kinecast.plots.endpoints import displayed, label, significant

NOTHING = '<span class="none">–</span>'


def endpoint_table(forecast: Any) -> str:
    """Return forecast and report of every endpoint of every arm as one table."""
    works = {work["key"]: work for work in bibliography(forecast)}
    arms = forecast.summary["arms"]
    bodies = []
    for arm, endpoints in arms.items():
        heading = f'<tr class="arm"><th colspan="6" scope="rowgroup">{escape(arm)}</th></tr>' if len(arms) > 1 else ""
        bodies.append(f"<tbody>{heading}{''.join(_row(key, one, works) for key, one in endpoints.items())}</tbody>")
    heads = ("Endpoint", "Forecast", "Trial of the reported size", "Reported", "Source", "Model")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    note = (
        "Intervals in brackets are 95 % intervals. “Trial of the reported size” is where 95 % of trials "
        "with as many patients as reported would fall. “Calibrated”: the model was fitted to this report, "
        "so that agreement proves nothing."
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Forecast and report"><table><thead><tr>{head}</tr></thead>'
        f'{"".join(bodies)}</table></div><p class="note">{note}</p>'
    )


def failures(forecast: Any) -> str:
    """Return how many virtual patients ended in which status, with the reasons of those that failed."""
    total = sum(forecast.summary["status"].values())
    rows = "".join(
        f'<tr><td>{escape(str(status))}</td><td class="number">{count:,}</td></tr>'
        for status, count in forecast.summary["status"].items()
    )
    failed = forecast.summary["failed"]
    said = (
        "Every simulation finished."
        if not failed
        else f"{failed:,} of {total:,} simulations failed; they are left out of the endpoints."
    )
    return (
        f'<p>{said}</p><table class="small"><thead><tr><th scope="col">Outcome of the simulation</th>'
        f'<th scope="col" class="number">Patients</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def provenance(forecast: Any) -> str:
    """Return what is needed to repeat the run: the command first, then versions, seed and fingerprints."""
    known = {key: value for key, value in forecast.provenance.items() if key not in ("command", "bibliography", "citations")}
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


def _row(key: str, endpoint: dict[str, Any], works: dict[str, dict[str, Any]]) -> str:
    numbers = displayed(endpoint)
    unit = " %" if numbers["unit"].startswith("%") else f" {numbers['unit']}"
    size = f'<span class="n">n = {endpoint["n_reported"]:,}</span>' if endpoint.get("n_reported") else ""
    reported = numbers["reported"] is not None
    calibrated = endpoint.get("used_for") == "calibration"
    used = f'<span class="{"used" if calibrated else "unused"}">{"" if calibrated else "not "}calibrated</span>'
    cells = (
        f'<th scope="row">{escape(label(key))}</th>',
        f"<td>{_value(numbers, 'forecast', 'low', 'high', unit, 'forecast')}</td>",
        f"<td>{_range(numbers['trial_low'], numbers['trial_high'], unit)}</td>",
        f"<td>{_value(numbers, 'reported', 'reported_low', 'reported_high', unit, 'reported')} {size}</td>",
        f"<td>{_cited(endpoint.get('citation'), works) if reported else NOTHING}</td>",
        f"<td>{used if reported else NOTHING}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"


def _value(numbers: dict[str, Any], value: str, low: str, high: str, unit: str, kind: str) -> str:
    if numbers[value] is None:
        return NOTHING
    interval = _range(numbers[low], numbers[high], "")
    shown = "" if interval == NOTHING else f' <span class="interval">({interval})</span>'
    return f'<b class="{kind}">{escape(significant(numbers[value]) + unit)}</b>{shown}'


def _range(low: float | None, high: float | None, unit: str) -> str:
    return NOTHING if low is None or high is None else escape(f"{significant(low)} to {significant(high)}{unit}")


def _cited(key: str | None, works: dict[str, dict[str, Any]]) -> str:
    if not key:
        return NOTHING
    if key not in works:
        return escape(key)
    return f'<a href="#work-{escape(key)}">{escape(key)}</a> {_links(works[key])}'


def _work(work: dict[str, Any]) -> str:
    parts = [work.get("authors"), f"{work['year']}" if work.get("year") else "n.d.", work.get("title"), work.get("journal")]
    text = ". ".join(escape(str(part).rstrip(".")) for part in parts if part) + "."
    reasons = f'<span class="reasons">Cited for {escape(", ".join(work["reasons"]))}.</span>' if work.get("reasons") else ""
    unresolved = (
        "" if work.get("resolved", True) else '<span class="reasons">Unresolved: its identifier was not confirmed.</span>'
    )
    return f"{text} {_links(work)} {reasons} {unresolved}"


def _links(work: dict[str, Any]) -> str:
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
    return str(value)
