"""`kinecast combine`: the table, the file, the picture, and one clear message for what is no combination."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kinecast.cli import WRONG_INPUT, main

PROTOCOL = """
title: Two antibodies
disease: melanoma-metastatic
patients: 12
follow_up: 380 days
scans: every 12 weeks
arms:
  ipi: [{agent: ipilimumab, dose: 3 mg/kg, route: iv}]
  both:
    - {agent: ipilimumab, dose: 3 mg/kg, route: iv}
    - {agent: nivolumab, dose: 3 mg/kg, route: iv}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "two.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return str(path)


def test_the_first_combination_is_shown_and_stored(file, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["combine", file, "--patients", "6", "--draws", "2", "--out", str(out), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    content = json.loads((out / "combine.json").read_text(encoding="utf-8"))
    assert content["arm"] == "both" and content["drugs"] == ["ipilimumab", "nivolumab"]
    numbers = content["endpoints"]["orr"]["numbers"]
    assert {"untreated", "ipilimumab", "either drug", "independent action", "combination"} <= set(numbers)
    assert numbers["combination minus independent action"]["verdict"] in ("synergy", "additive", "antagonism")
    assert len(numbers["combination"]["both"]) == 2
    picture = (out / "combine.svg").read_text(encoding="utf-8")
    assert "n = 6 virtual patients" in picture and "Patients [%]" in picture


def test_the_table_names_bands_and_says_that_nothing_is_tuned(file, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["combine", file, "--patients", "4", "--draws", "0", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for said in ("ipilimumab + nivolumab", "Objective response [%]", "combination − either drug", "Nothing is tuned"):
        assert said in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--arm", "ipi"], "ipi is not a combination: it is given ipilimumab alone."),
        (["--arm", "bot"], "no arm 'bot'"),
        (["--draws", "100000"], "are stored"),
        (["--draws", "-1"], "draws: '-1'"),
    ],
)
def test_what_cannot_be_combined_is_said(file, tmp_path, capsys, arguments, said):
    out = str(tmp_path / "out")
    assert main(["combine", file, "--patients", "2", "--out", out, *arguments]) == WRONG_INPUT
    assert said in capsys.readouterr().err


def test_an_arm_of_the_catalogue_that_is_left_out_says_why(tmp_path, capsys):
    arguments = ["combine", "chesney2023_tvec_ipi", "--arm", "nothing", "--out", str(tmp_path / "out")]
    assert main(arguments) == WRONG_INPUT
    assert "no arm 'nothing'" in capsys.readouterr().err
