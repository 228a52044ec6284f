"""Citations: identifiers, reasons, BibTeX, and the lines that show them."""

from __future__ import annotations

import pytest

from kinecast import catalog
from kinecast.catalog import Citation, merge


def test_every_citation_can_be_found_or_says_that_it_is_unresolved() -> None:
    for citation in catalog.citations().values():
        assert citation.identifier or citation.own or not citation.resolved, citation.key
        assert citation.year is None or 1900 < citation.year < 2100


def test_errata_name_a_work_that_is_cited() -> None:
    for citation in catalog.citations().values():
        assert citation.erratum_of is None or citation.erratum_of in catalog.citations()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"doi": "doi:10.1000/1"}, "doi"),
        ({"pmid": "PMID 1"}, "pmid"),
        ({"url": "www.example.org"}, "url"),
        ({}, "a resolved citation needs"),
    ],
)
def test_identifier_of_a_wrong_form_is_refused(fields: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Citation(key="A00", authors="Doe J", year=2000, resolved=True, **fields)  # type: ignore[arg-type]


def test_short_name_is_first_author_and_year() -> None:
    assert catalog.citation("Konrad90").short == "Konrad 1990"
    assert catalog.citation("ProleukinLabel").short == "Proleukin US label 2023"
    assert catalog.citation("Farhat19").short == "Farhat 2019"


def test_merge_keeps_one_citation_a_work_with_all_reasons() -> None:
    konrad, fyfe = catalog.citation("Konrad90"), catalog.citation("Fyfe95")
    merged = merge([konrad.because("clearance"), fyfe.because("response"), konrad.because("half-life", "clearance")])
    assert [citation.key for citation in merged] == ["Konrad90", "Fyfe95"]
    assert merged[0].reasons == ("clearance", "half-life")
    assert konrad.reasons == ()


def test_bibtex_gives_identifier_reasons_and_doubts() -> None:
    entry = catalog.citation("Rosenberg94").because("response").bibtex()
    assert entry.startswith("@article{Rosenberg94,")
    assert "doi = {10.1001/jama.1994.03510360033032}" in entry
    assert "cited for response" in entry
    assert "unresolved" in catalog.citation("SwissLabel").bibtex()


@pytest.mark.parametrize(
    ("authors", "written"),
    [
        ("Robb RJ, Greene WC", "Robb, R. J. and Greene, W. C."),
        ("van Stipdonk MJ, et al.", "van Stipdonk, M. J. and others"),
        ("Liu et al.", "{Liu} and others"),
        ("US Food and Drug Administration", "{US Food and Drug Administration}"),
    ],
)
def test_bibtex_separates_people_and_keeps_organisations_whole(authors: str, written: str) -> None:
    entry = Citation(key="A00", authors=authors, year=2000, doi="10.1000/1", resolved=True).bibtex()
    assert f"author = {{{written}}}" in entry


def test_bibtex_escapes_what_latex_would_read_as_commands() -> None:
    entry = Citation(key="A00", authors="Doe J", year=2000, doi="10.1000/a_b", resolved=True).because("parameter a_b").bibtex()
    assert r"cited for parameter a\_b" in entry
    assert "doi = {10.1000/a_b}" in entry


def test_line_says_what_was_reported_and_where() -> None:
    lines = {line.field: line for line in catalog.describe(catalog.trial("atkins1999"))}
    line = lines["arms.HD IL-2.observations.orr"]
    assert line.reported == "0.16 fraction (95 % CI 0.12 to 0.21) (n = 270)"
    assert (line.source, line.identifier, line.where) == ("Atkins 1999", "PMID 10561265", "abstract")
    assert line.resolved
    assert lines["arms.HD IL-2.observations.grade34_hypotension"].status == "assumed"


def test_lines_show_thresholds_grades_and_doses() -> None:
    rule = {line.field: line.reported for line in catalog.describe(catalog.rule("consensus-2014"))}
    assert rule["criteria.platelets"] == "hold < 50, stop < 30 Gcell/L"
    grades = {line.field: line.reported for line in catalog.describe(catalog.grading("ctcae"))}
    assert grades["toxicities.creatinine"].endswith("4: > 6 ratio of normal; 3 limits the dose")
    agent = {line.field: line.reported for line in catalog.describe(catalog.agent("aldesleukin"))}
    assert agent["label_dose"] == "600000 IU/kg iv per dose"


def test_bibtex_has_journal_volume_and_pages_apart() -> None:
    entry = catalog.citation("Atkins99").bibtex()
    assert entry.startswith("@article{Atkins99,")
    for line in ("journal = {J Clin Oncol}", "volume = {17}", "pages = {2105--2116}"):
        assert line in entry
