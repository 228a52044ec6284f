from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kinecast.errors import ProtocolError
from kinecast.trial import Protocol
from kinecast.units import Quantity

from .conftest import PROTOCOL


def changed(**fields) -> dict:
    return {**yaml.safe_load(PROTOCOL), **fields}


def treated(**fields) -> dict:
    """The example with fields of its first treatment replaced; None removes one."""
    content = yaml.safe_load(PROTOCOL)
    treatment = content["arms"]["high"][0]
    treatment.update(fields)
    content["arms"]["high"][0] = {name: value for name, value in treatment.items() if value is not None}
    return content


def refusal(content: object) -> str:
    with pytest.raises(ProtocolError) as error:
        Protocol.read(content)  # type: ignore[arg-type]
    return str(error.value)


def test_the_example_is_read():
    protocol = Protocol.read(PROTOCOL)
    treatment = protocol.arms["high"][0]
    assert treatment.dose == Quantity(600000.0, "IU/kg")
    assert treatment.starts == (0.0, 14.0)
    assert treatment.courses is not None
    assert treatment.courses.while_ == "not progressed"
    assert protocol.arms["untreated"] == ()
    assert protocol.scan_times[:3] == (56.0, 112.0, 168.0)
    assert protocol.follow_up.canonical == 365.25
    assert protocol.confirmation == Quantity(4.0, "weeks")


def test_text_file_and_dict_are_the_same(tmp_path: Path):
    path = tmp_path / "toy.yaml"
    path.write_text(PROTOCOL)
    assert Protocol.read(PROTOCOL) == Protocol.read(path) == Protocol.read(yaml.safe_load(PROTOCOL)) == Protocol.read(str(path))


@pytest.mark.parametrize(
    "fields",
    [
        {"confirmation": "none", "stable": "8 weeks"},
        {"scans": ["6 weeks", "12 weeks"], "samples": ["15 min", "every 1 day until 14 days", "day 30"]},
        {"arms": {"a": [{"agent": "aldesleukin", "dose": "10 ug/m2/day", "route": "iv", "duration": "90 days"}]}},
        {"arms": {"a": [{"agent": "aldesleukin", "dose": "1 mg", "route": "sc", "days": "1-5, 8-12"}]}},
        {"disease": "none", "scans": []},
        {"year": 2008},
        {"year": 2008.5},
    ],
)
def test_a_protocol_survives_its_own_yaml(fields: dict):
    protocol = Protocol.read(changed(**fields))
    assert Protocol.read(protocol.as_yaml() + "\n") == protocol
    assert Protocol.read(protocol.as_dict()) == protocol


def test_samples_and_scans_stop_at_follow_up():
    protocol = Protocol.read(changed(scans="every 100 days", samples=["every 1 day until 3 days", "day 1", "2 years"]))
    assert protocol.scan_times == (100.0, 200.0, 300.0)
    assert protocol.sample_times == (1.0, 2.0, 3.0)


