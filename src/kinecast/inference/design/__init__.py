"""Designing: a search over molecule, dose, schedule and partner, and the Pareto front of what it found."""

from kinecast.inference.design.conducting import design
from kinecast.inference.design.designs import Designs, Point
from kinecast.inference.design.reading import read_space
from kinecast.inference.design.space import Space

__all__ = ["Designs", "Point", "Space", "design", "read_space"]
