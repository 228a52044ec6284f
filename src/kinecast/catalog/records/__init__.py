"""Types of the catalogue's records, one idea per file."""

from kinecast.catalog.records.agent import Agent, Approval, Binding, Dose, Route
from kinecast.catalog.records.citation import Citation, merge
from kinecast.catalog.records.disease import Disease
from kinecast.catalog.records.grade import Grade, Grading, Toxicity
from kinecast.catalog.records.measurement import Measurement
from kinecast.catalog.records.molecule import Closed, Molecule, Target
from kinecast.catalog.records.number import Number, Record, Spread
from kinecast.catalog.records.parameter import Parameter, ParameterFile
from kinecast.catalog.records.regimen import Regimen
from kinecast.catalog.records.rule import Criterion, HoldingRule
from kinecast.catalog.records.trial import Arm, Observation, Overlap, Trial

__all__ = [
    "Agent",
    "Approval",
    "Arm",
    "Binding",
    "Citation",
    "Closed",
    "Criterion",
    "Disease",
    "Dose",
    "Grade",
    "Grading",
    "HoldingRule",
    "Measurement",
    "Molecule",
    "Number",
    "Observation",
    "Overlap",
    "Parameter",
    "ParameterFile",
    "Record",
    "Regimen",
    "Route",
    "Spread",
    "Target",
    "Toxicity",
    "Trial",
    "merge",
]