def test_days_of_a_cycle():
    treatment = Protocol.read(treated(every=None, doses=None, start="day 1", days="1-3, 8")).arms["high"][0]
    assert treatment.offsets == (0.0, 1.0, 2.0, 7.0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (treated(agent="aldesluekin"), "arms.high[0].agent: 'aldesluekin' is not in the catalogue.\n  Did you mean aldesleukin"),
        (
            treated(dose="600000"),
            "arms.high[0].dose: '600000' has no unit.\n  Write '600000 IU/kg' or '37 ug/kg' (aldesleukin: 1 mg",
        ),
        (
            treated(dose=37),
            "arms.high[0].dose: '37' has no unit.\n  Write '37 ug/kg' or '610000 IU/kg' (aldesleukin: 1 mg = 16.4 MIU)",
        ),
        (treated(dose="600,000 IU/kg"), "Write '600000 IU/kg'."),
        (treated(dose="-5 ug/kg"), "arms.high[0].dose: '-5 ug/kg' is not above zero."),
        (treated(dose="0 mg"), "arms.high[0].dose: '0 mg' is not above zero.\n  An untreated arm is written as an empty list."),
        (treated(dose="600000 mg"), "times the label dose of aldesleukin.\n  The label dose is"),
        (treated(dose="600000 mg/kg"), "Is the unit right?"),
        (treated(dose="10 ug/m2/day", duration=None), "'10 ug/m2/day' is a rate without a duration."),
        (treated(dose="5 h"), "arms.high[0].dose: '5 h' is not a dose of aldesleukin"),
        (treated(route="oral"), "arms.high[0].route: 'oral' is not a route of aldesleukin.\n  Choose from: im, iv, sc."),
        (treated(hold="toy-labell"), "arms.high[0].hold: 'toy-labell' is not in the catalogue.\n  Did you mean toy-label?"),
        (changed(disease="toy-cancr"), "disease: 'toy-cancr' is not in the catalogue.\n  Did you mean toy-cancer?"),
        (changed(disease=None), "disease: 'None': input should be a valid string.\n  Write a catalogue disease"),
        (changed(patients=0), "patients: '0': input should be greater than or equal to 1.\n  Write a whole number of patients"),
        (changed(patients=-3), "patients: '-3'"),
        (changed(patients="many"), "patients: 'many': input should be a valid integer"),
        (changed(patient=3), "patient: is not a field of a protocol.\n  Did you mean patients?"),
        (treated(dosis="1 mg"), "arms.high[0].dosis: is not a field of a protocol.\n  Did you mean dose"),
        (treated(courses={"every": "12 weeks", "moost": 3}), "arms.high[0].courses.moost: is not a field of a protocol."),
        (treated(courses={"every": "12 weeks"}), "arms.high[0].courses.most: is missing."),
        (
            treated(courses={"every": "12 weeks", "most": 3, "while": "stabel"}),
            "arms.high[0].courses.while: 'stabel' is not known.",
        ),
        (
            {**treated(courses={"every": "12 weeks", "most": 3, "while": "responding or stable"}), "scans": []},
            "arms.high[0].courses.while: 'responding or stable' cannot be seen without scans.",
        ),
        (treated(route=None), "arms.high[0].route: is missing.\n  Write a route of the agent"),
        (changed(follow_up="3"), "follow_up: '3' has no unit.\n  Write '15 min', '8 h', '12 weeks' or '3 years'."),
        (changed(follow_up="3 mg"), "follow_up: '3 mg' is not a duration."),
        (changed(year=1066), "year: '1066' is not a year from 1950 to 2100.\n  Write the middle of enrolment, such as 2008."),
        (changed(year="1985-1993"), "year: '1985-1993' is not a year from 1950 to 2100."),
        (changed(year=True), "year: 'True' is not a year"),
        (changed(year=float("nan")), "year: 'nan' is not a year"),
        (changed(follow_up="-1 year"), "follow_up: '-1 year' is not longer than zero."),
        (changed(follow_up="3 yeers"), "follow_up: unknown unit 'yeers' in 'yeers'."),
        (changed(scans="every eight weeks"), "scans[0]: 'eight weeks' is not a number with a unit."),
        (changed(arms={}), "arms: "),
        (treated(start="day 0"), "arms.high[0].start[0]: 'day 0' is not a day of the trial."),
        (treated(every=None), "arms.high[0].every: is missing, with 14 doses."),
        (treated(duration="9 h"), "arms.high[0].duration: '9 h' is longer than the 0.333333 d between doses."),
        (treated(start=["day 1", "day 4"]), "arms.high[0].start: cycles start before the cycle before them"),
        (treated(courses={"every": "2 weeks", "most": 2}), "arms.high[0].courses.every: '2 weeks' is shorter than a course"),
        (
            treated(courses={"every": "40 weeks", "most": 3}),
            "arms.high[0]: plans a dose on day 579.333, after follow_up '1 year'",
        ),
        (treated(days=[1, 2]), "arms.high[0].days: is written together with `every` or `doses`."),
        (treated(days="1-x", every=None, doses=None), "arms.high[0].days: '1-x' is not a day of the cycle."),
        (treated(days=[1, 1], every=None, doses=None), "does not name days of a cycle, each once"),
    ],
)
def test_a_mistake_is_told_with_field_value_and_what_to_write(content: dict, said: str):
    message = refusal(content)
    assert message.startswith("protocol, ")
    assert said in message


