"""Runs without a brake, or with one value of a parameter in everybody: what changes, what is recorded, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.errors import RunError
from kinecast.runs import rerun, run

SETTINGS = {"patients": 6, "seed": 2}


@pytest.fixture(scope="module")
def plain():
    return run("atkins1999", **SETTINGS)


@pytest.fixture(scope="module")
def changed():
    return run("atkins1999", **SETTINGS, without=("pd1", "treg"), changes={"pd1_brake": 0.5})


def test_the_same_patients_shrink_more_without_brakes(plain, changed):
    for column in ("weight_kg", "age_years"):
        np.testing.assert_array_equal(plain.columns["patients"][column], changed.columns["patients"][column])
    best = [np.nanmin(one.columns["scans"]["change_from_baseline"]) for one in (plain, changed)]
    mean = [one.columns["scans"]["change_from_baseline"][one.columns["scans"]["time_d"] == 56].mean() for one in (plain, changed)]
    assert best[1] <= best[0]
    assert mean[1] < mean[0]


def test_changes_are_said_and_recorded(plain, changed):
    assert changed.summary["changed"] == ["without PD-1", "without regulatory T cells", "pd1_brake = 0.5"]
    assert "without PD-1" in str(changed.table())
    assert changed.provenance["without"] == ["pd1", "treg"]
    assert changed.provenance["changes"] == {"pd1_brake": 0.5}
    assert plain.summary["changed"] == []
    assert not {"without", "changes"} & set(plain.provenance)


def test_a_changed_run_is_repeated_as_it_was(changed, tmp_path):
    changed.save(tmp_path / "first")
    again = rerun(tmp_path / "first" / "provenance.json")
    assert again.provenance["repeats"]["differs"] == ""
    assert again.provenance["without"] == ["pd1", "treg"]
    np.testing.assert_array_equal(again.columns["patients"]["os_days"], changed.columns["patients"]["os_days"])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"without": ("tregs",)}, "no brake 'tregs'"),
        ({"changes": {"pd1_brak": 1.0}}, "Did you mean pd1_brake"),
        ({"changes": {"weight": 70.0}}, "cannot be set"),
        ({"changes": {"pd1_brake": float("nan")}}, "is not a number"),
    ],
)
def test_what_cannot_be_changed_is_said(more, said):
    with pytest.raises(RunError, match=said):
        run("atkins1999", **SETTINGS, **more)


def test_a_brake_that_the_model_lacks_is_said():
    with pytest.raises(RunError, match="has no brake 'soluble-cd25'"):
        run("andtbacka2019_tvec_optim", patients=1, without=("soluble-cd25",))
