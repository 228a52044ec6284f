"""`kinecast compare`: tables, files, pictures, a protocol that repeats it, and one clear message for what cannot be compared."""

from __future__ import annotations

import csv
import json

import altair
import pytest

from kinecast.cli import WRONG_INPUT, main
from kinecast.cli.comparing import FILES, PICTURES
from kinecast.inference.comparison import compare
from kinecast.trial.protocol import Protocol

MOLECULES = ["aldesleukin", "aldesleukin:name=quiet,IL-2Ra=none,format=fc", "mine"]
RECIPE = "mine: {from: aldesleukin, format: fc, closed: {block: 100, in_tumour: 2 1/d, in_plasma: 0.05 1/d}}\n"
SMALL = ["--patients", "6", "--doses", "2"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return str(path)


def test_tables_files_and_pictures(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    out = tmp_path / "out"
    assert main(["compare", *MOLECULES, "--molecules", file, *SMALL, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for said in (
        "mine (closed)",
        "10 nmol of cytokine",
        "6 virtual patients",
        "Half-life [h]",
        "Grade ≥ 3",
        "Treg over CD8",
        "none",
    ):
        assert said in printed
    assert {path.name for path in out.iterdir()} == set(FILES)
    assert tuple(Protocol.read(out / "protocol.yaml").arms) == ("aldesleukin", "quiet", "mine", "untreated")
    with (out / "compare.csv").open(encoding="utf-8") as lines:
        assert {row["molecule"] for row in csv.DictReader(lines)} == {"aldesleukin", "quiet", "mine", "untreated"}
    for name, units in {
        "binding": ["EC50 of cells [nM]", "Selectivity for Treg [×]"],
        "levels": ["Plasma [nM]", "Seen by CD8 cells in the tumour [pM]", "Time [d]"],
        "cells": ["Fold of baseline [×]", "Time [d]"],
        "harm": ["Objective response [% of patients]", "Grade 3 or worse, any [% of patients]"],
    }.items():
        drawn = (out / f"{name}.svg").read_text(encoding="utf-8")
        assert "n = " in drawn
        for unit in units:
            assert unit in drawn


def test_only_json_and_nothing_of_a_tumour_without_one(file, tmp_path, capsys):
    asked = ["compare", "aldesleukin", "mine", "--molecules", file, "--disease", "none", "--dose", "mine=2 mg", "--json"]
    assert main([*asked, *SMALL, "--out", str(tmp_path / "out")]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["molecules"]["mine"]["given"]["dose"] == "2 mg"
    assert content["molecules"]["aldesleukin"]["given"]["dose"] == "10 nmol"
    responses = [row for row in content["rows"] if row["group"] == "benefit"]
    assert responses and all(row["value"] is None and row["note"] for row in responses)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "'nobody' is neither an agent of the catalogue nor the name of a recipe"),
        (["aldesleukin", "aldesleukin"], "'aldesleukin' is named twice"),
        (["aldesleukin", "--dose", "1 mg", "--dose", "2 mg"], "dose: '2 mg' is a second dose of all"),
        (["aldesleukin", "--patients", "0"], "patients: '0'"),
        (["aldesleukin", "--seed", "-1"], "seed: '-1'"),
        (["aldesleukin", "--molecules", "nowhere.yaml"], "nowhere.yaml"),
        (["aldesleukin", "--dose", "900 mg"], "aldesleukin.dose: '900 mg' is 900 mg"),
    ],
)
def test_wrong_input_ends_in_one_message_and_nothing_is_written(arguments, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *arguments]) == WRONG_INPUT
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["compare", "aldesleukin", *SMALL, "--out", str(tmp_path)]) == WRONG_INPUT
    assert "is not a comparison of molecules" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture(scope="module")
def pictures():
    return compare(["aldesleukin", "rhil-15"], patients=4, doses=2).pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_valid_and_describes_itself(pictures, name):
    drawn = pictures[name]
    kind = altair.VConcatChart if "vconcat" in drawn else altair.HConcatChart
    kind.from_dict(drawn)
    assert drawn["description"] and "n = " in drawn["title"]["text"]
