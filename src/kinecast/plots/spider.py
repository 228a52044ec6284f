"""Spider: how the tumour of each patient changed over time."""

from __future__ import annotations

from typing import Any

from kinecast.plots.grammar import Rows, Spec, layers, mark, number
from kinecast.plots.panels import DAYS_PER_MONTH, DRAWN, MONTHS, arm_names, columns, evenly, per_arm
from kinecast.plots.theme import framed
from kinecast.plots.waterfall import WIDTH, best_changes, imaged, limits, response_colour

TOP = 150.0
CHANGE = "Change from baseline [%]"


def spider(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the change from baseline in the sum of diameters [%] against time [month], one line a patient."""
    return framed(
        per_arm(forecast, arm_names(forecast, arm), _panel),
        f"Change in tumour size over time ({imaged(forecast, arm, DRAWN)})",
        f"Sum of diameters at each scan; growth above +{TOP:.0f} % is drawn at the edge",
        "Lines, one per patient, of the percent change in the sum of tumour diameters at each scan.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    changes = best_changes(forecast, arm)
    shown = evenly(len(changes.patient), DRAWN)
    response = dict(zip(changes.patient[shown].tolist(), changes.response[shown].tolist(), strict=True))
    scans = columns(forecast, "scans", arm, "patient", "time_d", "change_from_baseline")
    rows: Rows = [{"patient": patient, "month": 0.0, "change": 0.0, "response": kind} for patient, kind in response.items()]
    rows += [
        {"patient": patient, "month": day / DAYS_PER_MONTH, "change": min(100 * change, TOP), "response": response[patient]}
        for patient, day, change in zip(*(column.tolist() for column in scans), strict=True)
        if patient in response and day > 0 and change == change
    ]
    encoding = {
        "x": number("month", MONTHS, scale={"nice": False}),
        "y": number("change", CHANGE, scale={"domain": [-100, TOP]}),
        "color": response_colour(forecast),
        "detail": {"field": "patient", "type": "nominal"},
    }
    lines = mark("line", encoding, rows, strokeWidth=1.2, opacity=0.85, point={"size": 10, "opacity": 0.85})
    return layers([lines, *limits(CHANGE)], WIDTH, 280)
