"""Toxicity: the share of patients by the worst CTCAE grade that they had of each toxicity."""

from __future__ import annotations

from typing import Any

from kinecast.plots.endpoints import label
from kinecast.plots.grammar import Spec, layers, mark, name, number, text
from kinecast.plots.panels import counts, evaluable, of_arm, per_arm
from kinecast.plots.theme import GRADES, INK, colours, framed


def toxicity(forecast: Any, arm: str | None = None) -> Spec:
    """Draw stacked bars of the share of patients [%] by worst grade, the most severe toxicity on top."""
    return framed(
        per_arm(forecast, arm, _panel),
        f"Worst grade of each toxicity ({counts(forecast, arm)})",
        "CTCAE grade at its worst in each patient; the number at the right is the share with grade 3 or higher",
        "Stacked horizontal bars, one per toxicity, of the share of patients by worst CTCAE grade.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    people = evaluable(forecast, arm)["patient"]
    table = of_arm(forecast.toxicity, arm)
    worst = table[table["patient"].isin(people)].groupby(["toxicity", "patient"], observed=True)["grade"].max()
    share = worst.groupby(level="toxicity").value_counts().unstack(fill_value=0) * (100.0 / max(len(people), 1))
    share = share.reindex(columns=list(GRADES), fill_value=0.0)
    severe = share[[3, 4, 5]].sum(axis=1)
    order = severe.sort_values(ascending=False, kind="stable").index
    rows = [{"toxicity": label(str(key)), "grade": grade, "percent": share.at[key, grade]} for key in order for grade in GRADES]
    ends = [{"toxicity": label(str(key)), "end": share.loc[key].sum(), "severe": f"{severe[key]:.0f} %"} for key in order]
    y = name("toxicity", axis={"labelFontSize": 12, "labelColor": INK})
    scale = {"domain": [0, 108], "nice": False}
    bars = mark(
        "bar",
        {
            "x": number("percent", "Patients [%]", scale=scale, axis={"values": [0, 20, 40, 60, 80, 100], "grid": True}),
            "y": y,
            "order": {"field": "grade"},
            "color": name("grade", scale=colours(GRADES), legend={"labelExpr": "'grade ' + datum.value"}),
        },
        rows,
    )
    numbers = mark(
        "text", {"x": number("end", "Patients [%]"), "y": y, "text": text("severe")}, ends, align="left", dx=5, fontWeight=600
    )
    return layers([bars, numbers], 520, {"step": 26})
