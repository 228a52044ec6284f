"""Doses kept back, treatment ended or completed, and toxicities taken together, on patients made up by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinecast.catalog.records.grade import Grading
from kinecast.trial import Protocol
from kinecast.trial.endpoint import NotSimulatedError, Question
from kinecast.trial.endpoint_harm import harm_endpoint
from kinecast.trial.endpoint_treatment import treatment_endpoint
from kinecast.trial.endpoints import endpoint
from kinecast.trial.outcome import Outcome
from kinecast.trial.schedule import schedule
from kinecast.trial.toxicity import Harm

from .conftest import TOY_GRADES

HOLD = "proleukin-label"
PROTOCOL = Protocol.read(
    {
        "title": "t",
        "disease": "none",
        "patients": 4,
        "follow_up": "90 days",
        "arms": {
            "a": [
                {"agent": "aldesleukin", "dose": "1 mg", "route": "iv", "days": [1, 2], "hold": HOLD},
                {
                    "agent": "aldesleukin",
                    "dose": "1 mg",
                    "route": "sc",
                    "start": "day 29",
                    "hold": HOLD,
                    "courses": {"every": "14 days", "most": 2},
                },
            ]
        },
    }
)
REASONS = ("", "died", "held: alt above 5", "treatment ended: alt above 20", "cycle stopped: alt above 10", "course not given")
#        iv day 1, iv day 2, sc day 29, sc day 43
WHY = [
    [0, 0, 0, 0],
    [0, 2, 0, 2],
    [0, 3, 3, 3],
    [0, 0, 5, 5],
]
GRADES = np.array(
    [[[1, 0], [0, 0], [3, 0]], [[0, 3], [2, 0], [0, 0]], [[4, 0], [-1, -1], [-1, -1]], [[0, 0], [-1, -1], [-1, -1]]]
)


def asked(quantity: str, time: str = "", protocol: Protocol = PROTOCOL, **when: Any) -> tuple[int, int]:
    """Return how many patients have it, of how many."""
    planned = schedule(protocol.arms["a"])
    why = np.array(WHY)
    share = np.where(why == 0, 1.0, 0.0) if when.get("share") is None else np.array(when["share"])
    worst = GRADES.max(axis=1)
    harm = Harm(("hypotension", "fever"), worst, ((1, 1), (2, 1), (3, 1)), GRADES, ())
    conducted: Any = SimpleNamespace(
        planned=planned,
        why=why,
        given=why == 0,
        reasons=REASONS,
        planned_nmol=np.full(why.shape, 10.0),
        share=share,
        given_nmol=10.0 * share,
        harm=harm,
        toxic=np.array([False, False, False, True]),
    )
    conducted = type("Made", (), {**vars(conducted), "__len__": lambda self: 4})()
    zeros = np.zeros(4)
    died = np.array([False, False, True, False])
    outcome = Outcome(conducted, 90.0, zeros, zeros, zeros, zeros > 0, np.array([90, 90, 20, 90.0]), died, zeros)
    units = {"hazard_death": "1"}
    found = endpoint(Question(quantity, time, "", "a", {"a": outcome}, units, protocol, when.get("on"), when.get("since", "")))
    estimator: Any = found.estimator
    return int((estimator.yes & estimator.among).sum()), int(estimator.among.sum())


@pytest.fixture(autouse=True)
def _graded(monkeypatch: pytest.MonkeyPatch):
    hypotension = TOY_GRADES.toxicities["hypotension"]
    grading = TOY_GRADES.model_copy(
        update={
            "toxicities": {"hypotension": hypotension, "fever": hypotension},
            "groups": {"constitutional": ("hypotension", "fever")},
        }
    )
    monkeypatch.setattr("kinecast.catalog.grading", lambda name: grading)


@pytest.mark.parametrize(
    ("quantity", "time", "expected"),
    [
        ("dose_modification_rate", "", (2, 4)),
        ("dose_modification_rate", "induction", (2, 4)),
        ("dose_modification_rate", "maintenance", (2, 3)),  # the fourth patient did not come to it
        ("dose_modification_rate", "sc phase", (2, 3)),
        ("dose_modification_rate", "iv phase", (2, 4)),
        ("dose_delay_or_reduction_rate", "10 d", (2, 4)),
        ("discontinuation_toxicity", "", (1, 4)),
        ("patients_completing_1_cycles", "", (3, 4)),
        ("patients_completing_2_cycles", "", (2, 4)),
        ("patients_completing_3_cycles", "", (1, 4)),
        ("received_80pct_dose_rate", "", (1, 4)),
        ("received_50pct_dose_rate", "", (3, 4)),
        ("received_80pct_dose_rate", "7 d", (2, 4)),
        ("death_on_study", "", (1, 4)),
        ("grade34_any", "", (3, 4)),
        ("grade4_any", "", (1, 4)),
        ("any_grade_any", "", (3, 4)),
        ("any_grade_fever", "", (1, 4)),
        ("grade34_any", "induction", (2, 4)),
        ("grade34_any", "maintenance", (1, 2)),
        ("grade34_constitutional", "", (3, 4)),
    ],
)
def test_value(quantity: str, time: str, expected: tuple[int, int]):
    assert asked(quantity, time) == expected


def test_what_is_not_simulated_says_why():
    free = PROTOCOL.as_dict()
    for treatment in free["arms"]["a"]:
        del treatment["hold"]
    without = Protocol.read(free)
    for quantity, reason in (
        ("dose_modification_rate", "no rule keeps back doses of this treatment"),
        ("discontinuation_toxicity", "no rule ends this treatment"),
        ("patients_completing_4_cycles", "3 cycles are planned"),
        ("patients_completing_2_cycles", "no rule ends this treatment"),
        ("received_80pct_dose_rate", "no rule keeps back doses of this treatment"),
    ):
        with pytest.raises(NotSimulatedError, match=reason):
            asked(quantity, protocol=without)
    with pytest.raises(NotSimulatedError, match="'in winter' is not a phase of the treatment"):
        asked("dose_modification_rate", "in winter")
    with pytest.raises(NotSimulatedError, match="the arm has no im phase"):
        asked("grade34_any", "im phase")


def test_lowered_doses_count_as_modified_and_by_their_size():
    """The first patient's last two doses are halved: kept back or lowered in three of four patients, 30 of 40 nmol given."""
    lowered = [[1, 1, 0.5, 0.5], [1, 0, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0]]
    assert asked("dose_modification_rate", share=lowered) == (3, 4)
    assert asked("dose_modification_rate", "iv phase", share=lowered) == (2, 4)
    assert asked("dose_modification_rate", "sc phase", share=lowered) == (3, 3)
    assert asked("received_80pct_dose_rate", share=lowered) == (0, 4)
    assert asked("received_70pct_dose_rate", share=lowered) == (1, 4)


