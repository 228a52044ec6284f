"""What each picture needs: a run without scans has no waterfall, and one without a tumour no survival."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinecast.plots.blood_cells import CELLS
from kinecast.plots.forecast_against_report import is_drawn
from kinecast.plots.toxicity import WORST
from kinecast.plots.toxicity_course import SIGNS


def missing(forecast: Any, name: str) -> str:
    """Return what a forecast lacks for a picture, in words; empty when nothing is missing."""
    columns, stored = forecast.columns, set(forecast.curves_store.quantities)
    sums = np.asarray(columns["scans"]["sum_of_diameters_mm"], dtype=float)
    unscanned = "" if np.isfinite(sums).any() else "no lesion was measured" if len(sums) else "nobody was imaged"
    healthy = "the protocol has no disease" if forecast.protocol.disease == "none" else ""
    needs = {
        "forecast_against_report": ""
        if any(is_drawn(endpoint) for endpoints in forecast.summary["arms"].values() for endpoint in endpoints.values())
        else "no endpoint was forecast that is drawn",
        "swimmer": healthy,
        "waterfall": unscanned,
        "spider": unscanned,
        "kaplan_meier": healthy,
        "drug_level": "" if any(quantity.startswith("serum_") for quantity in stored) else "no drug level was stored",
        "blood_cells": "no blood cells were stored" if stored.isdisjoint(CELLS) else "",
        "toxicity": "" if any(column.startswith(WORST) for column in columns["patients"]) else "no toxicity was graded",
        "toxicity_course": "no sign of harm was stored" if stored.isdisjoint(SIGNS) else "",
        "doses": "" if len(columns["doses"]["time_d"]) else "nobody was treated",
    }
    return needs[name]
