"""The cohort engine: thousands of patients through one stiff network, several to a vector."""

from kinecast.engine.cohort import Cohort
from kinecast.engine.events import Bolus, Infusion
from kinecast.engine.kernel import Kernel, compile_network
from kinecast.engine.sensitivity import Sensitivities, sensitivities
from kinecast.engine.solution import Solution, solve
from kinecast.engine.status import Status

__all__ = [
    "Bolus",
    "Cohort",
    "Infusion",
    "Kernel",
    "Sensitivities",
    "Solution",
    "Status",
    "compile_network",
    "sensitivities",
    "solve",
]
