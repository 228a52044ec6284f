"""The Pareto front of a search: response over harm and over the balance of regulatory and CD8 T cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinecast.plots.grammar import Rows, Spec, beside, category, layers, mark, number
from kinecast.plots.theme import FORECAST, INK, REPORT, RULE, framed

WIDTH, HEIGHT = 360, 300
KINDS = {"evaluated": RULE, "front": FORECAST, "named molecule": REPORT}
_AXES = {"grade3": ("Patients with harm of grade ≥ 3 [%]", 100.0), "treg_cd8": ("Treg:CD8 in blood, over baseline", 1.0)}
_RESPONSE = "Objective response [%]"


def pareto_picture(content: Mapping[str, Any]) -> Spec:
    """Draw every evaluation as a dot, the front larger the fewer visits it takes, with its 95 % bands, named molecules by name.

    Arguments:
        content: as `kinecast design` stores it.
    """
    done = [one for one in content["evaluations"] if "scores" in one]
    counts, draws, places = content["counts"], content["draws"], _places(content)
    over = f"patients and {draws} draws of parameters" if draws else "patients"
    limited = f"; {', '.join(content['constraints'])}" if content["constraints"] else ""
    shared = {"size": "shared", "color": "shared"}
    compared = [f"{name} {100 * one['response']:.0f} %" for name, one in content["references"].items()]
    what = "Pareto front" if content["feasible"] else "No candidate keeps the constraints; the closest ones"
    return framed(
        {**beside([_panel(content, done, name) for name in _AXES], 34), "resolve": {"scale": shared}},
        f"{what}: {content['disease']} (n = {counts['simulated']} candidates{limited})",
        [
            f"{content['patients']} virtual patients, the same for every candidate; lines: 95 % over {over}",
            f"Dashed: {', '.join(compared)}; larger: fewer days with a dose",
            f"Named molecules: {', '.join(f'{places[number]} {key}' for key, number in content['starting'].items()) or 'none'}",
        ],
        "Dots: every candidate by response and harm, and by response and Treg:CD8; those of the front with bands.",
    )


def _panel(content: Mapping[str, Any], done: list[Mapping[str, Any]], name: str) -> Spec:
    title, factor = _AXES[name]
    places = _places(content)
    everything = [_dot(one["scores"], name, factor) for one in done]
    front = [_banded(one["scores"], name, factor) for one in content["front"]]
    starts = [
        {**_dot(one["scores"], name, factor), "place": places[one["evaluation"]]} for one in done if one["evaluation"] in places
    ]
    colour = category("kind", scale={"domain": list(KINDS), "range": list(KINDS.values())})
    x, y = number("x", title), number("y", _RESPONSE, scale={"zero": True})
    drawn: list[Spec] = [
        mark("rule", {"y": number("y", _RESPONSE)}, _references(content), color=RULE, strokeDash=[4, 3]),
        mark("circle", {"x": x, "y": y, "color": colour}, _of(everything, "evaluated"), size=18, opacity=0.55),
    ]
    for low, high, encoding in (
        ("y_low", "y_high", {"x": x, "y": number("y_low", _RESPONSE), "y2": {"field": "y_high"}}),
        ("x_low", "x_high", {"y": y, "x": number("x_low", title), "x2": {"field": "x_high"}}),
    ):
        known = [row for row in front if row.get(low) is not None and row.get(high) is not None]
        drawn += [mark("rule", encoding, known, color=FORECAST, opacity=0.3, strokeWidth=1.2)] if known else []
    size = number("visits", "Days with a dose", scale={"type": "log", "range": [190, 25]}, legend=None)
    drawn.append(mark("circle", {"x": x, "y": y, "size": size, "color": colour}, _of(front, "front"), opacity=0.85))
    if starts:
        diamonds = {"x": x, "y": y, "color": colour}
        drawn.append(mark("point", diamonds, _of(starts, "named molecule"), shape="diamond", filled=True, size=60, opacity=1))
        label = {"x": x, "y": y, "text": {"field": "shown", "type": "nominal"}}
        drawn.append(mark("text", label, _labels(starts), dy=-10, fontSize=10.5, color=INK))
    return layers(drawn, WIDTH, HEIGHT)


def _places(content: Mapping[str, Any]) -> dict[int, int]:
    """Return evaluation → the number by which a named molecule is marked."""
    return {number: place for place, number in enumerate(content["starting"].values(), start=1)}


def _labels(starts: Rows) -> Rows:
    """Return the numbers of named molecules, those that would lie on each other together."""
    wide = max(row["x"] for row in starts) - min(row["x"] for row in starts) or 1.0
    high = max(row["y"] for row in starts) - min(row["y"] for row in starts) or 1.0
    groups: list[Rows] = []
    for row in sorted(starts, key=lambda row: row["x"]):
        near = [one for one in groups if abs(one[-1]["x"] - row["x"]) < wide / 25 and abs(one[-1]["y"] - row["y"]) < high / 10]
        if near:
            near[0].append(row)
        else:
            groups.append([row])
    return [{**group[0], "shown": " ".join(str(place) for place in sorted(row["place"] for row in group))} for group in groups]


def _references(content: Mapping[str, Any]) -> Rows:
    return [{"y": share} for share in dict.fromkeys(100 * one["response"] for one in content["references"].values())]


def _dot(scores: Mapping[str, float], name: str, factor: float) -> dict[str, Any]:
    return {"x": factor * scores[name], "y": 100 * scores["response"], "visits": max(1.0, scores["visits"])}


def _banded(scores: Mapping[str, Mapping[str, Any]], name: str, factor: float) -> dict[str, Any]:
    row = _dot({key: one["value"] for key, one in scores.items()}, name, factor)
    for axis, key, times in (("x", name, factor), ("y", "response", 100.0)):
        band = scores[key]["both"] or scores[key]["patients"]
        if band is not None:
            row |= {f"{axis}_low": times * band[0], f"{axis}_high": times * band[1]}
    return row


def _of(rows: Rows, kind: str) -> Rows:
    return [{**row, "kind": kind} for row in rows]
