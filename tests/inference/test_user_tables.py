"""A user's own tables: what is wrong is named by file, row and field, and the rest is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinecast import catalog
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


BAD_REGIMENS = {
    "bare duration": ({"duration": "24"}, "duration", "has no unit"),
    "duration in mg": ({"duration": "24 mg"}, "duration", "not a length of time"),
    "n not a number": ({"n": "nan"}, "n", "not a finite number"),
    "endless n": ({"n": "inf"}, "n", "not a finite number"),
    "cycles not a number": ({"max_cycles": "nan"}, "max_cycles", "not a finite number"),
    "no cycles": ({"max_cycles": "0"}, "cycles", "greater than or equal to 1"),
    "never a day": ({"times_per_day": "0"}, "times_per_day", "not above 0"),
    "days backwards": ({"days": "5-1"}, "days", "ascending"),
    "days from 0": ({"days": "0-4"}, "days", "counted from 1"),
    "days out of order": ({"days": "5,1"}, "days", "ascending"),
    "days without end": ({"days": "1-99999999"}, "days", "no cycle has a day after"),
    "no trial": ({"trial": ""}, "trial", "is empty"),
    "no arm": ({"arm": ""}, "arm", "is empty"),
    "until when": ({"until": "death"}, "until", "progression"),
}


def regimen(**changed: str) -> str:
    cells = {"trial": "mine", "arm": "x", "agent": "aldesleukin", "dose": "18", "dose_unit": "MIU", "route": "sc", "days": "1-5"}
    cells |= {"times_per_day": "1", "cycle_days": "7", "max_cycles": "4", "duration": "", "n": "40", "until": ""}
    cells |= {"disease": "renal-cell-metastatic"} | changed
    good = cells | {"trial": "good", "arm": "sc", "agent": "aldesleukin", "days": "1-5", "times_per_day": "1", "n": "40"}
    good |= {"max_cycles": "4", "duration": "", "until": "", "dose": "9", "dose_unit": "MIU", "route": "sc"}
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in (cells, cells.values(), good.values())) + "\n"


@pytest.mark.parametrize(("changed", "field", "said"), BAD_REGIMENS.values(), ids=BAD_REGIMENS)
def test_a_bad_regimen_is_named_and_the_rest_is_used(tmp_path: Path, changed: dict[str, str], field: str, said: str) -> None:
    own = read_tables(None, table(tmp_path, "doses.csv", regimen(**changed)))
    [problem] = own.problems
    assert (problem.file, problem.row, problem.field) == ("doses.csv", 2, field)
    assert said in problem.message
    assert [trial.id for trial in own.trials] == ["good"]


@pytest.mark.parametrize(("value", "upper"), [("nan", ""), ("inf", ""), ("0.1", "nan")])
def test_a_number_that_is_not_finite_is_refused(tmp_path: Path, value: str, upper: str) -> None:
    rows = HEADER + f"mine,sc,orr,,{value},,{upper},,fraction,40,x\n"
    own = read_tables(table(tmp_path, "seen.csv", rows), table(tmp_path, "doses.csv", DOSES))
    assert ["not a finite number" in problem.message for problem in own.problems] == [True]


@pytest.mark.parametrize(
    ("changed", "dose", "unit"),
    [
        ({"route": "sc", "times_per_day": "2"}, 9, "MIU"),
        ({"route": "iv", "duration": "5 d", "days": "1"}, 18, "MIU/d"),
        ({"route": "civ"}, 18, "MIU/d"),
    ],
)
def test_a_daily_dose_is_divided_only_where_nothing_is_infused(
    tmp_path: Path, changed: dict[str, str], dose: float, unit: str
) -> None:
    own = read_tables(None, table(tmp_path, "doses.csv", regimen(dose_unit="MIU/d", **changed)))
    [given] = own.trials[0].arms["x"].regimens
    assert (given.dose, given.unit) == (dose, unit)


def test_columns_of_the_catalogues_own_tables_are_honoured(tmp_path: Path) -> None:
    head = "trial,arm,quantity,day,since,value,lower,upper,interval,unit,used_for,where,status\n"
    rows = [
        "mine,sc,os_rate,365,start,0.5,,,,fraction,calibration,table 2,assumed",
        "mine,sc,orr,,,10,,,upper_bound,percent,,,",
        "mine,sc,cr,,,,,0.1,upper_bound,fraction,,,",
    ]
    doses = regimen(trial="mine", arm="sc", product="Proleukin", dose_text="18 million", until="progression", max_cycles="")
    own = read_tables(table(tmp_path, "seen.csv", head + "\n".join(rows) + "\n"), table(tmp_path, "doses.csv", doses))
    assert own.problems == ()
    survival, response, complete = own.trials[0].arms["sc"].observations
    assert (survival.day, survival.since, survival.used_for) == (365, "start", "calibration")
    assert (survival.where, survival.status) == ("table 2", "assumed")
    assert [(one.value, one.bound, one.upper) for one in (response, complete)] == [(0.1, "upper", None)] * 2
    [given] = own.trials[0].arms["sc"].regimens
    assert (given.product, given.dose_text, given.until) == ("Proleukin", "18 million", "progression")


def test_own_regimens_of_a_catalogue_trial_keep_its_follow_up_scans_and_size(tmp_path: Path) -> None:
    known = catalog.trial("schwartzentruber2011")
    own = read_tables(None, table(tmp_path, "doses.csv", regimen(trial="Schwartzentruber2011", disease="")))
    trial = next(trial for trial in own.trials if trial.id == known.id)
    assert known.protocol is not None
    assert trial.protocol is None
    assert (trial.follow_up, trial.scans, trial.n) == (known.protocol["follow_up"], known.protocol["scans"], known.n)
    assert trial.disease == known.disease


def test_a_trial_is_one_whatever_the_case_of_its_name(tmp_path: Path) -> None:
    rows = HEADER + "ATKINS1999,hd il-2,orr,,0.16,,,,fraction,270,x\natkins1999,HD IL-2,cr,,0.06,,,,fraction,270,x\n"
    own = read_tables(table(tmp_path, "seen.csv", rows), None)
    [trial] = own.trials
    assert [seen.quantity for seen in trial.arms["HD IL-2"].observations] == ["orr", "cr"]


def test_an_arm_that_the_trial_lacks_is_named(tmp_path: Path) -> None:
    own = read_tables(table(tmp_path, "seen.csv", HEADER + "atkins1999,HDIL2,dcr,,0.16,,,,fraction,270,x\n"), None)
    [problem] = own.problems
    assert (problem.row, problem.field) == (2, "arm")
    assert "Did you mean HD IL-2?" in problem.message


def test_what_the_model_was_calibrated_on_is_counted_there(tmp_path: Path) -> None:
    arm = catalog.trial("atkins1999").arms["HD IL-2"]
    fitted = next(seen for seen in arm.observations if seen.used_for == "calibration")
    row = f"atkins1999,HD IL-2,{fitted.quantity},{fitted.time},{fitted.value},,,,{fitted.unit},270,x\n"
    own = read_tables(table(tmp_path, "seen.csv", HEADER + row), None)
    assert [seen.used_for for seen in own.trials[0].arms["HD IL-2"].observations] == ["calibration"]
    assert "the model was calibrated on" in own.problems[0].message


def test_a_trial_without_disease_is_told_once(tmp_path: Path) -> None:
    own = read_tables(None, table(tmp_path, "doses.csv", regimen(disease="").replace('"good"', '"mine"')))
    [problem] = own.problems
    assert (problem.row, problem.field) == (0, "disease")
    assert "people without tumour" in problem.message


def test_a_row_that_stands_twice_is_used_once(tmp_path: Path) -> None:
    first, second, *_ = DOSES.split("\n")
    own = read_tables(None, table(tmp_path, "doses.csv", "\n".join((first, second, second)) + "\n"))
    assert [(problem.row, problem.message) for problem in own.problems] == [(3, "the same as row 2, left out.")]
    assert len(own.trials[0].arms["sc"].regimens) == 1


def test_cycles_that_are_not_given_are_told(tmp_path: Path) -> None:
    own = read_tables(None, table(tmp_path, "doses.csv", regimen(max_cycles="")))
    assert (2, "cycles", "is empty; taken as given until progression.") in {problem[1:] for problem in own.problems}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00", "perhaps an Excel workbook"),
        (b"", "the file is empty"),
        (b"trial,arm,quantity,value,value,unit\n", "value: the table has this column twice"),
    ],
)
def test_a_file_that_is_no_table_is_one_message(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(RunError, match=said):
        read_tables(table(tmp_path, "seen.csv", content), None)
