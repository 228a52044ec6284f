"""Relapse after resection: what visits show, and the endpoints that follow from it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from kinecast.trial.endpoint import NotSimulatedError, Question
from kinecast.trial.endpoint_response import response_endpoint
from kinecast.trial.outcome import Outcome
from kinecast.trial.recist import Response, unmeasured

YEAR = 365.25
ARMS = {"interferon": (object(),), "observation": ()}


def outcome(relapse, death, follow_up=5 * YEAR, disease="micrometastases"):
    """Patients who relapse and die at these days, infinite for never."""
    relapse, death = np.array(relapse, float), np.array(death, float)
    size = len(relapse)
    event = np.minimum(relapse, death)
    first_pd = np.where(relapse <= np.minimum(death, follow_up), 0, 1)
    conducted = SimpleNamespace(
        scans=SimpleNamespace(first_pd=first_pd), scan_times=np.array([84.0]), planned=(), toxic=np.zeros(size, bool)
    )
    made = Outcome(
        conducted=conducted,
        follow_up=follow_up,
        best=np.full(size, int(Response.SD)),
        response_start=np.full(size, np.nan),
        pfs_days=np.minimum(event, follow_up),
        progressed=event <= follow_up,
        os_days=np.minimum(death, follow_up),
        died=death <= follow_up,
        last_scan=np.full(size, follow_up),
    )
    return replace(made, disease=disease)


class _Sized(Outcome):
    def __len__(self):
        return len(self.best)


def ask(quantity, time="", arm="interferon", disease="micrometastases"):
    never = np.inf
    treated = outcome([100, 800, never, never], [400, 1500, never, never], disease=disease)
    control = outcome([90, 200, 500, never], [300, 700, 900, never], disease=disease)
    outcomes = {
        name: _Sized(**{field: getattr(one, field) for field in one.__dataclass_fields__})
        for name, one in (("interferon", treated), ("observation", control))
    }
    protocol = SimpleNamespace(arms=ARMS, disease="melanoma-adjuvant", follow_up="5 years")
    return response_endpoint(Question(quantity, time, "", arm, outcomes, {}, protocol))


def value(found):
    return found.estimator.estimate(np.ones((1, 4)))[0]


def test_visits_show_a_relapse_once_and_nothing_after_it():
    seen = np.full((2, 3), int(Response.SD))
    shown = unmeasured(seen, np.array([[False, True, False], [False, False, False]]))
    assert shown.responses.tolist() == [[Response.SD, Response.PD, Response.NE], [Response.SD] * 3]
    assert shown.first_pd.tolist() == [1, 3]


@pytest.mark.parametrize("quantity", ["rfs_rate", "dfs_rate", "efs_rate", "rfs_rate_2y"])
def test_free_of_relapse_at_two_years(quantity):
    assert value(ask(quantity, "" if quantity.endswith("2y") else "2 y")) == pytest.approx(0.75)


def test_medians():
    assert value(ask("rfs_median", arm="observation")) == pytest.approx(200)
    assert value(ask("os_median", arm="observation")) == pytest.approx(700)


@pytest.mark.parametrize(("time", "share"), [("", 0.5), ("2 y", 0.25), ("2 y median", 0.25)])
def test_relapse_rate_by_a_time_or_at_the_end(time, share):
    assert value(ask("relapse_rate", time)) == pytest.approx(share)


def test_the_ratio_is_that_of_the_arm_against_the_untreated_one():
    assert value(ask("rfs_hr")) < 1
    assert value(ask("os_hr")) < 1
    with pytest.raises(NotSimulatedError, match="untreated"):
        ask("rfs_hr", arm="observation")


def test_a_ratio_at_an_earlier_cut_counts_only_events_before_it():
    early = ask("rfs_hr", "1 y").estimator
    assert early.event.sum() == 1
    assert early.control_event.sum() == 2
    assert early.times.max() <= YEAR


def test_nothing_can_respond_after_resection():
    with pytest.raises(NotSimulatedError, match="nothing that could respond"):
        ask("orr")


def test_relapse_is_not_asked_of_people_who_have_their_disease():
    assert ask("rfs_rate", "2 y", disease="lesions") is None


def test_a_time_after_follow_up_is_not_simulated():
    with pytest.raises(NotSimulatedError, match="follow-up ends"):
        ask("rfs_rate", "9 y")
