"""The report: its sections, what it says of each endpoint, and that it is one page that loads nothing and runs nothing."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kinecast.errors import RunError
from kinecast.plots import PICTURES
from kinecast.report import painters, store, write
from kinecast.report.page import page
from kinecast.report.sentence import arms_in_words, trial_in_words


@pytest.fixture(scope="session")
def report(forecast):
    return page(forecast)


class Outline(HTMLParser):
    """Collects tags with their attributes, and checks that what is opened is closed in order."""

    VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "path", "rect", "line"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_sections_are_there_in_order(report):
    found = re.findall(r"<h2>(.*?)</h2>", report)
    assert found == [
        "Forecast and report",
        "Response",
        "Survival",
        "Harm and doses",
        "Drug and cells",
        "Simulations that failed",
        "How to repeat this run",
        "Works cited, and why",
    ]


def test_every_picture_is_there_with_words_for_those_who_cannot_see_it(report):
    outline = Outline(report)
    pictures = [attributes for tag, attributes in outline.tags if tag == "svg" and attributes.get("role") == "img"]
    assert len(pictures) == len(PICTURES)
    assert all("n = " in attributes["aria-label"] for attributes in pictures)


def test_tags_are_closed_in_order_and_ids_are_unique(report):
    outline = Outline(report)
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {attributes["href"][1:] for _, attributes in outline.tags if attributes.get("href", "").startswith("#")}
    assert anchors <= set(ids)


def test_page_loads_nothing_and_runs_nothing(report):
    for tag, attributes in Outline(report).tags:
        assert tag not in ("script", "link", "iframe", "img", "object", "embed", "base", "form")
        assert not {name for name in attributes if name in ("src", "srcset", "xlink:href") or name.startswith("on")}
        if "href" in attributes:
            assert tag == "a"
    style = re.search(r"<style>(.*?)</style>", report, re.DOTALL)
    assert style is not None
    assert "@import" not in report
    assert set(re.findall(r"url\((?!#)", report)) == set()


def test_notice_stands_at_both_ends(report):
    assert report.count("Research use only, not for treatment decisions.") == 2


def test_endpoints_say_forecast_report_source_and_calibration(report):
    row = re.search(r"<tr><th scope=\"row\">Objective response rate</th>.*?</tr>", report)
    assert row is not None
    for said in ("15.5 %", "(10 to 22)", "16 %", "(12 to 21)", "n = 270", "Atkins99", ">calibrated<", "report inside"):
        assert said in row[0]
    assert 'href="https://doi.org/10.1200/JCO.1999.17.7.2105"' in row[0]
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/10561265/"' in row[0]
    other = re.search(r"<tr><th scope=\"row\">Grade 3–4 hypotension</th>.*?</tr>", report)
    assert other is not None
    assert "report outside" in other[0]
    assert ">not calibrated<" in other[0]


def test_what_was_not_simulated_says_why(report):
    assert "no endpoint is defined for &#x27;tumour_burden_kg&#x27;" in report


def test_failures_command_and_reasons_of_works_are_said(report):
    assert "1 of 120 simulations failed" in report
    assert "The maximum number of steps was reached." in report
    assert "kinecast run atkins1999 --patients 120 --seed 1" in report
    assert "Cited for trial protocol, reported response." in report


def test_protocol_is_one_sentence(forecast):
    content = forecast.protocol.as_dict()
    assert arms_in_words(content) == {
        "HD IL-2": "aldesleukin 600000 IU/kg iv over 15 min every 8 h, 14 doses a cycle starting on day 1 and day 15; "
        "up to 2 courses, one every 12 weeks, while not progressed; doses held by the rule proleukin-label."
    }
    assert trial_in_words(content, 120) == (
        "120 virtual patients with melanoma-metastatic in each arm, followed for 5 years, imaged every 8 weeks."
    )
    assert arms_in_words({"arms": {"control": []}}) == {"control": "no treatment."}


def test_text_is_escaped_wherever_it_comes_from(forecast):
    evil = "<script>alert('x')</script>&"
    arm = forecast.summary["arms"]["HD IL-2"]
    summary = {
        **forecast.summary,
        "title": evil,
        "status": {evil: 120},
        "arms": {"HD IL-2": {"orr": {**arm["orr"], "quantity": evil, "where": evil, "citation": evil, "among": evil}}},
    }
    provenance = {**forecast.provenance, "command": evil, "bibliography": [{"key": evil, "authors": evil, "reasons": [evil]}]}
    written = page(replace(forecast, summary=summary, provenance=provenance))
    assert "<script" not in written
    assert Outline(written).open == []


def test_report_without_reports_has_no_empty_columns(forecast):
    arm = forecast.summary["arms"]["HD IL-2"]
    summary = {**forecast.summary, "arms": {"HD IL-2": {"pfs_median": arm["pfs_median"]}}}
    written = page(replace(forecast, summary=summary))
    assert "Trial of this size" in written
    assert ">Source<" not in written


def test_a_median_that_is_not_reached_is_said(forecast):
    endpoint = forecast.summary["arms"]["HD IL-2"]["pfs_median"] | {"forecast": None, "not_reached": True, "high": None}
    written = page(replace(forecast, summary={**forecast.summary, "arms": {"HD IL-2": {"pfs_median": endpoint}}}))
    assert '<b class="forecast">not reached</b>' in written
    assert "(2.4 to not reached)" in written


def test_painters_draw_what_the_engine_draws_here(forecast):
    specs = [{"data": {"values": [{"x": x}]}, "mark": "point", "encoding": {"x": {"field": "x"}}} for x in range(3)]
    assert painters.draw(specs) == painters._draw_here([painters.json.dumps(spec) for spec in specs])


def test_pictures_are_drawn_where_processes_cannot_be_started(monkeypatch):
    monkeypatch.setattr(painters, "_waiting", [])
    monkeypatch.setattr(painters.sys, "executable", "")
    assert painters.draw([{"data": {"values": [{"x": 1}]}, "mark": "point"}])[0].startswith("<svg")


def test_report_is_written_as_one_small_file(many, tmp_path):
    target = write(many, tmp_path / "report.html")
    assert target.stat().st_size < 3_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_full_disk_leaves_the_earlier_report_and_nothing_else(forecast, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("earlier")
    write_text = Path.write_text

    def full(path, text, **settings):
        write_text(path, text[:5], **settings)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RunError, match="No space left"):
        store("<!doctype html>", target)
    assert target.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_report_that_cannot_be_written_says_where(forecast, tmp_path):
    with pytest.raises(RunError, match="cannot be written"):
        write(forecast, tmp_path / "nowhere" / "report.html")
