"""BCG and N-803 left in the bladder: what reaches the wall, the blood and the carcinoma, in the typical patient and in trials."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import kinecast as kc
from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Infusion, solve
from kinecast.trial.protocol import Protocol
from kinecast.units import quantity

WEEKLY = [1, 8, 15, 22, 29, 36]
DOSES = {"bcg": "50 mg", "n-803": "400 ug"}
NAIVE, FAILED = "bladder-non-muscle-invasive", "bladder-bcg-unresponsive"
TIMES = np.arange(0.0, 200.0)


@functools.cache
def course(agents, disease=FAILED, days=tuple(WEEKLY)):
    """The typical patient under weekly instillations of two hours; name → values over TIMES."""
    made = assemble(("bcg", "n-803"), disease)
    events = []
    for agent in agents:
        amount = float(catalog.agent(agent).amount(quantity(DOSES[agent])))
        events += [Infusion(day - 1.0, made.dose_target(agent, "intravesical"), amount, 2 / 24) for day in days]
    parameters = np.array([[p.value for p in made.network.parameters]])
    solution = solve(made.kernel(), parameters, events=events, outputs=TIMES, rtol=1e-7)
    assert solution.status[0] == 0
    return lambda name: made.kernel().evaluate([name], solution.states, parameters)[name][0]


@functools.cache
def complete(disease, *agents):
    """Share of 300 patients with a complete response."""
    given = [{"agent": one, "dose": DOSES[one], "route": "intravesical", "duration": "2 h", "days": WEEKLY} for one in agents]
    rest = {"title": "x", "patients": 300, "follow_up": "1 year", "scans": ["every 12 weeks"], "confirmation": "none"}
    forecast = kc.run(Protocol.read({**rest, "disease": disease, "arms": {"only": given}}), patients=300, seed=1)
    return float((forecast.patients["best_response"] == "CR").mean())


def test_nothing_happens_without_instillation():
    run = course(())
    np.testing.assert_allclose(run("wall_killers"), 1, atol=1e-9)
    assert run("wall_cells")[-1] > run("wall_cells")[0]


def test_bcg_is_voided_or_held_by_the_wall():
    run = course(("bcg",), days=(1,))
    gone = run("bcg_voided")[5]
    assert 0.98 * 50 < gone < 50
    assert 0 < run("bcg_in_wall")[1] < 0.02 * 50


def test_blood_gets_less_than_can_be_measured():
    """Below 100 pg/mL after 400 ug."""
    level = course(("n-803",))("n_803_plasma") * 114e3  # pg/mL of 114 kDa at 1 nM
    assert 0 < level.max() < 100


def test_bcg_calls_cells_and_n803_multiplies_those_that_are_there():
    alone = {one: course((one,))("wall_killers").max() - 1 for one in DOSES}
    both = course(tuple(DOSES))("wall_killers").max() - 1
    assert alone["bcg"] > 0.2
    assert alone["n-803"] > 0.5
    assert both > 1.2 * sum(alone.values())


def test_the_wall_is_at_rest_again_weeks_after_the_last_instillation():
    assert course(tuple(DOSES))("wall_killers")[120] == pytest.approx(1, abs=0.05)


def test_bcg_works_less_where_it_has_failed():
    assert course(("bcg",), NAIVE)("wall_cells")[84] < 0.2 * course(("bcg",))("wall_cells")[84]


def test_complete_responses_to_each_alone_are_those_calibrated_to():
    assert complete(NAIVE, "bcg") == pytest.approx(0.68, abs=0.08)
    assert complete(FAILED, "bcg") == pytest.approx(0.22, abs=0.07)
    assert complete(FAILED, "n-803") == pytest.approx(0.2, abs=0.07)


def test_both_together_do_more_than_the_two_would_in_turn():
    apart = 1 - (1 - complete(FAILED, "bcg")) * (1 - complete(FAILED, "n-803"))
    assert complete(FAILED, "bcg", "n-803") > apart + 0.1


def test_without_treatment_nobody_responds():
    assert complete(FAILED) == 0


def test_growth_into_the_muscle_is_not_forecast():
    forecast = kc.trials["quilt3032"].run(patients=20, seed=1)
    reasons = {row["quantity"]: row["not_simulated"] for row in forecast.summary["arms"]["cohort_b"].values()}
    assert "muscle" in reasons["pfs_rate"]


def test_responses_last_or_end_in_what_the_trial_reports():
    arm = kc.trials["quilt3032"].run(patients=100, seed=1).summary["arms"]["cohort_a"]
    found = {(row["quantity"], row["time"]): row["forecast"] for row in arm.values()}
    assert 0 < found["cr_landmark", "day 547"] <= found["cr_landmark", "day 365"] <= found["cr", "any time"]
    assert found["dor_rate", "day 730"] <= found["dor_rate", "day 365"]
