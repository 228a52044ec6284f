"""Sensitivity: every variant against a run of its own, which numbers are changed, and by how much."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.brakes import BRAKES, DRIVERS
from kinecast.catalog.records import Number
from kinecast.errors import RunError
from kinecast.inference.sensitivity import BODY, Effect, Output, Sensitivity, changed, sensitivity
from kinecast.patients import Population
from kinecast.patients.varied import scaled
from kinecast.runs import run
from kinecast.trial import Protocol
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct

PATIENTS, SEED = 5, 3
LEVEL = Output("fold_lymphocytes_blood", "day 8")
PROTOCOL = Protocol.model_validate(
    {
        "title": "low dose",
        "disease": "none",
        "patients": 10,
        "follow_up": "21 days",
        "arms": {"a": [{"agent": "aldesleukin", "dose": "2 MIU/m2", "route": "sc", "days": "1-5"}], "none": []},
    }
)


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return sensitivity(PROTOCOL, "a", [LEVEL], patients=PATIENTS, seed=SEED, threads=2)[0]


def alone(name: str, factor: float) -> float:
    """The same forecast from a cohort that holds one variant, its parameters written by hand."""
    model = assemble(("aldesleukin",))
    people = Population(model, SEED).sample(np.arange(PATIENTS))
    column = [parameter.name for parameter in model.network.parameters].index(name)
    people.parameters[:, column] = scaled(name, model.records[name], people.parameters[:, column], factor)
    happened = conduct(PROTOCOL, "a", model, people, Chance(SEED, people.indices))
    curve = happened.curve("lymphocytes")
    return float(np.median(curve[:, happened.times == 7.0] / curve[:, :1]))


def test_variants_in_one_cohort_forecast_what_runs_of_their_own_do(found: Sensitivity):
    for effect in found.effects[:2]:
        assert effect.doubled == pytest.approx(alone(effect.parameter, 2.0), rel=1e-6)
        assert effect.halved == pytest.approx(alone(effect.parameter, 0.5), rel=1e-6)
    assert found.forecast == pytest.approx(alone(found.effects[0].parameter, 1.0), rel=1e-6)


def test_the_result_is_the_same_again_on_any_number_of_threads(found: Sensitivity):
    assert sensitivity(PROTOCOL, "a", [LEVEL], patients=PATIENTS, seed=SEED, threads=1)[0] == found


def test_every_assumed_number_but_switches_sizes_and_pressures_is_changed(found: Sensitivity):
    model = assemble(("aldesleukin",))
    names = {effect.parameter for effect in found.effects}
    assert names == set(changed(model))
    left_out = {name for name, record in model.records.items() if record.status == "assumed"} - names
    switches = {name for one in (*BRAKES.values(), *DRIVERS.values()) for name in (one.off, one.held)}
    assert all(model.records[name].unit in BODY or model.records[name].value == 0 for name in left_out - switches)
    assert not any(model.records[name].status != "assumed" for name in names)


def test_the_strongest_stand_first(found: Sensitivity):
    strengths = [found.strength(effect) for effect in found.effects]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] > 0


def test_a_number_that_nothing_reads_has_no_effect(found: Sensitivity):
    effect = next(effect for effect in found.effects if effect.parameter == "alt_rate")
    assert effect.doubled == effect.halved == found.forecast


def test_numbers_between_0_and_1_are_changed_in_their_odds_and_others_multiplied():
    says = {"source": "Recalled", "where": "nowhere", "status": "assumed"}
    share, rate = Number(value=0.5, unit="fraction", **says), Number(value=0.5, unit="1/d", **says)
    values = np.array([0.5, 0.9])
    assert scaled("x", share, values, 2.0) == pytest.approx([2 / 3, 18 / 19])
    assert scaled("x", rate, values, 2.0) == pytest.approx([1.0, 1.8])
    assert scaled("blood_fraction", rate, values, 0.5) == pytest.approx([1 / 3, 9 / 11])
    assert scaled("x", share, np.array([0.0, 1.0]), 2.0).tolist() == [0.0, 1.0]


def test_a_share_moves_by_a_difference_and_a_level_by_a_ratio():
    effect = Effect("x", 1.0, "1", 0.3, 0.1)
    share = Sensitivity("a", Output("orr"), "fraction", True, 0.2, (effect,))
    level = Sensitivity("a", Output("il6"), "pg/mL", False, 0.2, (effect,))
    assert share.strength(effect) == pytest.approx(0.1)
    assert level.strength(effect) == pytest.approx(math.log(2))
    assert level.strength(Effect("x", 1.0, "1", None, 0.2)) == math.inf


def test_the_same_patients_have_the_same_chance_in_every_variant():
    """Death and scans are drawn by patient: without any change every variant of a share is the same."""
    protocol = PROTOCOL.model_copy(update={"disease": "melanoma-metastatic", "scans": ("day 15",)})
    found = sensitivity(protocol, "none", [Output("pd_rate")], patients=20, seed=SEED, statuses=("assumed",))[0]
    effect = next(effect for effect in found.effects if effect.parameter == "exhausted_death")
    assert effect.doubled == effect.halved == found.forecast


def test_what_cannot_be_forecast_or_is_no_arm_is_said():
    with pytest.raises(RunError, match="cannot be forecast: the protocol has no disease"):
        sensitivity(PROTOCOL, "a", [Output("orr")], patients=1)
    with pytest.raises(RunError, match="no arm 'b'"):
        sensitivity(PROTOCOL, "b", [LEVEL], patients=1)
    with pytest.raises(RunError, match="patients"):
        sensitivity(PROTOCOL, "a", [LEVEL], patients=0)


def test_catalogue_agents_all_have_assumed_numbers_to_change():
    simulated = [key for key, agent in catalog.agents().items() if agent.simulated]
    assert all(changed(assemble((key,))) for key in simulated)


def test_a_mixture_of_diseases_has_the_shares_of_its_own_protocol():
    """Shares that the catalogue's mixture does not have: the forecast among one disease is that of a run."""
    shares = {"melanoma-metastatic": 0.1, "renal-cell-metastatic": 0.9}
    mixed = Protocol.read({**PROTOCOL.as_dict(), "disease": "melanoma-or-renal-cell", "mixture": shares})
    asked = Output("lymphocytes_nadir", among="renal cell")
    (found,) = sensitivity(mixed, "a", [asked], patients=20, seed=1, statuses=())
    forecast = run(mixed, patients=20, seed=1)
    ill = (forecast.patients["disease"] == "renal-cell-metastatic").to_numpy()[:20]
    assert 14 < ill.sum() < 20
    lymphocytes = forecast.curves.sel(arm="a", quantity="lymphocytes").values[ill]
    assert found.forecast == pytest.approx(float(np.median(np.nanmin(lymphocytes, axis=1))), rel=1e-5)
