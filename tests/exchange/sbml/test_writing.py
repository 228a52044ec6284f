"""Networks written as SBML: valid, and the same model when read again."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast.biology import assemble as patient
from kinecast.engine import Bolus, Infusion, compile_network
from kinecast.exchange.sbml import Annotation, SbmlError, catalogue_annotations, read_sbml, simulate, write_sbml
from kinecast.network import Module, Network, assemble, exp, log, maximum, minimum, where

pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra 'exchange')")


def drug() -> Network:
    """Absorption into a volume, with an effect that uses every operation."""
    module = Module("drug")
    volume, ka = module.parameter("volume", 3000.0, "mL"), module.parameter("absorption_rate", 2.0, "1/h")
    share, start = module.parameter("bioavailability", 0.4, "1"), module.parameter("start", 5.0, "nmol")
    half = module.parameter("half", 1.0, "nM")
    depot = module.state("depot", "nmol", scale=1.0, dosed=True)
    central = module.state("central", "nmol", initial=start * 2, scale=1.0, dosed=True)
    effect = module.state("effect", "1", initial=0.5, scale=1.0, dosed=True)
    level = module.define("level", central / volume, "nM")
    module.reaction("absorption", {depot: -1, central: share}, ka * depot)
    module.reaction("loss", {central: -1}, central * module.parameter("loss_rate", 1.0, "1/d"))
    drive = where(level - half, (level / half) ** 0.5, exp(level / half - 1))
    drive = minimum(maximum(drive, 0.1), log(2 + drive) + 1)
    module.reaction("effect_rise", {effect: module.parameter("effect_rate", 1.0, "1/d")}, drive - effect)
    return assemble([module])


DOSES = (Bolus(0.0, "depot", 10.0), Bolus(1.0, "central", 3.0), Bolus(1.0, "central", 4.0), Bolus(2.0, "effect", 0.2),
         Infusion(1.5, "central", 6.0, 0.5), Infusion(1.75, "central", 6.0, 0.5))  # fmt: skip
TIMES = np.linspace(0.0, 4.0, 33) + 0.01


def problems(path) -> list[str]:
    """Errors and warnings of libSBML's consistency checks, units included."""
    import libsbml

    document = libsbml.readSBMLFromFile(str(path))
    document.checkConsistency()
    return [document.getError(i).getMessage() for i in range(document.getNumErrors())]


def engine_states(network: Network, values, events, times) -> np.ndarray:
    kernel = compile_network(network)
    return kernel.start(values, rtol=1e-10).advance(times[-1], events, times)[0]


def test_written_model_has_no_errors_and_consistent_units(tmp_path):
    write_sbml(drug(), tmp_path / "drug.xml", events=DOSES)
    assert problems(tmp_path / "drug.xml") == []


def test_model_read_again_gives_the_same_trajectories(tmp_path):
    network = drug()
    write_sbml(network, tmp_path / "drug.xml", events=DOSES)
    found = simulate(read_sbml(tmp_path / "drug.xml"), TIMES, rtol=1e-10)
    expected = engine_states(network, [parameter.value for parameter in network.parameters], DOSES, TIMES)
    for state, values in zip(network.states, expected.T, strict=True):
        np.testing.assert_allclose(found[state.name], values, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("by_name", [True, False])
def test_parameters_of_a_patient(tmp_path, by_name):
    network = drug()
    values = {parameter.name: 1.5 * parameter.value for parameter in network.parameters}
    values["bioavailability"] = 0.9
    write_sbml(network, tmp_path / "drug.xml", values if by_name else list(values.values()))
    model = read_sbml(tmp_path / "drug.xml")
    read = {parameter.name: parameter.value for parameter in model.network.parameters}
    assert values.items() <= read.items()
    assert simulate(model, [0.0])["central"][0] == 2 * values["start"]


def test_amounts_are_species_and_the_rest_follows_rate_rules(tmp_path):
    import libsbml

    write_sbml(drug(), tmp_path / "drug.xml", events=DOSES)
    document = libsbml.readSBMLFromFile(str(tmp_path / "drug.xml"))  # its elements live as long as it does
    model = document.getModel()
    assert {model.getSpecies(i).getId() for i in range(model.getNumSpecies())} == {"depot", "central"}
    assert {model.getReaction(i).getId() for i in range(model.getNumReactions())} == {
        "drug_absorption", "drug_loss", "central_infusion",
    }  # fmt: skip
    assert model.getRule("effect").isRate()
    assert model.getRule("level").isAssignment()
    assert model.getParameter("volume").getUnits() == "L"
    assert model.getTimeUnits() == "day"


def test_annotations_reach_the_file(tmp_path):
    import libsbml

    link = "https://identifiers.org/doi:10.1000/1"
    write_sbml(drug(), tmp_path / "drug.xml", annotations={"volume": Annotation("a < b", (link,))})
    document = libsbml.readSBMLFromFile(str(tmp_path / "drug.xml"))  # its elements live as long as it does
    volume = document.getModel().getParameter("volume")
    assert "module drug, reported in mL; a &lt; b" in volume.getNotesString()
    assert volume.getCVTerm(0).getResourceURI(0) == link


@pytest.mark.parametrize("disease", ["none", "renal-cell-metastatic", "melanoma-metastatic"])
def test_patient_models_are_valid_and_say_where_numbers_come_from(tmp_path, disease):
    model = patient(["aldesleukin"], disease)
    annotations = catalogue_annotations(model)
    doses = [Bolus(k / 3, "aldesleukin_central", 186.0) for k in range(14)]
    write_sbml(model.network, tmp_path / "model.xml", events=doses, annotations=annotations)
    assert problems(tmp_path / "model.xml") == []
    assert annotations.keys() == model.records.keys()
    assert any(each.described_by for each in annotations.values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parameters": {"volum": 1.0}}, "'volum' is not a parameter"),
        ({"parameters": [1.0, 2.0]}, r"parameters have shape \(2,\)"),
        ({"events": [Bolus(0.0, "level", 1.0)]}, "state 'level' of Bolus cannot be dosed"),
        ({"events": [Bolus(0.0, "depot", [1.0, 2.0])]}, "has 2 amounts"),
    ],
)
def test_what_cannot_be_written_is_named(tmp_path, arguments, message):
    with pytest.raises(SbmlError, match=message):
        write_sbml(drug(), tmp_path / "drug.xml", **arguments)


def test_name_that_is_no_sbml_id_is_named(tmp_path):
    module = Module("m")
    module.state("größe", "nmol", scale=1.0)
    with pytest.raises(SbmlError, match="'größe' cannot be an SBML id"):
        write_sbml(assemble([module]), tmp_path / "model.xml")
