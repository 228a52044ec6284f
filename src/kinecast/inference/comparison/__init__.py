"""Molecules side by side: affinities, EC50 by cell, exposure, cells, harm and benefit on the same patients."""

from kinecast.inference.comparison.comparison import DISEASE, MoleculeComparison, compare
from kinecast.inference.comparison.given import DOSE, DOSES, EVERY, OTHERS, ROUTE

__all__ = ["DISEASE", "DOSE", "DOSES", "EVERY", "OTHERS", "ROUTE", "MoleculeComparison", "compare"]
