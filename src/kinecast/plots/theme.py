"""How every picture looks: colours that colour-blind readers can tell apart, fonts, axes, and the frame around a chart."""

from __future__ import annotations

from typing import Any

INK = "#1c2733"
MUTED = "#5b6875"
GRID = "#e4e8ec"
RULE = "#9aa5b1"
PAPER = "#ffffff"

FORECAST = "#0072b2"
REPORT = "#d55e00"
ARMS = (
    *("#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f6a9f"),
    *("#882255", "#44aa99", "#999933", "#661100", "#6699cc", "#aa4499"),
)
RESPONSES = {"CR": "#004c7a", "PR": "#4aa3df", "SD": "#b3bcc6", "PD": "#e08a4f", "NE": "#e6d9a8"}
RESPONSE_NAMES = {"CR": "complete", "PR": "partial", "SD": "stable", "PD": "progression", "NE": "not evaluable"}
GRADES = {1: "#fde3c0", 2: "#fdbb78", 3: "#e9703f", 4: "#a8261b", 5: "#3f0d12"}

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": PAPER,
    "aria": False,
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 14,
        "fontWeight": 600,
        "color": INK,
        "subtitleColor": MUTED,
        "subtitleFontSize": 11.5,
        "subtitlePadding": 4,
        "offset": 10,
    },
    "axis": {
        "gridColor": GRID,
        "domainColor": RULE,
        "tickColor": RULE,
        "tickSize": 4,
        "labelColor": MUTED,
        "labelFontSize": 11,
        "labelPadding": 4,
        "titleColor": INK,
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelColor": INK,
        "labelFontSize": 11,
        "labelLimit": 260,
        "symbolSize": 90,
        "offset": 6,
        "columnPadding": 14,
    },
    "text": {"color": INK, "fontSize": 11},
}


def arm_colours(count: int) -> list[str]:
    """Return a colour for each of `count` arms; escalations with more arms than colours use them again."""
    return [ARMS[place % len(ARMS)] for place in range(count)]


def framed(spec: dict[str, Any], title: str, subtitle: str | list[str], description: str) -> dict[str, Any]:
    """Return a whole picture: the spec with its title, a description for readers who cannot see it, and the common look."""
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle},
        "description": description,
        "padding": 6,
        "config": CONFIG,
        **spec,
    }


def colours(shown: dict[Any, str]) -> dict[str, list[Any]]:
    """Return a colour scale that gives each name its colour."""
    return {"domain": list(shown), "range": list(shown.values())}
