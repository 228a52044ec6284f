"""Additivity: the arithmetic on made-up shares, bands, paired arms, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.errors import RunError
from kinecast.inference.additivity import (
    COMBINATION,
    EITHER,
    INDEPENDENT,
    OVER_EITHER,
    OVER_INDEPENDENT,
    UNTREATED,
    Additivity,
    additivity,
    independent,
    of_arm,
    over_arm,
    parts_of,
)
from kinecast.inference.combinations import Reported, catalogued, compared, difference, met, randomised, reported
from kinecast.inference.measured import Measured
from kinecast.inference.open_numbers import OF_DISEASE, Draws, factors, open_numbers, stored_draws
from kinecast.inference.parameter_draws import KEPT, all_names, kept_arms, walk
from kinecast.patients import Population
from kinecast.trial import Protocol
from kinecast.trial.simulable import simulable

PROTOCOL = Protocol.model_validate(
    {
        "title": "Two antibodies",
        "disease": "melanoma-metastatic",
        "patients": 40,
        "follow_up": "400 days",
        "scans": "every 8 weeks",
        "arms": {
            "both": [
                {"agent": "nivolumab", "dose": "3 mg/kg", "route": "iv", "every": "3 weeks", "doses": 4},
                {"agent": "ipilimumab", "dose": "3 mg/kg", "route": "iv", "every": "3 weeks", "doses": 4},
            ],
            "one": [{"agent": "ipilimumab", "dose": "3 mg/kg", "route": "iv", "every": "3 weeks", "doses": 4}],
            "with nothing": [
                {"agent": "ipilimumab", "dose": "3 mg/kg", "route": "iv", "every": "3 weeks", "doses": 4},
                {"agent": "nivolumab", "dose": "0.000001 mg/kg", "route": "iv"},
            ],
        },
    }
)
SHARES = st.floats(0, 1)


def draws_of(count: int) -> Draws:
    """Draws of a few numbers, for tests that need some."""
    scores = np.random.default_rng(1).standard_normal((count, 2))
    return Draws(("pd1_brake", f"melanoma-metastatic: {OF_DISEASE}"), scores, {})


def made(threads: int) -> Additivity:
    return additivity(PROTOCOL, "both", patients=24, draws=3, threads=threads, others={"one": 30}, ensemble=draws_of(3))


@pytest.fixture(scope="module")
def found() -> Additivity:
    return made(2)


def test_independent_drugs_of_made_up_shares():
    alone = np.array(0.2), np.array(0.5)
    assert independent(np.array(0.0), alone) == pytest.approx(0.6)
    assert independent(np.array(0.1), (np.array(0.1), np.array(0.5))) == pytest.approx(0.5)


@given(SHARES, SHARES, SHARES)
def test_independent_drugs_are_between_the_better_one_and_all(floor, first, second):
    shares = [floor + (1 - floor) * share for share in (first, second)]
    both = float(independent(np.array(floor), [np.array(share) for share in shares]))
    assert max(shares) - 1e-9 <= both <= min(1.0, sum(shares)) + 1e-9


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_either_drug_is_at_least_each_and_at_most_their_sum(rows):
    patients = len(rows)
    arms = [
        Measured({"orr": np.array(column)}, np.ones(patients), np.ones(patients, dtype=bool))
        for column in zip(*rows, strict=True)
    ]
    every = np.ones((1, patients))
    one, two = (float(arm.estimate("orr", every)[0]) for arm in arms)
    both = float(arms[0].either(arms[1:]).estimate("orr", every)[0])
    assert max(one, two) <= both <= one + two + 1e-12


def test_the_longer_survival_of_two_arms_counts():
    first = Measured({}, np.array([100.0, 300.0]), np.array([True, False]))
    second = Measured({}, np.array([200.0, 50.0]), np.array([True, True]))
    best = first.either([second])
    assert best.os_days.tolist() == [200.0, 300.0]
    assert best.died.tolist() == [True, False]


def test_the_point_is_in_every_band_and_parts_are_in_order(found):
    for comparison in found.comparisons.values():
        for one in comparison.numbers.values():
            for band in (one.patients, one.parameters, one.both):
                assert band is None or band[0] <= one.value <= band[1]
            assert one.both is None or (one.both[0] <= one.patients[0] and one.patients[1] <= one.both[1])
    numbers = found.comparisons["orr"].numbers
    assert all(one.parameters is not None and one.both is not None for one in numbers.values())
    assert numbers[EITHER].value >= max(numbers["nivolumab"].value, numbers["ipilimumab"].value)
    assert numbers[OVER_EITHER].value == pytest.approx(numbers[COMBINATION].value - numbers[EITHER].value)
    assert numbers[OVER_INDEPENDENT].value == pytest.approx(numbers[COMBINATION].value - numbers[INDEPENDENT].value)
    assert numbers[over_arm("one")].value == pytest.approx(numbers[COMBINATION].value - numbers[of_arm("one")].value)


def test_arms_are_of_the_same_patients(found):
    """A drug alone is what the trial's own arm of it is, patient for patient."""
    for endpoint in ("orr", "dcr", "pfs_rate", "os_median"):
        numbers = found.comparisons[endpoint].numbers
        assert numbers["ipilimumab"].value == numbers[of_arm("one")].value


