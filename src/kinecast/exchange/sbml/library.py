"""libSBML, loaded when it is needed, and the error of this package."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from kinecast.errors import KinecastError


class SbmlError(KinecastError):
    """An SBML model that cannot be read, written or simulated; the message names the element."""


def libsbml() -> Any:
    """The libSBML module.

    Raises:
        SbmlError: when it is not installed.
    """
    try:
        with warnings.catch_warnings():
            # Python 3.12 and later warn about the types that SWIG makes.
            warnings.simplefilter("ignore", DeprecationWarning)
            return import_module("libsbml")
    except ImportError:
        raise SbmlError("SBML needs the package python-libsbml.", "Install it with: pip install 'kinecast[exchange]'") from None
