"""What to run: a protocol, a file, YAML text or a dict, or a trial of the catalogue with what it reported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kinecast import catalog
from kinecast.catalog import Trial
from kinecast.errors import RunError, choices
from kinecast.trial.protocol import Protocol
from kinecast.trial.regimens import protocol_of

Source = Protocol | Trial | str | os.PathLike[str] | Mapping[str, Any]


def resolve(source: Source) -> tuple[Protocol, Trial | None]:
    """Return the protocol, and the trial of the catalogue that it is from, if it is from one.

    Raises:
        RunError: a name that is neither a file nor a trial. ProtocolError: a protocol that cannot be run as written.
    """
    if isinstance(source, Protocol):
        return Protocol.read(source.as_dict()), None  # checked, however it was made
    if isinstance(source, Trial):
        return protocol_of(source), source
    if isinstance(source, str) and "\n" not in source and not is_file(source):
        trials = catalog.trials()
        if source in trials:
            return resolve(trials[source])
        if not source.endswith((".yaml", ".yml")):
            hint = choices(source, trials) + " Or give the path of a protocol in YAML."
            raise RunError(f"'{source}' is neither a file nor a trial of the catalogue.", hint)
    return Protocol.read(source), None


def is_file(name: str) -> bool:
    """Whether a name is that of a file; a folder called like a trial does not hide the trial."""
    try:
        return Path(name).is_file()
    except OSError:  # longer than a name can be
        return False