def test_the_result_does_not_depend_on_threads(found):
    assert made(1) == found


def test_a_drug_that_does_nothing_has_no_interaction():
    nothing = additivity(PROTOCOL, "with nothing", patients=16, draws=0).comparisons["orr"].numbers
    assert nothing["nivolumab"].value == nothing[UNTREATED].value
    assert nothing[OVER_EITHER].value == pytest.approx(0)
    assert nothing[OVER_INDEPENDENT].value == pytest.approx(0)
    assert nothing[OVER_EITHER].verdict == "additive"
    assert nothing[COMBINATION].both is None


@pytest.mark.parametrize(
    ("arm", "said"), [("on", "no arm 'on'"), ("one", "one is not a combination: it is given ipilimumab alone")]
)
def test_what_is_no_combination_is_refused(arm, said):
    with pytest.raises(RunError, match=said):
        parts_of(PROTOCOL, arm)


def test_people_without_a_tumour_are_refused():
    well = PROTOCOL.model_copy(update={"disease": "none"})
    with pytest.raises(RunError, match="nothing can respond"):
        parts_of(well, "both")


def test_more_draws_than_there_are_is_refused():
    with pytest.raises(RunError, match="3 are stored"):
        additivity(PROTOCOL, "both", patients=2, draws=4, ensemble=draws_of(3))


def test_open_numbers_are_no_switches_units_or_measurements():
    model = assemble(["nivolumab", "ipilimumab", "aldesleukin"], "melanoma-metastatic")
    names = open_numbers(model)
    assert {"pd1_brake", "treg_brake", "burst_size", OF_DISEASE} <= set(names)
    for name in names:
        record = model.records[name]
        assert record.status != "measured" and record.value != 0
        assert not name.endswith(("_present", "_induced", "_of_patient")) and not name.startswith(("driver_", "one_", "lesion_1"))


def test_factors_reach_the_patients_and_the_filter():
    model = assemble(["nivolumab"], "melanoma-metastatic")
    plain, indices = Population(model, 1), np.arange(6)
    changed = Population(model, 1, factors={"": {"pd1_brake": 2.0, "mhc_loss": 3.0}, model.disease: {OF_DISEASE: 1.0}})
    before, after = plain.sample(indices).parameters, changed.sample(indices).parameters
    column = {parameter.name: place for place, parameter in enumerate(model.network.parameters)}
    assert after[:, column["pd1_brake"]] == pytest.approx(2 * before[:, column["pd1_brake"]])
    odds = [values[:, column["mhc_loss"]] / (1 - values[:, column["mhc_loss"]]) for values in (before, after)]
    assert odds[1] == pytest.approx(3 * odds[0])
    strong = Population(model, 1, factors={model.disease: {OF_DISEASE: 30.0}})
    assert strong.sample(np.arange(40)).attempts.sum() > plain.sample(np.arange(40)).attempts.sum()


def test_a_number_that_no_arm_tells_of_is_drawn_by_its_name():
    model = assemble(["sargramostim"], "melanoma-metastatic")
    first, again, second = (factors(model, {}, number)[""] for number in (0, 0, 1))
    assert first == again and first["gm_csf_dendritic_growth"] != second["gm_csf_dendritic_growth"]


