"""Forecast beside report as a table for the terminal."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinecast.plots.endpoints import bound_sign, displayed, interval, is_reported, label, significant, spaced
from kinecast.report.remarks import remarks, titled

WIDTH = 140
"""Characters of a line where no terminal says how wide it is."""


def line_width() -> int | None:
    """Return how many characters a line has, or None where the terminal says so itself."""
    return None if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDTH


@dataclass(frozen=True, repr=False)
class PrintedTable:
    """The table of endpoints: `print` shows it as text, rich as it shows tables, a notebook as it shows text."""

    summary: dict[str, Any]

    def __rich__(self) -> Table:
        return endpoint_table(self.summary)

    def __str__(self) -> str:
        console = Console(file=StringIO(), width=line_width(), highlight=False)
        with console.capture() as captured:
            console.print(endpoint_table(self.summary))
        return captured.get().rstrip("\n")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def endpoint_table(summary: dict[str, Any]) -> Table:
    """Return one row an endpoint: forecast with its 95 % interval, the range of trials of the reported size, report, source.

    The last column says whether the model was calibrated on that report.
    """
    table = Table(title=titled(summary), caption=_caption(summary), title_justify="left", caption_justify="left", box=None)
    several = len(summary["arms"]) > 1
    compared = any(is_reported(endpoint) for endpoints in summary["arms"].values() for endpoint in endpoints.values())
    headings = ("Endpoint", "Forecast", "95 % of such trials", *(("Reported", "Source", "Calibrated?") if compared else ()))
    for heading in headings:
        table.add_column(heading, overflow="fold", header_style="bold")
    for arm, endpoints in summary["arms"].items():
        if several:
            table.add_row(Text(arm, style="bold"))
        for endpoint in endpoints.values():
            table.add_row(*(Text(cell) for cell in _cells(endpoint)[: len(headings)]))
        table.add_section()
    return table


def _cells(endpoint: dict[str, Any]) -> tuple[str, ...]:
    numbers = displayed(endpoint)
    unit = spaced(numbers["unit"])
    trial = interval(numbers["trial_low"], numbers["trial_high"])
    if endpoint.get("inside") is False:
        trial += ": report outside"
    if endpoint.get("not_simulated"):
        forecast = endpoint["not_simulated"]
    elif endpoint.get("not_reached"):
        forecast = "not reached"
    else:
        forecast = _value(numbers, "forecast", "low", "high", unit)
    size = f", n = {endpoint['n_reported']:,}" if endpoint.get("n_reported") else ""
    reported = (
        bound_sign(endpoint.get("reported_bound")) + _value(numbers, "reported", "reported_low", "reported_high", unit) + size
    )
    calibrated = "yes" if endpoint.get("used_for") == "calibration" else "no"
    return (
        label(endpoint),
        forecast,
        trial,
        reported if is_reported(endpoint) else "",
        endpoint.get("citation") or "",
        calibrated if is_reported(endpoint) else "",
    )


def _value(numbers: dict[str, Any], value: str, low: str, high: str, unit: str) -> str:
    around = interval(numbers[low], numbers[high])
    written = "" if numbers[value] is None else significant(numbers[value]) + unit
    return " ".join(part for part in (written, around and f"({around})") if part)


def _caption(summary: dict[str, Any]) -> str:
    failed = summary["failed"]
    text = f"{summary['patients']:,} virtual patients an arm, seed {summary['seed']}; intervals are 95 %"
    text += f"; {failed:,} simulations failed and count as not evaluable" if failed else ""
    return "\n".join([text, *remarks(summary)])
