"""An SBML file opened with libSBML, packages flattened or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kinecast.exchange.sbml.library import SbmlError, libsbml

UNDERSTOOD = ("comp", "l3v2extendedmath")
"""Packages that need not be refused; the second is libSBML's name for functions that Level 3 Version 2 has itself."""


def open_document(path: str | Path) -> Any:
    """Read a file into a libSBML document with a model.

    Hierarchical models (package comp) are flattened into one. Other packages are passed over when the file says that the model
    means the same without them.

    Raises:
        SbmlError: for a file that is missing, is not SBML, has no model, or requires a package.
    """
    path = Path(path)
    if not path.is_file():
        raise SbmlError(f"{path}: there is no such file.")
    library = libsbml()
    document = library.readSBMLFromFile(str(path))
    _refuse_errors(document, path)
    document.setLocationURI(path.resolve().as_uri())
    packages = [document.getPlugin(i).getPackageName() for i in range(document.getNumPlugins())]
    if "comp" in packages:
        _flatten(document, path)
    for package in packages:
        if document.getLevel() > 2 and package not in UNDERSTOOD and document.getPackageRequired(package):
            raise SbmlError(f"{path}: the model requires the SBML package {package}, which is not supported.")
    if document.getModel() is None:
        raise SbmlError(f"{path}: the document has no model.")
    return document


def _flatten(document: Any, path: Path) -> None:
    library = libsbml()
    properties = library.ConversionProperties()
    properties.addOption("flatten comp", True)
    properties.addOption("performValidation", False)
    properties.addOption("leavePorts", False)
    if document.convert(properties) != library.LIBSBML_OPERATION_SUCCESS:
        _refuse_errors(document, path)
        raise SbmlError(f"{path}: the hierarchical model (package comp) cannot be flattened.")


def _refuse_errors(document: Any, path: Path) -> None:
    library = libsbml()
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        # A file without its encoding stated is read as UTF-8, which SBML prescribes.
        if error.getSeverity() >= library.LIBSBML_SEV_ERROR and error.getErrorId() != library.MissingXMLEncoding:
            message = " ".join(error.getMessage().split())
            raise SbmlError(f"{path}, line {error.getLine()}: {message}")
