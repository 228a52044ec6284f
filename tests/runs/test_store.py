from __future__ import annotations

import errno
import json
import os
import stat
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from kinecast.errors import RunError
from kinecast.runs import Forecast, rerun, run
from kinecast.runs.curves import Curves
from kinecast.runs.store import save

from ..trial.conftest import PROTOCOL

FILES = {
    *("summary.json", "provenance.json", "protocol.yaml", "citations.bib", "curves.zarr"),
    *(f"{table}.parquet" for table in ("patients", "doses", "scans", "toxicity")),
}


def test_a_forecast_survives_the_disk(forecast: Forecast, tmp_path: Path):
    folder = forecast.save(tmp_path / "run")
    assert {path.name for path in folder.iterdir()} == FILES
    loaded = Forecast.load(folder)
    assert loaded.summary == forecast.summary
    assert loaded.provenance == forecast.provenance
    assert loaded.protocol == forecast.protocol
    for table in ("patients", "doses", "scans", "toxicity"):
        assert getattr(loaded, table).equals(getattr(forecast, table)), table
    assert loaded.curves.identical(forecast.curves)


def test_a_loaded_forecast_can_be_stored_again(forecast: Forecast, tmp_path: Path):
    loaded = Forecast.load(forecast.save(tmp_path / "one"))
    again = Forecast.load(loaded.save(tmp_path / "two"))
    assert again.curves.identical(forecast.curves)
    assert again.patients.equals(forecast.patients)


def test_curves_are_read_by_xarray(forecast: Forecast, tmp_path: Path):
    import xarray

    dataset = xarray.open_zarr(forecast.save(tmp_path / "run") / "curves.zarr")
    np.testing.assert_array_equal(dataset["time"], forecast.curves["time"])
    np.testing.assert_array_equal(dataset["quantity"], forecast.curves["quantity"])
    values = dataset["curves"].transpose("arm", "patient", "time", "quantity").values
    np.testing.assert_array_equal(values, forecast.curves.values)


def test_an_earlier_run_is_replaced(forecast: Forecast, tmp_path: Path):
    folder = save(forecast, tmp_path / "run", "<!doctype html>")
    assert {path.name for path in folder.iterdir()} == FILES | {"report.html"}
    forecast.save(folder)
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("foreign", ["thesis.tex", "analysis/", "curves.zarr/notes.txt", "summary.json/", ".hidden"])
def test_an_earlier_run_with_files_of_others_is_not_touched(forecast: Forecast, tmp_path: Path, foreign: str):
    folder = forecast.save(tmp_path / "run")
    if foreign.endswith("/"):
        (folder / foreign).unlink(missing_ok=True)
        (folder / foreign).mkdir()
    else:
        (folder / foreign).write_text("important")
    before = sorted(folder.rglob("*"))
    with pytest.raises(RunError, match=rf"{foreign.rstrip('/')} in it was not written by kinecast"):
        forecast.save(folder)
    with pytest.raises(RunError, match="not written by kinecast"):
        run(PROTOCOL, patients=10**9, out=folder)  # told before anything is simulated
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("content", ["{}", "[1]", "{", "[" * 100_000, '{"command": "x", "format": 1}'])
def test_a_file_called_like_a_provenance_is_no_run(forecast: Forecast, tmp_path: Path, content: str):
    (tmp_path / "provenance.json").write_text(content)
    with pytest.raises(RunError, match="already holds something that is not a run"):
        forecast.save(tmp_path)
    assert (tmp_path / "provenance.json").read_text() == content


def test_a_link_to_a_run_stays_a_link(forecast: Forecast, tmp_path: Path):
    forecast.save(tmp_path / "disk" / "run")
    (tmp_path / "run").symlink_to(tmp_path / "disk" / "run")
    forecast.save(tmp_path / "run")
    assert (tmp_path / "run").is_symlink()
    assert Forecast.load(tmp_path / "disk" / "run").summary == forecast.summary


def test_what_is_still_written_while_a_folder_is_removed_goes_too(
    forecast: Forecast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def late(folder: Path) -> None:
        for _ in range(10):
            time.sleep(0.01)
            (folder / "curves" / "c").mkdir(parents=True, exist_ok=True)

    def failing(_: Curves, path: Path) -> None:
        threading.Thread(target=late, args=(path,)).start()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Curves, "write", failing)
    with pytest.raises(RunError, match="the disk is full"):
        forecast.save(tmp_path / "above" / "run")
    time.sleep(0.2)
    assert list(tmp_path.iterdir()) == []


def test_curves_of_many_patients_are_stored_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kinecast.runs.curves._PATIENTS_A_CHUNK", 3)
    values = np.random.default_rng(1).normal(size=(2, 7, 5, 4)).astype("f4")
    values[0, 1, 2:] = np.nan
    times = np.arange(5.0)
    curves = Curves(("a", "b"), tuple("wxyz"), ("1",) * 4, times, dict(zip("ab", values, strict=True)))
    curves.write(tmp_path / "curves.zarr")
    np.testing.assert_array_equal(Curves.read(tmp_path / "curves.zarr").labelled.values, values)


