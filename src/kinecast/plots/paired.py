"""Two arms on the same patients: every patient's tumour in both, and which of his numbers goes with gaining."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinecast.plots.grammar import Rows, Spec, beside, category, layers, mark, number, titled
from kinecast.plots.theme import FORECAST, MUTED, REPORT, RULE, colours, framed

SIDE, TOP, SHOWN = 330, 100.0, 12
LIMIT = -30
COLOURS = {"gains": FORECAST, "loses": REPORT, "both": "#009e73", "neither": "#b3bcc6"}


def paired_picture(pair: Any) -> Spec:
    """Draw each patient's best change in A and B [%], coloured by who shrinks by 30 %, and what tells gainers apart.

    Arguments:
        pair: an `inference.attribution.Paired`.
    """
    a, b = pair.first, pair.second
    one = pair.differences["response"]
    band = f"{100 * one.value:+.1f} points (95 % {100 * one.low:+.1f} to {100 * one.high:+.1f})".replace("-", "−")
    return framed(
        {**beside([_scatter(pair), _numbers(pair)], 60), "resolve": {"scale": {"color": "independent"}}},
        f"{b.arm} against {a.arm} on the same patients ({a.disease}, n = {len(pair.indices)})",
        [
            f"{b.words['response'].capitalize()}: {b.arm} less {a.arm} {band}, McNemar p = {pair.p:.2g}",
            "Below the dashed diagonal a patient fares better with " + b.arm,
        ],
        "Scatter of the best change of each patient in two arms, and bars of correlations of patient numbers with the gain.",
    )


def _scatter(pair: Any) -> Spec:
    a, b = pair.first, pair.second
    counts = pair.counts
    words = {
        "gains": f"{b.arm} alone ({counts['gains']})",
        "loses": f"{a.arm} alone ({counts['loses']})",
        "both": f"both ({counts['both']})",
        "neither": f"neither ({counts['neither']})",
    }
    first, second = (np.minimum(100 * np.expm1(-values[:, 0]), TOP) for values in pair.outcome)
    rows: Rows = [
        {"first": one, "second": other, "group": words[name]} for one, other, name in zip(first, second, pair.group, strict=True)
    ]
    titles = [f"{arm}: best change [%]" for arm in (a.arm, b.arm)]
    if a.words["size"].startswith("ln of the best"):
        titles = [f"{arm}: best change in the sum of diameters [%]" for arm in (a.arm, b.arm)]
    scale = {"domain": [-100, TOP], "nice": False}
    x, y = (number(name, title, scale=scale) for name, title in zip(("first", "second"), titles, strict=True))
    shown = {words[name]: colour for name, colour in COLOURS.items()}
    legend = {"columns": 2, "symbolType": "circle"}
    dots = {"x": x, "y": y, "color": category("group", scale=colours(shown), legend=legend)}
    ends = [{"first": end, "second": end} for end in scale["domain"]]
    drawn = [
        mark("line", {"x": x, "y": y}, ends, color=RULE, strokeDash=[4, 3]),
        mark("rule", {"x": x}, [{"first": LIMIT}], color=MUTED, strokeDash=[1, 3]),
        mark("rule", {"y": y}, [{"second": LIMIT}], color=MUTED, strokeDash=[1, 3]),
        mark("point", dots, rows, filled=True, size=38, opacity=0.75),
    ]
    return layers(drawn, SIDE, SIDE)


def _numbers(pair: Any) -> Spec:
    rows: Rows = [
        {
            "name": one.name.replace("_", " "),
            "correlation": one.correlation,
            "clear": "clear after correction for the number of tests" if one.clear else "may be chance",
        }
        for one in pair.distinctions[:SHOWN]
    ]
    most = max([0.1, *(abs(row["correlation"]) for row in rows)])
    shown = {"clear after correction for the number of tests": FORECAST, "may be chance": "#b3d4e8"}
    encoding = {
        "x": number(
            "correlation", f"Spearman correlation with faring better with {pair.second.arm}", scale={"domain": [-most, most]}
        ),
        "y": category("name", None, axis={"labelLimit": 230}),
        "color": category("clear", scale=colours(shown), legend={"symbolType": "square"}),
    }
    panel = layers([mark("bar", encoding, rows, height=12)], SIDE - 40, 20 * max(len(rows), 1))
    return titled(panel, "Numbers of the patients that go with gaining")
