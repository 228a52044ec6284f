"""Kaplan–Meier against the remission times of Freireich et al. 1963 (Blood 21:699), the worked example of most textbooks."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, betabinom, binomtest, ecdf

from kinecast.trial.estimators import (
    CountRatio,
    Mean,
    Median,
    Share,
    SurvivalMedian,
    SurvivalRate,
    limits,
    predicted_share,
    resamples,
    wilson,
)
from kinecast.trial.survival import kaplan_meier, resampled_median, resampled_rate, resampled_survival

MERCAPTOPURINE = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], dtype=float)
EVERYBODY = np.ones(21, dtype=bool)


def test_medians_of_freireich_1963():
    assert kaplan_meier(MERCAPTOPURINE, RELAPSED).median == 23
    assert kaplan_meier(PLACEBO, EVERYBODY).median == 8


@pytest.mark.parametrize(
    ("week", "survival"),
    [(5, 1.0), (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448), (35, 0.448)],
)
def test_survival_on_mercaptopurine_of_freireich_1963(week: float, survival: float):
    assert kaplan_meier(MERCAPTOPURINE, RELAPSED).at(week) == pytest.approx(survival, abs=5e-4)


def test_numbers_at_risk_and_events_of_freireich_1963():
    curve = kaplan_meier(MERCAPTOPURINE, RELAPSED)
    assert curve.number_at_risk(np.array([0, 6, 7, 10, 13, 16, 22, 23, 36])).tolist() == [21, 21, 17, 15, 12, 11, 7, 6, 0]
    assert curve.events[:3].tolist() == [3, 1, 0]


def test_log_log_interval_of_the_medians_of_freireich_1963():
    treated, placebo = kaplan_meier(MERCAPTOPURINE, RELAPSED), kaplan_meier(PLACEBO, EVERYBODY)
    assert (treated.median_low, treated.median_high) == (13, np.inf)
    assert (placebo.median_low, placebo.median_high) == (4, 11)


def test_a_median_that_is_not_reached_is_infinite():
    curve = kaplan_meier(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, False, False]))
    assert curve.median == np.inf
    assert curve.limits_at(0.5) == (1.0, 1.0)


def test_nobody_with_an_event():
    curve = kaplan_meier(np.array([1.0, 2.0]), np.array([False, False]))
    assert curve.at(2.0) == 1.0
    assert curve.median == np.inf


patients = st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.integers(0, 4)), min_size=1, max_size=40).filter(
    lambda rows: sum(row[2] for row in rows) > 0
)


@given(patients)
def test_survival_and_its_limits_against_scipy(rows: list[tuple[int, bool, int]]):
    times, event = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    curve = kaplan_meier(times, event)
    reference = ecdf(CensoredData(uncensored=times[event], right=times[~event])).sf
    np.testing.assert_allclose(curve.survival, reference.evaluate(curve.times), atol=1e-12)
    if event.any():
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            limits_of_scipy = reference.confidence_interval(method="log-log")
        for ours, theirs in ((curve.low, limits_of_scipy.low), (curve.high, limits_of_scipy.high)):
            expected = theirs.evaluate(curve.times)
            defined = np.isfinite(expected)
            np.testing.assert_allclose(ours[defined], expected[defined], atol=1e-9)
            np.testing.assert_allclose(ours[~defined], curve.survival[~defined], atol=1e-12)


@given(patients)
def test_resampled_survival_against_repeated_patients(rows: list[tuple[int, bool, int]]):
    """Counting a patient k times is the same as having k such patients."""
    times, event, counts = (np.array(column) for column in zip(*rows, strict=True))
    times = times.astype(float)
    curve = kaplan_meier(np.repeat(times, counts), np.repeat(event, counts))
    ascending, survival = resampled_survival(times, event, counts[None, :])
    for time in np.unique(np.repeat(times, counts)):
        assert survival[0, np.searchsorted(ascending, time, side="right") - 1] == pytest.approx(curve.at(time), abs=1e-12)
    assert resampled_median(times, event, counts[None, :])[0] == curve.median
    assert resampled_rate(times, event, counts[None, :], 15.0)[0] == pytest.approx(curve.at(15.0), abs=1e-12)


@given(st.integers(1, 400), st.floats(0, 1))
def test_wilson_against_scipy(of: int, share: float):
    yes = round(share * of)
    interval = binomtest(yes, of).proportion_ci(0.95, "wilson")
    assert wilson(yes, of) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_nobody_has_no_interval():
    assert wilson(0, 0) is None


def test_share_median_and_mean_count_as_often_as_drawn():
    values = np.array([1.0, 5.0, 2.0, np.nan])
    counts = np.array([[1, 1, 1, 1], [0, 3, 1, 9], [2, 2, 0, 0], [0, 0, 0, 5]])
    np.testing.assert_array_equal(Median(values).estimate(counts), [2.0, 5.0, 3.0, np.nan])
    np.testing.assert_allclose(Mean(values).estimate(counts), [8 / 3, 17 / 4, 3.0, np.nan])
    share = Share(np.array([True, False, True, True]), np.array([True, True, True, False]))
    np.testing.assert_allclose(share.estimate(counts), [2 / 3, 1 / 4, 1 / 2, np.nan])


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=20).filter(
        lambda rows: sum(r[1] for r in rows) > 0
    )
)
def test_resampled_median_against_numpy(rows: list[tuple[int, int]]):
    values, counts = (np.array(column) for column in zip(*rows, strict=True))
    assert Median(values.astype(float)).estimate(counts[None, :])[0] == np.median(np.repeat(values, counts))


def test_survival_estimators_look_at_their_patients_only():
    among = np.array([True, True, False])
    times, event = np.array([10.0, 20.0, 1.0]), np.array([True, True, True])
    everyone = np.ones((1, 3))
    assert SurvivalMedian(times, event, among).estimate(everyone)[0] == 10.0
    assert SurvivalRate(times, event, among, 5.0).estimate(everyone)[0] == 1.0
    assert np.isnan(SurvivalRate(times, event, np.zeros(3, dtype=bool), 5.0).estimate(everyone)[0])


def test_trials_are_drawn_from_the_group_asked_about():
    among = np.array([True, False, True, True])
    for sizes in ((17,), (3, 17)):
        drawn = resamples(among, sizes, np.random.default_rng(1))
        assert (drawn.sum(axis=1) == 17).all()
        assert (drawn[:, 1] == 0).all()
    assert ((drawn > 0).sum(axis=1) < 3).mean() == pytest.approx(1 - 6 / 27, abs=0.06)  # a cohort rarely holds all three


@given(st.integers(1, 400), st.floats(0, 1), st.integers(1, 300))
def test_predicted_share_against_scipy(seen: int, share: float, size: int):
    yes = round(share * seen)
    reference = betabinom(size, yes + 0.5, seen - yes + 0.5)
    low, high = (round(limit * size) for limit in predicted_share(yes, seen, size))
    for number, quantile in ((low, 0.025), (high, 0.975)):
        assert reference.cdf(number) >= quantile - 1e-9
        assert number == 0 or reference.cdf(number - 1) <= quantile + 1e-9


def test_no_event_in_the_virtual_patients_does_not_predict_none_in_a_trial():
    none = np.zeros(300, dtype=bool)
    assert Share(none, ~none).prediction(270) == pytest.approx((0.0, 3 / 270))
    assert CountRatio(none.astype(int), 2 * np.ones(300)).prediction(270) == pytest.approx((0.0, 3 / 270))
    assert CountRatio(2 * np.ones(300), 2 * np.ones(300)).prediction(270) == pytest.approx((267 / 270, 1.0))
    assert CountRatio(np.arange(300) % 2, np.ones(300)).prediction(270) is None
    assert SurvivalRate(np.full(300, 10.0), ~none, ~none, 20.0).prediction(270) == pytest.approx((0.0, 3 / 270))


def test_predicted_survival_rests_on_patients_known_at_that_time():
    times, event = np.array([5.0] * 10 + [20.0] * 30 + [1.0] * 60), np.array([True] * 10 + [False] * 90)
    rate = SurvivalRate(times, event, np.ones(100, dtype=bool), 12.0)
    assert rate.prediction(50) == predicted_share(30.0, 40, 50)


def test_trials_predicted_from_few_virtual_patients_vary_with_them_too():
    """Means of 100 from a cohort of 100: the variance of cohort and trial add up, one stage alone gives half of it."""
    values = np.random.default_rng(1).normal(size=100)
    of_all = np.ones(100, dtype=bool)
    once, twice = (Mean(values).estimate(resamples(of_all, s, np.random.default_rng(2))).std() for s in ((100,), (100, 100)))
    assert twice / once == pytest.approx(2**0.5, rel=0.1)


def test_median_and_mean_of_several_values_a_patient():
    values = np.array([[8.0, 2.0, np.nan], [5.0, np.nan, np.nan], [np.nan] * 3])
    counts = np.array([[1, 1, 1], [2, 1, 4], [0, 0, 2]])
    np.testing.assert_array_equal(Median(values).among, [True, True, False])
    np.testing.assert_array_equal(Median(values).estimate(counts), [5.0, 5.0, np.nan])
    np.testing.assert_allclose(Mean(values).estimate(counts), [5.0, 5.0, np.nan])
    np.testing.assert_allclose(Mean(values[:2]).estimate(np.array([[0, 1], [3, 0]])), [5.0, 5.0])


def test_limits_leave_out_the_undefined_and_keep_the_infinite():
    assert limits(np.append(np.arange(1, 42, dtype=float), np.nan)) == (2.0, 40.0)
    assert limits(np.array([1.0, np.inf, np.inf]))[1] == np.inf
    assert np.isnan(limits(np.array([np.nan]))).all()
