"""The brakes on tumour-specific immunity: each a module of its own, each with switches."""

from kinecast.biology.brakes.switches import BRAKES, DRIVERS, Switch

__all__ = ["BRAKES", "DRIVERS", "Switch"]
