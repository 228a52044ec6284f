"""What of a trial of the catalogue is run: arms that the model can treat, people without tumour where it has none."""

from __future__ import annotations

import pytest

from kinecast import catalog
from kinecast.errors import RunError
from kinecast.report.remarks import remarks
from kinecast.runs.source import resolve


def test_a_trial_whose_tumour_is_lacking_is_given_to_people_without_one():
    protocol, trial, left_out = resolve("conlon2019_il15civ")
    assert trial is not None and trial.disease == "solid-tumours-advanced"
    assert protocol.disease == "none" and not protocol.scan_times
    assert "2ug_kg_d" in protocol.arms and not left_out


def test_arms_with_a_drug_that_is_lacking_are_left_out_with_the_reason():
    trial = next(
        one
        for one in catalog.trials().values()
        if one.id == "target_sorafenib" and any(given.agent == "sorafenib" for arm in one.arms.values() for given in arm.regimens)
    )
    protocol, _, left_out = resolve(trial)
    assert set(protocol.arms) == {"placebo"}
    assert all("sorafenib" in reason for reason in left_out.values()) and left_out


def test_a_trial_of_which_nothing_can_be_run_says_why_once():
    with pytest.raises(RunError) as error:
        resolve("feinberg1988_tnf")
    assert error.value.message.count("tasonermin") == 1


def test_remarks_name_the_tumour_and_the_arms():
    summary = {"tumour_lacking": "solid-tumours-advanced", "left_out": {"a": "the model lacks x"}}
    lacking, left_out = remarks(summary)
    assert lacking.startswith("The model has no tumour of solid-tumours-advanced")
    assert left_out == "Not run: a, because the model lacks x"
    assert remarks({}) == []
