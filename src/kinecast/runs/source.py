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
from kinecast.trial.simulable import Part, simulable

Source = Protocol | Trial | str | os.PathLike[str] | Mapping[str, Any]


def resolve(source: Source) -> tuple[Protocol, Trial | None, dict[str, str]]:
    """Return the protocol, the trial of the catalogue that it is from, if it is from one, and what of that is left out.

    Of a trial those arms are run that the model can treat; the others are returned with the reason, arm → reason. Where the
    model lacks the tumour, they are given to people without one, if the patients' bodies are otherwise ordinary.

    Raises:
        RunError: a name that is neither a file nor a trial, or a trial of which no arm can be run (the message says why).
        ProtocolError: a protocol that cannot be run as written.
    """
    if isinstance(source, Protocol):
        return Protocol.read(source.as_dict()), None, {}  # checked, however it was made
    if isinstance(source, Trial):
        part = simulable(source)
        if part.protocol is None:
            said = dict.fromkeys(_given(part).values()) or dict.fromkeys(part.stops.values())
            raise RunError(f"{source.id} cannot be run: {'; '.join(said)}.", f"See kinecast show {source.id}.")
        return part.protocol, source, _given(part)
    if isinstance(source, str) and "\n" not in source and not is_file(source):
        trials = catalog.trials()
        if source in trials:
            return resolve(trials[source])
        if not source.endswith((".yaml", ".yml")):
            hint = choices(source, trials) + " Or give the path of a protocol in YAML."
            raise RunError(f"'{source}' is neither a file nor a trial of the catalogue.", hint)
    return Protocol.read(source), None, {}


def _given(part: Part) -> dict[str, str]:
    """Return the arms that were given something and cannot be run, each with the reason; not those that only report."""
    return {arm: reason for arm, reason in part.stops.items() if part.trial.arms[arm].regimens}


def is_file(name: str) -> bool:
    """Whether a name is that of a file; a folder called like a trial does not hide the trial."""
    try:
        return Path(name).is_file()
    except OSError:  # longer than a name can be
        return False
