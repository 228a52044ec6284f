"""SBML in and out (Systems Biology Markup Language, Level 2 and 3; https://sbml.org)."""

from kinecast.exchange.sbml.annotations import Annotation, catalogue_annotations
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import SbmlModel
from kinecast.exchange.sbml.reading import read_sbml
from kinecast.exchange.sbml.simulation import simulate
from kinecast.exchange.sbml.trajectory import Trajectory
from kinecast.exchange.sbml.writing import write_sbml

__all__ = [
    "Annotation",
    "SbmlError",
    "SbmlModel",
    "Trajectory",
    "catalogue_annotations",
    "read_sbml",
    "simulate",
    "write_sbml",
]
