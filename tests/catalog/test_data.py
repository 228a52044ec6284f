"""What must hold for every number that the catalogue ships."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kinecast import catalog
from kinecast.catalog.records import Dose, Number, Observation, Record, Toxicity
from kinecast.errors import UnitError
from kinecast.units import dimension, quantity

DATA = Path(catalog.__file__).parent / "data"
MODULES = sorted(path.stem for path in (DATA / "parameters").glob("*.yaml"))
WEIGHT, SURFACE = 70.0, 1.8  # kg, m2


def _inside(item: Any) -> Iterator[Record]:
    """Yield every record inside one."""
    if isinstance(item, Record):
        yield item
        for name in type(item).model_fields:
            yield from _inside(getattr(item, name))
    elif isinstance(item, dict):
        for inner in item.values():
            yield from _inside(inner)
    elif isinstance(item, tuple):
        for inner in item:
            yield from _inside(inner)


def _records() -> list[Record]:
    shelves = (catalog.agents(), catalog.diseases(), catalog.trials(), catalog.rules(), catalog.gradings())
    return [record for shelf in shelves for record in shelf.values()]


def _numbers() -> list[Record]:
    parameters = [record for module in MODULES for record in catalog.parameters(module).values()]
    return [inner for record in [*_records(), *parameters, *catalog.measurements()] for inner in _inside(record)]


def _written() -> list[catalog.Trial]:
    """Trials with a protocol written by hand."""
    found = [trial for trial in catalog.trials().values() if trial.protocol is not None]
    assert len(found) > 10
    return found


def _name(record: Any) -> str:
    return " ".join(str(getattr(record, name, "")) for name in ("quantity", "value", "unit", "source", "where"))


def test_every_record_can_be_described() -> None:
    for record in _records():
        lines = catalog.describe(record)
        assert all(line.reported and line.source and line.where and line.status for line in lines)


def test_every_source_is_a_citation() -> None:
    cited = {record.source for record in _numbers() if hasattr(record, "source")}  # type: ignore[attr-defined]
    cited |= {key for trial in catalog.trials().values() for key in trial.citations}
    cited |= {trial.protocol_source for trial in _written()}
    assert cited <= set(catalog.citations()), sorted(cited - set(catalog.citations()))


def test_every_number_says_where_in_its_source_it_stands() -> None:
    for record in _numbers():
        if isinstance(record, (Number, Observation, Dose, Toxicity)):
            assert record.where.strip(), _name(record)


def test_every_unit_can_be_read() -> None:
    for record in _numbers():
        if unit := getattr(record, "unit", ""):
            dimension(unit)


def test_fractions_lie_between_0_and_1() -> None:
    for record in _numbers():
        if isinstance(record, (Number, Observation)) and record.unit == "fraction":
            limits = (record.value, getattr(record, "lower", None), getattr(record, "upper", None))
            assert all(0 <= value <= 1 for value in limits if value is not None), _name(record)


def test_intervals_contain_their_value() -> None:
    for record in _numbers():
        if isinstance(record, Observation):
            low, high = record.lower, record.upper
        elif isinstance(record, Number):
            low, high = record.low, record.high
        else:
            continue
        if record.value is not None:
            assert (low is None or low <= record.value) and (high is None or record.value <= high), _name(record)


def test_hazard_ratios_are_positive() -> None:
    ratios = [record for record in _numbers() if isinstance(record, Observation) and record.quantity.endswith("_hr")]
    assert ratios
    assert all(record.value is not None and record.value > 0 for record in ratios)


def test_counts_fit_the_rates_printed_with_them() -> None:
    checked = 0
    for record in _numbers():
        if isinstance(record, Observation) and record.unit == "fraction" and (count := re.match(r"(\d+)/(\d+)\b", record.note)):
            events, patients = int(count[1]), int(count[2])
            assert record.value == pytest.approx(events / patients, abs=0.0075), _name(record)  # two digits, at times cut
            assert record.n in (None, patients), _name(record)
            checked += 1
    assert checked > 20


def test_responses_of_an_arm_do_not_contradict_each_other() -> None:
    for trial in catalog.trials().values():
        for arm in trial.arms.values():
            for cut in {seen.data_cut for seen in arm.observations}:
                rate = {seen.quantity: seen.value for seen in arm.observations if seen.data_cut == cut and not seen.among}
                orr, parts = rate.get("orr"), [rate.get("cr"), rate.get("pr")]
                if orr is not None and None not in parts:
                    assert orr == pytest.approx(sum(parts), abs=0.0151), (trial.id, cut)  # type: ignore[arg-type]


def test_no_catalogue_dose_above_the_highest_studied_in_mass() -> None:
    """A dose that somebody printed in units is turned to mass by the product's own potency; a rate counts by its day."""
    checked = 0
    for row in catalog.regimens():
        agent = catalog.agent(row.agent)
        if row.quantity is None or agent.dosed_in is not None or agent.highest_dose_studied is None:
            continue
        given = agent.milligrams(row.quantity, weight=WEIGHT, surface=SURFACE)
        most = agent.milligrams(agent.highest_dose_studied.quantity, weight=WEIGHT, surface=SURFACE)
        assert 0 < given <= most * (1 + 1e-9), (row.trial, row.arm, row.agent, given, most)
        checked += 1
    assert checked > 1000


