"""SBML in: a file becomes an `SbmlModel`."""

from __future__ import annotations

from pathlib import Path

from kinecast.exchange.sbml.assembly import assembled
from kinecast.exchange.sbml.declarations import declared
from kinecast.exchange.sbml.document import open_document
from kinecast.exchange.sbml.library import SbmlError
from kinecast.exchange.sbml.model import SbmlModel


def read_sbml(path: str | Path) -> SbmlModel:
    """Read a model of SBML Level 1 to 3.

    Algebraic rules are solved when they are linear in the variable that they determine, and hierarchical models are flattened.
    Not supported, with an error that names the element: delay, fast reactions, nonlinear algebraic rules, and packages without
    which the model would mean something else.

    Raises:
        SbmlError: for a file that is not a model, or an element that is not supported.
    """
    document = open_document(path)
    try:
        return assembled(declared(document.getModel()))
    except SbmlError as error:
        raise SbmlError(f"{path}: {error.message}", error.hint) from None
