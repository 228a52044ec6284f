"""The simulators that the engine is compared with, one file each."""

from __future__ import annotations

from importlib import import_module

from kinecast.errors import KinecastError
from peers.task import Solver, Task

PEERS = {"roadrunner": "roadrunner_cvode", "copasi": "copasi_lsoda", "lsoda": "scipy_lsoda", "amici": "amici_cvodes"}
"""Name on the command line → module."""


class PeerMissingError(Exception):
    """A simulator that is not installed here, or that cannot be built; the message is the line to print."""


def build(name: str, task: Task) -> Solver:
    """Make a simulator ready for a task ("engine" for this engine).

    Raises:
        PeerMissingError: when it is not installed or does not build.
    """
    module = "kinecast_engine" if name == "engine" else PEERS[name]
    try:
        return import_module(f"peers.{module}").build(task)
    except (ImportError, KinecastError) as error:
        raise PeerMissingError(f"{name} is left out: {error}.") from error
