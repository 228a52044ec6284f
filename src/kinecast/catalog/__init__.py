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
    Measurement,
    Number,
    Observation,
    Parameter,
    ParameterFile,
    Regimen,
    Trial,
    merge,
)
from kinecast.catalog.records.agent import Approval
from kinecast.catalog.shelf import Shelf
from kinecast.catalog.sources import citation, citations
from kinecast.catalog.tables import Table
from kinecast.catalog.trial_shelf import TrialShelf

__all__ = [
    "Agent",
    "Citation",
    "Disease",
    "Grading",
    "HoldingRule",
    "Line",
    "Measurement",
    "Number",
    "Observation",
    "Parameter",
    "Regimen",
    "Shelf",
    "Table",
    "Trial",
    "agent",
    "agents",
    "approval_rows",
    "approvals",
    "citation",
    "citations",
    "describe",
    "disease",
    "diseases",
    "grading",
    "gradings",
    "measurements",
    "merge",
    "observations",
    "parameter_files",
    "parameters",
    "read_record",
    "read_yaml",
    "regimens",
    "rule",
    "rules",
    "trial",
    "trials",
]

_DATA = Path(__file__).parent / "data"


@cache
def agents() -> Shelf[Agent]:
    """Return the drugs, by id or synonym, each with its approvals."""
    return Shelf(_DATA / "agents", Agent, "agent", lambda agent: agent.model_copy(update={"approvals": approvals(agent.id)}))


@cache
def _approvals() -> Mapping[str, tuple[Approval, ...]]:
    rows = list(approval_rows())
    return {key: tuple(row for row in rows if row.agent == key) for key in dict.fromkeys(row.agent for row in rows)}


@cache
def approval_rows() -> Table[Approval]:
    """Return where drugs stand: one row a drug in one indication and jurisdiction."""
    return Table(_DATA / "evidence" / "approvals.csv", Approval)


def approvals(agent: str) -> tuple[Approval, ...]:
    """Return where a drug, given by id, stands in each indication and jurisdiction."""
    return _approvals().get(agent, ())


@cache
def regimens() -> Table[Regimen]:
    """Return what was given: one row a drug in one phase of one arm."""
    return Table(_DATA / "evidence" / "regimens", Regimen)


@cache
def observations() -> Table[Observation]:
    """Return what was reported: one row a number of one arm."""
    return Table(_DATA / "evidence" / "observations", Observation)


@cache
def measurements() -> Table[Measurement]:
    """Return mechanistic numbers, such as affinities, half-lives and receptor counts: one row a number."""
    return Table(_DATA / "evidence" / "measurements", Measurement)


@cache
def diseases() -> Shelf[Disease]:
    """Return the diseases, by id or synonym."""
    return Shelf(_DATA / "diseases", Disease, "disease")


@cache
def trials() -> TrialShelf:
    """Return the published trials and series, by id or synonym."""
    return TrialShelf(_DATA, regimens(), observations())


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
