"""Citations: where a number was read, with the reasons for which a run cites it, and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Record


class Citation(Record):
    """A published work.

    A work whose identifier nobody confirmed has `resolved: false` and is shown as unresolved. `own` marks what was chosen or
    calibrated in this package, which is no publication.
    """

    key: str
    authors: str = ""
    called: str = ""
    year: int | None = None
    title: str = ""
    journal: str = ""
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    pmid: Annotated[str, Field(pattern=r"^\d{5,9}$")] | None = None
    pmcid: Annotated[str, Field(pattern=r"^PMC\d{4,9}$")] | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    resolved: bool
    own: bool = False
    note: str = ""
    erratum_of: str | None = None
    reasons: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _can_be_found(self) -> Citation:
        if self.resolved and not self.own and not (self.doi or self.pmid or self.pmcid or self.url):
            raise ValueError("a resolved citation needs a doi, pmid, pmcid or url")
        return self

    @property
    def short(self) -> str:
        """First author and year, such as 'Konrad 1990'; or what the work is called, such as a label."""
        if self.called:
            return self.called
        if not self.authors:
            return self.identifier or self.key
        first = re.split(r"[,;]| and ", self.authors)[0]
        surname = re.sub(r"\s+[A-Z]{1,3}$", "", first.strip())
        return f"{surname} {self.year if self.year is not None else 'n.d.'}"

    @property
    def identifier(self) -> str:
        """The best way to find the work: 'doi:…', 'PMID …', 'PMC…' or a URL; empty when there is none."""
        if self.doi:
            return f"doi:{self.doi}"
        if self.pmid:
            return f"PMID {self.pmid}"
        return self.pmcid or self.url or ""

    def because(self, *reasons: str) -> Citation:
        """Return a copy that is cited for these reasons too, such as 'affinity' or 'observed response'."""
        return self.model_copy(update={"reasons": tuple(dict.fromkeys((*self.reasons, *reasons)))})

    def bibtex(self) -> str:
        """Return the BibTeX entry, ready for LaTeX; the reasons stand in its note."""
        notes = [] if self.resolved else ["unresolved: the identifier was not confirmed"]
        if self.reasons:
            notes.append("cited for " + ", ".join(self.reasons))
        fields = {
            "author": self.authors and _for_latex(_people(self.authors)),
            "year": self.year,
            "title": self.title and f"{{{_for_latex(self.title)}}}",
            **_in_journal(self.journal),
            "doi": self.doi,
            "pmid": self.pmid,
            "pmcid": self.pmcid,
            "url": self.url,
            "note": _for_latex("; ".join(notes)),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        kind = "article" if self.journal or self.doi or self.pmid else "misc"
        return f"@{kind}{{{self.key},\n" + ",\n".join(lines) + "\n}\n"


def merge(citations: Iterable[Citation]) -> list[Citation]:
    """Return one citation per work, in order of first appearance, with the reasons of all of them."""
    merged: dict[str, Citation] = {}
    for citation in citations:
        known = merged.get(citation.key)
        merged[citation.key] = citation if known is None else known.because(*citation.reasons)
    return list(merged.values())


def _people(authors: str) -> str:
    """Return 'Konrad MW, et al.' as BibTeX reads names, 'Konrad, M. W. and others'; an organisation's name stays whole."""
    named = re.sub(r",? et al\.$", "", authors)
    people = [re.fullmatch(r"(.+) ([A-Z]{1,4})", name) for name in named.split(", ")]
    known = [f"{person[1]}, {'. '.join(person[2])}." for person in people if person]
    written = " and ".join(known) if len(known) == len(people) else f"{{{named}}}"
    return written if named == authors else f"{written} and others"


def _in_journal(printed: str) -> dict[str, str]:
    """Return 'J Clin Oncol 17:2105-2116' as journal, volume and pages; a journal alone as it is."""
    match = re.fullmatch(r"(.+?)\s+(\d+\w?)(?:\(([^)]*)\))?(?::\s*([\w.–-]+))?", printed)
    if match is None:
        return {"journal": _for_latex(printed)}
    parts = {"journal": match[1], "volume": match[2], "number": match[3], "pages": match[4] and re.sub("[–-]+", "--", match[4])}
    return {name: _for_latex(part) for name, part in parts.items() if part}


def _for_latex(text: str) -> str:
    return re.sub(r"([%&_#$])", r"\\\1", text)
