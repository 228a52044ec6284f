"""Attribution: axioms of Shapley values on made-up games, and sums, bits and signs on real patients."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kinecast
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.errors import KinecastError, RunError
from kinecast.inference.attribution import compare, explain
from kinecast.inference.attribution.games import OWN_BRAKES, games
from kinecast.inference.attribution.paired import GROUPS
from kinecast.inference.attribution.shapley import MOST_COALITIONS, plan

FEW, MANY = 3, 8
"""Players of a game that is solved exactly, and of one that is solved by orders."""
SETTINGS = {"patients": 10, "seed": 3}
UNTREATED_TOO = """
title: Interleukin-2 against nothing
disease: melanoma-metastatic
patients: 4
follow_up: 60 weeks
scans: every 8 weeks
arms:
  none: []
  low: [{agent: aldesleukin, dose: 60000 IU/kg, route: iv, duration: 15 min, every: 8 h, doses: 3}]
"""


def worths(k: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(-5, 5), min_size=2**k, max_size=2**k)


def solved(worth: list[float], players: int, orders: int = 4, patients: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Shapley values (N, k) and the whole (N,) of one game that every patient plays, worth by coalition."""
    asked = plan("made up", players, np.arange(patients), 1, orders)
    values = np.asarray(worth)[asked.coalitions][:, None]
    whole = asked.everywhere(values, 2**asked.players - 1) - asked.everywhere(values, 0)
    return asked.shapley(values)[..., 0], whole[..., 0]


@pytest.mark.parametrize("players", [FEW, MANY])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_values_sum_to_the_whole(players, data):
    values, whole = solved(data.draw(worths(players)), players)
    np.testing.assert_allclose(values.sum(axis=1), whole, atol=1e-9)


