"""Harm over the first course: blood pressure, creatinine, weight, liver enzyme and temperature as they would be charted."""

from __future__ import annotations

from typing import Any

from kinecast.plots.bands import BAND, band_chart, bands, first_course, quantities, unit
from kinecast.plots.grammar import Spec, grid, titled
from kinecast.plots.panels import arm_names, everyone, per_arm
from kinecast.plots.theme import REPORT, framed

SIGNS = {
    "mean_arterial_pressure": "Mean arterial pressure",
    "pressor_need": "Pressor need",
    "creatinine": "Creatinine",
    "weight_gain": "Weight gain",
    "alt": "Alanine aminotransferase",
    "temperature_rise": "Temperature rise",
}
WRITTEN = {"xULN": "× upper limit of normal", "delta_degC": "°C above normal", "ug/kg/min": "µg/kg/min"}
FRACTIONS = {"weight_gain": "% of body weight"}  # stored as fractions, drawn in percent
AFTER = 7.0  # days shown after the last dose of the first course: the recovery


def toxicity_course(forecast: Any, arm: str | None = None) -> Spec:
    """Draw the signs of harm in their clinical units against time [d], small multiples."""
    return framed(
        per_arm(forecast, arm_names(forecast, arm), _panel),
        f"Harm over the first course ({everyone(forecast, arm_names(forecast, arm))})",
        BAND,
        "Small panels of lines with bands, one per clinical sign, over the first course of treatment.",
    )


def _panel(forecast: Any, arm: str) -> Spec:
    until = first_course(forecast) + AFTER
    return grid([_sign(forecast, arm, name, until) for name in SIGNS if name in quantities(forecast)], 3)


def _sign(forecast: Any, arm: str, name: str, until: float) -> Spec:
    stored = unit(forecast, name)
    rows = bands(forecast, arm, name, until, factor=100.0 if name in FRACTIONS else 1.0)
    title = f"[{FRACTIONS.get(name) or WRITTEN.get(stored, stored)}]"
    return titled(band_chart(rows, title, {"zero": False, "nice": True}, {"tickCount": 5}, 180, 120, REPORT), SIGNS[name])
