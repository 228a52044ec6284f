"""Forecast beside report as a table for the terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table


def endpoint_table(summary: dict[str, Any]) -> Table:
    """Return one row an endpoint: forecast with its 95 % interval, range of trials of the reported size, report, source."""
    table = Table(title=summary["title"], caption=_caption(summary), title_justify="left", caption_justify="left")
    several = len(summary["arms"]) > 1
    for heading in (["Arm"] if several else []) + ["Endpoint", "Forecast", "95 % of such trials", "Reported", "Source"]:
        table.add_column(heading, overflow="fold")
    for arm, endpoints in summary["arms"].items():
        for name, row in endpoints.items():
            table.add_row(*([arm] if several else []), *_cells(name, row))
        table.add_section()
    return table


def _cells(name: str, row: dict[str, Any]) -> list[str]:
    percent = row["unit"] in ("fraction", "1")
    unit = " %" if percent else f" {row['unit']}"

    def number(key: str) -> str:
        value = row.get(key)
        return "–" if value is None else f"{value * 100:.3g}" if percent else f"{value:.3g}"

    def interval(low: str, high: str) -> str:
        return "" if row.get(low) is None and row.get(high) is None else f"{number(low)} to {number(high)}"

    if row["not_simulated"]:
        forecast = row["not_simulated"]
    elif row["not_reached"]:
        forecast = "not reached"
    else:
        forecast = f"{number('forecast')}{unit} ({interval('low', 'high')})"
    reported = ""
    if row["reported"] is not None or row["reported_low"] is not None:
        between = interval("reported_low", "reported_high")
        reported = f"{number('reported')}{unit}" + (f" ({between})" if between else "")
        reported += f", n = {row['n_reported']}" if row["n_reported"] else ""
    return [name, forecast, interval("trial_low", "trial_high"), reported, row["citation"] or ""]


def _caption(summary: dict[str, Any]) -> str:
    failed = summary["failed"]
    text = f"{summary['patients']} virtual patients an arm, seed {summary['seed']}"
    return text + (f"; {failed} simulations failed and count as not evaluable" if failed else "")
