"""Versions of what the numbers of a run depend on, and the platform."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

_NUMERICAL = ("numpy", "scipy", "numba", "llvmlite")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that the numbers depend on."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _NUMERICAL}}


def machine() -> dict[str, str]:
    """Return the operating system and the processor's architecture."""
    return {"system": sys.platform, "architecture": platform.machine()}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
