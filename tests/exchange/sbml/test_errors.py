"""Every element that cannot be read is named."""

from __future__ import annotations

import pytest

from kinecast.exchange.sbml import SbmlError, read_sbml, simulate

pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra 'exchange')")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"assignment": {"x": "delay(y, 1)"}}, "assignment rule of x: delay is not supported"),
        ({"assignment": {"x": "f(y)"}}, "assignment rule of x: the function f is not defined"),
        ({"assignment": {"x": "nobody + 1"}}, "x is computed from 'nobody', which is not declared"),
        ({"rate": {"x": "nobody"}}, "rate rule of x: 'nobody' is not declared"),
        ({"assignment": {"x": "y", "y": "x + 1"}}, "assignments in a circle: x → y → x"),
        ({"assignment": {"nobody": "1"}}, "assignment rule of nobody: 'nobody' is not declared"),
        ({"algebraic": ("x * x - 2",)}, "algebraic rule 1 is not linear in x"),
        ({"rate": {"x": "1", "y": "1"}, "algebraic": ("x - y",)}, "algebraic rule 1 has no variable"),
    ],
)
def test_formula_that_cannot_be_used_is_named(read, xml, rules, message):
    free = {"x": 1.0} if "algebraic" in rules and "rate" not in rules else {"x": 1.0, "y": 2.0}
    with pytest.raises(SbmlError, match=message):
        read(xml.parameters(**free) + xml.rules(**rules))


def test_fast_reaction_is_named(read, xml):
    body = xml.vessel() + f"<listOfSpecies>{xml.species('S')}</listOfSpecies>"
    reaction = xml.reaction("S", reactants=("S",), key="quick").replace('reversible="false"', 'reversible="false" fast="true"')
    with pytest.raises(SbmlError, match="reaction quick: fast reactions are not supported"):
        read(f"{body}<listOfReactions>{reaction}</listOfReactions>", (3, 1))


def test_event_with_an_unknown_name_is_named(read, xml):
    with pytest.raises(SbmlError, match="event e: 'nobody' is not declared"):
        read(xml.parameters(x=1.0) + f"<listOfEvents>{xml.event('time > 1', {'x': 'nobody'})}</listOfEvents>")


def test_initial_values_in_a_circle_are_named(read, xml):
    body = xml.parameters(x=None, y=None) + xml.initially(x="y", y="x") + xml.rules(rate={"x": "1", "y": "1"})
    with pytest.raises(SbmlError, match="initial value of x depends on itself"):
        read(body)


def test_required_package_is_named(tmp_path):
    path = tmp_path / "model.xml"
    space = "http://www.sbml.org/sbml/level3/version1/qual/version1"
    path.write_text(
        f'<?xml version="1.0"?><sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" xmlns:qual="{space}" '
        'level="3" version="1" qual:required="true"><model id="m"/></sbml>'
    )
    with pytest.raises(SbmlError, match="qual"):
        read_sbml(path)


def test_missing_file_and_text_that_is_not_sbml(tmp_path):
    with pytest.raises(SbmlError, match="there is no such file"):
        read_sbml(tmp_path / "nothing.xml")
    (tmp_path / "text.xml").write_text("hello")
    with pytest.raises(SbmlError, match=r"text\.xml, line 1"):
        read_sbml(tmp_path / "text.xml")


def test_unknown_result_offers_names(read, xml):
    found = simulate(read(xml.parameters(dose=1.0)), [0.0])
    with pytest.raises(SbmlError, match="Did you mean dose"):
        _ = found["dosis"]


def test_integration_that_fails_says_when(read, xml):
    model = read(xml.parameters(x=1.0) + xml.rules(rate={"x": "x^2"}))
    with pytest.raises(SbmlError, match=r"model m, after time (0\.9|1)"):
        simulate(model, [2.0])


def test_missing_libsbml_says_what_to_install(monkeypatch, tmp_path):
    import sys

    (tmp_path / "model.xml").write_text("")
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(SbmlError, match=r"pip install 'kinecast\[exchange\]'"):
        read_sbml(tmp_path / "model.xml")
