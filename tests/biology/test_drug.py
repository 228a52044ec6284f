"""Aldesleukin in the body: mass balance, closed form, and what Konrad 1990 measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.biology.body import body
from kinecast.biology.disposition import disposition
from kinecast.engine import Bolus, Infusion, solve
from kinecast.network import assemble
from kinecast.units import quantity

from .conftest import Course, model

ACCOUNT = ("depot", "central", "peripheral", "eliminated", "consumed", "lost_at_site")


def in_all(course):
    return sum(course[f"aldesleukin_{part}"] for part in ACCOUNT)


@settings(max_examples=15, deadline=None)
@given(
    iv=st.floats(1e-3, 1e3),
    sc=st.floats(1e-3, 1e2),
    infused=st.floats(1e-3, 1e2),
    duration=st.floats(0.01, 20.0),
)
def test_dose_equals_body_plus_account(iv, sc, infused, duration):
    events = [
        Bolus(0.0, "aldesleukin_central", iv),
        Bolus(1.5, "aldesleukin_depot", sc),
        Infusion(2.0, "aldesleukin_central", infused, duration),
    ]
    run = Course(model("none"), events, [0.5, 1.0, 25.0])
    assert in_all(run) == pytest.approx([iv, iv, iv + sc + infused], rel=1e-7)


def test_iv_bolus_without_receptors_against_closed_form():
    """Two compartments, the receptor sink absent: C = A·e^(-αt) + B·e^(-βt)."""
    agent = catalog.agent("aldesleukin")
    network = assemble([body(catalog.parameters("body")), disposition(agent.id, agent.disposition, depot=False)])
    p = {name: record.quantity.canonical for name, record in agent.disposition.items()}
    weight = catalog.parameters("body")
    size = weight["weight"].value / weight["reference_weight"].value
    v1, v2 = p["central_volume"] * size, p["peripheral_volume"] * size
    k10, k12, k21 = (
        flow * size**0.75 / v
        for flow, v in zip((p["clearance"], p["distribution_clearance"], p["distribution_clearance"]), (v1, v1, v2), strict=True)
    )
    total, product = k10 + k12 + k21, k10 * k21
    alpha = (total + np.sqrt(total**2 - 4 * product)) / 2
    beta = product / alpha
    times = np.array([1, 5, 15, 60, 240, 480]) / 1440
    dose = 100.0
    wanted = dose / v1 * ((alpha - k21) * np.exp(-alpha * times) + (k21 - beta) * np.exp(-beta * times)) / (alpha - beta)
    values = np.array([[q.value for q in network.parameters]])
    solution = solve(network, values, events=[Bolus(0.0, "aldesleukin_central", dose)], outputs=times, rtol=1e-8)
    column = [s.name for s in network.states].index("aldesleukin_central")
    assert solution.states[0, :, column] / v1 == pytest.approx(wanted, rel=1e-6)


@pytest.fixture
def bolus(course):
    """6 MIU/m2 (1e6 Cetus units/m2) to the typical patient of 1.8 m2, by the minute."""
    dose = catalog.agent("aldesleukin").amount(quantity("6 MIU/m2"), weight=70.0, surface=1.8)
    return course([Bolus(0.0, "aldesleukin_central", float(dose))], np.arange(1, 241) / 1440)


def half_life(times, levels):
    return -np.log(2) / np.polyfit(times, np.log(levels), 1)[0] * 1440


def test_level_after_bolus_against_konrad_1990(bolus):
    reported = catalog.agent("aldesleukin").reported["level_after_bolus"]  # IU/mL
    potency = catalog.agent("aldesleukin").potency.quantity.to("IU/mg")
    mass = catalog.agent("aldesleukin").molecular_weight.quantity.to("mg/nmol")
    level = bolus["aldesleukin_plasma"][0] * mass * potency / 1000  # nmol/L to IU/mL
    assert reported.value / 2 < level < reported.value * 2


def test_half_lives_against_konrad_1990(bolus):
    """First hour and one to four hours, as the paper took them; within 30 %."""
    level, minutes = bolus["aldesleukin_plasma"], bolus.times * 1440
    reported = catalog.agent("aldesleukin").reported
    early = half_life(bolus.times[:20], level[:20])
    late = half_life(bolus.times[(minutes >= 150)], level[minutes >= 150])
    assert early == pytest.approx(reported["half_life_alpha"].value, rel=0.3)
    assert late == pytest.approx(reported["half_life_beta"].value, rel=0.3)


def test_the_sink_grows_with_the_cells_it_feeds(course):
    """On a constant low dose the level falls while cells multiply, then keeps level with them (Caligiuri 1993 saw NK expand)."""
    days = np.array([1.0, 7.0, 28.0, 80.0])
    run = course([Infusion(0.0, "aldesleukin_central", 90 * 3.0, 90.0)], days)
    level = run["aldesleukin_plasma"]
    assert level[0] > 2 * level[1] > 2 * level[2]
    assert level[3] == pytest.approx(level[2], rel=0.1)
    assert run["aldesleukin_consumption"][-1] > 2 * run["aldesleukin_consumption"][0]


def test_two_agents_share_no_state_and_no_reaction_changes_both():
    records = catalog.agent("aldesleukin").disposition
    pair = [disposition(name, records, depot=True) for name in ("first", "second")]
    network = assemble([body(catalog.parameters("body")), *pair])
    assert len(network.states) == 2 * len(pair[0].states)
    for reaction in network.reactions:
        named = {*reaction.changes, *reaction.rate.symbols()}
        assert len({name.partition("_")[0] for name in named} & {"first", "second"}) == 1, reaction.name
