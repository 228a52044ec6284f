"""Every trial of the catalogue can be planned, and asks the model for nothing without an answer or a reason."""

from __future__ import annotations

import pytest

from kinecast import catalog
from kinecast.trial.grid import output_times
from kinecast.trial.regimens import protocol_of, runnable
from kinecast.trial.rules import Rule
from kinecast.trial.schedule import schedule

pytestmark = pytest.mark.usefixtures("real_catalogue")


def test_every_trial_with_a_complete_schedule_can_be_planned():
    planned = 0
    for key, trial in catalog.trials().items():
        if not runnable(trial):
            continue
        protocol = protocol_of(trial)
        assert set(protocol.arms) <= set(trial.arms), key
        assert all(schedule(given) for given in protocol.arms.values() if given), key
        assert len(output_times(protocol)) < 3000, key
        planned += 1
    assert planned > 150


@pytest.mark.parametrize("key", list(catalog.rules()))
def test_every_rule_has_a_criterion_on_what_the_model_shows(key: str):
    from kinecast.biology import assemble

    model = assemble(["aldesleukin", "interferon-alfa-2b"], "melanoma-metastatic")
    units = {name: observable.unit for name, observable in model.observables.items()}
    rule = Rule(catalog.rule(key), units)
    assert rule.reasons
    assert not rule.not_modelled
