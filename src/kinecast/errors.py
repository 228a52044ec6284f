"""Errors that a user can act on: what happened, where, the valid choices, and what to try."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class KinecastError(Exception):
    """Base of every error caused by input; the command line prints it as one message and exits with code 2.

    Arguments:
        message: what is wrong, naming the field and the value.
        hint: what to write or try instead (optional).
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message}\n  {hint}" if hint else message)


class UnitError(KinecastError):
    """A number without a unit, with an unknown unit, or with a unit of the wrong dimension."""


class NetworkError(KinecastError):
    """A model that cannot be assembled: a missing signal, a name used twice, a rate of the wrong dimension."""


class CatalogError(KinecastError):
    """A record that is missing, malformed or refused by a check."""


class ProtocolError(KinecastError):
    """A trial protocol that cannot be run as written."""


class RunError(KinecastError):
    """A run that cannot start or cannot be stored."""


def choices(value: str, valid: Iterable[str], *, show: int = 8) -> str:
    """Return 'Did you mean …?' with the nearest valid names, or the list of valid names when none is near."""
    names = sorted(valid)
    by_lower = {name.lower(): name for name in names}
    near = get_close_matches(value.lower(), by_lower, n=3, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(by_lower[name] for name in near) + "?"
    listed = ", ".join(names[:show]) + (", …" if len(names) > show else "")
    return f"Choose from: {listed}."
