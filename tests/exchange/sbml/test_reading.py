"""What each element of SBML means, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kinecast.exchange.sbml import read_sbml, simulate

pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra 'exchange')")

TIMES = np.linspace(0.0, 2.0, 9)
EMPTY, CONVERTED = 'initialAmount="0"', ' conversionFactor="f"'
CLOSE = {"rtol": 1e-7, "atol": 1e-12}


def test_first_order_decay_in_concentration_and_amount(read, xml):
    body = xml.vessel(2.0) + f"<listOfSpecies>{xml.species('S')}</listOfSpecies>" + xml.parameters(k=0.7)
    body += f"<listOfReactions>{xml.reaction('k * S * V', reactants=('S',))}</listOfReactions>"
    found = simulate(read(body), TIMES)
    expected = 3.0 * np.exp(-0.7 * TIMES)
    np.testing.assert_allclose(found["S"], expected, **CLOSE)
    np.testing.assert_allclose(found.concentration("S"), expected, **CLOSE)
    np.testing.assert_allclose(found.amount("S"), 2.0 * expected, **CLOSE)
    np.testing.assert_allclose(found["r"], 0.7 * 2.0 * expected, **CLOSE)


def test_species_with_only_substance_units_means_its_amount(read, xml):
    body = xml.vessel(2.0) + f"<listOfSpecies>{xml.species('S', amounts=True)}</listOfSpecies>" + xml.parameters(k=0.7)
    body += f"<listOfReactions>{xml.reaction('k * S', reactants=('S',))}</listOfReactions>"
    found = simulate(read(body), TIMES)
    np.testing.assert_allclose(found["S"], 6.0 * np.exp(-0.7 * TIMES), **CLOSE)
    np.testing.assert_allclose(found.concentration("S"), 3.0 * np.exp(-0.7 * TIMES), **CLOSE)


def test_boundary_species_drives_a_reaction_that_leaves_it_alone(read, xml):
    body = xml.vessel(2.0)
    body += f"<listOfSpecies>{xml.species('S', boundary=True)}{xml.species('P', EMPTY)}</listOfSpecies>"
    body += f"<listOfReactions>{xml.reaction('0.5 * S', reactants=('S',), products=('P',))}</listOfReactions>"
    found = simulate(read(body), TIMES)
    np.testing.assert_allclose(found["S"], 3.0)
    np.testing.assert_allclose(found.amount("P"), 1.5 * TIMES, **CLOSE)


def test_local_parameter_hides_the_global_one(read, xml):
    local = '<listOfLocalParameters><localParameter id="k" value="2"/></listOfLocalParameters>'
    body = xml.vessel(1.0) + f"<listOfSpecies>{xml.species('S')}</listOfSpecies>" + xml.parameters(k=5.0)
    body += f"<listOfReactions>{xml.reaction('k * S', reactants=('S',), local=local)}</listOfReactions>"
    model = read(body)
    np.testing.assert_allclose(simulate(model, TIMES)["S"], 3.0 * np.exp(-2.0 * TIMES), **CLOSE)
    assert {parameter.name: parameter.value for parameter in model.network.parameters} == {"V": 1.0, "k": 5.0, "r_k": 2.0}


def test_function_definition_of_a_function(read, xml):
    functions = '<functionDefinition id="double">{{lambda(x, 2 * x)}}</functionDefinition>'
    functions += '<functionDefinition id="quad">{{lambda(x, double(double(x)))}}</functionDefinition>'
    body = f"<listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>" + xml.parameters(x=None, y=3.0)
    found = simulate(read(body + xml.rules(assignment={"x": "quad(y) + 1"})), TIMES)
    np.testing.assert_allclose(found["x"], 13.0)


def test_rate_rule_with_time(read, xml):
    found = simulate(read(xml.parameters(x=1.0) + xml.rules(rate={"x": "2 * time"})), TIMES)
    np.testing.assert_allclose(found["x"], 1.0 + TIMES**2, **CLOSE)


def test_an_element_called_time_is_not_the_time(read, xml):
    found = simulate(read(xml.parameters(time=1.0, x=0.0) + xml.rules(rate={"time": "3", "x": "1"})), TIMES)
    np.testing.assert_allclose(found["time"], 1.0 + 3.0 * TIMES, **CLOSE)
    np.testing.assert_allclose(found["x"], TIMES, atol=1e-12)


def test_initial_assignments_follow_each_other_and_parameters(read, xml):
    body = xml.parameters(constant="p q", p=4.0, q=None, x=None, a=None)
    body += xml.initially(q="2 * x", x="sqrt(p) + a") + xml.rules(assignment={"a": "x0"}, rate={"x": "-x"})
    model = read(body.replace("x0", "p + time"))
    found = simulate(model, TIMES)
    np.testing.assert_allclose(found["x"], 6.0 * np.exp(-TIMES), **CLOSE)
    np.testing.assert_allclose(found["q"], 12.0)
    assert {state.name: state.initial.symbols() for state in model.network.states}["x"] == {"p"}


def test_algebraic_rules_are_solved_for_what_nothing_else_determines(read, xml):
    body = xml.parameters(constant="total", total=10.0, x=1.0, y=None, z=None)
    body += xml.rules(rate={"x": "1"}, algebraic=("x + 2 * y - total", "z - y * y - x"))
    found = simulate(read(body), TIMES)
    y = (10.0 - 1.0 - TIMES) / 2.0
    np.testing.assert_allclose(found["y"], y, **CLOSE)
    np.testing.assert_allclose(found["z"], y * y + 1.0 + TIMES, **CLOSE)


def test_stoichiometry_that_a_rule_sets(read, xml):
    body = xml.vessel(1.0) + f"<listOfSpecies>{xml.species('S', EMPTY)}</listOfSpecies>"
    body += xml.rules(assignment={"n": "time"})
    made = '<listOfProducts><speciesReference id="n" species="S" constant="false"/></listOfProducts>'
    reaction = f'<reaction id="r" reversible="false">{made}<kineticLaw>{{{{4}}}}</kineticLaw></reaction>'
    body += f"<listOfReactions>{reaction}</listOfReactions>"
    np.testing.assert_allclose(simulate(read(body), TIMES).amount("S"), 2.0 * TIMES**2, **CLOSE)


def test_conversion_factor_of_a_species(read, xml):
    body = xml.vessel(1.0) + f"<listOfSpecies>{xml.species('S', EMPTY + CONVERTED)}</listOfSpecies>"
    body += xml.parameters(constant="f", f=10.0)
    body += f"<listOfReactions>{xml.reaction('3', products=('S',))}</listOfReactions>"
    np.testing.assert_allclose(simulate(read(body), TIMES).amount("S"), 30.0 * TIMES, **CLOSE)


def test_amount_stays_when_the_compartment_grows(read, xml):
    body = xml.vessel(2.0, constant=False) + f"<listOfSpecies>{xml.species('S')}{xml.species('P')}</listOfSpecies>"
    body += xml.rules(rate={"V": "1"}) + f"<listOfReactions>{xml.reaction('0', reactants=('S',))}</listOfReactions>"
    found = simulate(read(body), TIMES)
    for name in ("S", "P"):
        np.testing.assert_allclose(found.amount(name), 6.0)
        np.testing.assert_allclose(found[name], 6.0 / (2.0 + TIMES), **CLOSE)


def test_rate_of_a_concentration_in_a_growing_compartment(read, xml):
    body = xml.vessel(2.0, constant=False) + f"<listOfSpecies>{xml.species('S')}</listOfSpecies>" + xml.parameters(x=None)
    body += xml.rules(assignment={"x": "rateOf(S)"}, rate={"V": "1"})
    body += f"<listOfReactions>{xml.reaction('0', reactants=('S',))}</listOfReactions>"
    np.testing.assert_allclose(simulate(read(body), TIMES)["x"], -6.0 / (2.0 + TIMES) ** 2, **CLOSE)


def test_level_2_stoichiometry_math_and_defaults(read, xml):
    body = '<listOfCompartments><compartment id="V" size="2"/></listOfCompartments>'
    body += '<listOfSpecies><species id="S" compartment="V" initialAmount="6"/></listOfSpecies>'
    body += '<listOfParameters><parameter id="k" value="0.7"/></listOfParameters>'
    used = '<speciesReference species="S"><stoichiometryMath>{{1 + 1}}</stoichiometryMath></speciesReference>'
    body += f'<listOfReactions><reaction id="r"><listOfReactants>{used}</listOfReactants>'
    body += "<kineticLaw>{{k * S * V}}</kineticLaw></reaction></listOfReactions>"
    np.testing.assert_allclose(simulate(read(body, (2, 4)), TIMES)["S"], 3.0 * np.exp(-1.4 * TIMES), **CLOSE)


def test_undefined_values_stay_undefined(read, xml):
    body = xml.parameters(constant="a", a=None, x=None, y=None) + xml.rules(assignment={"x": "1/(a - a)", "y": "1/0"})
    found = simulate(read(body), TIMES)
    assert np.isnan(found["a"]).all()
    assert np.isnan(found["x"]).all()
    assert np.isposinf(found["y"]).all()


def test_hierarchical_model_is_flattened(tmp_path):
    core, comp = "http://www.sbml.org/sbml/level3/version1/core", "http://www.sbml.org/sbml/level3/version1/comp/version1"
    inner = '<listOfParameters><parameter id="p" value="7" constant="true"/></listOfParameters>'
    path = tmp_path / "comp.xml"
    path.write_text(
        f'<?xml version="1.0"?><sbml xmlns="{core}" xmlns:comp="{comp}" level="3" version="1" comp:required="true">'
        '<model id="m"><comp:listOfSubmodels><comp:submodel comp:id="sub" comp:modelRef="inner"/></comp:listOfSubmodels></model>'
        f'<comp:listOfModelDefinitions><comp:modelDefinition id="inner">{inner}</comp:modelDefinition>'
        "</comp:listOfModelDefinitions></sbml>"
    )
    np.testing.assert_allclose(simulate(read_sbml(path), TIMES)["sub__p"], 7.0)


def test_broken_constraint_is_reported_with_its_time_and_message(read, xml):
    message = '<message><p xmlns="http://www.w3.org/1999/xhtml">x is too <b>large</b></p></message>'
    body = xml.parameters(x=0.0) + xml.rules(rate={"x": "1"})
    body += f"<listOfConstraints><constraint>{{{{x < 1.1}}}}{message}</constraint></listOfConstraints>"
    (violation,) = simulate(read(body), TIMES).violations
    assert (violation.time, violation.constraint, violation.message) == (1.25, "constraint_1", "x is too large")


def test_units_of_each_element_are_named(read, xml):
    unit = '<unit kind="mole" exponent="1" scale="-3" multiplier="1"/><unit kind="litre" exponent="-1" scale="0" multiplier="1"/>'
    definition = f'<unitDefinition id="mM"><listOfUnits>{unit}</listOfUnits></unitDefinition>'
    body = f"<listOfUnitDefinitions>{definition}</listOfUnitDefinitions>"
    body += '<listOfParameters><parameter id="x" value="1" units="mM" constant="true"/></listOfParameters>'
    assert read(body).units == {"x": "(0.001 mole) litre^-1"}


@pytest.mark.parametrize("formula", ["piecewise(1, time < 1, 2, time < 1.5, 3)", "piecewise(1, time < 1) + 0"])
def test_piecewise_takes_the_first_that_holds(read, xml, formula):
    found = simulate(read(xml.parameters(x=None) + xml.rules(assignment={"x": formula})), [0.5, 1.0, 1.5])["x"]
    expected = [1.0, 2.0, 3.0] if "2" in formula else [1.0, math.nan, math.nan]
    np.testing.assert_array_equal(found, expected)
