"""Kinecast: forecast what a cytokine will do to a cancer, and to the patient.

import kinecast as kc

forecast = kc.trials["atkins1999"].run(patients=1000, seed=1)
forecast.table()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinecast._trials import Trials
    from kinecast.catalog import Agent, Disease, Shelf
    from kinecast.catalog.molecules import fuse
    from kinecast.inference.attribution import explain
    from kinecast.inference.comparison import compare
    from kinecast.inference.design import design
    from kinecast.inference.dish import dish
    from kinecast.runs import Forecast, rerun, run
    from kinecast.trial.protocol import Protocol

    agents: Shelf[Agent]
    diseases: Shelf[Disease]
    trials: Trials

__version__ = "0.1.0.dev0"

__all__ = [
    "Forecast",
    "Protocol",
    "__version__",
    "agents",
    "compare",
    "design",
    "diseases",
    "dish",
    "explain",
    "fuse",
    "rerun",
    "run",
    "trials",
]

_HOMES = {
    "Forecast": "kinecast.runs",
    "run": "kinecast.runs",
    "rerun": "kinecast.runs",
    "Protocol": "kinecast.trial.protocol",
    "explain": "kinecast.inference.attribution",
    "fuse": "kinecast.catalog.molecules",
    "dish": "kinecast.inference.dish",
    "compare": "kinecast.inference.comparison",
    "design": "kinecast.inference.design",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `import kinecast` stays instant."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("agents", "diseases"):
        return getattr(import_module("kinecast.catalog"), name)()
    if name == "trials":
        return import_module("kinecast._trials").Trials()
    raise AttributeError(f"module 'kinecast' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