def test_iu_of_a_product_without_potency_is_refused(monkeypatch: pytest.MonkeyPatch):
    from kinecast import catalog

    bare = catalog.agent("aldesleukin").model_copy(update={"potency": None})
    monkeypatch.setattr(catalog, "agent", lambda key: bare)
    assert "has no activity per mass in the catalogue" in refusal(treated())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (treated(doses=10**9), "arms.high[0].doses: '1000000000' is more than 10,000, the most that can be simulated."),
        (treated(courses={"every": "12 weeks", "most": 10**9}), "arms.high[0].courses.most: '1000000000' is more than 10,000"),
        (treated(doses=6000, every="1 s", duration=None, courses=None), "arms.high: plans 12,000 doses, more than 10,000."),
        (changed(scans="every 1 s"), "scans: 'every 1 s' names 31,557,600 times, more than 5,000."),
        (changed(samples=["every 2 h", "every 3 h", "every 121 min"]), "samples: names more than 5,000 times."),
        (changed(samples=["1 h"] * 100_000), "samples: names more than 5,000 times."),
        (changed(follow_up="1000 years"), "follow_up: '1000 years' is longer than 50 years, the longest time of a protocol."),
        (treated(duration="1e12 years"), "arms.high[0].duration: '1e12 years' is longer than 50 years"),
        (treated(start="day 99999999999"), "arms.high[0].start[0]: day 99999999999 is beyond 50 years"),
        (treated(start="day " + "9" * 400), "is beyond 50 years"),
        (treated(days="1-1000000000", every=None, doses=None), "arms.high[0].days: day 1000000000 is beyond 50 years"),
        (changed(title=["x"] * 100_000), "title: '['x', 'x', 'x', 'x', 'x', 'x', ...]': input should be a valid string."),
    ],
)
def test_what_no_machine_could_hold_is_refused_at_once(content: dict, said: str):
    assert said in refusal(content)


def test_the_longest_follow_up_is_accepted():
    assert Protocol.read(changed(follow_up="50 years", scans="every 4 weeks")).follow_up.canonical == 50 * 365.25


@pytest.mark.parametrize("text", ["\n" + "[" * 5000 + "]" * 5000, "\nfollow_up: " + "[" * 5000 + "]" * 5000])
def test_yaml_nested_without_end_is_refused(text: str):
    assert refusal(text)


def test_a_dict_nested_without_end_is_refused():
    nested: list = []
    for _ in range(100_000):
        nested = [nested]
    assert "nested too deeply" in refusal(changed(follow_up=nested))
    while nested:  # taken apart here, for Python itself frees it by recursion
        nested = nested[0]


def test_every_mistake_is_listed():
    message = refusal({**treated(agent="x", hold="y"), "disease": "z"})
    assert all(field in message for field in ("disease:", "arms.high[0].agent:", "arms.high[0].hold:"))


def test_broken_yaml_is_told_with_file_line_and_column(tmp_path: Path):
    path = tmp_path / "broken.yaml"
    path.write_text("title: a\n  patients: [1\n")
    assert refusal(path).startswith("broken.yaml, line 2, column 11: not valid YAML")


def test_a_key_written_twice_is_refused():
    assert "line 3, column 1: not valid YAML: 'title' is written twice" in refusal("\ntitle: a\ntitle: b\n")


@pytest.mark.parametrize("text", ["\n", "\n- a\n- b\n", "just words\n"])
def test_yaml_that_is_no_mapping_is_refused(text: str):
    assert "it holds no fields" in refusal(text)


def test_a_missing_file_is_told(tmp_path: Path):
    assert "no such file" in refusal(tmp_path / "absent.yaml")
    assert "cannot be read" in refusal(tmp_path)


def test_a_file_that_is_not_text_is_told(tmp_path: Path):
    path = tmp_path / "picture.yaml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    assert "not a text file in UTF-8" in refusal(path)
