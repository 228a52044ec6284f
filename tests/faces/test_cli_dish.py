"""`kinecast dish`: the table, the files, and one clear message for what makes no sense."""

from __future__ import annotations

import json

import pytest

from kinecast.cli import WRONG_INPUT, main


def test_table_files_and_picture(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["dish", "super-2", "--cells", "nk,treg", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for said in ("super-2 on cells in a dish", "EC50 [nM]", "T-reg", "0.5 h", "IL-2Rb 0.619 nM"):
        assert said in printed
    content = json.loads((out / "dish.json").read_text(encoding="utf-8"))
    assert set(content["cells"]) == {"nk", "treg"} and len(content["dose_nM"]) == 25
    picture = (out / "dish.svg").read_text(encoding="utf-8")
    assert "Dose [nM]" in picture and "pSTAT5 [of the top]" in picture


def test_a_time_course_has_hours_on_its_axis(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["dish", "IL-15", "--against", "time", "--cells", "nk", "--out", str(out), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert "Time [h]" in (out / "dish.svg").read_text(encoding="utf-8")


def test_changed_affinities_and_json(tmp_path, capsys):
    arguments = ["dish", "aldesleukin", "--kd", "IL-2Ra=none,IL-2Rb=1.2nM", "--cells", "nk", "--times", "1 h", "--json"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["kd_nM"] == {"IL-2Ra": None, "IL-2Rb": 1.2} and content["time_h"] == [1.0]


def test_measurements_stand_beside_the_forecast(tmp_path, capsys):
    rows = ["cell_type,time_h,dose_nM,response"]
    rows += [f"NK,1,{dose},{100 + 900 * dose / (dose + 1.5)}" for dose in (0.01, 0.1, 0.5, 1, 3, 10, 50)]
    (tmp_path / "mine.csv").write_text("\n".join(rows), encoding="utf-8")
    assert main(["dish", "IL-2", "--data", str(tmp_path / "mine.csv"), "--out", str(tmp_path / "out")]) == 0
    assert "(1.5)" in capsys.readouterr().out
    assert "7 measurements" in (tmp_path / "out" / "dish.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["IL-2", "--kd", "IL-2Ra=-1nM"], "kd, IL-2Ra: -1 nM is not above zero"),
        (["IL-2", "--kd", "IL-2Ra"], "--kd: 'IL-2Ra' is not a receptor and its KD"),
        (["IL-2", "--kd", "IL-2Ra=1nM,IL-2Ra=2nM"], "IL-2Ra is given twice"),
        (["IL-2", "--kd", "IL-9R=1nM"], "has no receptor 'IL-9R'"),
        (["IL-2", "--cells", "moon"], "no population 'moon'"),
        (["IL-2", "--doses", "1"], "doses: '1' has no unit"),
        (["IL-2", "--times", "0 h"], "hours: 0 h is not between"),
        (["IL-2", "--data", "nowhere.csv"], "nowhere.csv: No such file"),
        (["nivolumab"], "nivolumab binds no receptor of the γc family"),
        (["IL-2", "--against", "moon"], "moon"),
    ],
)
def test_what_makes_no_sense_is_said(tmp_path, capsys, arguments, said):
    assert main(["dish", *arguments, "--out", str(tmp_path / "out")]) == WRONG_INPUT
    shown = " ".join(capsys.readouterr().err.split())
    assert said in shown and "Traceback" not in shown
    assert not (tmp_path / "out").exists()
