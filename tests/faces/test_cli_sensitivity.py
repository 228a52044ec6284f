"""`kinecast sensitivity`: the table, the JSON, and one clear message for what cannot be forecast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kinecast.cli import WRONG_INPUT, main

PROTOCOL = """
title: Low-dose interleukin-2
disease: none
patients: 4
follow_up: 10 days
arms:
  none: []
  low: [{agent: aldesleukin, dose: 60000 IU/kg, route: iv, duration: 15 min}]
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "low.yaml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return str(path)


def test_the_first_treated_arm_is_shown_with_the_strongest_numbers(file, capsys):
    assert main(["sensitivity", file, "--quantity", "il6_peak", "--patients", "3"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("il6_peak of low: ")
    for said in ("pg/mL (3 virtual patients)", "Assumed number", "Doubled", "il6_", "without effect"):
        assert said in printed.out


def test_json_has_every_number(file, capsys):
    arguments = ["sensitivity", file, "--quantity", "fold_lymphocytes_blood", "--time", "1 d", "--patients", "3", "--json"]
    assert main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["arm"], found["quantity"], found["time"], found["unit"]) == ("low", "fold_lymphocytes_blood", "1 d", "fold")
    assert 0 < found["forecast"] < 2
    assert len(found["parameters"]) > 50
    assert {"name", "value", "unit", "doubled", "halved"} == set(found["parameters"][0])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--quantity", "orr"], "orr of low cannot be forecast: the protocol has no disease."),
        (["--quantity", "nonsense"], "no endpoint is defined for 'nonsense'"),
        (["--quantity", "il6_peak", "--arm", "lo"], "no arm 'lo'"),
    ],
)
def test_what_cannot_be_forecast_is_said(file, capsys, arguments, said):
    assert main(["sensitivity", file, "--patients", "1", *arguments]) == WRONG_INPUT
    assert said in capsys.readouterr().err
