"""The catalogue: agents, diseases, trials, holding rules, toxicity grades, parameters and citations, read when asked for.

Every number says its value, unit, source, where in the source it stands, and whether it was measured, calibrated or assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kinecast.catalog.describe import Line, describe
from kinecast.catalog.reader import read_record, read_yaml
from kinecast.catalog.records import (
    Agent,
    Citation,
    Disease,
    Grading,
    HoldingRule,
    Number,
    Observation,
    Parameter,
    ParameterFile,
    Trial,
    merge,
)
from kinecast.catalog.shelf import Shelf
from kinecast.catalog.sources import citation, citations

__all__ = [
    "Agent",
    "Citation",
    "Disease",
    "Grading",
    "HoldingRule",
    "Line",
    "Number",
    "Observation",
    "Parameter",
    "Shelf",
    "Trial",
    "agent",
    "agents",
    "citation",
    "citations",
    "describe",
    "disease",
    "diseases",
    "grading",
    "gradings",
    "merge",
    "parameter_files",
    "parameters",
    "read_record",
    "read_yaml",
    "rule",
    "rules",
    "trial",
    "trials",
]

_DATA = Path(__file__).parent / "data"


@cache
def agents() -> Shelf[Agent]:
    """Return the drugs, by id or synonym."""
    return Shelf(_DATA / "agents", Agent, "agent")


@cache
def diseases() -> Shelf[Disease]:
    """Return the diseases, by id or synonym."""
    return Shelf(_DATA / "diseases", Disease, "disease")


@cache
def trials() -> Shelf[Trial]:
    """Return the published trials and series, by id or synonym."""
    return Shelf(_DATA / "trials", Trial, "trial")


@cache
def rules() -> Shelf[HoldingRule]:
    """Return the dose-holding rules, by id or synonym."""
    return Shelf(_DATA / "rules", HoldingRule, "holding rule")


@cache
def gradings() -> Shelf[Grading]:
    """Return the toxicity grading systems, by id."""
    return Shelf(_DATA / "grades", Grading, "grading system")


@cache
def parameter_files() -> Shelf[ParameterFile]:
    """Return the files of parameters, by the name of the biology module."""
    return Shelf(_DATA / "parameters", ParameterFile, "set of parameters")


def agent(key: str) -> Agent:
    """Return one drug; raises CatalogError with the nearest names when there is none of that name."""
    return agents()[key]


def disease(key: str) -> Disease:
    """Return one disease; raises CatalogError with the nearest names when there is none of that name."""
    return diseases()[key]


def trial(key: str) -> Trial:
    """Return one trial; raises CatalogError with the nearest names when there is none of that name."""
    return trials()[key]


def rule(key: str) -> HoldingRule:
    """Return one holding rule; raises CatalogError with the nearest names when there is none of that name."""
    return rules()[key]


def grading(key: str) -> Grading:
    """Return one grading system; raises CatalogError with the nearest names when there is none of that name."""
    return gradings()[key]


def parameters(module: str) -> Mapping[str, Parameter]:
    """Return the parameters of a biology module, by id; raises CatalogError when the module has none."""
    return parameter_files()[module].parameters
