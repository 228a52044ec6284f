"""Small SBML texts, written for these tests."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from kinecast.exchange.sbml import SbmlModel, read_sbml

NAMESPACES = {
    (3, 2): "http://www.sbml.org/sbml/level3/version2/core",
    (3, 1): "http://www.sbml.org/sbml/level3/version1/core",
    (2, 4): "http://www.sbml.org/sbml/level2/version4",
}


@pytest.fixture
def sbml_file(tmp_path: Path):
    """file(body, level=(3, 2)): the body of a model as an SBML file; `{{formula}}` in it is MathML of an infix formula."""

    def write(body: str, level: tuple[int, int] = (3, 2)) -> Path:
        path = tmp_path / "model.xml"
        head = f'<sbml xmlns="{NAMESPACES[level]}" level="{level[0]}" version="{level[1]}">'
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>{head}<model id="m">{with_mathml(body)}</model></sbml>')
        return path

    return write


@pytest.fixture
def read(sbml_file):
    """read(body, level=(3, 2)) -> SbmlModel."""

    def from_body(body: str, level: tuple[int, int] = (3, 2)) -> SbmlModel:
        return read_sbml(sbml_file(body, level))

    return from_body


@pytest.fixture(scope="session")
def xml():
    """The functions below."""
    return SimpleNamespace(
        parameters=parameters, rules=rules, initially=initially, vessel=vessel, species=species, event=event, reaction=reaction
    )


def with_mathml(body: str) -> str:
    import libsbml

    while "{{" in body:
        before, _, rest = body.partition("{{")
        formula, _, after = rest.partition("}}")
        node = libsbml.parseL3Formula(formula)
        assert node is not None, libsbml.getLastParseL3Error()
        body = before + libsbml.writeMathMLToString(node).split("?>", 1)[1] + after
    return body


def parameters(*, constant: str = "", **values: float | None) -> str:
    """listOfParameters; those named in `constant` are constant, and None leaves the value out."""
    lines = [
        f'<parameter id="{name}" {"" if value is None else f"value={chr(34)}{value!r}{chr(34)}"} '
        f'constant="{str(name in constant.split()).lower()}"/>'
        for name, value in values.items()
    ]
    return f"<listOfParameters>{''.join(lines)}</listOfParameters>"


def rules(
    *, assignment: dict[str, str] | None = None, rate: dict[str, str] | None = None, algebraic: tuple[str, ...] = ()
) -> str:
    """listOfRules from infix formulas."""
    lines = [f"<algebraicRule>{{{{{formula}}}}}</algebraicRule>" for formula in algebraic]
    for tag, formulas in {"assignmentRule": assignment or {}, "rateRule": rate or {}}.items():
        lines += [f'<{tag} variable="{name}">{{{{{formula}}}}}</{tag}>' for name, formula in formulas.items()]
    return f"<listOfRules>{''.join(lines)}</listOfRules>"


def initially(**formulas: str) -> str:
    """listOfInitialAssignments from infix formulas."""
    lines = [f'<initialAssignment symbol="{name}">{{{{{formula}}}}}</initialAssignment>' for name, formula in formulas.items()]
    return f"<listOfInitialAssignments>{''.join(lines)}</listOfInitialAssignments>"


def vessel(size: float = 2.0, constant: bool = True) -> str:
    """One compartment V."""
    return (
        f'<listOfCompartments><compartment id="V" size="{size}" spatialDimensions="3" constant="{str(constant).lower()}"/>'
        "</listOfCompartments>"
    )


def species(name: str, start: str = 'initialConcentration="3"', *, amounts: bool = False, boundary: bool = False) -> str:
    """One species in V, not constant."""
    return (
        f'<species id="{name}" compartment="V" {start} hasOnlySubstanceUnits="{str(amounts).lower()}" '
        f'boundaryCondition="{str(boundary).lower()}" constant="false"/>'
    )


def event(trigger: str, assignments: dict[str, str], *, delay: str = "", priority: str = "", key: str = "e",
          initial: bool = True, persistent: bool = True, values_from_trigger: bool = True) -> str:  # fmt: skip
    """One event from infix formulas."""
    flags = f'initialValue="{str(initial).lower()}" persistent="{str(persistent).lower()}"'
    values = str(values_from_trigger).lower()
    lines = [f'<event id="{key}" useValuesFromTriggerTime="{values}"><trigger {flags}>{{{{{trigger}}}}}</trigger>']
    lines += [f"<priority>{{{{{priority}}}}}</priority>"] if priority else []
    lines += [f"<delay>{{{{{delay}}}}}</delay>"] if delay else []
    made = [f'<eventAssignment variable="{name}">{{{{{formula}}}}}</eventAssignment>' for name, formula in assignments.items()]
    return "".join([*lines, f"<listOfEventAssignments>{''.join(made)}</listOfEventAssignments></event>"])


def reaction(
    law: str | None, *, reactants: tuple[str, ...] = (), products: tuple[str, ...] = (), local: str = "", key: str = "r"
) -> str:
    """One reaction with stoichiometries of one; `law` is infix, `local` a list of local parameters."""
    references = {"listOfReactants": reactants, "listOfProducts": products}
    lists = [
        f"<{name}>{''.join(f'<speciesReference species={chr(34)}{each}{chr(34)} {ONE}/>' for each in each_list)}</{name}>"
        for name, each_list in references.items()
        if each_list
    ]
    kinetics = "" if law is None else f"<kineticLaw>{{{{{law}}}}}{local}</kineticLaw>"
    return f'<reaction id="{key}" reversible="false">{"".join(lists)}{kinetics}</reaction>'


ONE = 'stoichiometry="1" constant="true"'