def test_a_grade_that_the_model_does_not_tell_apart_is_refused(monkeypatch: pytest.MonkeyPatch):
    severe = TOY_GRADES.toxicities["hypotension"].grades[-1:]
    hypotension = TOY_GRADES.toxicities["hypotension"].model_copy(update={"grades": severe})
    grading = TOY_GRADES.model_copy(update={"toxicities": {"hypotension": hypotension}})
    monkeypatch.setattr("kinecast.catalog.grading", lambda name: grading)
    with pytest.raises(NotSimulatedError, match=r"grades of hypotension below \d are not told apart"):
        asked("any_grade_hypotension")


def test_a_group_names_toxicities_and_has_a_name_of_its_own():
    said = TOY_GRADES.model_dump()
    assert Grading(**{**said, "groups": {"vascular": ("hypotension",)}}).members("vascular") == ("hypotension",)
    with pytest.raises(ValueError, match="which are no toxicities"):
        Grading(**{**said, "groups": {"vascular": ("rash",)}})
    with pytest.raises(ValueError, match="the name of more than one toxicity"):
        Grading(**{**said, "groups": {"hypotension": ("hypotension",)}})


def test_a_report_that_counts_cycles_is_not_compared_with_doses():
    planned = schedule(PROTOCOL.arms["a"])
    outcome: Any = SimpleNamespace(harm=SimpleNamespace(cycles=((1, 1),)), conducted=SimpleNamespace(planned=planned))
    question = Question("doses_received_median", "", "", "a", {"a": outcome}, {}, PROTOCOL, unit="cycles")
    with pytest.raises(NotSimulatedError, match="the report counts cycles, not doses"):
        treatment_endpoint(question)


def test_adverse_events_without_treatment_are_not_modelled():
    untreated = PROTOCOL.model_copy(update={"arms": {"a": ()}})
    outcome: Any = SimpleNamespace(harm=SimpleNamespace(toxicities=("fever",)), best=np.zeros(1))
    with pytest.raises(NotSimulatedError, match="adverse events without treatment are not modelled"):
        harm_endpoint(Question("grade34_any", "", "", "a", {"a": outcome}, {}, untreated))
