"""`kinecast design`: the table, the files, protocols that can be run, and one clear message for what cannot be searched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from kinecast.cli import WRONG_INPUT, main

SPACE = """
disease: melanoma-metastatic
cytokines: {aldesleukin: {IL-2Ra: [1, 1000, none], IL-2Rb: [0.005, 10]}}
copies: [1]
formats: [free, fc]
targets: {none: null}
masks: {none: null}
routes: [iv]
every: [1 week]
doses: [1, 4]
treatment: 4 weeks
partners: {none: null, nivolumab: {dose: 3 mg/kg, route: iv, every: 2 weeks, doses: 2}}
follow_up: 9 weeks
scans: every 4 weeks
"""
FEW = ["--patients", "5", "--evaluations", "6", "--draws", "1"]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "space.yaml"
    path.write_text(SPACE, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("design")
    (folder / "space.yaml").write_text(SPACE, encoding="utf-8")
    assert main(["design", str(folder / "space.yaml"), *FEW, "--out", str(folder / "out"), "--quiet"]) == 0
    return folder / "out"


def test_a_search_is_stored_and_each_point_can_be_run(stored, tmp_path, capsys):
    content = json.loads((stored / "design.json").read_text(encoding="utf-8"))
    assert content["counts"]["evaluations"] == 6 == len(content["evaluations"])
    assert content["harm_not_modelled"] == ["nivolumab"] and set(content["references"]) == {"untreated", "nivolumab alone"}
    protocols = sorted(path.name for path in (stored / "protocols").iterdir())
    assert [point["protocol"] for point in content["front"]] == [f"protocols/{name}" for name in protocols]
    first = stored / content["front"][0]["protocol"]
    text = first.read_text(encoding="utf-8")
    assert text.startswith("# Repeat: kinecast run FILE --patients 5 --seed 1\n")
    assert yaml.safe_load(text)["patients"] == 5
    assert main(["run", str(first), "--seed", "1", "--json", "--out", str(tmp_path / "run")]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["arms"]["candidate"]["orr"]["forecast"] == content["front"][0]["scores"]["response"]["value"]


def test_the_picture_has_its_axes_and_says_what_was_simulated(stored):
    picture = (stored / "design.svg").read_text(encoding="utf-8")
    for said in (
        "5 virtual patients",
        "Objective response [%]",
        "harm of grade ≥ 3 [%]",
        "Treg:CD8",
        "1 aldesleukin",
    ):
        assert said in picture


def test_a_search_that_is_there_is_gone_on_with_and_shown(stored, capsys):
    space = str(stored.parent / "space.yaml")
    arguments = ["design", space, "--patients", "5", "--evaluations", "7", "--draws", "0", "--out", str(stored)]
    assert main(arguments) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for said in (
        "7 evaluations (6 were there) of 5",
        "Left out: CEA-targeted",
        "not validated",
        "nivolumab alone",
    ):
        assert said in printed
    named = {path.name for path in (stored / "protocols").iterdir()}
    content = json.loads((stored / "design.json").read_text(encoding="utf-8"))
    assert len(named) == len(content["front"])


def test_the_space_is_printed_to_be_changed(capsys):
    assert main(["design", "colorectal", "--space"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    assert printed["disease"] == "colorectal" and set(printed["targets"]) == {"none", "cea", "fap"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--constraint", "harm <= 0.3"], "constraint: there is no score 'harm'"),
        (["--objective", "orr"], "objective: there is no score 'orr'"),
        (["--evaluations", "0"], "evaluations: '0'"),
        (["--draws", "100000"], "are stored"),
    ],
)
def test_what_cannot_be_searched_is_said_and_nothing_is_written(file, tmp_path, capsys, arguments, said):
    out = tmp_path / "out"
    assert main(["design", file, "--out", str(out), *arguments]) == WRONG_INPUT
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_with_something_else_is_left_alone(file, tmp_path, capsys):
    out = tmp_path / "out"
    (out / "protocols").mkdir(parents=True)
    (out / "protocols" / "mine.yaml").write_text("mine", encoding="utf-8")
    assert main(["design", file, *FEW, "--out", str(out)]) == WRONG_INPUT
    assert "mine.yaml" in capsys.readouterr().err
    assert [path.name for path in out.rglob("*")] == ["protocols", "mine.yaml"]


@pytest.mark.parametrize("source", ["colorectl", "nowhere.yaml"])
def test_a_source_that_is_not_there_is_said(tmp_path, monkeypatch, capsys, source):
    monkeypatch.chdir(tmp_path)
    assert main(["design", source]) == WRONG_INPUT
    assert source in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
