"""Every trial of the catalogue can be planned, and asks the model for nothing without an answer or a reason."""

from __future__ import annotations

import pytest

from kinecast import catalog
from kinecast.trial import Protocol
from kinecast.trial.grid import output_times
from kinecast.trial.rules import Rule
from kinecast.trial.schedule import schedule

pytestmark = pytest.mark.usefixtures("real_catalogue")


@pytest.mark.parametrize("key", list(catalog.trials()))
def test_every_protocol_can_be_planned(key: str):
    protocol = Protocol.read(catalog.trial(key).protocol)
    assert set(protocol.arms) == set(catalog.trial(key).arms)
    assert any(schedule(treatments) for treatments in protocol.arms.values())
    assert len(output_times(protocol)) < 1500


@pytest.mark.parametrize("key", list(catalog.rules()))
def test_every_rule_has_a_criterion_on_what_the_model_shows(key: str):
    from kinecast.biology.observables import observables

    units = {name: observable.unit for name, observable in observables(("aldesleukin",), tumour=True).items()}
    rule = Rule(catalog.rule(key), units)
    assert rule.reasons
    assert not rule.not_modelled
