"""Toxicity: the share of patients by the worst CTCAE grade that they had of each toxicity."""

from __future__ import annotations

from typing import Any

from kinecast.plots.endpoints import written
from kinecast.plots.grammar import Spec, category, layers, mark, number, text
from kinecast.plots.panels import arm_names, columns, everyone, per_arm
from kinecast.plots.theme import GRADES, INK, colours, framed

WORST = "worst_"  # columns of the patients table


def toxicity(forecast: Any, arm: str | None = None) -> Spec:
    """Draw stacked bars of the share of patients [%] by worst grade, the most severe toxicity on top."""
    return framed(
        per_arm(forecast, arm_names(forecast, arm), _panel),
        f"Worst grade of each toxicity ({everyone(forecast, arm_names(forecast, arm))})",
        "CTCAE grade at its worst in each patient; the number at the right is the share with grade 3 or higher",
        "Stacked horizontal bars, one per toxicity, of the share of patients by worst CTCAE grade.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    shown = [name for name in forecast.columns["patients"] if name.startswith(WORST)]
    worst = columns(forecast, "patients", arm, *shown)
    shares = {
        written(name.removeprefix(WORST)): {grade: 100.0 * float((grades == grade).mean()) for grade in GRADES}
        for name, grades in zip(shown, worst, strict=True)
    }
    severe = {name: sum(share[grade] for grade in (3, 4, 5)) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: -severe[name])
    rows = [{"toxicity": name, "grade": grade, "percent": shares[name][grade]} for name in order for grade in GRADES]
    ends = [{"toxicity": name, "end": sum(shares[name].values()), "severe": f"{severe[name]:.0f} %"} for name in order]
    y = category("toxicity", axis={"labelFontSize": 12, "labelColor": INK})
    scale = {"domain": [0, 108], "nice": False}
    bars = mark(
        "bar",
        {
            "x": number("percent", "Patients [%]", scale=scale, axis={"values": [0, 20, 40, 60, 80, 100], "grid": True}),
            "y": y,
            "order": {"field": "grade"},
            "color": category("grade", scale=colours(GRADES), legend={"labelExpr": "'grade ' + datum.value"}),
        },
        rows,
    )
    numbers = mark(
        "text", {"x": number("end", "Patients [%]"), "y": y, "text": text("severe")}, ends, align="left", dx=5, fontWeight=600
    )
    return layers([bars, numbers], 520, {"step": 26})
