"""What is written beside an element: a note for people, and links to the works that it was taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from kinecast.exchange.sbml.library import libsbml

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.catalog import Citation


@dataclass(frozen=True)
class Annotation:
    """A note, and URIs of the works that describe the element (bqbiol:isDescribedBy)."""

    note: str = ""
    described_by: tuple[str, ...] = ()


def catalogue_annotations(model: PatientModel) -> dict[str, Annotation]:
    """Parameter name → where its number comes from, of all parameters of a patient model that have a record."""
    from kinecast import catalog

    citations = catalog.citations()
    annotations = {}
    for name, record in model.records.items():
        citation = citations.get(record.source)
        source = citation.short if citation else record.source
        words = [f"{record.value:g} {record.unit}, {record.status}", f"{source}: {record.where}", record.note]
        note = "; ".join(each for each in words if each)
        annotations[name] = Annotation(note, _links(citation) if citation else ())
    return annotations


def annotate(element: Any, annotation: Annotation) -> None:
    """Write a note and links to a libSBML element that has an id."""
    library = libsbml()
    if annotation.note:
        element.setNotes(f'<p xmlns="http://www.w3.org/1999/xhtml">{escape(annotation.note)}</p>')
    if annotation.described_by:
        element.setMetaId(f"meta_{element.getIdAttribute()}")
        term = library.CVTerm(library.BIOLOGICAL_QUALIFIER)
        term.setBiologicalQualifierType(library.BQB_IS_DESCRIBED_BY)
        for link in annotation.described_by:
            term.addResource(link)
        element.addCVTerm(term)


def joined(*annotations: Annotation | None) -> Annotation:
    """Annotations of one element as one."""
    known = [each for each in annotations if each is not None]
    notes = "; ".join(each.note for each in known if each.note)
    return Annotation(notes, tuple(dict.fromkeys(link for each in known for link in each.described_by)))


def module_annotations(origins: Mapping[str, str], units: Mapping[str, str]) -> dict[str, Annotation]:
    """Name → which module of the model declares it, and the unit in which it is reported."""
    return {name: Annotation(f"module {origins.get(name, '?')}, reported in {unit}") for name, unit in units.items()}


def _links(citation: Citation) -> tuple[str, ...]:
    links = {"doi": citation.doi, "pubmed": citation.pmid, "pmc": citation.pmcid}
    found = tuple(f"https://identifiers.org/{registry}:{value}" for registry, value in links.items() if value)
    return found or ((citation.url,) if citation.url else ())
