from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from kinecast import catalog
from kinecast.catalog.records import Trial
from kinecast.errors import KinecastError, ProtocolError, RunError
from kinecast.runs import Forecast, run
from kinecast.runs.columns import Labels, as_arrow, as_pandas, from_arrow, stacked
from kinecast.trial import Protocol

from ..trial.conftest import PROTOCOL, SAYS

TABLES = ("patients", "doses", "scans", "toxicity")


def identical(one: Forecast, other: Forecast) -> None:
    np.testing.assert_array_equal(one.curves.values, other.curves.values)
    for table in TABLES:
        assert getattr(one, table).equals(getattr(other, table)), table
    assert one.summary == other.summary


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_bits_do_not_depend_on_threads(forecast: Forecast, threads: int):
    identical(run(PROTOCOL, patients=30, threads=threads), forecast)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_bits_do_not_depend_on_chunks(forecast: Forecast, chunk: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.modules["kinecast.runs.execute"], "CHUNK", chunk)
    identical(run(PROTOCOL, patients=30, threads=2), forecast)


def test_a_patient_is_the_same_in_a_larger_trial(forecast: Forecast):
    larger = run(PROTOCOL, patients=37)
    for table in TABLES:
        frame = getattr(larger, table)
        first = frame[frame["patient"] < 30].reset_index(drop=True)
        assert first.equals(getattr(forecast, table)), table
    np.testing.assert_array_equal(larger.curves.values[:, :30], forecast.curves.values)


def test_another_seed_gives_other_patients(forecast: Forecast):
    other = run(PROTOCOL, patients=30, seed=2)
    assert (other.patients["weight_kg"] != forecast.patients["weight_kg"]).all()


def test_the_protocol_says_how_many_patients_by_default():
    assert len(run(PROTOCOL).patients) == 2 * 40


def test_protocol_file_dict_and_object_give_the_same(forecast: Forecast, tmp_path: Path):
    path = tmp_path / "toy.yaml"
    path.write_text(PROTOCOL)
    for source in (path, str(path), Protocol.read(PROTOCOL), Protocol.read(PROTOCOL).as_dict()):
        assert run(source, patients=3).patients.equals(run(PROTOCOL, patients=3).patients)


def test_progress_counts_every_patient_of_every_arm():
    seen: list[tuple[int, int]] = []
    run(PROTOCOL, patients=12, threads=3, progress=lambda done, total: seen.append((done, total)))
    assert [total for _, total in seen] == [24] * 3
    assert [done for done, _ in seen] == [8, 16, 24]


def test_tables_have_a_row_for_everything(forecast: Forecast):
    assert len(forecast.patients) == 2 * 30
    assert len(forecast.doses) == 30 * 84
    assert forecast.patients.groupby("arm", observed=True)["patient"].nunique().tolist() == [30, 30]
    assert set(forecast.doses.loc[~forecast.doses["given"], "reason"]) - {""} == set(
        forecast.doses.loc[~forecast.doses["given"], "reason"]
    )
    assert set(forecast.doses.loc[forecast.doses["given"], "reason"]) == {""}
    per_patient = forecast.doses.groupby("patient")["given"].sum()
    treated = forecast.patients[forecast.patients["arm"] == "high"].set_index("patient")
    assert (treated["doses_received"] == per_patient).all()
    assert (forecast.scans["response"] != "NE").all()
    assert set(forecast.toxicity["toxicity"]) == {"hypotension"}
    assert (forecast.toxicity.groupby("patient").size() <= 6).all()


def test_a_failed_patient_is_counted_with_its_reason(forecast: Forecast):
    failed = forecast.patients[forecast.patients["status"] == "failed"]
    assert failed["patient"].tolist() == [3, 3]
    assert set(failed["reason"]) == {"Stopped: the equations gave a value that is not a finite number."}
    assert (failed["best_response"] == "NE").all()
    assert forecast.summary["failed"] == 2
    assert forecast.summary["status"] == {"ok": 58, "Stopped: the equations gave a value that is not a finite number.": 2}
    assert forecast.summary["arms"]["high"]["orr"]["n"] == 30


def test_curves_are_labelled(forecast: Forecast):
    curves = forecast.curves
    assert curves.dims == ("arm", "patient", "time", "quantity")
    assert curves.dtype == np.float32
    assert curves.sel(quantity="mean_arterial_pressure").coords["unit"].item() == "mmHg"
    assert (curves.sel(arm="untreated", quantity="serum_aldesleukin", patient=0).dropna("time") == 0).all()
    assert forecast.states.sel(state="nk").equals(curves.sel(quantity="nk").rename(quantity="state"))


