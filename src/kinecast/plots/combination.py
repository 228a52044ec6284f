"""A combination beside its drugs alone: what each gives, what independent drugs would give, and the interaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinecast.plots.grammar import Rows, Spec, below, beside, category, layers, mark, number, titled
from kinecast.plots.theme import FORECAST, INK, MUTED, REPORT, RULE, framed

WIDTH, NARROW, STEP = 330, 210, 27
TITLES = {"orr": "Objective response", "dcr": "Disease control", "pfs_rate": "Free of progression at 12 months"}
KINDS = {"forecast": FORECAST, "expected of independent drugs": "#009e73", "reported": REPORT}
SHAPES = {"forecast": "circle", "expected of independent drugs": "square", "reported": "diamond"}
_EXPECTED = ("either drug", "independent action")
_DIFFERENCE = "combination minus "


def combination_picture(content: Mapping[str, Any]) -> Spec:
    """Draw each share of patients [%] with its 95 % bands, and beside it how far the combination is from independent drugs.

    Thick lines are the bands over patients, thin ones those over patients and parameters.

    Arguments:
        content: as `kinecast combine` stores it.
    """
    shown = [(name, one) for name, one in content["endpoints"].items() if name in TITLES]
    drawn = f", {content['draws']} draws of parameters" if content["draws"] else ""
    bands = "thin line: over patients and parameters" if content["draws"] else "no draws of parameters"
    return framed(
        {**below([_pair(name, one) for name, one in shown], 22), "resolve": {"scale": {"color": "shared", "shape": "shared"}}},
        f"{' + '.join(content['drugs'])} ({content['trial']})",
        [
            f"n = {content['patients']} virtual patients, the same in every arm{drawn}; trials of {content['size']} patients",
            f"Thick line: 95 % over patients; {bands}; interaction right of 0 is synergy",
        ],
        "Dots with bands: untreated, each drug alone, what independent drugs would give, the combination and the report; "
        "beside them the combination minus what independent drugs would give.",
    )


def interactions_picture(shown: Mapping[str, Mapping[str, Mapping[str, Any]]], patients: int, draws: int) -> Spec:
    """Draw how far many combinations are from independent drugs [percentage points], one row a combination.

    Arguments:
        shown: name of the combination → the numbers of one endpoint, as `kinecast combine` stores them.
        patients: virtual, in every arm. draws: of the parameters.
    """
    panels = []
    for key in _EXPECTED:
        rows = [_row(name, numbers[_DIFFERENCE + key], "forecast") for name, numbers in shown.items()]
        drawn = _dots(rows, "Interaction [percentage points]", WIDTH, {"zero": True}, rule=True, legend=False)
        panels.append(titled(drawn, f"Minus {key}"))
    return framed(
        beside(panels, 30),
        f"Combinations minus what independent drugs would give (n = {len(shown)})",
        [
            f"{patients} virtual patients, the same in every arm, {draws} draws of parameters; right of 0 is synergy",
            "Thick line: 95 % over patients; thin line: over patients and parameters",
        ],
        "Dots with bands, one row a combination: the share of patients above either drug, and above independent action.",
    )


def _pair(name: str, endpoint: Mapping[str, Any]) -> Spec:
    numbers = {key: one for key, one in endpoint["numbers"].items() if not key.startswith((_DIFFERENCE, "arm "))}
    rows = [_row(key, one, "expected of independent drugs" if key in _EXPECTED else "forecast") for key, one in numbers.items()]
    seen = endpoint["reported"]
    if seen is not None:
        limits = [seen["low"], seen["high"]]
        size = f" (n = {seen['n']})" if seen["n"] else ""
        rows.append(_row(f"reported{size}", {"value": seen["value"], "patients": limits, "both": None}, "reported"))
    over = [
        _row(f"minus {key}", endpoint["numbers"][_DIFFERENCE + key], "forecast")
        for key in _EXPECTED
        if _DIFFERENCE + key in endpoint["numbers"]
    ]
    left = titled(_dots(rows, "Patients [%]", WIDTH, {"zero": True}), TITLES[name])
    right = titled(
        _dots(over, "Interaction [percentage points]", NARROW, {"zero": True}, rule=True), "Combination minus expected"
    )
    return beside([left, right], 30)


def _row(name: str, one: Mapping[str, Any], kind: str) -> dict[str, Any]:
    patients, both = one["patients"] or (None, None), one["both"] or (None, None)
    ends = dict(zip(("low", "high", "far_low", "far_high"), (*patients, *both), strict=True))
    return {"name": name, "kind": kind, "value": _percent(one["value"])} | {key: _percent(end) for key, end in ends.items()}


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _dots(rows: Rows, title: str, width: int, scale: Spec, *, rule: bool = False, legend: bool = True) -> Spec:
    y = category("name", axis={"labelColor": INK, "labelFontSize": 12, "labelLimit": 300, "grid": True})
    hidden = {} if legend else {"legend": None}
    colour = category("kind", scale={"domain": list(KINDS), "range": list(KINDS.values())}, **hidden)
    shape = category("kind", scale={"domain": list(SHAPES), "range": list(SHAPES.values())}, **hidden)
    drawn: list[Spec] = []
    if rule:
        drawn.append(mark("rule", {"x": number("zero", title, scale=scale)}, [{"zero": 0.0}], color=RULE, strokeDash=[4, 3]))
    for low, high, style in (("far_low", "far_high", 1.2), ("low", "high", 3.5)):
        known = [row for row in rows if row[low] is not None and row[high] is not None]
        encoding = {"y": y, "x": number(low, title, scale=scale), "x2": {"field": high}, "color": colour}
        drawn += [mark("rule", encoding, known, strokeWidth=style, opacity=0.65)] if known else []
    dots = {"y": y, "x": number("value", title, scale=scale), "color": colour, "shape": shape}
    drawn.append(mark("point", dots, rows, filled=True, size=75, opacity=1))
    labels = [{**row, "shown": f"{round(row['value']) or 0:{'+' if rule else ''}d}"} for row in rows if row["value"] is not None]
    text = {"y": y, "x": number("value", title, scale=scale), "text": {"field": "shown", "type": "nominal"}}
    drawn.append(mark("text", text, labels, dy=-9, fontSize=10, color=MUTED))
    return layers(drawn, width, {"step": STEP})
