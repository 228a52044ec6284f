"""Cells in a dish from Python: shapes, defaults, EC50, and a user's table that is scaled to the forecast."""

from __future__ import annotations

import json

import numpy as np
import pytest

import kinecast
from kinecast.biology.receptors.molecules import Molecule, native
from kinecast.errors import KinecastError, RunError
from kinecast.inference.dish import dish

HEADER = "cell_type,ligand,time_h,replicate,dose_nM,median_pSTAT5_RFU"


@pytest.fixture
def table(tmp_path):
    """Measurements that are the forecast on other scales, one for each replicate, and rows that cannot be used."""
    known = dish("IL-2", cells=["nk"], doses=[0.05, 0.2, 0.8, 3.0, 12.0, 50.0], hours=[1.0])
    levels = list(zip(known.doses.tolist(), known.response[0, :, 0].tolist(), strict=True))
    scales = ((1, 5000.0, 300.0), (2, 900.0, 4000.0))
    rows = [
        HEADER,
        *(f"NK,IL-2,1,{place},{dose!r},{low + scale * level!r}" for place, scale, low in scales for dose, level in levels),
    ]
    rows += ["NK,IL-15,1,1,1,100", "Martian,IL-2,1,1,1,100", "NK,IL-2,1,1,-1,100", "NK,IL-2,1,1,1,many"]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_the_dish_is_a_public_name_with_cells_doses_and_times():
    found = kinecast.dish("IL-2")
    assert found.response.shape == (10, 25, 4) and found.ec50.shape == (10, 4) and found.stat == "pSTAT5"
    assert kinecast.dish("IL-4", cells=["nk"]).stat == "pSTAT6"


def test_treg_answer_to_il2_at_a_fiftieth_of_what_nk_cells_need_and_to_il15_alike():
    il2 = dish("IL-2", cells=["treg", "nk"], hours=["30 min"]).ec50[:, 0]
    il15 = dish("IL-15", cells=["treg", "nk"], hours=["30 min"]).ec50[:, 0]
    assert il2[1] / il2[0] > 30 and 0.3 < il15[1] / il15[0] < 3


def test_a_molecule_without_cd25_loses_its_preference():
    blind = dish("IL-2", cells=["treg", "nk"], kd={"IL-2Ra": "none"}, hours=[1]).ec50[:, 0]
    assert 0.3 < blind[1] / blind[0] < 3
    assert np.array_equal(dish(native("IL-2").changed({"IL-2Ra": None}), cells=["treg", "nk"], hours=[1]).ec50[:, 0], blind)


def test_texts_with_units_and_numbers_mean_the_same():
    texts = dish("IL-2", cells=["NK"], doses=["100 pM", "1nM"], hours=["30 min"], kd={"IL-2Rb": "0.1 uM"})
    numbers = dish("IL-2", cells=["nk"], doses=[0.1, 1.0], hours=[0.5], kd={"IL-2Rb": 100.0})
    assert texts.response == pytest.approx(numbers.response, rel=1e-6)


def test_cells_in_the_medium_take_the_ligand_away():
    crowded = dish("IL-2", cells=["treg"], hours=[4], density=50).ec50[0, 0]
    assert crowded > 1.5 * dish("IL-2", cells=["treg"], hours=[4]).ec50[0, 0]


def test_measurements_are_put_on_the_models_scale_and_give_their_own_ec50(table):
    found = dish("IL-2", data=table)
    assert found.cells == ("nk",) and found.hours.tolist() == [1.0] and len(found.points) == 12
    forecast = dish("IL-2", cells=["nk"], doses=[point.dose for point in found.points[:6]], hours=[1.0]).response[0, :, 0]
    assert [point.level for point in found.points[:6]] == pytest.approx(forecast.tolist(), rel=1e-6, abs=1e-9)
    assert found.measured["nk", 1.0].ec50 == pytest.approx(found.ec50[0, 0], rel=0.1)
    said = "\n".join(found.notes)
    for part in ("no population 'Martian'", "dose_nm: -1 is neither 0 nor between", "response: 'many' is not a number"):
        assert part in said


def test_the_dish_as_plain_values_is_json(table):
    content = dish("IL-2", data=table).as_dict()
    assert json.loads(json.dumps(content, allow_nan=False))["cells"]["nk"]["name"] == "NK"
    assert len(content["points"]) == 12 and content["measured"][0]["defined"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kd": {"IL-2Ra": "-1 nM"}}, "kd, IL-2Ra: -1 nM is not above zero"),
        ({"kd": {"IL-2Ra": "1"}}, "kd, IL-2Ra: '1' has no unit"),
        ({"doses": [-1.0]}, "doses: -1 nM is not between"),
        ({"hours": ["3 nM"]}, "hours: cannot convert"),
        ({"hours": [1e9]}, "hours: 1e"),
        ({"cells": ["nkk"]}, "no population 'nkk'"),
        ({"density": -1.0}, "density: -1"),
        ({"gamma_loss": 0.0}, "gamma_loss: 0 is not above zero"),
    ],
)
def test_what_makes_no_sense_is_refused_with_field_and_value(asked, said):
    with pytest.raises(KinecastError, match=said):
        dish("IL-2", **asked)


def test_a_dose_of_zero_is_the_background(tmp_path):
    rows = ["cell,time_h,dose_nM,response", "NK,1,0,500", "NK,1,1,700", "NK,1,100,1500", "NK,1,10,1400"]
    (tmp_path / "mine.csv").write_text("\n".join(rows), encoding="utf-8")
    found = dish("IL-2", data=tmp_path / "mine.csv")
    assert len(found.points) == 4 and abs(found.points[0].level) < 0.1 and found.measured is None


def test_a_molecule_needs_a_family_and_what_it_signals_through():
    with pytest.raises(KinecastError, match="family: 'IL-3'"):
        Molecule("mine", "IL-3", {})
    with pytest.raises(KinecastError, match="no KD for IL-2Rb"):
        Molecule("mine", "IL-2", {"IL-2Ra": 1.0})
    assert dish(Molecule("mine", "IL-2", {"IL-2Rb": 100.0}), cells=["nk"]).ec50.shape == (1, 4)


def test_a_table_of_another_ligand_says_which_it_has(table):
    with pytest.raises(RunError, match=r"no row of IL-7[\s\S]*IL-15, IL-2"):
        dish("IL-7", data=table)
