"""What happens at and between records: order at one time, resets, covariates, lag, bioavailability, steady states."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kinecast.exchange.nonmem import Compartment, event_table, simulate

BOLUS = {"kind": 1, "compartment": 2, "amount": 100.0}


def test_dose_record_and_later_record_at_its_time_report_the_state_after_the_dose(table, run):
    found = run(table({"time": 0.0}, {"time": 0.0} | BOLUS, {"time": 0.0}, {"time": 1.0}))
    assert found["central"].tolist()[:3] == [0.0, 100.0, 100.0]
    assert found["status"].tolist() == ["ok"] * 4


def test_boluses_between_observations_at_one_time_count_in_their_order(table, run):
    rows = (
        {"time": 0.0},
        {"time": 2.0},
        {"time": 2.0} | BOLUS,
        {"time": 2.0},
        {"time": 2.0} | BOLUS,
        {"time": 2.0},
        {"time": 3.0},
    )
    assert run(table(*rows))["central"].tolist()[:6] == [0.0, 0.0, 100.0, 100.0, 200.0, 200.0]


def test_additional_and_lagged_doses_go_in_before_a_record_at_their_time(table, run):
    dose = {"time": 0.0, "ii": 0.1, "addl": 3} | BOLUS
    assert 3 * 0.1 > 0.3
    found = run(table(dose, {"time": 0.3}, {"time": 5.0}))
    alone = [run(table({"time": 0.0} | BOLUS, {"time": t}))["central"].iloc[1] for t in (0.3, 0.2, 0.1)]
    np.testing.assert_allclose(found["central"].iloc[1], sum(alone) + 100.0, rtol=1e-7)
    lagged = run(table({"time": 0.0, "LAG": 1.5} | BOLUS, {"time": 1.5, "LAG": 1.5}))
    assert lagged["central"].tolist() == [0.0, 100.0]


def test_reset_clears_amounts_infusions_and_doses_to_come(table, run):
    rows = (
        {"time": 0.0, "rate": 1.0, "ii": 4.0, "addl": 9} | BOLUS,
        {"time": 6.0},
        {"time": 7.0, "kind": 3},
        {"time": 7.0},
        {"time": 30.0},
    )
    found = run(table(*rows))
    assert found["central"].iloc[1] > 1.0
    assert (found[["depot", "central", "peripheral"]].iloc[2:] == 0.0).all(axis=None)


def test_time_may_start_again_at_a_reset(table, run):
    rows = ({"time": 5.0} | BOLUS, {"time": 9.0}, {"time": 0.0, "kind": 4} | {**BOLUS, "kind": 4}, {"time": 4.0})
    found = run(table(*rows))["central"]
    assert found.iloc[1] == pytest.approx(found.iloc[3], rel=1e-7)


def test_other_event_only_reports_and_brings_covariates(table, run):
    with_event = run(table({"time": 0.0} | BOLUS, {"time": 2.0, "kind": 2, "compartment": 1}, {"time": 4.0}))
    without = run(table({"time": 0.0} | BOLUS, {"time": 4.0}))
    assert with_event["central"].iloc[2] == pytest.approx(without["central"].iloc[1], rel=1e-8)


@pytest.mark.parametrize(("carry", "rates"), [("backward", (0.7, 0.1)), ("forward", (0.2, 0.7))])
def test_covariates_carried_backward_and_forward_against_closed_form(table, run, linear, carry, rates):
    one = {"K12": 0.0}
    rows = ({"time": 0.0, "CL": 2.0} | BOLUS | one, {"time": 3.0, "CL": 7.0} | one, {"time": 8.0, "CL": 1.0} | one)
    found = run(table(*rows), carry=carry, outputs=["central", "concentration", "CL"])
    expected = 100.0 * np.exp(-np.cumsum([0.0, rates[0] * 3.0, rates[1] * 5.0]))
    np.testing.assert_allclose(found["central"], expected, rtol=1e-7)
    np.testing.assert_allclose(found["concentration"], expected / 10.0, rtol=1e-7)
    np.testing.assert_allclose(found["CL"], [2.0, 7.0, 1.0])


def test_infusion_runs_on_when_covariates_change(table, run):
    dose = {"time": 0.0, "duration": 10.0} | BOLUS
    changing = [dose | {"CL": 2.0}, {"time": 4.0, "CL": 2.0 * (1 + 1e-12)}, {"time": 12.0, "CL": 2.0}]
    steady = [dose | {"CL": 2.0}, {"time": 4.0, "CL": 2.0}, {"time": 12.0, "CL": 2.0}]
    np.testing.assert_allclose(run(table(*changing))["central"], run(table(*steady))["central"], rtol=1e-7)


def test_bioavailability_in_effect_when_a_lagged_dose_goes_in_but_lag_of_its_record(table, run):
    rows = (
        {"time": 0.0, "LAG": 2.0, "F": 0.5} | BOLUS,
        {"time": 1.0, "LAG": 9.0, "F": 0.25},
        {"time": 2.0, "LAG": 9.0, "F": 0.8},
    )
    assert run(table(*rows))["central"].tolist() == [0.0, 0.0, 80.0]
    assert run(table(*rows), carry="forward")["central"].tolist() == [0.0, 0.0, 25.0]


@pytest.mark.parametrize("lag", [0.0, 3.0, 8.0, 19.5])
@pytest.mark.parametrize("size", [{}, {"duration": 3.0}, {"rate": 1.6}])
def test_steady_state_of_a_saturable_drug_against_many_doses(table, saturable, lag, size):
    routes = ["depot", Compartment("central", lag="LAG")]
    dose = {"ii": 8.0, "LAG": lag, "compartment": 2, "amount": 20.0, "kind": 1} | size
    watched = [{"time": time, "LAG": lag} for time in (0.0, 1.0, 6.5, 13.0, 26.0)]
    steady = simulate(saturable, table(dose | {"time": 0.0, "ss": 1}, *watched), compartments=routes, rtol=1e-8)
    before = dose | {"time": -8.0 * 400, "addl": 400}
    many = simulate(saturable, table(before, *watched), compartments=routes, rtol=1e-8)
    np.testing.assert_allclose(steady["central"].iloc[1:], many["central"].iloc[1:], rtol=2e-6)


def test_steady_state_of_a_slow_drug_is_not_taken_for_reached_too_early(table, run):
    # Half-life 230 h against an interval of 1 h: more than 4,000 doses to a tolerance of 1e-7.
    slow = {"CL": 0.03, "K12": 0.0}
    found = run(table({"time": 0.0, "ss": 1, "ii": 1.0} | BOLUS | slow, {"time": 1.0} | slow), rtol=1e-7)
    np.testing.assert_allclose(found["central"].iloc[0], 100.0 / -np.expm1(-0.003), rtol=1e-6)


def test_third_kind_of_steady_state_is_the_first_for_a_linear_drug(table, run):
    rows = [{"time": 0.0} | BOLUS, {"time": 5.0, "ii": 6.0, "addl": 2} | BOLUS, {"time": 15.0}]
    first, third = (run(table(rows[0], rows[1] | {"ss": ss}, rows[2])) for ss in (1, 3))
    np.testing.assert_allclose(first["central"], third["central"], rtol=1e-7)


def test_baseline_at_steady_state_without_doses(table, run):
    found = run(table({"time": 0.0} | BOLUS, {"time": 1.0, "kind": 1, "ss": 1}, {"time": 2.0}))
    assert found["central"].iloc[1:].tolist() == [0.0, 0.0]


def test_patient_without_a_steady_state_fails_with_the_name_of_the_state_and_others_do_not(run):
    rows = [
        {"patient": patient, "time": time, "CL": clearance, "K12": 0.0}
        | (BOLUS | {"ss": 1, "ii": 50.0} if time == 0 else {"kind": 0})
        for patient, clearance in ((1, 2.0), (2, 0.0), (3, 3.0))
        for time in (0.0, 3.0)
    ]
    found = run(event_table(pd.DataFrame(rows).fillna(0.0), time_unit="h", amount_unit="mg"), rtol=1e-5)
    assert found["status"].tolist()[:2] == ["ok"] * 2 and found["status"].tolist()[4:] == ["ok"] * 2
    assert "none was reached" in found["status"].iloc[2] and "'central'" in found["status"].iloc[2]
    assert found["central"].isna().tolist() == [False, False, True, True, False, False]


def test_units_of_the_data_set_are_converted(linear):
    hours = pd.DataFrame(
        [{"patient": 1, "time": 0.0, "amount": 100.0, "rate": 10.0, "CL": 2.0}, {"patient": 1, "time": 24.0, "CL": 2.0}]
    )
    days = hours.assign(time=hours["time"] / 24, amount=hours["amount"] * 1000, rate=hours["rate"] * 24_000)
    first = simulate(linear, event_table(hours.fillna(0.0), time_unit="h", amount_unit="mg"))
    second = simulate(linear, event_table(days.fillna(0.0), time_unit="d", amount_unit="ug"))
    np.testing.assert_allclose(first["central"], second["central"], rtol=1e-6)
    assert first["central"].iloc[1] > 0.1
