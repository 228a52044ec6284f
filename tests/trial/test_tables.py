"""What the tables and the summary tell of patients before treatment, of their scans, and of what ended PFS."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kinecast.biology import PatientModel
from kinecast.report.baseline import baseline_table
from kinecast.runs.columns import as_pandas
from kinecast.runs.summary import summary
from kinecast.runs.tables import characteristics, tables
from kinecast.trial import Protocol
from kinecast.trial.outcome import Outcome, outcome

from .conftest import PROTOCOL, open_clinic, toy_model
from .test_conduct import conducted

WEIGHT = np.linspace(50, 90, 40)


@pytest.fixture(scope="module")
def high() -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        open_clinic(patch)
        protocol = Protocol.read(PROTOCOL)
        return outcome(protocol, conducted(toy_model(), protocol, "high", np.arange(40)))


@pytest.fixture(scope="module")
def frames(high: Outcome) -> dict[str, pd.DataFrame]:
    return {name: as_pandas(columns) for name, columns in tables({"high": high}, {"weight_kg": WEIGHT}).items()}


def test_patients_tell_their_lesions_at_baseline(high: Outcome, frames: dict[str, pd.DataFrame]):
    patients, scans = frames["patients"], high.conducted.scans
    assert scans is not None
    np.testing.assert_array_equal(patients["baseline_sum_mm"], scans.sums[:, 0])
    assert (patients["n_targets"] + patients["n_non_targets"] == 2).all()
    assert (patients["weight_kg"] == WEIGHT).all()


def test_laboratory_values_before_treatment_are_columns(high: Outcome):
    renamed = tuple("creatinine" if name == "nk" else name for name in high.conducted.quantities)
    shown = characteristics(replace(high, conducted=replace(high.conducted, quantities=renamed)))
    np.testing.assert_array_equal(shown["baseline_creatinine_mg_per_dL"], high.conducted.curve("nk")[:, 0])


def test_what_ended_pfs_is_told(frames: dict[str, pd.DataFrame]):
    patients = frames["patients"]
    event = patients["pfs_event"].astype(str)
    assert set(event) == {"progression", "death"}
    assert (patients["progressed"] == (event != "none")).all()
    died = patients[event == "death"]
    assert (died["pfs_days"] == died["os_days"]).all()
    assert died["died"].all()
    progression = frames["scans"].query("response == 'PD'").set_index("patient")["time_d"]
    seen = patients[event == "progression"].set_index("patient")["pfs_days"]
    assert progression.sort_index().equals(seen.sort_index().rename("time_d"))


def test_patients_without_an_event_are_censored(high: Outcome):
    scans = high.conducted.scans
    assert scans is not None
    unseen = replace(high.conducted, scans=replace(scans, first_pd=np.full(40, len(high.conducted.scan_times))))
    assert (replace(high, conducted=unseen, progressed=np.zeros(40, dtype=bool)).pfs_event == 0).all()


def test_scans_tell_baseline_other_lesions_and_why_progression(frames: dict[str, pd.DataFrame]):
    scans = frames["scans"]
    assert np.allclose(scans["sum_of_diameters_mm"] / scans["baseline_sum_mm"] - 1, scans["change_from_baseline"])
    assert ((scans["progression"] != "") == (scans["response"] == "PD")).all()
    assert (scans["progression"].astype(str).str.contains("new lesion") == scans["new_lesion"]).all()
    assert set(scans["non_target"]) <= {"none", "present", "gone", "back"}


def test_tables_without_scans_have_the_same_columns(high: Outcome, frames: dict[str, pd.DataFrame]):
    blind = replace(high, conducted=replace(high.conducted, scans=None))
    made = tables({"high": blind}, {"weight_kg": WEIGHT})
    assert list(made["scans"]) == list(frames["scans"])
    assert set(as_pandas(made["patients"])["pfs_event"]) <= {"none", "death"}
    assert "baseline_sum_mm" not in made["patients"]


def test_the_summary_describes_the_patients_before_treatment(high: Outcome, model: PatientModel):
    units = {name: observable.unit for name, observable in model.observables.items()}
    told = summary(Protocol.read(PROTOCOL), None, {"high": high}, units, 40, 1, {"weight_kg": WEIGHT})
    assert told["baseline"]["weight_kg"] == pytest.approx({"median": 70.0, "p5": 52.0, "p95": 88.0, "n": 40})
    assert {"baseline_sum_mm", "n_targets", "n_non_targets"} <= set(told["baseline"])
    page = baseline_table(type("Forecast", (), {"summary": told}))
    assert 'Weight [kg]</th><td class="number">70</td><td class="number">52 to 88</td><td class="number">40</td>' in page
    assert baseline_table(type("Forecast", (), {"summary": {}})) == ""
