"""What must hold for any doses: superposition, additional doses as rows, order at one time, patients apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast.exchange.nonmem import DataSetError, event_table, expand_additional, simulate

UNITS = {"time_unit": "h", "amount_unit": "mg"}
TIMES = (0.0, 3.5, 11.0, 24.0, 40.0)
STATES = ["depot", "central", "peripheral"]
FEW = settings(max_examples=15, deadline=None)

DOSES = st.fixed_dictionaries(
    {
        "time": st.sampled_from((0.0, 1.0, 6.25, 12.0)),
        "kind": st.just(1),
        "compartment": st.integers(1, 2),
        "amount": st.floats(1.0, 500.0),
        "duration": st.sampled_from((0.0, 0.0, 2.0, 9.0)),
        "ii": st.sampled_from((4.0, 7.5, 12.0)),
        "addl": st.integers(0, 4),
    }
)


def patients(*doses_of_each):
    rows = []
    for patient, doses in enumerate(doses_of_each, 1):
        records = list(doses) + [{"time": time, "kind": 0} for time in TIMES]
        rows += [{"patient": patient} | record for record in sorted(records, key=lambda each: (each["time"], -each["kind"]))]
    return event_table(pd.DataFrame(rows), **UNITS)


def observed(found, patient=1):
    return found[(found["patient"] == patient) & (found["kind"] == 0)][STATES].to_numpy()


@given(st.lists(DOSES, min_size=2, max_size=4), st.floats(0.1, 10.0))
@FEW
def test_superposition(run, doses, factor):
    scaled = [dose | {"amount": factor * dose["amount"]} for dose in doses]
    found = run(patients(doses, scaled, *[[dose] for dose in doses]))
    together = observed(found)
    parts = sum(observed(found, 3 + number) for number in range(len(doses)))
    np.testing.assert_allclose(parts, together, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(observed(found, 2), factor * together, rtol=1e-6, atol=1e-6)


@given(st.lists(DOSES, min_size=1, max_size=3), st.sampled_from((None, 3, 4)), st.sampled_from(("backward", "forward")))
@FEW
def test_additional_doses_written_out_give_the_same(run, doses, reset, carry):
    if reset:
        again = {"compartment": 1, "amount": 50.0, "ii": 5.0, "addl": 2} if reset == 4 else {}
        doses = [*doses, {"time": 12.0, "kind": reset} | again]
    rows = patients(doses).rows
    rows["CL"] = np.where(rows["time"] > 10.0, 3.0, 1.5)
    table = event_table(rows, **UNITS)
    expanded = expand_additional(table, carry)
    assert (expanded.rows["addl"] == 0).all()
    assert expanded.rows["time"].is_monotonic_increasing
    np.testing.assert_allclose(observed(run(expanded, carry=carry)), observed(run(table, carry=carry)), rtol=1e-6, atol=1e-6)


@given(st.lists(DOSES, min_size=2, max_size=4), st.randoms(use_true_random=False))
@FEW
def test_order_of_doses_at_one_time_does_not_matter(run, doses, random):
    doses = [dose | {"time": 1.0} for dose in doses]
    shuffled = random.sample(doses, len(doses))
    np.testing.assert_allclose(observed(run(patients(doses))), observed(run(patients(shuffled))), rtol=1e-9, atol=1e-9)


@given(st.lists(st.lists(DOSES, max_size=3), min_size=2, max_size=4))
@settings(max_examples=8, deadline=None)
def test_a_patient_is_the_same_bits_alone_and_beside_others(run, doses):
    together = run(patients(*doses))
    for patient, own in enumerate(doses, 1):
        assert np.array_equal(observed(together, patient), observed(run(patients(own))))


def test_patients_with_parameters_of_their_own(linear):
    dose = [{"time": 0.0, "kind": 1, "compartment": 2, "amount": 100.0}]
    values = np.tile([parameter.value for parameter in linear.parameters], (2, 1))
    clearance = [parameter.name for parameter in linear.parameters].index("CL")
    values[1, clearance] *= 2.0
    table = patients(dose, dose)
    found = simulate(linear, table, parameters=values)
    rows = table.rows.assign(CL=np.where(table.rows["patient"] == 1, 2.0, 4.0))
    by_column = simulate(linear, event_table(rows, **UNITS))
    assert np.array_equal(found[STATES], by_column[STATES])
    assert observed(found, 2)[-1, 1] < observed(found, 1)[-1, 1]
    with pytest.raises(DataSetError, match=r"parameters have shape \(3, "):
        simulate(linear, table, parameters=values[[0, 0, 1]])
