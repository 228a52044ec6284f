"""Gamma-chain receptors: those of a patient's cells, and the explicit network of cells in a dish with its reduced form."""

from kinecast.biology.receptors.resting import receptors

__all__ = ["receptors"]