def test_no_protocol_dose_above_the_highest_studied_in_mass() -> None:
    for trial in _written():
        for name, treatments in trial.protocol["arms"].items():  # type: ignore[index]
            for treatment in treatments:
                agent = catalog.agent(treatment["agent"])
                assert agent.highest_dose_studied is not None
                most = agent.amount(agent.highest_dose_studied.quantity, weight=WEIGHT, surface=SURFACE)
                given = agent.amount(quantity(treatment["dose"]), weight=WEIGHT, surface=SURFACE)
                assert 0 < given <= most * (1 + 1e-12), (trial.id, name)


def test_every_drug_dosed_by_mass_has_a_label_dose_or_a_highest_dose_studied() -> None:
    given = {row.agent for row in catalog.regimens() if row.quantity is not None}
    for key in sorted(given):
        agent = catalog.agent(key)
        assert agent.dosed_in or agent.label_dose or agent.highest_dose_studied, key


def test_no_highest_dose_studied_is_a_slip_of_unit_beside_the_label_dose() -> None:
    """Dose-finding went beyond labels, but not by orders of magnitude in mass; 1,000-fold slips are what this finds."""
    for agent in catalog.agents().values():
        if agent.dosed_in is None and agent.label_dose and agent.highest_dose_studied:
            label, most = (
                agent.milligrams(dose.quantity, weight=WEIGHT, surface=SURFACE)
                for dose in (agent.label_dose, agent.highest_dose_studied)
            )
            assert most <= 30 * label, (agent.id, label, most)


def test_aldesleukin_600000_iu_per_kg_is_36_6_ug_and_2_39_nmol() -> None:
    agent = catalog.agent("aldesleukin")
    dose = quantity("600000 IU/kg")
    assert agent.mass(dose).to("ug/kg") == pytest.approx(36.6, rel=1e-3)
    assert agent.mass(dose).to("mg/kg") == pytest.approx(0.037, rel=0.015)  # as the label prints it
    assert agent.amount(dose, weight=1.0) == pytest.approx(2.39, rel=1e-3)


def test_amounts_follow_body_size_time_and_volume() -> None:
    agent = catalog.agent("aldesleukin")
    assert agent.amount(quantity("37 ug/kg"), weight=70.0) == pytest.approx(70 * 37 / 15.3)
    assert agent.amount(quantity("10 ug/m2/day"), surface=1.8) == pytest.approx(18 / 15.3)
    assert agent.amount(quantity("1 nmol/h")) == pytest.approx(24.0)
    assert agent.amount(quantity("3900 IU/mL")) == pytest.approx(15.5, rel=5e-3)
    with pytest.raises(UnitError, match="no weight is given"):
        agent.amount(quantity("37 ug/kg"))


def test_two_compartments_give_back_the_printed_half_lives() -> None:
    numbers = catalog.agent("aldesleukin").disposition
    v1, v2, clearance, exchange = (
        numbers[name].quantity.canonical
        for name in ("central_volume", "peripheral_volume", "clearance", "distribution_clearance")
    )
    total, product = (clearance + exchange) / v1 + exchange / v2, clearance * exchange / (v1 * v2)
    root = math.sqrt(total**2 - 4 * product)
    fast, slow = (math.log(2) / rate * 24 * 60 for rate in ((total + root) / 2, (total - root) / 2))
    reported = catalog.agent("aldesleukin").reported
    assert fast == pytest.approx(reported["half_life_alpha"].value, rel=0.02)
    assert slow == pytest.approx(reported["half_life_beta"].value, rel=0.02)


def test_correlated_spreads_name_one_parameter_of_their_module_that_stands_alone() -> None:
    """`patients.distributions.scores` relies on it: a chain or a second name would give another correlation than written."""
    checked = 0
    for module in MODULES:
        records = catalog.parameters(module)
        for name, record in records.items():
            for other, correlation in record.correlated_with.items():
                assert len(record.correlated_with) == 1, name
                assert -1 < correlation < 1, name
                assert record.between_patients and records[other].between_patients, name
                assert not records[other].correlated_with, name
                checked += 1
    assert checked > 3


def test_parameters_of_different_modules_have_different_names() -> None:
    """Modules of one patient share a name space."""
    names = [name for module in MODULES for name in catalog.parameters(module)]
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


def test_protocols_use_what_the_catalogue_has() -> None:
    for trial in _written():
        assert trial.protocol is not None
        without_tumour = trial.disease == "none" or catalog.disease(trial.disease).body_is_ordinary  # then the body alone
        assert trial.protocol["disease"] == ("none" if without_tumour else trial.disease)
        for treatments in trial.protocol["arms"].values():
            for treatment in treatments:
                assert treatment["route"] in catalog.agent(treatment["agent"]).routes
                assert treatment.get("hold") is None or treatment["hold"] in catalog.rules()


def test_overlapping_series_name_each_other_or_the_later_one() -> None:
    for trial in catalog.trials().values():
        for overlap in trial.overlaps:
            assert overlap.trial in catalog.trials(), (trial.id, overlap.trial)
            assert overlap.trial != trial.id


def test_reports_noted_as_upper_bounds_are_recorded_as_bounds() -> None:
    seen = [item for trial in catalog.trials().values() for arm in trial.arms.values() for item in arm.observations]
    noted = [item for item in seen if re.search(r"(?<!hill 4\.00 \()upper bound(?! \d)", item.note)]
    assert noted
    assert all(item.bound == "upper" for item in noted)