def test_stored_draws_keep_the_single_drugs():
    """Of the first and the last draw, the arms that are fast; within the noise that a later change of the model may add."""
    draws = stored_draws()
    arms = kept_arms([one for one in KEPT if one.trial == "checkmate067"])
    assert len(draws) >= 20 and set(all_names(arms)) <= set(draws.names)
    for number in (0, len(draws) - 1):
        scores = dict(zip(draws.names, draws.scores[number].tolist(), strict=True))
        for arm in arms:
            rate = arm.rate(scores, draws.made["patients"])
            assert arm.kept.low - 0.05 <= rate <= arm.kept.high + 0.05


def test_effective_draws_of_an_autoregression():
    """Two walks with a correlation of 0.5 between neighbours: a third of the draws count; apart, all of them."""
    random = np.random.default_rng(1)
    walks = np.zeros((2, 50, 400))
    walks[:, 0] = random.standard_normal((2, 400))
    for step in range(1, 50):
        walks[:, step] = 0.5 * walks[:, step - 1] + np.sqrt(0.75) * random.standard_normal((2, 400))
    scores = walks.transpose(1, 0, 2).reshape(100, 400)
    names = tuple(map(str, range(400)))
    assert Draws(names, scores, {"chains": 2}).effective == pytest.approx(100 / 3, rel=0.05)
    assert Draws(names, random.standard_normal((100, 400)), {"chains": 2}).effective == pytest.approx(100, rel=0.05)


def test_a_walk_keeps_its_arms_and_repeats_itself():
    arms = kept_arms([one for one in KEPT if one.arm == "ipi"])
    states, taken = walk(arms, 1, 3, 40, tell=lambda said: None)
    again, _ = walk(arms, 1, 3, 40, tell=lambda said: None)
    assert np.array_equal(states, again) and 0 <= taken <= 3
    assert arms[0].keeps(arms[0].rate(dict(zip(all_names(arms), states[-1].tolist(), strict=True)), 40))


def test_difference_of_two_shares_against_newcombes_example():
    """Newcombe 1998, table II, example (a): 56 of 70 against 48 of 80."""
    seen = catalog.trial("checkmate067").arms["ipi"].observations[0]
    above, below = Reported(56 / 70, None, None, 70, seen), Reported(48 / 80, None, None, 80, seen)
    assert difference(above, below) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_reports_and_comparisons_of_checkmate_067():
    trial = catalog.trial("checkmate067")
    seen = reported(trial, "nivo_ipi", "orr", "fraction")
    assert seen is not None and seen.n == 314 and seen.value == pytest.approx(0.58)
    assert met(seen, 0.58, "fraction", 300) == (True, "")
    assert met(seen, 0.30, "fraction", 300) == (False, "")
    both = [one for one in catalogued() if one.trial == "checkmate067"]
    assert [(one.arm, one.reason) for one in both] == [("nivo_ipi", "")]
    assert randomised(trial)


def test_combinations_that_cannot_be_simulated_say_why():
    left = {(one.trial, one.arm): one.reason for one in catalogued() if one.reason}
    assert "no tumour of" in left["il15_nivo_ipi_2021", "triplet"]
    assert left["bhatia2014_il21_soraf", "il21_10"] == "the model lacks sorafenib"
    assert all(left.values())


def test_no_combination_is_calibrated_on():
    """But for infused cells, of which no arm without IL-2 or IL-15 is known: one number of each was fitted to such arms.

    Two peptides of one vaccine are no combination.
    """
    for one in catalogued():
        families = {catalog.agent(key).family for key in one.agents if key in catalog.agents()}
        if not one.reason and "cells" not in families and len(families) > 1:
            seen = catalog.trial(one.trial).arms[one.arm].observations
            assert all(report.used_for == "validation" for report in seen), f"{one.trial} {one.arm}"


def test_compared_arms_lack_one_drug():
    trial = catalog.trial("checkmate067")
    protocol = simulable(trial).protocol
    assert protocol is not None
    assert compared(trial, protocol, "nivo_ipi") == {"ipi": "nivolumab", "nivo": "ipilimumab"}