@pytest.mark.parametrize("players", [FEW, MANY])
@settings(max_examples=30, deadline=None)
@given(data=st.data(), null=st.integers(0, FEW - 1))
def test_a_player_who_changes_nothing_is_worth_nothing(players, data, null):
    worth = data.draw(worths(players))
    values, _ = solved([worth[coalition & ~(1 << null)] for coalition in range(2**players)], players)
    np.testing.assert_allclose(values[:, null], 0, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(worth=worths(FEW))
def test_players_who_do_the_same_are_worth_the_same(worth):
    def swapped(coalition: int) -> int:
        return coalition & ~3 | (coalition & 1) << 1 | (coalition & 2) >> 1

    both = [worth[coalition] + worth[swapped(coalition)] for coalition in range(2**FEW)]
    values, _ = solved(both, FEW)
    np.testing.assert_allclose(values[:, 0], values[:, 1], atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(worth=worths(FEW))
def test_exact_values_are_the_mean_over_all_orders(worth):
    expected = np.zeros(FEW)
    orders = list(permutations(range(FEW)))
    for order in orders:
        coalition = 0
        for player in order:
            expected[player] += (worth[coalition | 1 << player] - worth[coalition]) / len(orders)
            coalition |= 1 << player
    np.testing.assert_allclose(solved(worth, FEW)[0][0], expected, atol=1e-9)


def test_orders_near_the_exact_values_with_the_error_they_state():
    """The larger of a subset of standards: v(S) = the square of the summed weights, of which the values are known."""
    weights = np.arange(1.0, MANY + 1)
    worth = [sum(weight for place, weight in enumerate(weights) if coalition >> place & 1) ** 2 for coalition in range(2**MANY)]
    known = weights * weights.sum()  # of a square of a sum
    asked = plan("made up", MANY, np.arange(400), 1, 4)
    values = np.asarray(worth)[asked.coalitions][:, None]
    found, error = asked.shapley(values)[..., 0].mean(axis=0), np.sqrt(asked.variance(values)[..., 0].sum(axis=0)) / 400
    assert (np.abs(found - known) <= 4 * error + 1e-9).all()


def test_orders_come_in_pairs_and_belong_to_the_patient():
    whole = plan("made up", MANY, np.arange(6), 1, 4)
    part = plan("made up", MANY, np.array([4, 5]), 1, 4)
    np.testing.assert_array_equal(whole.orders[4:], part.orders)
    np.testing.assert_array_equal(whole.orders[:, 0], whole.orders[:, 1, ::-1])
    assert 2**FEW <= MOST_COALITIONS < 2**MANY


@pytest.fixture(scope="module")
def explained():
    return explain("atkins1999", threads=1, **SETTINGS)


def test_brakes_and_drivers_sum_to_the_whole_within_one_percent(explained):
    assert set(explained.games) == {"removed", "induced", "drivers"}
    for game in explained.games.values():
        assert game.left < 0.01
        np.testing.assert_allclose(game.values.sum(axis=1), game.whole, atol=1e-9)


def test_drivers_and_what_passes_no_switch_are_treated_less_untreated(explained):
    parts = explained.games["drivers"].values.sum(axis=1) + explained.beyond_drivers
    np.testing.assert_allclose(parts, explained.treated - explained.untreated, atol=1e-9)
    assert np.abs(explained.beyond_drivers[:, 0]).max() < 0.01


@pytest.mark.parametrize("threads", [3])
def test_threads_and_chunks_change_no_bit(explained, threads, monkeypatch):
    monkeypatch.setattr("kinecast.inference.attribution.conducting._CHUNK", 4)
    again = explain("atkins1999", threads=threads, **SETTINGS)
    for name, game in explained.games.items():
        np.testing.assert_array_equal(game.values, again.games[name].values)
    np.testing.assert_array_equal(explained.treated, again.treated)


def test_taking_every_brake_away_never_grows_a_tumour(explained):
    """Of the cohort's mean; a single brake may be worth less than nothing only where it hides behind others."""
    removed = explained.games["removed"]
    assert (removed.whole[:, 0] > 0).all()
    assert (removed.alone.mean(axis=0)[:, 0] > -1e-3).all()


def test_the_same_patients_as_in_a_run_and_as_a_smaller_cohort(explained):
    fewer = explain("atkins1999", patients=4, seed=3)
    np.testing.assert_array_equal(fewer.games["removed"].values, explained.games["removed"].values[:4])


def test_what_is_stored_has_no_number_that_json_lacks(explained):
    content = json.loads(json.dumps(explained.as_dict(), allow_nan=False))
    assert set(content["leading"]) == {"standing_brake", "induced_brake", "limiting_brake", "driver"}
    columns = explained.per_patient()
    assert {len(values) for values in columns.values()} == {len(explained)}
    assert "removed_soluble_cd25_response" in columns
    single = explain("atkins1999", patients=1, orders=2, seed=3)
    json.dumps(single.as_dict(), allow_nan=False)


def test_an_arm_against_itself_differs_in_nobody(explained):
    pair = compare(explained, explained)
    assert pair.counts["gains"] == pair.counts["loses"] == 0
    assert pair.p == 1
    assert pair.differences["size"].value == 0
    assert pair.distinctions == ()
    assert all(one.difference == 0 for one in pair.shifts)


def test_the_comparison_counts_every_patient_once_and_changes_sign_with_the_arms(explained):
    weaker = explain("andtbacka2019_tvec_optim", "gmcsf", **SETTINGS)
    there, back = compare(explained, weaker), compare(weaker, explained)
    assert sum(there.counts.values()) == SETTINGS["patients"]
    assert list(there.counts) == list(GROUPS)
    assert there.counts["gains"] == back.counts["loses"]
    assert there.differences["size"].value == pytest.approx(-back.differences["size"].value)
    assert there.differences["size"].low <= there.differences["size"].value <= there.differences["size"].high
    assert any(one.name == "antigenicity_of_patient" for one in there.distinctions)
    json.dumps(there.as_dict(), allow_nan=False)


def test_arms_that_are_not_comparable_are_refused(explained):
    with pytest.raises(RunError, match="seed"):
        compare(explained, replace(explained, seed=4))
    with pytest.raises(RunError, match="disease"):
        compare(explained, replace(explained, disease="renal-cell-metastatic"))


def test_a_switch_that_the_model_lacks_is_no_player():
    played = games(assemble(["sargramostim"], "melanoma-metastatic"))
    assert "soluble-cd25" not in [player.name for player in played["removed"].players]
    assert "ctla4" not in [player.name for player in played["induced"].players]
    assert played["drivers"].players[-1].name == OWN_BRAKES
    assert games(assemble(["interferon-alfa-2a"], "hairy-cell-leukaemia")) == {}


def test_treatment_of_another_disease_is_explained_in_patients_who_have_a_tumour():
    found = explain("conlon2019_il15civ", "2ug_kg_d", patients=2, disease="melanoma-metastatic")
    assert found.disease == "melanoma-metastatic"
    assert found.visits[0] == 56.0


def test_after_surgery_relapses_are_explained():
    found = explain("cascinelli2001_who16", patients=4, weeks=30)
    assert "no relapse" in found.words["response"]
    assert all(game.left < 0.01 for game in found.games.values())


@pytest.mark.parametrize(
    ("source", "more", "said"),
    [
        ("atkins1999", {"arm": "HD"}, "no arm 'HD'"),
        ("conlon2019_il15civ", {}, "no tumour of solid-tumours-advanced"),
        ("atkins1999", {"disease": "ovarian"}, "no tumour of ovarian"),
        ("atkins1999", {"patients": 0}, "patients: '0'"),
        ("atkins1999", {"orders": 3}, "orders: '3' is odd"),
        ("atkins1999", {"weeks": -1.0}, "weeks: '-1.0'"),
        ("atkins1999", {"weeks": 4.0}, "nobody is scanned"),
        ("calgb1995_hcl", {}, "kind 'clone'"),
        (UNTREATED_TOO, {"arm": "none"}, "arm 'none' is not treated"),
    ],
)
def test_what_cannot_be_explained_is_said(source, more, said):
    with pytest.raises(KinecastError, match=said):
        explain(source, **{"patients": 1, **more})


def test_the_first_treated_arm_is_explained_and_the_package_exports_it():
    assert kinecast.explain is explain
    assert explain(UNTREATED_TOO, patients=1).arm == "low"
    assert catalog.disease("melanoma-metastatic").tumour == "lesions"


def test_tumours_are_looked_at_on_the_days_of_the_other_arm():
    found = explain(UNTREATED_TOO, patients=2, days=(28.0, 84.0))
    assert found.visits == (28.0, 84.0)
