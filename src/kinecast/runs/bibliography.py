"""The works that a run rests on, each with the reasons for which it is cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kinecast import catalog
from kinecast.catalog.records import Citation
from kinecast.trial.protocol import Protocol

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.catalog import Trial


def bibliography(protocol: Protocol, model: PatientModel, trial: Trial | None) -> list[Citation]:
    """Return one citation per published work, with all reasons for which the run rests on it."""
    used = (
        catalog.citation(key).because(reason) for key, reason in _reasons(protocol, model, trial) if key in catalog.citations()
    )
    return [citation for citation in catalog.merge(used) if not citation.own]


def as_records(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    """Return the citations as plain values, without the fields that are empty."""
    return [citation.model_dump(mode="json", exclude_defaults=True) | {"resolved": citation.resolved} for citation in citations]


def as_bibtex(records: Iterable[dict[str, Any]]) -> str:
    """Return BibTeX of citations as `as_records` gives them."""
    return "\n".join(citation.bibtex() for citation in map(Citation.model_validate, records))


def _reasons(protocol: Protocol, model: PatientModel, trial: Trial | None) -> Iterator[tuple[str, str]]:
    """Yield (key of the work, reason) of everything that the run uses."""
    if trial is not None:
        yield from ((key, "trial") for key in trial.citations)
        if trial.protocol is not None:
            yield trial.protocol_source, "protocol"
        for arm in trial.arms.values():
            yield from ((given.source, "regimen") for given in arm.regimens)
            yield from ((seen.source, "reported results") for seen in arm.observations)
    for key in protocol.agents:
        agent = catalog.agent(key)
        if agent.molecular_weight:
            yield agent.molecular_weight.source, f"molecular weight of {agent.id}"
        if agent.potency:
            yield agent.potency.source, f"activity of {agent.id} per mg"
        if agent.label_dose:
            yield agent.label_dose.source, f"label dose of {agent.id}"
    rules = dict.fromkeys(treatment.hold for treatments in protocol.arms.values() for treatment in treatments if treatment.hold)
    for name in rules:
        rule = catalog.rule(name)
        yield from ((criterion.source, "dose-holding rule") for criterion in (*rule.criteria, *rule.start_criteria))
    grading = catalog.grading("ctcae")
    yield grading.source, "toxicity grades"
    for records in (model.records, *model.mixture.values()):
        yield from ((record.source, f"parameter {name}") for name, record in records.items())
