"""A user's own tables: what is wrong is named by file, row and field, and the rest is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinecast.errors import RunError
from kinecast.inference.sheet import together
from kinecast.inference.user_tables import read_tables

DOSES = """trial,arm,agent,dose,dose_unit,route,days,times_per_day,cycle_days,max_cycles,disease,n
mine,sc,aldesleukin,18,MIU,sc,"1-5",1,7,4,renal-cell-metastatic,40
mine,iv,Proleukin,600000,IU/kg,iv_short,"1-5,15-19",3,84,3,renal-cell-metastatic,40
"""
HEADER = "trial,arm,quantity,time,value,lower,upper,interval,unit,n,source\n"


def table(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_regimens_and_observations_become_a_trial(tmp_path: Path) -> None:
    rows = HEADER + "mine,sc,orr,,0.14,0.05,0.29,ci95,fraction,40,PMID:1\nmine,iv,orr,,20,,,,percent,40,PMID:1\n"
    own = read_tables(table(tmp_path, "seen.csv", rows), table(tmp_path, "doses.csv", DOSES))
    [trial] = own.trials
    assert own.problems == ()
    assert trial.disease == "renal-cell-metastatic"
    assert [seen.value for arm in trial.arms.values() for seen in arm.observations] == [0.14, 0.2]
    [regimen] = trial.arms["iv"].regimens
    assert (regimen.agent, regimen.route, regimen.duration, regimen.times_per_day) == ("aldesleukin", "iv", "15 min", 3)


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("mine,sc,orr,,14,,,,fraction,40,x", "value", "14 is not a fraction from 0 to 1. Is it 0.14"),
        ("mine,sc,cmax,,14,,,,ng/mLL,40,x", "unit", "unknown unit"),
        ('mine,sc,orr,,"0,14",,,,fraction,40,x', "value", "'0,14' is not a number. Write '0.14'."),
        ("mine,sc,os_median,,9,12,10,ci95,months,40,x", "the row", "above upper"),
        ("mine,sc,orr,,0.1,,,,fraction,forty,x", "n", "'forty' is not a number"),
        ("mine,sc,orr,,0.1,,,,fraction,40.5,x", "n", "not a whole number"),
        ("mine,sc,orr,,,,,,fraction,40,x", "the row", "neither a value nor a limit"),
        ("mine,sc,orr,,0.1,,,,,40,x", "unit", "is empty"),
        ("mine,sc,orr,,0.1,,,ci42,fraction,40,x", "interval", "ci95"),
        ("mine,sc,orr,0.1,fraction,40,x", "the row", "7 cells, but 11 columns"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_used(tmp_path: Path, row: str, field: str, said: str) -> None:
    good = "mine,sc,cr,,0.05,,,,fraction,40,PMID:1\n"
    own = read_tables(table(tmp_path, "seen.csv", HEADER + row + "\n" + good), table(tmp_path, "doses.csv", DOSES))
    [problem] = own.problems
    assert (problem.file, problem.row, problem.field) == ("seen.csv", 2, field)
    assert said in problem.sentence
    assert [seen.quantity for arm in own.trials[0].arms.values() for seen in arm.observations] == ["cr"]


def test_mixed_encodings_are_read_and_named(tmp_path: Path) -> None:
    first, second = "mine,sc,orr,,0.1,,,,fraction,40,Müller\n", "mine,sc,cr,,0.05,,,,fraction,40,Müller\n"
    rows = (HEADER + first).encode() + second.encode("cp1252")
    own = read_tables(table(tmp_path, "seen.csv", rows), table(tmp_path, "doses.csv", DOSES))
    [problem] = own.problems
    assert (problem.row, problem.field) == (3, "the row")
    assert "Windows-1252" in problem.message
    assert [seen.source for arm in own.trials[0].arms.values() for seen in arm.observations] == ["Müller", "Müller"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_write_tables_in_many_ways(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = (HEADER + "mine,sc,orr,,0.1,,,,fraction,40,x\n").replace(",", separator)
    own = read_tables(table(tmp_path, "seen.csv", rows.encode(encoding)), table(tmp_path, "doses.csv", DOSES))
    assert own.problems == ()
    assert own.trials[0].arms["sc"].observations[0].value == 0.1


def test_a_missing_column_that_every_row_needs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"seen\.csv, row 1, unit: the table has no such column"):
        read_tables(table(tmp_path, "seen.csv", "trial,arm,quantity,value\nmine,sc,orr,0.1\n"), None)


def test_a_column_that_means_nothing_is_named_and_left_out(tmp_path: Path) -> None:
    rows = HEADER.replace("time", "tiem") + "mine,sc,orr,,0.1,,,,fraction,40,x\n"
    own = read_tables(table(tmp_path, "seen.csv", rows), table(tmp_path, "doses.csv", DOSES))
    [problem] = own.problems
    assert (problem.row, problem.field) == (1, "tiem")
    assert "Did you mean time?" in problem.message


@pytest.mark.parametrize(
    ("cell", "bad", "field"),
    [("aldesleukin", "aldesleukine", "agent"), (",sc,", ",subcut,", "route"), ("renal-cell-metastatic", "kidney", "disease")],
)
def test_names_of_regimens_that_the_catalogue_lacks_are_named(tmp_path: Path, cell: str, bad: str, field: str) -> None:
    first, second, third, _ = DOSES.split("\n")
    spoilt = second.replace("mine,sc,", "mine,x,").replace(cell, bad, 1)
    own = read_tables(None, table(tmp_path, "doses.csv", "\n".join((first, spoilt, third)) + "\n"))
    assert [(problem.row, problem.field) for problem in own.problems] == [(2, field)]
    assert "iv" in own.trials[0].arms


def test_a_trial_without_regimens_that_the_catalogue_lacks_is_named(tmp_path: Path) -> None:
    own = read_tables(table(tmp_path, "seen.csv", HEADER + "nobody,sc,orr,,0.1,,,,fraction,40,x\n"), None)
    assert own.trials == []
    assert "'nobody' has no regimen here" in own.problems[0].message


def test_own_numbers_of_a_catalogue_trial_keep_its_protocol(tmp_path: Path) -> None:
    own = read_tables(table(tmp_path, "seen.csv", HEADER + "atkins1999,HD IL-2,orr,,0.16,,,,fraction,270,x\n"), None)
    [trial] = own.trials
    assert trial.protocol is not None
    assert [seen.quantity for arm in trial.arms.values() for seen in arm.observations] == ["orr"]


def test_a_problem_that_many_rows_share_is_told_once(tmp_path: Path) -> None:
    rows = HEADER + "".join(f"mine,sc,orr,{month} mo,14,,,,fraction,40,x\n" for month in range(8))
    own = read_tables(table(tmp_path, "seen.csv", rows), table(tmp_path, "doses.csv", DOSES))
    [line] = together(own.problems)
    assert line.startswith("seen.csv, rows 2, 3, 4, 5, 6 and 3 more, value: 14 is not a fraction")
