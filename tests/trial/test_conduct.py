"""Conducting a toy trial with the real engine: events, holds, deaths and failures land where closed forms put them."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.catalog.records import HoldingRule
from kinecast.trial import Protocol, Response
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct
from kinecast.trial.conducted import Conducted, joined
from kinecast.trial.outcome import Outcome, outcome

from .conftest import PROTOCOL, SAYS, ToyPopulation, toy_model


def conducted(model: PatientModel, protocol: Protocol, arm: str, indices: np.ndarray, broken: tuple[int, ...] = ()) -> Conducted:
    patients = ToyPopulation(model, 1, broken).sample(indices)
    return conduct(protocol, arm, model, patients, Chance(1, indices))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def indices() -> np.ndarray:
    return np.arange(40)


def example(**fields) -> Protocol:
    content = Protocol.read(PROTOCOL).as_dict()
    return Protocol.read({**content, **fields})


@pytest.fixture
def high(model: PatientModel, indices: np.ndarray) -> Outcome:
    protocol = example()
    return outcome(protocol, conducted(model, protocol, "high", indices))


def same(one: Conducted, other: Conducted) -> None:
    for name in ("curves", "given", "why", "death", "toxic", "status", "failed_at", "planned_nmol", "share"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.scans is not None
    assert other.scans is not None
    np.testing.assert_array_equal(one.scans.responses, other.scans.responses)
    np.testing.assert_array_equal(one.scans.sums, other.scans.sums)
    np.testing.assert_array_equal(one.harm.by_cycle, other.harm.by_cycle)


def test_a_patient_is_the_same_in_any_chunk_and_order(model: PatientModel, indices: np.ndarray):
    protocol = example()
    together = conducted(model, protocol, "high", indices)
    parts = joined([conducted(model, protocol, "high", chunk) for chunk in (indices[:1], indices[1:30], indices[30:])])
    same(parts, together)
    order = indices[::-1].copy()
    reversed_ = conducted(model, protocol, "high", order)
    np.testing.assert_array_equal(reversed_.curves[::-1], together.curves)


def test_a_patient_is_the_same_beside_one_who_fails(model: PatientModel, indices: np.ndarray):
    protocol = example()
    well, beside = conducted(model, protocol, "high", indices), conducted(model, protocol, "high", indices, broken=(3,))
    others = indices != 3
    np.testing.assert_array_equal(beside.curves[others], well.curves[others])
    np.testing.assert_array_equal(beside.given[others], well.given[others])


def test_a_failed_patient_is_kept_with_a_status_and_is_not_evaluable(model: PatientModel, indices: np.ndarray):
    protocol = example()
    found = outcome(protocol, conducted(model, protocol, "high", indices, broken=(3,)))
    status = found.conducted.status
    assert (status != 0).tolist() == (indices == 3).tolist()
    assert found.best[3] == Response.NE
    assert not found.died[3]
    assert found.os_days[3] == found.conducted.failed_at[3] < 30
    late = found.conducted.times > found.conducted.failed_at[3]
    assert np.isnan(found.conducted.curves[3, late]).all()
    last = [found.conducted.reasons[why] for why in found.conducted.why[3]][-1]
    assert last == "simulation failed"


def test_drug_level_against_closed_form(model: PatientModel, indices: np.ndarray):
    protocol = example(arms={"one": [{"agent": "aldesleukin", "dose": "1 mg", "route": "iv", "duration": "1 h"}]})
    happened = conducted(model, protocol, "one", indices)
    patients = ToyPopulation(model, 1).sample(indices)
    names = model.kernel().parameter_names
    k = patients.parameters[:, names.index("clearance")] / 3.0
    rate, hour = 1e3 / 15.3 * 24, 1 / 24
    for time in (30 / 1440, hour, 3 * hour):
        column = int(np.abs(happened.times - time).argmin())
        on = min(happened.times[column], hour)
        expected = rate / k * (1 - np.exp(-k * on)) * np.exp(-k * (happened.times[column] - on)) / 3.0 * 1e3
        np.testing.assert_allclose(happened.curve("serum_aldesleukin")[:, column], expected, rtol=2e-3)


def test_doses_are_held_exactly_when_the_rule_says_so(high: Outcome):
    """Before every given dose pressure is at least 72 mmHg; before every dose held for it, below."""
    happened = high.conducted
    pressure = happened.curve("mean_arterial_pressure")
    checked = 0
    for index, dose in enumerate(happened.planned):
        before = pressure[:, int(np.abs(happened.times - dose.time).argmin())]
        reasons = np.array([happened.reasons[why] for why in happened.why[:, index]])
        held = np.char.startswith(reasons, "held")
        assert (before[happened.given[:, index]] >= 72 - 1e-3).all()
        assert (before[held] < 72 + 1e-3).all()
        checked += held.sum()
    assert checked > 50


def test_arms_share_their_patients(model: PatientModel, indices: np.ndarray):
    protocol = example()
    high, untreated = (conducted(model, protocol, arm, indices) for arm in protocol.arms)
    np.testing.assert_array_equal(high.times, untreated.times)
    np.testing.assert_array_equal(high.curves[:, 0], untreated.curves[:, 0])
    np.testing.assert_array_equal(high.scans.sums[:, 0], untreated.scans.sums[:, 0])  # type: ignore[union-attr]
    spared = ~high.toxic  # the toy's drug changes no other death
    np.testing.assert_allclose(high.death[spared], untreated.death[spared], rtol=1e-4)


def test_time_of_death_against_closed_form(model: PatientModel, indices: np.ndarray):
    """The toy's hazard of death is constant: death comes at threshold / rate."""
    happened = conducted(model, example(), "untreated", indices)
    expected = Chance(1, indices).exponential("death") / 0.6 * 365.25
    dead = expected <= 365.25
    np.testing.assert_allclose(happened.death[dead], expected[dead], rtol=1e-3)
    assert np.isinf(happened.death[~dead]).all()
    assert 5 < dead.sum() < 35


