"""Who the virtual patients were before treatment: a small table of medians with their spread, as HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from kinecast.plots.endpoints import significant

LABELS = {
    "weight_kg": "Weight [kg]",
    "height_cm": "Height [cm]",
    "age_years": "Age [years]",
    "surface_m2": "Body surface [m²]",
    "fcgr3a_v_alleles": "FCGR3A V alleles",
    "baseline_sum_mm": "Sum of target diameters [mm]",
    "n_targets": "Target lesions",
    "n_non_targets": "Other lesions",
    "baseline_lymphocytes_Gcell_per_L": "Lymphocytes [10⁹/L]",
    "baseline_neutrophils_Gcell_per_L": "Neutrophils [10⁹/L]",
    "baseline_platelets_Gcell_per_L": "Platelets [10⁹/L]",
    "baseline_creatinine_mg_per_dL": "Creatinine [mg/dL]",
}


def baseline_table(forecast: Any) -> str:
    """Return each characteristic with its median, 5th to 95th percentile and number of patients; empty when none is stored."""
    known = {name: spread for name, spread in forecast.summary.get("baseline", {}).items() if spread["n"]}
    rows = "".join(
        f'<tr><th scope="row">{escape(str(LABELS.get(name, name)))}</th><td class="number">{significant(spread["median"])}</td>'
        f'<td class="number">{significant(spread["p5"])} to {significant(spread["p95"])}</td>'
        f'<td class="number">{spread["n"]:,}</td></tr>'
        for name, spread in known.items()
    )
    heads = "".join(f'<th scope="col" class="number">{text}</th>' for text in ("Median", "5th to 95th percentile", "Patients"))
    head = f'<thead><tr><th scope="col">Before treatment</th>{heads}</tr></thead>'
    return f'<table class="small">{head}<tbody>{rows}</tbody></table>' if rows else ""