def test_summary_is_plain_and_names_what_is_not_modelled(forecast: Forecast):
    import json

    assert json.loads(json.dumps(forecast.summary, allow_nan=False)) == forecast.summary
    assert forecast.summary["not_modelled"] == ["creatinine"]
    assert forecast.summary["patients"] == 30
    assert forecast.summary["trial"] is None


def test_the_table_shows_every_arm_and_endpoint(forecast: Forecast):
    from rich.console import Console

    console = Console(width=200, record=True, file=StringIO())
    console.print(forecast.table())
    text = console.export_text()
    assert all(name in text for name in ("high", "untreated", "Objective response rate", "2 simulations failed"))


def toy_trial() -> Trial:
    observations = [
        {"quantity": "orr", "value": 0.16, "unit": "fraction", "n": 270, **SAYS, "source": "Atkins99"},
        {"quantity": "os_rate", "time": "6 months", "value": 0.7, "unit": "fraction", **SAYS},
        {"quantity": "nonsense", "value": 1, "unit": "flag", **SAYS},
    ]
    return Trial.model_validate(
        {
            "id": "toy1999",
            "title": "The toy trial",
            "citations": ["Atkins99"],
            "disease": "toy-cancer",
            "protocol": Protocol.read(PROTOCOL).as_dict(),
            "protocol_source": "Atkins99",
            "protocol_where": "abstract",
            "protocol_status": "assumed",
            "arms": {"high": {"observations": observations}, "untreated": {}},
        }
    )


def test_a_trial_of_the_catalogue_is_compared_with_its_report(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(catalog, "trials", lambda: {"toy1999": toy_trial()})
    forecast = run("toy1999", patients=10)
    rows = forecast.summary["arms"]["high"]
    assert forecast.summary["title"] == "The toy trial"
    assert rows["orr"]["reported"] == 0.16
    assert rows["orr"]["citation"] == "Atkins99"
    assert rows["nonsense"]["not_simulated"].startswith("not simulated: ")
    assert forecast.provenance["trial"] == "toy1999"
    [work] = [work for work in forecast.provenance["bibliography"] if work["key"] == "Atkins99"]
    assert work["reasons"] == ["trial", "protocol", "reported results"]
    assert "@article{Atkins99," in forecast.bibtex()


def test_the_bibliography_holds_published_works_once(forecast: Forecast):
    keys = [work["key"] for work in forecast.provenance["bibliography"]]
    assert len(keys) == len(set(keys))
    assert not any(catalog.citation(key).own for key in keys)
    assert all(work["reasons"] for work in forecast.provenance["bibliography"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"patients": 0}, "patients: '0' is not a whole number of 1 or more."),
        ({"patients": 2.5}, "patients: '2.5'"),
        ({"seed": -1}, "seed: '-1' is not a whole number of 0 or more."),
        ({"threads": 0}, "threads: '0'"),
        ({"source": "atkins2099"}, "'atkins2099' is neither a file nor a trial of the catalogue.\n  Did you mean atkins1999?"),
        ({"source": "absent.yaml"}, "absent.yaml: no such file."),
    ],
)
def test_what_cannot_be_run_is_told(arguments: dict, said: str):
    with pytest.raises(KinecastError) as error:
        run(**{"source": PROTOCOL, **arguments})
    assert said in str(error.value)


def test_a_protocol_made_by_hand_is_checked():
    protocol = Protocol.read(PROTOCOL).model_copy(update={"disease": "nothing"})
    with pytest.raises(ProtocolError, match="disease: 'nothing' is not in the catalogue"):
        run(protocol)


def test_an_error_inside_a_chunk_comes_out(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RunError("no such thing")

    monkeypatch.setattr(sys.modules["kinecast.runs.execute"], "conduct", broken)
    with pytest.raises(RunError, match="no such thing"):
        run(PROTOCOL, patients=4)


def test_columns_survive_arrow_and_become_pandas():
    first = {"arm": Labels(np.array([0, 1]), ("a", "b")), "value": np.array([1.5, np.nan]), "yes": np.array([True, False])}
    second = {"arm": Labels(np.array([1, 0]), ("a", "c")), "value": np.array([2.0, 3.0]), "yes": np.array([True, True])}
    columns = stacked([first, second])
    assert as_pandas(columns)["arm"].tolist() == ["a", "b", "c", "a"]
    assert as_pandas(from_arrow(as_arrow(columns))).equals(as_pandas(columns))
