"""Checkpoint antibodies: levels, clearance that falls, targets that stay busy, and Treg depletion as an option."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, solve
from kinecast.units import quantity

MELANOMA = "melanoma-metastatic"


def course(agents, doses, times, disease=MELANOMA, names=(), **changes):
    """Return what a typical patient of 70 kg shows; doses are (agent, day, dose)."""
    model = assemble(agents, disease)
    values = np.array([[p.value for p in model.network.parameters]])
    columns = [p.name for p in model.network.parameters]
    values[0, columns.index("weight")] = quantity("70 kg").canonical
    for name, value in changes.items():
        values[0, columns.index(name)] = value
    events = [
        Bolus(day, f"{agent}_central", float(catalog.agent(agent).amount(quantity(dose), weight=70.0, surface=1.8)))
        for agent, day, dose in doses
    ]
    solution = solve(model.kernel(), values, events=events, outputs=times, rtol=1e-7)
    assert solution.status[0] == 0
    found = model.kernel().evaluate(list(names), solution.states, values)
    return [found[name][0] for name in names]


def test_nivolumab_clearance_falls_by_a_quarter_against_bajaj2017():
    """CL(t) = CL0·exp(-0.295·t^3.15/(58.75^3.15 + t^3.15)): the rate at which a steady level is eliminated shows it."""
    times = np.array([0.5, 1.0, 399.5, 400.0])
    doses = [("nivolumab", 14.0 * k, "3 mg/kg") for k in range(29)]
    level, gone = course(["nivolumab"], doses, times, names=["nivolumab_plasma", "nivolumab_eliminated"])
    early, late = ((gone[i + 1] - gone[i]) / (times[i + 1] - times[i]) / level[i : i + 2].mean() for i in (0, 2))
    assert late / early == pytest.approx(np.exp(-0.295), rel=0.02)
    assert early == pytest.approx(0.2256, rel=0.01)


def test_nivolumab_dose_equals_body_plus_account():
    names = ["nivolumab_central", "nivolumab_peripheral", "nivolumab_eliminated", "nivolumab_consumed"]
    parts = course(["nivolumab"], [("nivolumab", 0.0, "3 mg/kg")], [0.1, 30.0, 200.0], names=names)
    dose = float(catalog.agent("nivolumab").amount(quantity("3 mg/kg"), weight=70.0, surface=1.8))
    assert sum(parts) == pytest.approx([dose] * 3, rel=1e-6)


@pytest.mark.parametrize("dose", ["1 mg/kg", "3 mg/kg", "10 mg/kg"])
def test_pd1_stays_busy_for_two_months_against_brahmer2010(dose):
    """Occupancy in blood above 70 % for two months after one dose, nearly whatever the dose."""
    (level,) = course(["nivolumab"], [("nivolumab", 0.0, dose)], [60.0], names=["nivolumab_plasma"])
    affinity = catalog.agent("nivolumab").actions["pd1_block"]["pd1_kd"].value
    assert level[0] / (level[0] + affinity) > 0.7


@pytest.mark.parametrize(
    ("agent", "dose", "brake"),
    [
        ("pembrolizumab", "200 mg", "pd1_engaged"),
        ("atezolizumab", "1200 mg", "pd1_engaged"),
        ("spartalizumab", "400 mg", "pd1_engaged"),
    ],
)
def test_antibodies_to_pd1_and_its_ligand_free_the_receptor(agent, dose, brake):
    (engaged,) = course([agent], [(agent, 1.0, dose)], [0.5, 8.0, 22.0], names=[brake])
    assert engaged[1] < 0.2 * engaged[0]
    assert engaged[2] < 0.3 * engaged[0]


def test_ipilimumab_trough_against_label():
    """Mean minimum at steady state, 3 mg/kg every 3 weeks: 19.4 ug/mL."""
    doses = [("ipilimumab", 21.0 * k, "3 mg/kg") for k in range(6)]
    (level,) = course(["ipilimumab"], doses, [126.0], names=["ipilimumab_plasma"])
    milligrams_a_litre = level[0] * catalog.agent("ipilimumab").molar_mass
    assert milligrams_a_litre == pytest.approx(19.4, rel=0.3)


def test_ipilimumab_fills_the_pool_and_pd1_antibodies_empty_it():
    times = [0.5, 63.0]
    rest, filled = course(
        ["ipilimumab"], [("ipilimumab", 1.0, "3 mg/kg"), ("ipilimumab", 22.0, "3 mg/kg")], times, names=["progenitors"]
    )[0]
    assert filled > 1.5 * rest
    rest, drawn = course(["nivolumab"], [("nivolumab", 1.0 + 14 * k, "3 mg/kg") for k in range(4)], times, names=["progenitors"])[
        0
    ]
    assert drawn < 0.9 * rest


def test_treg_depletion_is_an_option_and_off():
    given = [("ipilimumab", 1.0 + 21 * k, "3 mg/kg") for k in range(4)]
    (as_recorded,) = course(["ipilimumab"], given, [60.0], names=["tumour_treg"])
    (depleted,) = course(["ipilimumab"], given, [60.0], names=["tumour_treg"], ipilimumab_treg_depletion=0.3)
    assert as_recorded[0] == pytest.approx(1.0, rel=0.01)
    assert depleted[0] < 0.5
