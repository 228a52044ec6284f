"""The forecast of a virtual trial: tables, curves, summary and provenance, with its pictures and its report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinecast.runs.columns import Columns, as_pandas
from kinecast.runs.curves import Curves
from kinecast.trial.protocol import Protocol

if TYPE_CHECKING:
    import pandas
    import xarray

    from kinecast.plots import Plots
    from kinecast.report.terminal import PrintedTable


@dataclass(frozen=True)
class Forecast:
    """What a run gives back. Tables and curves become pandas and xarray objects when they are first asked for.

    Attributes:
        protocol: the trial that was run.
        summary: endpoints of every arm beside what was reported; the content of summary.json.
        provenance: what is needed to repeat the run, and the works it cites; the content of provenance.json.
        columns: 'patients', 'doses', 'scans' and 'toxicity' as columns.
        curves_store: the curves, in memory or on disk.
    """

    protocol: Protocol
    summary: dict[str, Any]
    provenance: dict[str, Any]
    columns: Mapping[str, Columns]
    curves_store: Curves

    @cached_property
    def patients(self) -> pandas.DataFrame:
        """One row an arm and patient: status, baseline, response, survival, doses, worst toxicity grades.

        A patient whose simulation failed has status 'failed' and a reason, counts as not evaluable for response, and is
        censored where the simulation stopped.
        """
        return as_pandas(self.columns["patients"])

    @cached_property
    def doses(self) -> pandas.DataFrame:
        """One row an arm, patient and planned dose: whether it was given, how much, and if not, why."""
        return as_pandas(self.columns["doses"])

    @cached_property
    def scans(self) -> pandas.DataFrame:
        """One row an arm, patient and scan after baseline, to the first progression; sizes as measured."""
        return as_pandas(self.columns["scans"])

    @cached_property
    def toxicity(self) -> pandas.DataFrame:
        """One row an arm, patient, cycle given and toxicity: the worst grade."""
        return as_pandas(self.columns["toxicity"])

    @property
    def curves(self) -> xarray.DataArray:
        """Observables (arm, patient, time, quantity); time in days, units in the coordinate `unit`."""
        return self.curves_store.labelled

    @property
    def states(self) -> xarray.DataArray:
        """The curves with their last dimension called `state`, for `forecast.states.sel(state="nk")`."""
        return self.curves.rename(quantity="state")

    @property
    def plot(self) -> Plots:
        """The pictures: `forecast.plot.waterfall().save("waterfall.svg")`."""
        from kinecast.plots import Plots

        return Plots(self)

    def table(self) -> PrintedTable:
        """Return the endpoints of every arm beside what was reported, as a table that `print`, rich and notebooks show."""
        from kinecast.report.terminal import PrintedTable

        return PrintedTable(self.summary)

    def bibtex(self) -> str:
        """Return the works that this run rests on, with the reasons, as BibTeX."""
        from kinecast.runs.bibliography import as_bibtex

        return as_bibtex(self.provenance["bibliography"])

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write the one-page HTML report and return its path."""
        from kinecast.report import write

        return write(self, os.fspath(path))

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Store everything in a folder that does not exist yet, is empty, or holds an earlier run alone; return its path.

        Raises:
            RunError: the folder holds something else or cannot be written, or the disk is full; then nothing is left behind.
        """
        from kinecast.runs.store import save

        return save(self, Path(folder))

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Forecast:
        """Return a stored forecast. Raises RunError when the folder does not hold one."""
        from kinecast.runs.store import load

        return load(Path(folder))
