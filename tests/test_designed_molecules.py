"""Designed molecules in a protocol: read, run, run again from its provenance, and refused with the field that is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kinecast as kc
from kinecast.errors import ProtocolError
from kinecast.trial.protocol import Protocol

RECIPE = {"from": "aldesleukin", "kd": {"IL-2Ra": "none"}, "format": "fc"}


def protocol(recipe=None, dose="1 mg", route="iv", name="long"):
    molecules = {name: RECIPE if recipe is None else recipe}
    arms = {"A": [{"agent": name, "dose": dose, "route": route, "every": "2 weeks", "doses": 2}]}
    head = {
        "title": "a designed molecule",
        "disease": "colorectal",
        "patients": 4,
        "follow_up": "8 weeks",
        "scans": "every 8 weeks",
    }
    return {**head, "molecules": molecules, "arms": arms}


def test_a_protocol_keeps_the_recipes_of_its_molecules():
    read = Protocol.read(protocol())
    assert read.arms["A"][0].agent.startswith("long-") and read.molecules == {"long": RECIPE}
    assert Protocol.read(read.as_dict()) == read and Protocol.read(read.as_yaml()) == read


def test_the_recipe_of_a_stored_protocol_may_be_changed():
    content = Protocol.read(protocol()).as_dict()
    assert content["arms"]["A"][0]["agent"] == "long"
    content["molecules"]["long"]["kd"] = {"IL-2Ra": 10}
    assert Protocol.read(content).molecules["long"]["kd"] == {"IL-2Ra": 10}


def test_an_id_is_a_function_of_name_and_recipe():
    ids = {
        Protocol.read(protocol(recipe)).arms["A"][0].agent for recipe in (RECIPE, dict(RECIPE), {**RECIPE, "format": "albumin"})
    }
    assert len(ids) == 2


def test_a_molecule_made_in_python_brings_its_recipe():
    made = kc.agents["aldesleukin"].mutate(kd={"IL-2Ra": None}, name="made here").mutate(format="fc")
    content = protocol()
    content["arms"]["A"][0]["agent"] = made.id
    del content["molecules"]
    assert Protocol.read(content).molecules == {made.name: made.recipe}


def test_two_molecules_of_one_name_are_refused():
    content = protocol()
    del content["molecules"]
    made = [kc.agents["aldesleukin"].mutate(format=format).id for format in ("fc", "albumin")]
    dose = content["arms"]["A"][0]
    content["arms"] = {"A": [{**dose, "agent": made[0]}], "B": [{**dose, "agent": made[1]}]}
    with pytest.raises(ProtocolError, match="two molecules have this name"):
        Protocol.read(content)


def test_a_run_is_repeated_from_its_provenance_by_another_process(tmp_path):
    forecast = kc.run(protocol(), patients=4, seed=3, out=tmp_path / "first")
    command = [sys.executable, "-m", "kinecast", "rerun", str(tmp_path / "first"), "--out", str(tmp_path / "again"), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = kc.Forecast.load(tmp_path / "again")
    assert again.provenance["repeats"]["differs"] == ""
    assert again.patients.equals(forecast.patients)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (protocol({**RECIPE, "kd": {"IL-2Rb": "-1 nM"}}), "molecules.long: molecule 'long', kd.IL-2Rb: -1 nM is not above zero"),
        (protocol({**RECIPE, "kd": {"IL-2Rb": "-1 nM"}}), "Write receptor"),
        (protocol("fc"), "molecules.long: 'fc' is not a recipe"),
        (protocol({"kd": {}}), "'from' is missing"),
        (protocol(name="super-2"), "molecules.super-2: a drug of the catalogue"),
        (protocol(dose="600000 IU/kg"), "has no activity per mass"),
        (protocol(route="oral"), "'oral' is not a route"),
    ],
)
def test_bad_molecules_are_refused_by_field(content, said):
    with pytest.raises(ProtocolError) as error:
        Protocol.read(content)
    assert said in str(error.value)


def test_the_command_line_refuses_a_fusion_without_its_antigen(tmp_path):
    import yaml

    recipe = {**RECIPE, "format": "antibody", "target": {"antigen": "her2", "kd": "1 nM"}}
    file = tmp_path / "trial.yaml"
    file.write_text(yaml.safe_dump(protocol(recipe)), encoding="utf-8")
    command = [sys.executable, "-m", "kinecast", "run", str(file), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "her2" in done.stderr and "breast-her2-positive" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "out").exists()
