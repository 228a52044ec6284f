"""NONMEM data sets read, checked and written back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast.errors import UnitError
from kinecast.exchange.nonmem import Compartment, DataSetError, Kind, event_table, read_nonmem, simulate, write_nonmem

UNITS = {"time_unit": "h", "amount_unit": "mg"}
SIZE = st.floats(1e-9, 1e12)


def read(tmp_path, text, **options):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    return read_nonmem(path, **(UNITS | options))


def test_columns_that_are_left_out_take_their_defaults(tmp_path):
    table = read(tmp_path, "ID,TIME,AMT,DV,WT\n1,0,100,.,70\n1,2,.,3.5,71\n\n2,0,.,,80\n")
    rows = table.rows
    assert rows["kind"].tolist() == [Kind.DOSE, Kind.OBSERVATION, Kind.OBSERVATION]
    assert rows["mdv"].tolist() == [1, 0, 0]
    assert rows["dv"].isna().tolist() == [True, False, True]
    assert rows[["rate", "duration", "ii", "addl", "ss", "compartment"]].eq(0).all(axis=None)
    assert table.covariates == ["WT"] and rows["WT"].tolist() == [70.0, 71.0, 80.0]
    assert table.patients.tolist() == [1, 2]
    assert rows.index.tolist() == [2, 3, 5]


def test_without_evid_a_record_with_mdv_and_no_dose_is_another_event(tmp_path):
    assert read(tmp_path, "ID TIME AMT MDV\n1 0 100 1\n1 1 0 1\n1 2 0 0\n").rows["kind"].tolist() == [1, 2, 0]


def test_ignored_lines_and_columns_named_by_the_caller(tmp_path):
    kept = read(tmp_path, "C,ID,TIME,AMT\nC,1,0,100\n.,1,0,50\n", ignore="C", drop=["C"])
    assert kept.rows["amount"].tolist() == [50.0]
    at = read(tmp_path, "@ID TIME AMT\ntext to skip\n1 0 50\n", ignore="@")
    assert at.rows["amount"].tolist() == [50.0]
    unnamed = read(tmp_path, "1,0,50\n1,2,0\n", columns=["ID", "TIME", "AMT"])
    assert unnamed.rows["amount"].tolist() == [50.0, 0.0]


def test_a_frame_is_read_as_a_file_is(tmp_path):
    frame = pd.DataFrame({"id": [1, 1], "Time": [0, 1], "amt": [5, 0], "Dur": [2, 0]})
    frame.to_csv(tmp_path / "data.csv", index=False)
    from_file = read_nonmem(tmp_path / "data.csv", **UNITS)
    pd.testing.assert_frame_equal(read_nonmem(frame, **UNITS).rows, from_file.rows.set_axis(frame.index))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ID,AMT\n1,5\n", "no column TIME"),
        ("ID,TIME,TIME\n1,5,5\n", "two columns TIME"),
        ("ID,TIME,DATE\n1,5,5\n", "column DATE"),
        ("ID,TIME,AMT\n1,0\n", "row 2: has 2 values for 3 columns"),
        ("ID,TIME,AMT\n1,10:30,5\n", "row 2, TIME = 10:30: is not a number"),
        ("ID,TIME,AMT\n1,.,5\n", "row 2, TIME = nan: is not a finite number"),
        ("ID,TIME,SEX\n1,0,F\n", "row 2, SEX = F: is not a number"),
        ("ID,TIME,EVID\n1,0,0\n1,1,5\n", "row 3, EVID = 5: is not an event"),
        ("ID,TIME,EVID,AMT\n1,0,0,7\n", "row 2, AMT = 7: on a record with EVID = 0"),
        ("ID,TIME,EVID,AMT\n1,0,1,0\n", "row 2, AMT = 0: gives no dose"),
        ("ID,TIME,AMT\n1,0,-5\n", "row 2, AMT = -5: is negative"),
        ("ID,TIME,AMT,RATE\n1,0,5,-3\n", "row 2, RATE = -3: is negative"),
        ("ID,TIME,AMT,RATE,DUR\n1,0,5,3,2\n", "row 2, DUR = 2: beside a RATE"),
        ("ID,TIME,AMT,ADDL\n1,0,5,3\n", "row 2, II = 0: is not an interval for additional doses"),
        ("ID,TIME,AMT,ADDL,II\n1,0,5,-3,2\n", "row 2, ADDL = -3: is negative"),
        ("ID,TIME,AMT,ADDL,II\n1,0,5,1.5,2\n", "row 2, ADDL = 1.5: is not a whole number"),
        ("ID,TIME,AMT,SS\n1,0,5,1\n", "row 2, II = 0: is not an interval for the doses of a steady state"),
        ("ID,TIME,AMT,SS,II\n1,0,5,4,8\n", "row 2, SS = 4: is not a steady state"),
        ("ID,TIME,AMT,RATE,SS\n1,0,0,-2,1\n", "row 2, RATE = -2: asks for the duration of a constant infusion"),
        ("ID,TIME,AMT,CMT\n1,0,5,-1\n", "row 2, CMT = -1: is negative"),
        ("ID,TIME,AMT,MDV\n1,0,5,0\n", "row 2, MDV = 0: on a record that is not an observation"),
        ("ID,TIME\n1,2\n1,1\n", "row 3, TIME = 1: is before the record above it"),
        ("ID,TIME\n1,1\n2,1\n1,2\n", "row 4, ID = 1: comes back after other patients"),
        ("", "is empty"),
    ],
)
def test_errors_name_row_column_and_value(tmp_path, text, message):
    with pytest.raises(DataSetError) as caught:
        read(tmp_path, text)
    assert message in caught.value.message
    assert caught.value.hint


def test_errors_of_data_that_do_not_fit_the_network(tmp_path, linear):
    table = read(tmp_path, "ID,TIME,AMT,CMT,RATE,CL\n1,0,5,2,-1,2\n1,1,0,0,0,.\n")
    with pytest.raises(DataSetError, match=r"row 3, CL = \.: the parameter 'CL' needs a value"):
        simulate(linear, table)
    with pytest.raises(DataSetError, match=r"row 2, RATE = -1: 'central' has no rate in the model"):
        simulate(linear, table, covariates={})
    with pytest.raises(DataSetError, match="row 2, CMT = 2: is not a compartment that takes doses"):
        simulate(linear, table, covariates={}, compartments=["central"])
    with pytest.raises(DataSetError, match="'peripheral' is not a dosed state"):
        simulate(linear, table, compartments=["peripheral"])
    with pytest.raises(DataSetError, match="the network has no 'ALAG'"):
        simulate(linear, table, covariates={}, compartments=[Compartment("depot", lag="ALAG")])
    with pytest.raises(DataSetError, match="'concentration' depends on the state 'central'"):
        simulate(linear, table, covariates={}, compartments=[Compartment("depot", lag="concentration")])
    with pytest.raises(DataSetError, match="no column 'weight'"):
        simulate(linear, table, covariates={"V": "weight"})
    with pytest.raises(DataSetError, match="row 2, RATE = -1: the model's rate when the dose goes in is 0"):
        simulate(linear, table, covariates={}, compartments=["depot", Compartment("central", rate="R")])
    with pytest.raises(UnitError, match="amounts in nmol cannot enter 'depot', which is in mg"):
        simulate(linear, read(tmp_path, "ID,TIME\n1,0\n", amount_unit="nmol"))
    with pytest.raises(UnitError, match="'mg' is not a unit of time"):
        read(tmp_path, "ID,TIME\n1,0\n", time_unit="mg")


def test_durations_are_written_as_nonmem_reads_them(tmp_path):
    table = read(tmp_path, "ID,TIME,AMT,DUR\n1,0,5,2.5\n1,1,0,0\n")
    written = write_nonmem(table)
    assert written["RATE"].tolist() == [-2.0, 0.0] and written["DUR"].tolist() == [2.5, 0.0]
    assert "DUR" not in write_nonmem(read(tmp_path, "ID,TIME,AMT\n1,0,5\n"))


def test_a_table_without_rows_is_read_simulated_and_written(tmp_path, linear):
    table = read(tmp_path, "ID,TIME,AMT\n")
    assert len(simulate(linear, table)) == 0 and len(write_nonmem(table)) == 0


@st.composite
def tables(draw):
    """Any valid table: all kinds of records, doses and covariates."""
    rows = []
    for patient in range(1, draw(st.integers(1, 3)) + 1):
        time = draw(st.floats(-1e6, 1e6))
        for _ in range(draw(st.integers(1, 6))):
            time += draw(st.one_of(st.just(0.0), SIZE))
            kind = draw(st.sampled_from(list(Kind)))
            row = {"patient": patient, "time": time, "kind": int(kind), "WT": draw(st.one_of(SIZE, st.just(np.nan)))}
            if kind == Kind.OBSERVATION:
                row |= {"dv": draw(st.one_of(st.just(np.nan), st.floats(-1e9, 1e9))), "mdv": draw(st.integers(0, 1))}
            if kind in (Kind.DOSE, Kind.RESET_AND_DOSE):
                row |= {"amount": draw(SIZE), "compartment": draw(st.integers(0, 9))}
                row |= draw(st.sampled_from([{}, {"rate": -1.0}, {"rate": -2.0}, {"rate": draw(SIZE)}, {"duration": draw(SIZE)}]))
                row |= draw(
                    st.sampled_from([{}, {"ii": draw(SIZE), "addl": draw(st.integers(0, 99)), "ss": draw(st.integers(0, 3))}])
                )
            rows.append(row)
    return event_table(pd.DataFrame(rows, index=range(2, len(rows) + 2)), **UNITS)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_round_trip_through_a_file(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("nonmem") / "data.csv"
    frame = write_nonmem(table, path)
    again = read_nonmem(path, **UNITS)
    pd.testing.assert_frame_equal(again.rows, table.rows, check_exact=True)
    assert (again.time_unit, again.amount_unit) == ("h", "mg")
    pd.testing.assert_frame_equal(read_nonmem(frame, **UNITS).rows, table.rows, check_exact=True)
