"""Dose-limiting toxicity: which grades count, in which window, and of whom."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from pydantic import ValidationError

from kinecast import catalog
from kinecast.catalog.records import Grading, Toxicity
from kinecast.trial import Protocol
from kinecast.trial.dose_limiting import dose_limiting, limiting, window
from kinecast.trial.schedule import PlannedDose, schedule

from .conftest import PROTOCOL, TOY_GRADES


def planned(**changes) -> tuple[PlannedDose, ...]:
    """The doses of a toy arm with other days or courses."""
    treatment = {"agent": "aldesleukin", "dose": "1 ug/kg", "route": "iv"} | changes
    content = yaml.safe_load(PROTOCOL) | {"arms": {"a": [treatment]}}
    return schedule(Protocol.read(content).arms["a"])


def had(pressures: dict[float, float], doses: tuple[PlannedDose, ...], *, given: bool = True, death: float = np.inf) -> bool:
    """Whether one patient with these pressures (day → mmHg) had a dose-limiting toxicity."""
    name, flags = "mean_arterial_pressure", np.full((1, len(doses)), given)
    curves, times = np.array([list(pressures.values())])[:, :, None], np.array(list(pressures))
    return bool(dose_limiting(TOY_GRADES, {name: "mmHg"}, [name], curves, times, doses, flags, np.array([death]))[0])


def test_only_grades_from_the_dose_limiting_one_on_count():
    assert had({0.0: 90, 5.0: 69}, planned())
    assert not had({0.0: 90, 5.0: 71}, planned())


def test_it_counts_from_the_first_dose_for_28_days():
    assert had({0.0: 90, 28.0: 69}, planned())
    assert not had({0.0: 90, 29.0: 69}, planned())
    assert not had({0.0: 69, 8.0: 90}, planned(start="day 8"))
    assert had({0.0: 90, 35.0: 69}, planned(start="day 8"))


@pytest.mark.parametrize(("every", "days"), [("7 days", 28.0), ("14 days", 28.0), ("21 days", 21.0), ("6 weeks", 28.0)])
def test_a_first_cycle_of_three_weeks_ends_the_window_and_a_weekly_repetition_does_not(every: str, days: float):
    assert window(planned(courses={"every": every, "most": 3})) == (0.0, days)


def test_a_test_dose_two_weeks_before_the_first_cycle_belongs_to_it(real_catalogue):
    from kinecast.trial.regimens import protocol_of

    arms = protocol_of(catalog.trial("atkins1997_il12iv"), tumour=False).arms
    assert window(schedule(arms["1000ng_kg"])) == (0.0, 28.0)


def test_death_by_treatment_in_the_window_counts_and_later_does_not():
    assert had({0.0: 90, 5.0: 90}, planned(), death=10.0)
    assert not had({0.0: 90, 5.0: 90}, planned(), death=40.0)


def test_nobody_has_one_without_a_dose():
    assert not had({0.0: 90, 5.0: 50}, planned(), given=False)
    assert not had({0.0: 90, 5.0: 50}, ())


def test_a_failed_simulation_is_no_toxicity():
    assert not had({0.0: 90, 5.0: float("nan")}, planned())


def test_catalogue_counts_grade_3_outside_the_blood_grade_4_of_blood_counts_and_no_lymphopenia(real_catalogue):
    grading = catalog.grading("ctcae")
    assert {name: toxicity.dose_limiting for name, toxicity in grading.toxicities.items()} == {
        name: {"lymphopenia": None, "platelets": 4, "neutrophils": 4}.get(name, 3) for name in grading.toxicities
    }
    assert limiting(grading, ("lymphopenia", "fever")) == ("fever",)
    assert grading.dose_limiting is not None and grading.dose_limiting.status == "assumed"


def test_a_dose_limiting_grade_must_be_graded_and_follow_a_stated_convention():
    hypotension = TOY_GRADES.toxicities["hypotension"].model_dump(exclude_none=True)
    with pytest.raises(ValidationError, match="one of the grades 1, 2, 3"):
        Toxicity.model_validate(hypotension | {"dose_limiting": 4})
    with pytest.raises(ValidationError, match="convention"):
        Grading.model_validate(TOY_GRADES.model_dump(exclude={"dose_limiting"}, exclude_none=True))
