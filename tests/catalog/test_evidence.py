"""Every row of the evidence pack is in the catalogue once, and what the tables say of each other fits."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from kinecast import catalog
from kinecast.trial.regimens import UNTREATED, missing, protocol_of, runnable

DATA = Path(catalog.__file__).parent / "data"
PACK = {"o": 3577, "r": 616, "p": 1374, "s": 127}
"""Rows of the evidence pack: observations, regimens, parameters, status."""


def kept() -> dict[str, list[tuple[str, ...]]]:
    """The pack rows that each record carries, by the pack's table."""
    approvals = catalog.approval_rows()
    tables = {"o": catalog.observations(), "r": catalog.regimens(), "p": catalog.measurements(), "s": approvals}
    return {letter: [row.pack for row in table if row.pack] for letter, table in tables.items()}


def left_out() -> list[dict[str, str]]:
    with (DATA / "left_out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("letter", PACK)
def test_rows_in_are_rows_kept_merged_or_left_out(letter: str) -> None:
    records = kept()[letter]
    merged = sum(len(pack) - 1 for pack in records)
    without = [row["pack"] for row in left_out() if row["pack"].startswith(letter)]
    assert len(records) + merged + len(without) == PACK[letter]
    rows = Counter([*(row for pack in records for row in pack), *without])
    assert set(rows) == {f"{letter}{number}" for number in range(1, PACK[letter] + 1)}
    assert max(rows.values()) == 1


def test_every_row_left_out_has_a_reason() -> None:
    assert all(len(row["reason"].split()) > 2 for row in left_out())


def test_rows_of_a_table_name_trials_and_drugs_that_are_there() -> None:
    trials, agents = catalog.trials(), set(catalog.agents())
    assert {row.trial for row in catalog.observations()} <= set(trials)
    assert {row.trial for row in catalog.regimens()} <= set(trials)
    assert {row.agent for row in catalog.regimens()} <= agents, {row.agent for row in catalog.regimens()} - agents
    assert {row.agent for row in catalog.measurements() if row.agent} <= agents
    assert {row.agent for row in catalog.approval_rows()} <= agents


def test_every_disease_of_a_trial_is_there() -> None:
    named = {trial.disease for trial in catalog.trials().values()} - {"none"}
    assert named <= set(catalog.diseases()), named - set(catalog.diseases())


def test_phases_of_one_drug_in_one_arm_differ() -> None:
    seen = Counter((row.trial, row.arm, row.agent, row.phase) for row in catalog.regimens())
    assert [key for key, count in seen.items() if count > 1] == []


def test_no_observation_stands_twice() -> None:
    seen = Counter(
        (
            row.trial,
            row.arm,
            row.quantity,
            row.among,
            row.data_cut,
            row.time,
            row.value,
            row.lower,
            row.upper,
            row.source,
            row.note,
        )
        for row in catalog.observations()
    )
    assert [key for key, count in seen.items() if count > 1] == []


def test_a_complete_schedule_is_a_protocol_that_can_be_read() -> None:
    """`runnable` says no where the protocol is refused: that must not happen to a schedule that lacks nothing."""
    for trial in catalog.trials().values():
        complete = [arm for arm in trial.arms if not list(missing(trial, arm))]
        if complete:
            planned = set(protocol_of(trial).arms)
            assert planned == set(complete) if trial.protocol is None else planned <= set(complete), trial.id


def test_trials_with_a_response_rate_that_can_be_run() -> None:
    asked = [
        trial
        for trial in catalog.trials().values()
        if any(seen.quantity == "orr" for arm in trial.arms.values() for seen in arm.observations)
    ]
    able = [trial.id for trial in asked if runnable(trial)]
    assert len(able) >= 110, (len(able), len(asked), [trial.id for trial in asked if trial.id not in able])


MISSION = {
    "IL-2": "aldesleukin super-2 bempegaldesleukin nemvaleukin-alfa pegenzileukin neo-2-15 mdna11 xtx202 wtx-124 no-alpha-il-2",
    "IFN-alpha": "interferon-alfa-2a interferon-alfa-2b peginterferon-alfa-2a peginterferon-alfa-2b",
    "IFN-gamma, GM-CSF, IL-7, IL-12": "interferon-gamma-1b sargramostim cyt107 efineptakin-alfa rhil-12 nhs-il12",
    "IL-15, IL-21": "rhil-15 n-803 niz985 nktr-255 nanrilkefusp-alfa rhil-21",
    "immunokines": "l19-il2 l19-tnf hu14-18-il2 simlukafusp-alfa cergutuzumab-amunaleukin emd-521873 eciskafusp-alfa",
    "checkpoint antibodies": "nivolumab pembrolizumab ipilimumab atezolizumab",
    "antibodies with ADCC": "rituximab trastuzumab cetuximab dinutuximab alemtuzumab obinutuzumab",
    "vaccines and cells": "gp100-209-2m sipuleucel-t gvax-prostate talimogene-laherparepvec til",
}


@pytest.mark.parametrize("group", MISSION)
def test_every_drug_of_the_mission_is_there(group: str) -> None:
    for key in MISSION[group].split():
        agent = catalog.agent(key)
        assert agent.description, key
        assert agent.routes, key
        if agent.dosed_in is None:
            assert agent.molecular_weight is not None, key


def test_units_of_activity_are_turned_to_mass_by_the_products_own_potency() -> None:
    """Aldesleukin is 16.4 MIU/mg, interferon alfa about 200 to 260, interferon gamma-1b 20: never one for the other."""
    expected = {"aldesleukin": (15, 18), "interferon-alfa-2b": (190, 270), "interferon-gamma-1b": (15, 35)}
    for key, (low, high) in expected.items():
        potency = catalog.agent(key).potency
        assert potency is not None, key
        assert low <= potency.quantity.to("MIU/mg") <= high, key


def test_untreated_arms_have_no_dose() -> None:
    for row in catalog.regimens():
        if row.agent in UNTREATED[:1]:
            assert row.dose is None, (row.trial, row.arm)
