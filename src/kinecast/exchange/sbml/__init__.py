"""SBML in and out (Systems Biology Markup Language, Level 2 and 3; https://sbml.org)."""

from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import SbmlModel
from kinecast.exchange.sbml.reading import read_sbml
from kinecast.exchange.sbml.simulation import simulate
from kinecast.exchange.sbml.trajectory import Trajectory

__all__ = ["SbmlError", "SbmlModel", "Trajectory", "read_sbml", "simulate"]
