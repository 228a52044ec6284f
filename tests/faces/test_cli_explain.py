"""`kinecast explain` and the changes of `kinecast run`: what is printed and stored, exit codes, and messages."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from kinecast.cli import WRONG_INPUT, main

ARGUMENTS = ["explain", "atkins1999", "--patients", "6", "--orders", "2"]


def test_the_table_names_what_leads_and_the_files_are_there(tmp_path, capsys):
    out = tmp_path / "out"
    assert main([*ARGUMENTS, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for said in (
        "Leading standing brake: ",
        "Leading induced brake: ",
        "Leading driver: ",
        "PD-1",
        "Sum",
        "Treated less untreated",
    ):
        assert said in printed.out
    assert {path.name for path in out.iterdir()} == {"explain.json", "patients.csv", "explain.svg"}
    drawn = "".join(ElementTree.fromstring((out / "explain.svg").read_text(encoding="utf-8")).itertext())
    assert "n = 6 virtual patients" in drawn
    assert "regulatory T cells" in drawn
    assert len((out / "patients.csv").read_text(encoding="utf-8").splitlines()) == 7


def test_json_with_another_arm_on_the_same_patients(tmp_path, capsys):
    other = ["--against", "andtbacka2019_tvec_optim:gmcsf", "--json"]
    assert main([*ARGUMENTS, *other, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert printed.err == ""
    assert sum(found["paired"]["groups"].values()) == 6
    assert found["against"]["arm"] == "gmcsf"
    for game in found["games"].values():
        assert game["sum"]["size"]["value"] == pytest.approx(game["whole"]["size"]["value"], rel=0.01, abs=1e-9)
    assert {"paired.svg", "paired.csv"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_quiet_prints_nothing_and_replaces_an_earlier_explanation(tmp_path, capsys):
    for _ in range(2):
        assert main(["explain", "atkins1999", "--patients", "1", "--orders", "2", "--quiet", "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["atkins1999", "--arm", "HD"], "no arm 'HD'"),
        (["atkins1998"], "neither a file nor a trial"),
        (["atkins1999", "--patients", "0"], "patients: '0'"),
        (["atkins1999", "--orders", "5"], "orders: '5' is odd"),
        (["atkins1999", "--against", "nothing"], "against: 'nothing'"),
        (["atkins1999", "--against", "cascinelli2001_who16"], "cannot be compared on the same patients"),
        (["conlon2019_il15civ"], "--disease"),
        (["atkins1999", "--disease", "gout"], "no disease 'gout'"),
        (["checkmate067", "--arm", "nothing"], "no arm 'nothing'"),
    ],
)
def test_wrong_input_ends_in_one_message(arguments, said, tmp_path, capsys):
    assert main(["explain", "--out", str(tmp_path / "out"), "--patients", "1", "--orders", "2", *arguments]) == WRONG_INPUT
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_a_folder_of_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main([*ARGUMENTS, "--out", str(tmp_path)]) == WRONG_INPUT
    assert "mine.txt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--without", "treg,tigitt"], "no brake 'tigitt'"),
        (["--set", "growth_rate"], "is not NAME=VALUE"),
        (["--set", "growth_rat=1"], "Did you mean"),
    ],
)
def test_wrong_changes_of_a_run_end_in_one_message(arguments, said, tmp_path, capsys):
    assert main(["run", "atkins1999", "--patients", "2", "--out", str(tmp_path / "out"), *arguments]) == WRONG_INPUT
    assert said in capsys.readouterr().err


def test_a_run_without_a_brake_says_so(tmp_path, capsys):
    arguments = ["--without", "treg", "--set", "pd1_brake=1", "--out", str(tmp_path / "out")]
    assert main(["run", "atkins1999", "--patients", "3", *arguments]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "without regulatory T cells, pd1_brake = 1" in said
