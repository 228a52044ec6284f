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


def test_run_says_which_arms_are_left_out(simulated, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("kinecast.trial.regimens.left_out", lambda trial: dict.fromkeys(trial.arms, "not known: dose"))
    assert main(["run", "atkins1999", "--out", str(tmp_path / "out"), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["seed"] == 1
    assert "kinecast: arm HD IL-2 is left out: not known: dose." in printed.err
