"""Endpoints on patients made up by hand, so that every number can be checked without a simulation."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinecast.catalog.records import Observation
from kinecast.trial import Protocol, Response
from kinecast.trial.conducted import Conducted
from kinecast.trial.endpoint import NotSimulatedError, Question, in_unit, observed_days, observed_window
from kinecast.trial.endpoints import Comparison, endpoint
from kinecast.trial.outcome import Outcome
from kinecast.trial.schedule import schedule
from kinecast.trial.toxicity import Harm

from .conftest import PROTOCOL, SAYS, TOY_GRADES

CR, PR, SD, PD, NE = Response.CR, Response.PR, Response.SD, Response.PD, Response.NE
TIMES = np.array([0.0, 0.25, 1.0, 5.0, 20.0, 365.25])
UNITS = {"serum_aldesleukin": "pM", "nk": "Gcell/L", "mean_arterial_pressure": "mmHg", "hazard_toxic_death": "1"}


def made_up(protocol: Protocol, arm: str = "high") -> Outcome:
    """Ten patients: one CR, two PR, three SD, three PD, one failed."""
    planned = schedule(protocol.arms[arm])
    best = np.array([CR, PR, PR, SD, SD, SD, PD, PD, PD, NE], dtype=np.int8)
    pfs = np.array([336, 280, 168, 168, 112, 168, 56, 56, 56, 0], dtype=float)
    progressed = np.array([0, 1, 1, 1, 1, 0, 1, 1, 1, 0], dtype=bool)
    os_days = np.array([365.25, 365.25, 300, 365.25, 200, 180, 100, 90, 60, 20], dtype=float)
    died = np.array([0, 0, 1, 0, 1, 1, 1, 1, 1, 0], dtype=bool)
    given = np.zeros((10, len(planned)), dtype=bool)
    given[:, :8] = True
    given[:3, 14:20] = True  # three patients have the second cycle
    given[:2, 28:35] = True  # two have the second course
    by_cycle = np.full((10, 6, 1), -1, dtype=np.int8)
    by_cycle[:, 0, 0] = [3, 3, 1, 2, 4, 0, 0, 3, 1, 0]
    by_cycle[:3, 1, 0] = [3, 1, 3]
    by_cycle[:2, 2, 0] = [1, 3]
    harm = Harm(("hypotension",), by_cycle.max(axis=1), ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)), by_cycle, ())
    level = 1e3 * np.exp(-3 * TIMES) * np.arange(1, 11)[:, None]
    cells = 0.2 * np.array([1, 1, 1, 3, 2, 1])[None, :] * np.ones((10, 1))
    pressure = np.tile([90, 80, 70, 60, 85, 90], (10, 1))
    curves = np.stack([level, cells, pressure, np.zeros((10, 6))], axis=2).astype(np.float32)
    conducted = Conducted(
        times=TIMES,
        quantities=tuple(UNITS),
        curves=curves,
        planned=planned,
        given=given,
        why=np.zeros(given.shape, dtype=np.int16),
        reasons=("",),
        planned_nmol=np.full(given.shape, 100.0),
        share=given.astype(float),
        scan_times=np.array(protocol.scan_times),
        scans=SimpleNamespace(),  # type: ignore[arg-type]
        death=np.where(died, os_days, np.inf),
        toxic=np.array([0, 0, 0, 0, 1, 0, 0, 0, 0, 0], dtype=bool),
        status=np.array([0] * 9 + [3]),
        failed_at=np.array([np.inf] * 9 + [20.0]),
        harm=harm,
        dose_limiting=np.array([0, 1, 0, 0, 1, 0, 0, 0, 0, 0], dtype=bool),
        not_modelled=(),
    )
    start = np.where(best >= PR, 56.0, np.nan)
    return Outcome(conducted, 365.25, best, start, pfs, progressed, os_days, died, pfs)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return Protocol.model_validate(Protocol.model_validate(_content()).as_dict())


def _content() -> dict[str, Any]:
    import yaml

    return yaml.safe_load(PROTOCOL)


def asked(protocol: Protocol, quantity: str, time: str = "", among: str = "", arm: str = "high") -> Question:
    return Question(quantity, time, among, arm, {arm: made_up(protocol, arm)}, UNITS, protocol)


def value(protocol: Protocol, quantity: str, time: str = "", among: str = "", unit: str | None = None) -> float:
    found = endpoint(asked(protocol, quantity, time, among))
    return float(found.estimator.estimate(np.ones((1, 10)))[0]) * (in_unit(found, unit) if unit else 1.0)


@pytest.mark.parametrize(
    ("quantity", "time", "among", "unit", "expected"),
    [
        ("orr", "", "", "percent", 30.0),  # the failed patient stays in the denominator
        ("cr", "", "", None, 0.1),
        ("pr", "", "", None, 0.2),
        ("sd_rate", "", "", None, 0.3),
        ("dcr", "", "", None, 0.6),
        ("os_rate", "150 d", "", None, 6 / 9),  # the failed patient is censored at 20 d
        ("os_rate_1y", "", "", None, 6 / 9 * 3 / 6),
        ("os_median", "", "", "months", 200 / 30.4375),
        ("pfs_median", "", "", "weeks", 24.0),
        ("dor_median", "", "", "day", 224.0),
        ("dor_median", "", "partial responders", "day", 112.0),
        ("dor_median_pr", "", "", "day", 112.0),
        ("cr_ongoing_fraction", "data cut", "complete responders", None, 1.0),
        ("responders_progression_free_fraction", "", "responders", None, 1 / 3),
        ("responders_progression_free_fraction", "150 days", "responders", None, 2 / 3),
        ("death_treatment_related", "", "", None, 0.1),
        ("grade34_hypotension", "", "", None, 0.5),
        ("grade4_hypotension", "study", "", None, 0.1),
        ("hypotension_any", "", "", None, 0.7),
        ("grade34_hypotension", "course", "", None, 6 / 12),
        ("grade3_hypotension_cycles", "", "", None, 7 / 15),
        ("vasopressor_use_per_course", "", "", None, 6 / 12),
        ("dlt_rate", "cycle1", "", None, 2 / 10),
        ("doses_received_median", "first cycle", "", "doses", 8.0),
        ("doses_received_mean", "first course", "", "doses", 8 + 0.3 * 6),
        ("doses_received_mean", "per course", "", "doses", (80 + 18 + 14) / 12),  # of all twelve courses given
        ("doses_received_median", "per course", "", "doses", 8.0),
        ("doses_received_mean", "first cycle", "", "doses", 8.0),
        ("doses_received_mean", "per cycle", "", "doses", (80 + 18 + 14) / 15),  # of all fifteen cycles given
        ("doses_received_median", "per cycle", "", "doses", 8.0),
        ("doses_received_mean", "per cycle", "complete responders", "doses", (8 + 6 + 7) / 3),
        ("doses_received_median", "per cycle", "complete responders", "doses", 7.0),
        ("grade34_hypotension", "first course", "", None, 5 / 10),
        ("grade34_hypotension", "first cycle", "", None, 4 / 10),
        ("doses_received_mean", "", "", "doses", 8 + 0.3 * 6 + 0.2 * 7),
        ("courses_received_mean", "", "", "courses", 1.2),
        ("cycles_received_median", "", "", "cycles", 1.0),
        ("fold_nk_blood", "peak", "", "fold", 3.0),
        ("fold_nk_blood", "20 d", "", "fold", 2.0),
        ("fold_nk_blood", "", "", "fold", 3.0),
        ("map_nadir", "", "", "mmHg", 60.0),
        ("mean_arterial_pressure", "5 days", "", "mmHg", 60.0),
        ("nk_peak", "", "", "1e9 cell/L", 0.6),
        ("cmax", "", "", "nM", 5.5),
        ("cmax", "", "", "ng/mL", 5.5 * 15.3),
        ("cmax", "", "", "IU/mL", 5.5 * 15.3 * 16.4),
        ("half_life", "0-6 h", "", "h", np.nan),
    ],
)
def test_value(protocol: Protocol, quantity: str, time: str, among: str, unit: str | None, expected: float):
    if unit == "1e9 cell/L":
        unit = "Gcell/L"
    assert value(protocol, quantity, time, among, unit) == pytest.approx(expected, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("quantity", "time", "among", "reason"),
    [
        ("proliferation_ec50", "", "", "no endpoint is defined for 'proliferation_ec50'"),
        ("os_rate", "Dec 1998", "", "'Dec 1998' is not one time"),
        ("os_rate_5y", "", "", "follow-up ends at 1 year"),
        ("orr", "", "patients older than 60", "the subset 'patients older than 60' is not told apart"),
        ("grade34_diarrhoea", "", "", "the model does not show diarrhoea"),
        ("fold_platelets_blood", "peak", "", "the model does not show platelets"),
        ("fold_nk_blood", "2 y", "", "follow-up ends at 1 year"),
        ("nk", "late", "", "'late' is not one time"),
        ("bioavailability", "", "", "no arm of the protocol gives an iv bolus to compare with"),
        ("doses_received_median", "every week", "", "'every week' is not a cycle, a course or the whole treatment"),
    ],
)
def test_what_is_not_simulated_says_why(protocol: Protocol, quantity: str, time: str, among: str, reason: str):
    with pytest.raises(NotSimulatedError) as error:
        value(protocol, quantity, time, among)
    assert str(error.value) == reason


def test_time_to_progression_is_censored_at_death_and_a_durable_response_lasts_six_months(protocol: Protocol):
    from dataclasses import replace

    question = asked(protocol, "ttp_median")
    outcome = question.outcome
    scans: Any = SimpleNamespace(first_pd=np.array([0, 0, 0, 0, 0, 99, 99, 99, 99, 99]))  # the first five progressed
    seen = replace(outcome, conducted=replace(outcome.conducted, scans=scans))
    ones = np.ones((1, 10))
    found = endpoint(replace(question, outcomes={"high": seen})).estimator
    assert float(found.estimate(ones)[0]) == 168.0  # five who did not progress are censored: 5/6 · 3/5
    durable = endpoint(replace(question, quantity="durable_response_rate", outcomes={"high": seen})).estimator
    assert float(durable.estimate(ones)[0]) == pytest.approx(0.2)  # 280 and 224 days; the third lasted 112


def test_without_scans_or_disease_response_is_not_simulated(protocol: Protocol):
    from dataclasses import replace

    question = asked(protocol, "orr")
    outcome = question.outcome
    blind = replace(outcome, conducted=replace(outcome.conducted, scans=None))
    with pytest.raises(NotSimulatedError, match="the protocol has no scans"):
        endpoint(replace(question, outcomes={"high": blind}))
    healthy = protocol.model_copy(update={"disease": "none"})
    for quantity in ("pfs_median", "os_median"):
        with pytest.raises(NotSimulatedError, match="the protocol has no disease"):
            endpoint(replace(question, quantity=quantity, outcomes={"high": blind}, protocol=healthy))


def observation(**fields: Any) -> Observation:
    return Observation.model_validate({**SAYS, **fields})


def compared(protocol: Protocol, *observations: Observation) -> dict[str, dict[str, Any]]:
    return Comparison(protocol, {"high": made_up(protocol)}, UNITS, seed=1).arm("high", observations)


def test_every_observation_gets_a_row(protocol: Protocol):
    seen = [
        observation(quantity="orr", value=0.16, lower=0.12, upper=0.21, interval="ci95", unit="fraction", n=270),
        observation(quantity="orr", value=0.5, unit="fraction", n=20, data_cut="1998"),
        observation(quantity="orr", value=0.4, unit="fraction", n=20, data_cut="1998"),
        observation(quantity="os_median", value=6.6, unit="months", n=270),
        observation(quantity="os_rate", time="6 months", value=0.6, unit="fraction", n=270),
        observation(quantity="nk_expansion_plateau", value=0, unit="flag"),
        observation(quantity="weight_gain", time="5 d", value=4, unit="kg"),
        observation(quantity="mean_arterial_pressure", time="5 d", value=70, unit="kg"),
        observation(quantity="grade34_hypotension", time="course", lower=0.3, upper=0.6, unit="fraction"),
    ]
    rows = compared(protocol, *seen)
    assert list(rows)[:9] == [
        *("orr", "orr, 1998", "orr, 1998 (2)", "os_median", "os_rate, 6 months", "nk_expansion_plateau"),
        *("weight_gain, 5 d", "mean_arterial_pressure, 5 d", "grade34_hypotension, course"),
    ]
    assert rows["orr"]["forecast"] == 0.3
    assert rows["orr"]["reported"] == 0.16
    assert (rows["orr"]["reported_low"], rows["orr"]["reported_high"], rows["orr"]["n_reported"]) == (0.12, 0.21, 270)
    assert rows["orr"]["low"] < 0.3 < rows["orr"]["high"]
    assert rows["orr"]["trial_low"] <= rows["orr"]["low"] < 0.3 < rows["orr"]["high"] <= rows["orr"]["trial_high"]
    assert rows["orr"]["inside"] is True
    assert rows["os_median"]["forecast"] == pytest.approx(200 / 30.4375)
    assert rows["os_median"]["inside"] is True
    assert rows["nk_expansion_plateau"]["not_simulated"] == "not simulated: no endpoint is defined for 'nk_expansion_plateau'"
    assert "kg" in rows["mean_arterial_pressure, 5 d"]["not_simulated"]
    assert rows["grade34_hypotension, course"]["reported"] is None
    assert rows["grade34_hypotension, course"]["inside"] is True
    assert len({tuple(row) for row in rows.values()}) <= 2


def test_unreported_endpoints_follow(protocol: Protocol):
    rows = compared(protocol, observation(quantity="orr", value=0.16, unit="fraction", n=270))
    assert {"cr", "pfs_median", "os_rate, 12 months", "doses_received_median, first cycle", "grade34_hypotension"} <= set(rows)
    assert "os_rate, 24 months" not in rows
    assert [name for name in rows if name.startswith("orr")] == ["orr"]


def test_intervals_depend_on_the_seed_and_on_nothing_else(protocol: Protocol):
    seen = (
        observation(quantity="os_median", value=11.4, unit="months", n=30),
        observation(quantity="cmax", value=5, unit="nM", n=30),
    )
    assert compared(protocol, *seen) == compared(protocol, *seen)
    alone = compared(protocol, seen[1])["cmax"]
    assert alone == compared(protocol, *seen)["cmax"]


def test_a_larger_trial_has_a_narrower_prediction_interval_but_not_beyond_the_virtual_patients(protocol: Protocol):
    for seen in ({"quantity": "orr", "unit": "fraction"}, {"quantity": "cmax", "unit": "nM"}):
        small, large, huge = (compared(protocol, observation(value=0.3, n=n, **seen))[seen["quantity"]] for n in (5, 200, 2000))
        width = [row["trial_high"] - row["trial_low"] for row in (small, large, huge)]
        assert width[0] > width[1]
        assert width[2] == pytest.approx(width[1], rel=0.25)
        assert huge["trial_low"] <= huge["low"] < huge["high"] <= huge["trial_high"]


def test_an_event_that_no_virtual_patient_had_may_still_be_seen_in_a_trial(protocol: Protocol):
    outcome = made_up(protocol)
    outcome.conducted.toxic[:] = False
    seen = observation(quantity="death_treatment_related", value=0.022, unit="fraction", n=270)
    row = Comparison(protocol, {"high": outcome}, UNITS, seed=1).arm("high", [seen])["death_treatment_related"]
    assert (row["forecast"], row["trial_low"]) == (0.0, 0.0)
    assert row["trial_high"] > 0.022
    assert row["inside"] is True


@pytest.mark.parametrize(
    ("reported", "inside"),
    [  # the forecast is 5.5 nM; ten patients, a trial of 30 gives about 3 to 9
        ({"value": 5.0}, True),
        ({"value": 20.0}, False),
        ({"value": 20.0, "lower": 5.0, "upper": 30.0, "interval": "range"}, False),
        ({"lower": 8.0, "upper": 30.0, "interval": "range"}, True),
        ({"lower": 20.0, "upper": 30.0, "interval": "range"}, False),
        ({"upper": 1.0, "interval": "range"}, False),
        ({"lower": 1.0, "interval": "range"}, True),
        ({"value": 5.4, "bound": "upper"}, False),
        ({"value": 5.6, "bound": "upper"}, True),
        ({"value": 5.6, "bound": "lower"}, False),
        ({"value": 5.4, "bound": "lower"}, True),
    ],
)
def test_inside_or_outside(protocol: Protocol, reported: dict[str, Any], inside: bool):
    row = compared(protocol, observation(quantity="cmax", unit="nM", n=30, **reported))["cmax"]
    assert row["inside"] is inside
    assert row["reported_bound"] == reported.get("bound")


def test_toxicity_is_found_by_the_names_that_reports_use(protocol: Protocol, monkeypatch: pytest.MonkeyPatch):
    named = TOY_GRADES.toxicities["hypotension"].model_copy(update={"synonyms": ("cardiovascular",)})
    monkeypatch.setitem(TOY_GRADES.toxicities, "hypotension", named)
    assert value(protocol, "grade35_cardiovascular") == value(protocol, "grade34_hypotension") == 0.5
    assert value(protocol, "cardiovascular_any") == 0.7


def test_nobody_in_the_group_is_said(protocol: Protocol):
    outcome = made_up(protocol)
    outcome.best[:] = SD
    rows = Comparison(protocol, {"high": outcome}, UNITS, seed=1).arm(
        "high", [observation(quantity="dor_median", value=6, unit="months")]
    )
    assert rows["dor_median"]["not_simulated"] == "not simulated: no virtual patient is in this group"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("12 months", 365.25),
        ("60mo", 1826.25),
        ("5 y", 1826.25),
        ("wk 8", 56),
        ("6 h", 0.25),
        ("0 min", 0),
        ("Dec 1998", None),
        ("", None),
        ("28", None),
    ],
)
def test_times_of_the_evidence(text: str, days: float | None):
    assert observed_days(text) == (None if days is None else pytest.approx(days))


def test_windows_of_the_evidence():
    assert observed_window("0-1 h") == pytest.approx((0, 1 / 24))
    assert observed_window("6-8 weeks") == pytest.approx((42, 56))
    assert observed_window("to 4 h") == pytest.approx((0, 4 / 24))
    assert observed_window("study") is None
