"""The model language: states, parameters, reactions, definitions, units and composition; no biology in it."""

from kinecast.network.expression import Expression, exp, log, maximum, minimum, sqrt, summed, symbol, where
from kinecast.network.module import Module, Parameter, Reaction, State
from kinecast.network.network import Network, assemble

__all__ = [
    "Expression",
    "Module",
    "Network",
    "Parameter",
    "Reaction",
    "State",
    "assemble",
    "exp",
    "log",
    "maximum",
    "minimum",
    "sqrt",
    "summed",
    "symbol",
    "where",
]