def test_nothing_is_recorded_after_death(high: Outcome):
    happened = high.conducted
    late = happened.times[None, :] > happened.death[:, None]
    assert late.any()
    assert np.isnan(happened.curves[late]).all()
    assert not np.isnan(happened.curves[~late]).any()
    dose_times = np.array([dose.time for dose in happened.planned])
    assert not happened.given[dose_times[None, :] >= happened.death[:, None]].any()


def test_no_course_is_given_after_progression(high: Outcome):
    happened = high.conducted
    assert happened.scans is not None
    progressed_at = np.append(happened.scan_times, np.inf)[happened.scans.first_pd]
    for start in (84.0, 168.0):
        course = np.array([dose.course == 1 + start / 84 for dose in happened.planned])
        given = happened.given[:, course].any(axis=1)
        assert not given[progressed_at <= start].any()
        assert given[(progressed_at > start) & (happened.death > start + 1)].any()


def test_survival_times_are_consistent(high: Outcome):
    assert (high.pfs_days <= high.os_days + 1e-9).all()
    assert (high.os_days <= 365.25).all()
    assert (high.died <= high.progressed).all()
    censored = ~high.progressed
    np.testing.assert_array_equal(high.pfs_days[censored], high.last_scan[censored])
    assert (high.response_start[high.responded] >= 56).all()
    assert np.isnan(high.response_start[~high.responded]).all()


def test_doses_received_are_counted_by_cycle_course_and_in_all(high: Outcome):
    given = high.conducted.given
    np.testing.assert_array_equal(high.doses_received(course=1, cycle=1), given[:, :14].sum(axis=1))
    np.testing.assert_array_equal(high.doses_received(course=1), given[:, :28].sum(axis=1))
    np.testing.assert_array_equal(high.doses_received(), given.sum(axis=1))
    assert high.courses_started().max() == 3
    assert high.days_on_treatment().max() > 168


def test_a_protocol_without_disease_has_neither_scans_nor_deaths(indices: np.ndarray):
    protocol = example(disease="none")
    found = outcome(protocol, conducted(toy_model("none"), protocol, "high", indices))
    assert not found.imaged
    assert not found.died.any()
    assert np.isnan(found.pfs_days).all()
    assert (found.os_days == 365.25).all()


def test_several_drugs_in_one_arm(model: PatientModel, indices: np.ndarray):
    two = [
        {"agent": "aldesleukin", "dose": "0.1 mg", "route": "sc", "every": "1 day", "doses": 5},
        {"agent": "proleukin", "dose": "0.2 mg", "route": "iv", "start": "day 3"},
    ]
    happened = conducted(model, example(arms={"two": two}), "two", indices)
    assert happened.given[happened.death > 5].all()
    assert {dose.agent for dose in happened.planned} == {"aldesleukin"}
    np.testing.assert_allclose(happened.planned_nmol[0], [6.5359] * 2 + [6.5359, 13.0719] + [6.5359] * 2, rtol=1e-4)


def test_after_a_hold_the_engine_is_given_the_lower_dose(indices: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    """Level at the end of a short infusion, against that of the first dose: as the doses, what is left of earlier ones aside."""
    model = toy_model("none")
    criterion = {"observable": "mean_arterial_pressure", "unit": "mmHg", "hold_below": 80, **SAYS}
    after = {"levels": [0.5], "of": "phase", **SAYS}
    rule = HoldingRule.model_validate({"id": "toy-label", "name": "r", "criteria": [criterion], "after_hold": after})
    monkeypatch.setattr(catalog, "rule", lambda key: rule)
    treatment = {"agent": "aldesleukin", "dose": "4 mg", "route": "iv", "every": "1 day", "doses": 12, "hold": "toy-label"}
    samples = [f"{24 * day + 0.01:.2f} h" for day in range(12)]
    happened = conducted(model, example(disease="none", arms={"a": [treatment]}, samples=samples), "a", indices)
    np.testing.assert_array_equal(happened.given, happened.share > 0)
    assert set(np.unique(happened.share)) == {0.0, 0.5, 1.0}
    np.testing.assert_array_equal(happened.given_nmol, happened.planned_nmol * happened.share)
    level = happened.curve("serum_aldesleukin")
    just_after = np.searchsorted(happened.times, [day + 0.01 / 24 - 1e-6 for day in range(12)])
    half = happened.share == 0.5
    ratio = (level[:, just_after] / level[:, just_after[:1]])[half]
    np.testing.assert_allclose(ratio, 0.5, rtol=0.02)
