"""Every picture: it is a valid Vega-Lite chart, says its units and its n, and saves itself; and what it shows of the numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import kinecast.plots
from kinecast.errors import RunError
from kinecast.plots import PICTURES, Plots, available, picture
from kinecast.plots.bands import NAMES, bands
from kinecast.plots.drug_level import _apart
from kinecast.plots.panels import evenly
from kinecast.plots.theme import arm_colours
from kinecast.plots.waterfall import best_changes
from kinecast.trial.survival import kaplan_meier as estimate

TITLES = {
    "forecast_against_report": ("Patients [%]", "[months]"),
    "swimmer": ("Time since first dose [month]",),
    "waterfall": ("Best change from baseline [%]",),
    "spider": ("Time since first dose [month]", "Change from baseline [%]"),
    "kaplan_meier": ("Time since first dose [month]", "Patients [%]"),
    "drug_level": ("Time [d]", "aldesleukin [pM]"),
    "blood_cells": ("Time [d]", "Fold of baseline [×]"),
    "toxicity": ("Patients [%]",),
    "toxicity_course": ("Time [d]", "[mmHg]", "[mg/dL]", "[% of body weight]", "[× upper limit of normal]", "[°C above normal]"),
    "doses": ("Patients [%]", "Planned doses [%]", "Doses received of 14 planned"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_axis_titles_have_units_and_the_title_says_n(forecast, name):
    spec = picture(forecast, name)
    titles = {str(channel["title"]) for channel in _channels(spec) if channel.get("title")}
    assert set(TITLES[name]) <= titles
    assert "n = " in spec["title"]["text"]
    assert spec["description"]


@pytest.mark.parametrize("name", PICTURES)
def test_chart_is_valid_and_saves_as_svg_and_png(forecast, name, tmp_path):
    chart = getattr(Plots(forecast), name)()  # altair checks the chart against the Vega-Lite schema when it saves
    for ending, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        target = tmp_path / f"{name}.{ending}"
        chart.save(target)
        assert target.read_bytes().startswith(start)


@pytest.mark.parametrize("name", PICTURES)
def test_every_arm_is_drawn_and_one_can_be_chosen(two_arms, name):
    both = json.dumps(picture(two_arms, name))
    one = json.dumps(picture(two_arms, name, arm="LD IL-2"))
    assert "HD IL-2" in both
    assert "LD IL-2" in both
    assert "HD IL-2" not in one


def test_unknown_arm_names_the_nearest(two_arms):
    with pytest.raises(RunError, match="Did you mean LD IL-2"):
        Plots(two_arms).waterfall(arm="LD IL2")


def test_forecast_offers_its_pictures(forecast):
    assert forecast.plot.waterfall().to_dict()["title"]["text"].startswith("Best change")


def test_no_picture_of_what_was_not_simulated(forecast):
    scans = {name: column[:0] for name, column in forecast.columns["scans"].items() if name not in ("arm", "response")}
    unscanned = replace(forecast, columns={**forecast.columns, "scans": {**forecast.columns["scans"], **scans}})
    assert {"waterfall", "spider"}.isdisjoint(available(unscanned))
    assert {"kaplan_meier", "toxicity"} <= set(available(unscanned))
    with pytest.raises(RunError, match="nobody was imaged"):
        picture(unscanned, "waterfall")


def test_available_pictures_are_all_of_a_full_forecast_however_often_asked(forecast):
    assert kinecast.plots.available(forecast) == PICTURES
    assert kinecast.plots.available(forecast) == PICTURES


def test_drug_level_is_not_joined_where_it_was_not_sampled(forecast):
    rows, *_ = _rows(picture(forecast, "drug_level"))
    days = [row["day"] for row in rows if row["median"] is not None]
    breaks = [row["day"] for row in rows if row["median"] is None]
    assert breaks == [late for early, late in pairwise(days) if late - early > 4 / 24 + 1e-6]


def test_drug_level_is_joined_close_to_a_dose_and_ends_below_the_lowest_level():
    levels = [(0.0, 0.0), (0.01, 900.0), (0.1, 20.0), (0.2, 1e-9), (1.0, 3.0), (2.0, 0.0)]
    rows = [{"day": day, **dict.fromkeys(NAMES, level)} for day, level in levels]
    alone, joined = _apart(rows, bottom=1.0)
    assert [row["day"] for row in alone] == [1.0]
    assert [row["day"] for row in joined] == [0.0, 0.01, 0.1, 0.2, 1.0, 1.0, 2.0, 2.0]
    assert np.isnan([row["median"] for row in joined]).tolist() == [False] * 4 + [True, False, True, False]


def test_drug_level_shows_the_days_on_which_there_is_one(forecast):
    store = forecast.curves_store
    levels = store.by_arm["HD IL-2"].copy()
    levels[:, store.times > 1.0, store.quantities.index("serum_aldesleukin")] = 0.0
    gone = replace(forecast, curves_store=replace(store, by_arm={"HD IL-2": levels}))
    rows, ticks = _rows(picture(gone, "drug_level"))
    assert max(row["day"] for row in rows) == 3.0
    assert max(row["day"] for row in ticks) == pytest.approx(3.0)
    assert min(row["median"] for row in rows if row["median"] is not None) < 1.0  # cut off by the axis, not drawn along it


def test_bands_against_numpy_quantiles(forecast):
    rows = bands(forecast, "HD IL-2", "platelets", until=20.0, points=10)
    store = forecast.curves_store
    curve = store.by_arm["HD IL-2"][:, :, store.quantities.index("platelets")].astype(float)
    for row in rows:
        at = int(np.flatnonzero(store.times == row["day"])[0])
        expected = np.nanquantile(curve[:, at], [0.05, 0.25, 0.5, 0.75, 0.95])
        found = [row[key] for key in ("low90", "low50", "median", "high50", "high90")]
        assert found == pytest.approx(expected.tolist(), rel=1e-12)


def test_bands_as_fold_start_at_one(forecast):
    first = bands(forecast, "HD IL-2", "nk", until=20.0, fold=True)[0]
    assert [first[key] for key in ("low90", "median", "high90")] == [1.0, 1.0, 1.0]


def test_bands_of_an_unknown_quantity_name_the_stored_ones(forecast):
    with pytest.raises(RunError, match="Did you mean platelets"):
        bands(forecast, "HD IL-2", "platelet", until=20.0)


def test_waterfall_against_pandas(forecast):
    expected = forecast.scans.groupby("patient")["change_from_baseline"].min().mul(100).sort_values(ascending=False)
    changes = best_changes(forecast, "HD IL-2")
    assert changes.percent.tolist() == pytest.approx(expected.tolist())


def test_waterfall_of_many_patients_draws_an_even_sample_and_says_so(many):
    spec = picture(many, "waterfall")
    imaged = len(best_changes(many, "HD IL-2").patient)
    assert f"n = 150, spread evenly over {imaged}" in spec["title"]["text"]
    assert len(_rows(spec)[0]) == 150


def test_sample_keeps_first_and_last():
    chosen = evenly(1000, 60)
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 999, 60)
    assert evenly(5, 60).tolist() == [0, 1, 2, 3, 4]


def test_kaplan_meier_states_median_report_and_numbers_at_risk(forecast):
    text = json.dumps(picture(forecast, "kaplan_meier"), ensure_ascii=False)
    people = forecast.patients
    median = estimate(people["os_days"].to_numpy() / 30.4375, people["died"].to_numpy()).median
    assert f"median {median:.3g} months" in text
    assert "reported 11.4 (Atkins99, n = 270)" in text
    assert '\\"month\\":0.0,\\"n\\":\\"120\\"' in text


def test_toxicity_bars_add_up_to_the_patients_with_any_grade(forecast):
    rows = _rows(picture(forecast, "toxicity"))[0]
    hypotension = sum(row["percent"] for row in rows if row["toxicity"] == "Hypotension")
    assert hypotension == pytest.approx(100 * (forecast.patients["worst_hypotension"] >= 1).mean(), abs=0.01)


def test_doses_bars_against_the_patients_table(forecast):
    rows = _rows(picture(forecast, "doses"))[0]
    received = forecast.patients["doses_received_first_cycle"]
    for row in rows:
        assert row["percent"] == pytest.approx(100 * (received == row["doses"]).mean(), abs=0.01)


def test_forecast_against_report_leaves_out_what_was_not_simulated(forecast):
    text = json.dumps(picture(forecast, "forecast_against_report"))
    assert "Objective response rate" in text
    assert "Tumour burden" not in text


def test_pictures_stay_small(many):
    assert sum(len(json.dumps(picture(many, name))) for name in PICTURES) < 600_000


def _channels(spec):
    """All encoding channels of a spec, however deep."""
    if isinstance(spec, list):
        for item in spec:
            yield from _channels(item)
    elif isinstance(spec, dict):
        yield from (channel for channel in spec.get("encoding", {}).values() if isinstance(channel, dict))
        for key in ("layer", "vconcat", "hconcat", "concat"):
            yield from _channels(spec.get(key, []))


def _rows(spec):
    """The rows of every data set of a spec, in order."""
    found = [json.loads(spec["data"]["values"])] if "data" in spec else []
    for key in ("layer", "vconcat", "hconcat", "concat"):
        for part in spec.get(key, []):
            found += _rows(part)
    return found


def test_the_swimmer_marks_from_when_doses_are_lower(forecast):
    mark = "lower doses from here"
    assert mark not in json.dumps(picture(forecast, "swimmer"))
    doses = forecast.columns["doses"]
    given = np.where(doses["given"], doses["planned_nmol"] * np.where(doses["number"] > 5, 0.5, 1.0), 0.0)
    lowered = replace(forecast, columns={**forecast.columns, "doses": {**doses, "given_nmol": given}})
    assert mark in json.dumps(picture(lowered, "swimmer"))


def test_escalations_with_more_arms_than_colours_have_one_for_each():
    colours = arm_colours(14)
    assert len(colours) == 14 and len(set(colours[:12])) == 12
