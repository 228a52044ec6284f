"""The command line: what each command prints, exit codes, and one clear message for each wrong input."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kinecast
from kinecast import runs
from kinecast.cli import main
from kinecast.errors import RunError
from kinecast.plots.endpoints import without_unit_one
from kinecast.report import terminal
from kinecast.report.sentence import arms_in_words

PROTOCOL = """
title: Low-dose interleukin-2
disease: none
patients: 4
follow_up: 10 days
arms:
  low: [{agent: aldesleukin, dose: 60000 IU/kg, route: iv, duration: 15 min}]
"""


@pytest.fixture
def simulated(monkeypatch, forecast):
    """Replace the simulation by the made-up forecast; what it was asked for is recorded."""
    asked = []

    def run(source, patients=None, seed=1, threads=None, out=None, progress=None):
        asked.append((source, patients, seed, threads))
        runs.source.resolve(source)
        if progress:
            progress(60, 120)
        return forecast

    monkeypatch.setattr(runs, "run", run)
    monkeypatch.setattr("kinecast.report.warm_up", lambda: None)
    monkeypatch.setattr("kinecast.report.page.page", lambda forecast: "<!doctype html>")  # drawn in test_report.py
    return asked


def test_run_prints_the_table_and_stores_everything(simulated, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["run", "atkins1999", "--patients", "120", "--seed", "3", "--threads", "2"]) == 0
    printed = capsys.readouterr()
    assert simulated == [("atkins1999", 120, 3, 2)]
    for said in ("Objective response rate", "15.5 % (10 to 22)", "16 % (12 to 21), n = 270", "Atkins99", "Calibrated?", "yes"):
        assert said in printed.out
    assert "kinecast-atkins1999/report.html" in printed.out
    assert printed.err == ""
    stored = {path.name for path in Path("kinecast-atkins1999").iterdir()}
    assert {"report.html", "summary.json", "patients.parquet", "provenance.json", "protocol.yaml"} <= stored
    assert [path.name for path in tmp_path.iterdir()] == ["kinecast-atkins1999"]


def test_run_into_an_earlier_run_replaces_it(simulated, tmp_path):
    for _ in range(2):
        assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert (tmp_path / "out" / "report.html").exists()


def test_json_is_all_that_is_printed(simulated, forecast, tmp_path, capsys):
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == forecast.summary


def test_quiet_prints_nothing(simulated, tmp_path, capsys):
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_file_names_the_folder(simulated, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my-trial.yaml").write_text(PROTOCOL)
    assert main(["run", "my-trial.yaml", "-q"]) == 0
    assert Path("kinecast-my-trial/report.html").exists()


def test_folder_with_something_else_is_refused_before_anything_is_simulated(simulated, tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("years of work")
    assert main(["run", "atkins1999", "--out", str(tmp_path)]) == 2
    assert "already holds something that is not a run" in capsys.readouterr().err
    assert simulated == []
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_report_that_cannot_be_written_is_told(simulated, forecast, tmp_path, monkeypatch, capsys):
    write_text = Path.write_text

    def full(path, text, **settings):
        if path.name == "report.html":
            write_text(path, text[:5], **settings)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_text(path, text, **settings)

    monkeypatch.setattr(Path, "write_text", full)
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out")]) == 2
    assert "the disk is full" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_notes_beside_results_are_not_deleted(simulated, tmp_path, capsys):
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--quiet"]) == 0
    (tmp_path / "out" / "my_notes.txt").write_text("years of work")
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert "my_notes.txt in it was not written by kinecast" in capsys.readouterr().err
    assert (tmp_path / "out" / "my_notes.txt").read_text() == "years of work"


def test_a_name_too_long_for_a_file_is_told(simulated, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "atkins1999", "--out", "x" * 300]) == 2
    assert main(["run", "atkins1999", "--out", f"new/{'x' * 300}"]) == 2
    assert main(["run", "y" * 300]) == 2
    assert main(["rerun", "y" * 300]) == 2
    assert simulated == []
    assert capsys.readouterr().err.count("File name too long") == 4
    assert list(tmp_path.iterdir()) == []


def test_a_folder_called_like_a_trial_does_not_hide_it(simulated, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("atkins1999").mkdir()
    assert main(["run", "atkins1999", "--quiet"]) == 0
    assert Path("kinecast-atkins1999/report.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["list", "trials"], ["show", "aldesleukin", "--json"]])
def test_output_that_cannot_be_written_is_told(arguments):
    code = f"import sys; from kinecast.cli import main; sys.exit(main({arguments}))"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, env=_environment(), check=False
        )
    assert (done.returncode, done.stderr) == (2, "kinecast: cannot write: No space left on device.\n")


def test_other_errors_of_the_system_are_not_hidden(monkeypatch):
    def broken(*_, **__):
        raise PermissionError(errno.EACCES, "a defect")

    monkeypatch.setattr("kinecast.cli.showing.show_record", broken)
    with pytest.raises(PermissionError):
        main(["show", "aldesleukin"])


def test_interrupt_leaves_nothing_behind(tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "run", interrupted)
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out")]) == 130
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == "kinecast: interrupted.\n"


def test_rerun_reads_the_provenance_of_a_folder(simulated, forecast, tmp_path, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(runs, "rerun", lambda path, threads=None, progress=None: asked.append(path) or forecast)
    assert main(["run", "atkins1999", "--out", str(tmp_path / "first"), "-q"]) == 0
    assert main(["rerun", str(tmp_path / "first"), "--out", str(tmp_path / "again"), "--json"]) == 0
    assert asked == [tmp_path / "first" / "provenance.json"]
    assert json.loads(capsys.readouterr().out)["seed"] == 1
    assert (tmp_path / "again" / "report.html").exists()


@pytest.mark.parametrize(
    ("there", "record", "folder"),
    [(".", "first", "first-again"), ("first", "provenance.json", "first-again"), (".", "tam.json", "tam-again")],
)
def test_rerun_never_writes_into_the_first_run(simulated, forecast, tmp_path, monkeypatch, there, record, folder):
    monkeypatch.setattr(runs, "rerun", lambda path, threads=None, progress=None: forecast)
    assert main(["run", "atkins1999", "--out", str(tmp_path / "first"), "-q"]) == 0
    before = sorted(tmp_path.joinpath("first").iterdir())
    monkeypatch.chdir(tmp_path / there)
    assert main(["rerun", record, "-q"]) == 0
    assert (tmp_path / folder / "report.html").exists()
    assert sorted(tmp_path.joinpath("first").iterdir()) == before


def test_rerun_of_another_model_says_so(simulated, forecast, tmp_path, monkeypatch, capsys):
    repeats = {"model": "x", "same": {"model": False}, "differs": "the equations of the model are others"}
    other = replace(forecast, provenance={**forecast.provenance, "repeats": repeats})
    monkeypatch.setattr(runs, "rerun", lambda path, threads=None, progress=None: other)
    assert main(["rerun", "tam.json", "--out", str(tmp_path / "again"), "--json"]) == 0
    printed = capsys.readouterr()
    assert "not an exact repetition: the equations of the model are others" in printed.err
    assert json.loads(printed.out)["seed"] == 1


def test_the_stored_command_names_the_folder(simulated, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "atkins1999", "--out", "my results", "-q"]) == 0
    assert json.loads(Path("my results/provenance.json").read_text())["command"] == "kinecast rerun 'my results'"


WRONG = {
    "unknown trial": (["run", "atkins1998"], "Did you mean atkins1999"),
    "no such file": (["run", "nowhere.yaml"], "nowhere.yaml"),
    "protocol without a unit": (["run", "bad.yaml"], "60000"),
    "rerun of nothing": (["rerun", "nowhere"], "nowhere"),
    "rerun of another file": (["rerun", "bad.yaml"], "is not JSON"),
    "unknown record": (["show", "aldesleukine"], "Did you mean aldesleukin"),
    "nothing near": (["show", "xyzzy"], "kinecast list"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_one_message_with_a_hint(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(PROTOCOL.replace("60000 IU/kg", "60000"))
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("kinecast: ")
    assert said in printed.err
    assert all(line.startswith("  ") for line in printed.err.splitlines()[1:])
    assert "Traceback" not in printed.err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


USAGE = {
    "no command": [],
    "unknown command": ["forecast"],
    "no trial": ["run"],
    "unknown option": ["run", "atkins1999", "--patient", "3"],
    "no patients": ["run", "atkins1999", "--patients", "0"],
    "patients in words": ["run", "atkins1999", "--patients", "many"],
    "negative seed": ["run", "atkins1999", "--seed", "-1"],
    "no threads": ["run", "atkins1999", "--threads", "0"],
    "unknown kind": ["list", "drugs"],
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE)
def test_wrong_usage_exits_with_2(arguments, capsys):
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", "run", "rerun", "list", "show"])
def test_help_has_an_example(command, capsys):
    assert main([*command.split(), "--help"]) == 0
    assert "Example: kinecast " in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kinecast {kinecast.__version__}\n"


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


def test_lines_are_long_where_there_is_no_terminal(simulated, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out")]) == 0
    table = capsys.readouterr().out.split("Report:")[0]
    assert 80 < max(len(line.rstrip()) for line in table.splitlines()) <= 140


def test_a_table_can_be_printed(forecast, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    table = forecast.table()
    assert str(table).splitlines()[0].startswith(forecast.summary["title"])
    assert "Objective response rate" in str(table)
    assert repr(table) == str(table)
    assert table._repr_html_().startswith("<pre>High-dose")


def test_the_unit_of_plain_numbers_is_not_written(forecast, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    row = forecast.summary["arms"]["HD IL-2"]["pfs_median"] | {"unit": "1"}
    table = terminal.PrintedTable({**forecast.summary, "arms": {"HD IL-2": {"pfs_median": row}}})
    assert "2.9 (2.4 to 3.6)" in str(table)
    assert without_unit_one("held: neurotoxicity above 1 1") == "held: neurotoxicity above 1"
    assert without_unit_one("hold > 1 1") == "hold > 1"
    assert without_unit_one("day 11") == "day 11"


def test_narrow_terminal_without_colour(simulated, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    table = printed.split("Report:")[0]
    assert max(len(line.rstrip()) for line in table.splitlines()) <= 40


def test_table_leaves_out_the_report_when_there_is_none(forecast):
    arm = forecast.summary["arms"]["HD IL-2"]
    table = terminal.endpoint_table({**forecast.summary, "arms": {"HD IL-2": {"pfs_median": arm["pfs_median"]}}})
    assert [column.header for column in table.columns] == ["Endpoint", "Forecast", "95 % of such trials"]


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom kinecast.cli import main\nmain(['--help'])\n"
        "print([name for name in ('numpy', 'pandas', 'altair', 'numba', 'xarray', 'pydantic_core') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_environment())
    assert done.stdout.splitlines()[-1] == "[]"


def test_reader_that_leaves_is_no_error():
    code = "import sys; from kinecast.cli import main; sys.exit(main(['show', 'aldesleukin', '--json']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_public_names_are_loaded_when_used():
    assert kinecast.agents["Proleukin"].id == "aldesleukin"
    assert kinecast.run is runs.run
    with pytest.raises(AttributeError, match="no attribute 'trails'"):
        _ = kinecast.trails


def test_trials_of_the_public_interface_can_be_run(monkeypatch, forecast):
    asked = []
    monkeypatch.setattr("kinecast._trials.run", lambda source, **settings: asked.append((source.id, settings)) or forecast)
    assert kinecast.trials["atkins1999"].run(patients=1000, seed=1) is forecast
    assert asked == [("atkins1999", {"patients": 1000, "seed": 1})]
    assert set(kinecast.trials) == set(kinecast.catalog.trials())
    with pytest.raises(kinecast.errors.CatalogError, match="Did you mean atkins1999"):
        kinecast.trials["atkins1998"]


def test_error_outside_input_is_not_hidden(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("kinecast.cli.showing.show_record", broken)
    with pytest.raises(ZeroDivisionError):
        main(["show", "aldesleukin"])


def test_error_without_hint_is_one_line(monkeypatch, capsys):
    def refused(*_, **__):
        raise RunError("it cannot be.")

    monkeypatch.setattr("kinecast.cli.showing.show_record", refused)
    assert main(["show", "aldesleukin"]) == 2
    assert capsys.readouterr().err == "kinecast: it cannot be.\n"


def _environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


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


def test_run_says_which_arms_are_left_out(simulated, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("kinecast.trial.regimens.left_out", lambda trial: dict.fromkeys(trial.arms, "not known: dose"))
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["seed"] == 1
    assert "kinecast: arm HD IL-2 is left out: not known: dose." in printed.err


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
