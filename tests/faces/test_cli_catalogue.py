"""The command line of the catalogue: `list`, `show`, `evidence`, and `validate` of the user's own tables."""

from __future__ import annotations

import json

import pytest

import kinecast
from kinecast.cli import main
from kinecast.report.sentence import arms_in_words


@pytest.mark.parametrize(
    ("kind", "known"), [("agents", "aldesleukin"), ("diseases", "melanoma-metastatic"), ("trials", "atkins1999")]
)
def test_list_as_table_and_as_json(kind, known, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["list", kind]) == 0
    assert known in capsys.readouterr().out
    assert main(["list", kind, "--json"]) == 0
    assert known in {row["id"] for row in json.loads(capsys.readouterr().out)}


SHOWN = {
    "agent": ("aldesleukin", "molecular_weight"),
    "synonym": ("Proleukin", "aldesleukin  (agent)"),
    "disease": ("melanoma-metastatic", "(disease)"),
    "trial": ("atkins1999", "Objective response rate"),
    "holding rule": ("proleukin-label", "(holding rule)"),
    "grading": ("ctcae", "hypotension"),
    "module": ("lymphocytes", "(parameters)"),
    "citation": ("Konrad90", "(citation)"),
}


@pytest.mark.parametrize(("key", "said"), SHOWN.values(), ids=SHOWN)
def test_show_says_every_number_with_its_source(key, said, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["show", key]) == 0
    assert said in capsys.readouterr().out
    assert main(["show", key, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["numbers"] or shown["kind"] == "citation"
    assert all(line["source"] and line["where"] for line in shown["numbers"])


def test_show_of_a_trial_says_what_is_given_and_what_was_calibrated(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["show", "atkins1999"]) == 0
    printed = capsys.readouterr().out
    protocol = kinecast.catalog.trial("atkins1999").protocol
    assert next(iter(arms_in_words(protocol).values())) in " ".join(printed.split())
    assert "followed for" in printed
    assert "Notes on numbers" in printed
    assert "arms." not in printed
    rows = [line for line in printed.splitlines() if line.rstrip().endswith(("calibration", "comparison"))]
    seen = [seen for arm in kinecast.catalog.trial("atkins1999").arms.values() for seen in arm.observations]
    assert len(rows) == len(seen)
    assert sum(row.rstrip().endswith("calibration") for row in rows) == sum(one.used_for == "calibration" for one in seen)


def test_show_names_the_arms_of_a_trial_that_has_several(capsys):
    assert main(["show", "meropol1996"]) == 0
    printed = capsys.readouterr().out
    assert "(0.4 MIU/m2, 1.25 MIU/m2, 1.75 MIU/m2): " in printed.replace("\n", " ")


def test_evidence_finds_rows_and_prints_them_in_each_form(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "180")
    asked = ["evidence", "--agent", "IL-15", "--quantity", "orr"]
    assert main(asked) == 0
    assert "rhil-15" in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(row["quantity"] == "orr" for row in rows)
    assert main([*asked, "--as", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(rows) + 1
    assert main([*asked, "--as", "bibtex"]) == 0
    assert capsys.readouterr().out.count("@") >= 5


def test_evidence_sets_differing_reports_side_by_side(capsys):
    assert main(["evidence", "--agent", "aldesleukin", "--quantity", "orr", "--disease", "melanoma-metastatic"]) == 0
    out = capsys.readouterr().out
    assert "Reports that differ" in out
    assert "-fold" in out


def test_validate_names_bad_rows_and_scores_the_rest(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KINECAST_CACHE", str(tmp_path / "cache"))
    head = "trial,arm,quantity,time,value,lower,upper,interval,unit,n,source\n"
    rows = ["atkins1999,HD IL-2,orr,,14,,,,fraction,270,x", "atkins1999,HD IL-2,cr,,0.06,,,,fraction,270,x"]
    (tmp_path / "mine.csv").write_text(head + "\n".join(rows) + "\n")
    asked = ["validate", "--observations", str(tmp_path / "mine.csv"), "--patients", "16", "--out", str(tmp_path / "board")]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert "mine.csv, row 2, value: 14 is not a fraction from 0 to 1. Is it 0.14" in out
    board = json.loads((tmp_path / "board" / "scoreboard.json").read_text())
    assert [score["quantity"] for score in board["scores"]] == ["cr"]
    assert board["scores"][0]["met"] is not None
    assert board["problems"][0]["row"] == 2
    assert (tmp_path / "board" / "scoreboard.svg").read_text().startswith("<svg")


def test_validate_without_a_needed_column_is_one_message(tmp_path, capsys):
    (tmp_path / "mine.csv").write_text("trial,arm,quantity,value\natkins1999,HD IL-2,orr,0.1\n")
    assert main(["validate", "--observations", str(tmp_path / "mine.csv"), "--out", str(tmp_path / "board")]) == 2
    assert "mine.csv, row 1, unit: the table has no such column" in capsys.readouterr().err
    assert not (tmp_path / "board").exists()


def test_evidence_shows_the_first_rows_and_says_how_many_more(capsys):
    assert main(["evidence"]) == 0
    out = capsys.readouterr().out
    rows = len(kinecast.catalog.observations())
    assert f"{rows - 100} more rows: --as csv" in out
    assert f"{rows} observations" in out


def test_evidence_that_finds_nothing_keeps_its_form(capsys):
    assert main(["evidence", "nobody-wrote-this", "--as", "csv"]) == 0
    assert capsys.readouterr().out.startswith("trial,arm,quantity,")
    assert main(["evidence", "nobody-wrote-this", "--as", "bibtex"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "kinecast: no observations fit.\n")
    assert main(["evidence", "nobody-wrote-this", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_evidence_as_json_has_the_types_of_the_records(capsys):
    assert main(["evidence", "--kind", "regimens", "--trial", "schwartzentruber2011", "--json"]) == 0
    types = {"n": int, "cycles": int, "start_day": int, "dose": float, "times_per_day": float, "days": str}
    for row in json.loads(capsys.readouterr().out):
        assert all(isinstance(row[name], kind) for name, kind in types.items() if name in row)


def test_approvals_that_nobody_read_are_shown_as_recalled(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["evidence", "--kind", "approvals", "--agent", "interferon-alfa-2b"]) == 0
    out = capsys.readouterr().out
    unread = [row for row in kinecast.catalog.approvals("interferon-alfa-2b") if row.read == "no"]
    assert out.count("(recalled)") == len(unread) > 0


@pytest.mark.parametrize("rows", ["atkins1999,HD IL-2,orr,14,fraction", "nobody,x,orr,0.1,fraction"])
def test_validate_of_tables_without_a_usable_row_is_an_error(tmp_path, capsys, rows):
    (tmp_path / "mine.csv").write_text("trial,arm,quantity,value,unit\n" + rows + "\n")
    assert main(["validate", "--observations", str(tmp_path / "mine.csv"), "--out", str(tmp_path / "board")]) == 2
    assert "no row of these tables can be used" in capsys.readouterr().err
    assert not (tmp_path / "board").exists()


def test_validate_leaves_a_folder_of_something_else_alone(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("kinecast.cli.validating.scoreboard", lambda *_, **__: pytest.fail("simulated"))
    (tmp_path / "thesis.txt").write_text("years of work")
    assert main(["validate", "--out", str(tmp_path)]) == 2
    assert "something that is not a scoreboard: thesis.txt" in capsys.readouterr().err
    assert main(["validate", "--patients", "0", "--out", str(tmp_path / "board")]) == 2


def test_columns_of_evidence_do_not_depend_on_what_is_found(capsys):
    heads = []
    for asked in (["--trial", "atkins1999"], ["--trial", "atkins1999", "no such word"]):
        assert main(["evidence", *asked, "--as", "csv"]) == 0
        heads.append(capsys.readouterr().out.splitlines()[0])
    assert heads[0] == heads[1]
    assert heads[0].endswith("disease,agents,citation,doi,pmid,resolved")
    assert main(["evidence", "no such word", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_evidence_in_a_narrow_terminal_is_a_block_a_row(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["evidence", "--trial", "atkins1999", "--quantity", "orr"]) == 0
    assert "\nquantity: orr\n" in capsys.readouterr().out
