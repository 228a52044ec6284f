"""Events: when they are noticed, when they act, in which order, and on what."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kinecast.exchange.sbml import SbmlError, simulate

pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra 'exchange')")


@pytest.fixture
def run(read, xml):
    """run(parameters, rates, events, times) -> Trajectory."""

    def simulated(values, rates, events, times):
        body = xml.parameters(**values) + (xml.rules(rate=rates) if rates else "")
        return simulate(read(f"{body}<listOfEvents>{''.join(events)}</listOfEvents>"), times)

    return simulated


def test_time_trigger_shows_after_its_time(run, xml):
    events = [xml.event("time >= 1", {"x": "5"}, key="at"), xml.event("time > 1", {"y": "5"}, key="after")]
    found = run({"x": 0.0, "y": 0.0}, {}, events, [0.0, 0.5, 1.0, 1.5])
    np.testing.assert_array_equal(found["x"], [0, 0, 5, 5])
    np.testing.assert_array_equal(found["y"], [0, 0, 0, 5])


def test_state_trigger_is_found_at_its_moment(run, xml):
    events = [xml.event("x < 0.5", {"when": "time", "x": "x + 10"})]
    found = run({"x": 1.0, "when": 0.0}, {"x": "-2 * x"}, events, [0.0, 0.7])
    moment = math.log(2.0) / 2.0
    assert found["when"][-1] == pytest.approx(moment, rel=1e-8)
    assert found["x"][-1] == pytest.approx(10.5 * math.exp(-2.0 * (0.7 - moment)), rel=1e-7)


def test_repeated_resets(run, xml):
    times = np.arange(0.55, 10, 1.0)
    found = run({"x": 0.0}, {"x": "1"}, [xml.event("x >= 0.3", {"x": "0"})], np.append(0.0, times))
    np.testing.assert_allclose(found["x"][1:], times % 0.3, atol=1e-8)


def test_delayed_values_of_trigger_time_or_of_assignment_time(run, xml):
    timing = {"early": True, "late": False}
    events = [
        xml.event("time >= 1", {name: "time"}, delay="0.5", values_from_trigger=first, key=f"e_{name}")
        for name, first in timing.items()
    ]
    found = run({"early": 0.0, "late": 0.0}, {}, events, [1.4, 1.6])
    np.testing.assert_allclose(found["early"], [0.0, 1.0], atol=1e-12)
    np.testing.assert_allclose(found["late"], [0.0, 1.5], atol=1e-12)


@pytest.mark.parametrize(("persistent", "expected"), [(True, 1.0), (False, 0.0)])
def test_trigger_that_turns_back_cancels_what_does_not_persist(run, xml, persistent, expected):
    trigger = "(time >= 1) && (time < 1.3)"
    found = run({"x": 0.0}, {}, [xml.event(trigger, {"x": "1"}, delay="0.5", persistent=persistent)], [0.0, 2.0])
    assert found["x"][-1] == expected


@pytest.mark.parametrize(("initial", "expected"), [(True, 0.0), (False, 1.0)])
def test_trigger_true_at_the_start(run, xml, initial, expected):
    assert run({"x": 0.0}, {}, [xml.event("time >= 0", {"x": "1"}, initial=initial)], [0.0])["x"][0] == expected


def test_higher_priority_goes_first_and_is_worked_out_late(run, xml):
    events = [
        xml.event("time >= 1", {"x": "10 * x + 1"}, priority="1", key="a"),
        xml.event("time >= 1", {"x": "10 * x + 2"}, priority="5", key="b"),
        xml.event("time >= 1", {"x": "10 * x + 3"}, priority="piecewise(3, x < 1, 0)", key="c"),
    ]
    for each in range(3):
        events[each] = events[each].replace('TriggerTime="true"', 'TriggerTime="false"')
    assert run({"x": 0.0}, {}, events, [2.0])["x"][0] == 213.0


def test_an_event_sets_off_another(run, xml):
    events = [xml.event("time >= 1", {"x": "1"}, key="a"), xml.event("x > 0.5", {"y": "x + 1"}, key="b")]
    assert run({"x": 0.0, "y": 0.0}, {}, events, [1.0])["y"][0] == 2.0


def test_the_draw_among_equals_follows_the_seed(read, xml):
    events = [
        xml.event("time >= 1", {"x": f"2 * x + {bit}"}, priority="1", key=f"e{k}{bit}", values_from_trigger=False)
        for k in range(6)
        for bit in (0, 1)
    ]
    model = read(xml.parameters(x=1.0) + f"<listOfEvents>{''.join(events)}</listOfEvents>")
    drawn = [simulate(model, [1.0], seed=seed)["x"][0] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_amount_stays_when_the_compartment_jumps(read, xml):
    body = xml.vessel(2.0, constant=False) + f"<listOfSpecies>{xml.species('S')}{xml.species('R')}</listOfSpecies>"
    body += xml.rules(rate={"R": "0"}) + f"<listOfReactions>{xml.reaction('0', reactants=('S',))}</listOfReactions>"
    found = simulate(read(f"{body}<listOfEvents>{xml.event('time >= 1', {'V': '3'})}</listOfEvents>"), [0.0, 1.0])
    for name in ("S", "R"):
        np.testing.assert_allclose(found.amount(name), [6.0, 6.0])
        np.testing.assert_allclose(found[name], [3.0, 2.0])


def test_concentration_assigned_by_an_event(read, xml):
    body = xml.vessel(2.0) + f"<listOfSpecies>{xml.species('S')}</listOfSpecies>"
    body += f"<listOfReactions>{xml.reaction('0', reactants=('S',))}</listOfReactions>"
    found = simulate(read(f"{body}<listOfEvents>{xml.event('time >= 1', {'S': 'S + 1'})}</listOfEvents>"), [0.0, 1.0])
    np.testing.assert_allclose(found.amount("S"), [6.0, 8.0])


def test_level_2_events_persist_and_start_true(read, xml):
    body = '<listOfParameters><parameter id="x" value="0" constant="false"/></listOfParameters>'
    made = '<listOfEventAssignments><eventAssignment variable="x">{{x + 1}}</eventAssignment></listOfEventAssignments>'
    for key, trigger in (("a", "time >= 0"), ("b", "(time >= 1) && (time < 1.3)")):
        event = f'<event id="{key}"><trigger>{{{{{trigger}}}}}</trigger><delay>{{{{0.5}}}}</delay>{made}</event>'
        body += f"<listOfEvents>{event}" if key == "a" else f"{event}</listOfEvents>"
    np.testing.assert_array_equal(simulate(read(body, (2, 4)), [1.0, 2.0])["x"], [0.0, 1.0])


def test_negative_delay_names_the_event(run, xml):
    with pytest.raises(SbmlError, match="event e: its delay is -1"):
        run({"x": 0.0}, {}, [xml.event("time >= 1", {"x": "1"}, delay="-1")], [2.0])


def test_events_that_never_settle_are_stopped(run, xml, monkeypatch):
    monkeypatch.setattr("kinecast.exchange.sbml.event_queue.LARGEST_CASCADE", 50)
    events = [xml.event("x < 1", {"x": "2"}, key="up", initial=False), xml.event("x > 1", {"x": "0"}, key="down")]
    with pytest.raises(SbmlError, match="set each other off for ever at time 0"):
        run({"x": 0.0}, {}, events, [1.0])
