"""The trials of the catalogue as the public interface hands them out: each can be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kinecast.catalog import Trial, trials
from kinecast.runs import Forecast, run


class RunnableTrial(Trial):
    """A published trial that can be run: `kc.trials["atkins1999"].run(patients=1000, seed=1)`."""

    def run(self, **settings: Any) -> Forecast:
        """Run the trial and return its forecast; the settings are those of `kinecast.run`: patients, seed, threads, out."""
        return run(self, **settings)


class Trials(Mapping[str, RunnableTrial]):
    """The trials of the catalogue, by id or synonym; an unknown name raises CatalogError with the nearest ones."""

    def __getitem__(self, key: str) -> RunnableTrial:
        record = trials()[key]
        return RunnableTrial.model_construct(**{name: getattr(record, name) for name in Trial.model_fields})

    def __iter__(self) -> Iterator[str]:
        return iter(trials())

    def __len__(self) -> int:
        return len(trials())