def test_run_stores_and_folders_above_are_made(tmp_path: Path):
    run(PROTOCOL, patients=3, out=tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "summary.json").is_file()


def test_a_stored_folder_may_be_read_by_others(forecast: Forecast, tmp_path: Path):
    old = os.umask(0o022)
    try:
        folder = forecast.save(tmp_path / "run")
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_folder_with_something_else_is_not_touched(forecast: Forecast, tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("important")
    with pytest.raises(RunError, match="already holds something that is not a run"):
        forecast.save(tmp_path)
    with pytest.raises(RunError, match="already holds something that is not a run"):
        run(PROTOCOL, patients=10**9, out=tmp_path)  # told before anything is simulated
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_empty_folder_may_be_used(forecast: Forecast, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    forecast.save(tmp_path / "empty")
    assert Forecast.load(tmp_path / "empty").summary == forecast.summary


def test_a_file_in_the_way_is_told(forecast: Forecast, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="is a file, not a folder"):
        forecast.save(tmp_path / "file")
    with pytest.raises(RunError, match="cannot be written"):
        forecast.save(tmp_path / "file" / "below")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(RunError, match="does not allow it"):
        run(PROTOCOL, patients=10**9, out=tmp_path / "run")


def test_a_full_disk_leaves_nothing_behind(forecast: Forecast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    earlier = forecast.save(tmp_path / "earlier")
    before = (earlier / "summary.json").read_bytes()
    monkeypatch.setattr(Curves, "write", full)
    for folder in (tmp_path / "new", earlier):
        with pytest.raises(RunError, match="the disk is full"):
            forecast.save(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]
    assert (earlier / "summary.json").read_bytes() == before


def test_an_earlier_run_stays_when_the_last_step_fails(forecast: Forecast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = forecast.save(tmp_path / "run")
    rename = Path.rename
    moved: list[Path] = []

    def failing(path: Path, target: Path) -> Path:
        if (path / "summary.json").exists() and path.name.startswith(".kinecast-") and not folder.exists() and not moved:
            moved.append(path)
            raise PermissionError(errno.EPERM, "not now")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(RunError, match="not now"):
        forecast.save(folder)
    assert Forecast.load(folder).summary == forecast.summary
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_without_a_run_is_told(tmp_path: Path):
    with pytest.raises(RunError, match="holds no forecast"):
        Forecast.load(tmp_path)


def test_a_damaged_run_is_told(forecast: Forecast, tmp_path: Path):
    folder = forecast.save(tmp_path / "run")
    (folder / "summary.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        Forecast.load(folder)


def test_a_rerun_gives_the_same_bits(forecast: Forecast, tmp_path: Path):
    folder = forecast.save(tmp_path / "run")
    again = rerun(folder / "provenance.json", threads=1, out=tmp_path / "again")
    np.testing.assert_array_equal(again.curves.values, forecast.curves.values)
    assert again.patients.equals(forecast.patients)
    assert again.summary == forecast.summary
    same = Forecast.load(tmp_path / "again").provenance["repeats"]["same"]
    assert same == dict.fromkeys(("kinecast", "versions", "model", "parameters"), True)
    assert again.provenance["repeats"]["differs"] == ""


def test_a_rerun_says_what_is_no_longer_the_same(forecast: Forecast, tmp_path: Path):
    path = tmp_path / "provenance.json"
    path.write_text(json.dumps({**forecast.provenance, "model": "another", "kinecast": "0.0.1"}))
    repeats = rerun(path).provenance["repeats"]
    assert repeats["same"]["model"] is False
    assert repeats["differs"].startswith("kinecast was 0.0.1 and is ")
    assert repeats["differs"].endswith("the equations of the model are others")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "is not the provenance of a run"),
        ('{"seed": 1}', "is not the provenance of a run"),
    ],
)
def test_what_is_no_provenance_is_told(text: str, said: str, tmp_path: Path):
    path = tmp_path / "provenance.json"
    path.write_text(text)
    with pytest.raises(RunError, match=said):
        rerun(path)


def test_a_missing_or_newer_provenance_is_told(forecast: Forecast, tmp_path: Path):
    with pytest.raises(RunError, match="cannot be read"):
        rerun(tmp_path / "absent.json")
    path = tmp_path / "provenance.json"
    path.write_text(json.dumps({**forecast.provenance, "format": 99}))
    with pytest.raises(RunError, match="has format 99"):
        rerun(path)


def test_provenance_holds_what_a_repetition_needs(forecast: Forecast):
    held = forecast.provenance
    assert held["command"] == "kinecast rerun provenance.json"
    assert {"python", "numpy", "numba", "llvmlite"} <= set(held["versions"])
    assert (held["seed"], held["patients"]) == (1, 30)
    assert len(held["model"]) == len(held["parameters"]) == 64
    assert json.loads(json.dumps(held, allow_nan=False)) == held
