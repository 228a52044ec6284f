"""Write the figures and the picture of docs/explain.md: `python docs/explain.py` (some minutes)."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

from kinecast.inference.attribution import Explanation, explain
from kinecast.inference.attribution.explanation import LEADING
from kinecast.plots.attribution import attribution_picture
from kinecast.plots.drawn import as_svg

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

PATIENTS, DRAWN, SEED = 300, 80, 1
"""Patients of the figures, and of the picture, which is kept small."""
REGIMENS = (
    ("High-dose IL-2", "atkins1999", "", ""),
    ("IL-15, infusion of ten days, 2 ug/kg/d", "conlon2019_il15civ", "2ug_kg_d", "melanoma-metastatic"),
    ("GM-CSF", "andtbacka2019_tvec_optim", "gmcsf", ""),
)
PLACE = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)


def main() -> None:
    """Explain the regimens, put their figures into the page, and draw the first."""
    rows = []
    for name, trial, arm, disease in REGIMENS:
        began = time.monotonic()
        found = explain(trial, arm, PATIENTS, SEED, disease=disease)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        shares = [f"{100 * one[:, 1].mean():.0f} %" for one in (found.treated, found.untreated)]
        left = max(game.left for game in found.games.values())
        rows.append([name, *shares, *(_led(found, what) for what in LEADING), f"{left:.0e}"])
    headings = ["regimen", "shrink by 30 %", "untreated", "standing", "raised", "limiting", "driver", "sum misses by"]
    page = HERE / "explain.md"
    text = "\n".join(table(headings, rows))
    page.write_text(PLACE.sub(lambda found: f"{found[1]}{text}{found[2]}", page.read_text("utf-8")), encoding="utf-8")
    _, trial, arm, disease = REGIMENS[0]
    drawn = attribution_picture(explain(trial, arm, DRAWN, SEED, disease=disease))
    (HERE / "images" / "explain.svg").write_text(as_svg(drawn), encoding="utf-8")


def _led(found: Explanation, what: str) -> str:
    """Return who leads, with what it is worth in ln of tumour size and its standard error, and a second close behind."""
    lead = found.leading(what)
    if lead is None:
        return "none"
    near = "" if lead.clear or lead.second is None else f", near {lead.second.label}"
    return f"{lead.player.label} {lead.value:.3f} ± {lead.error:.3f}{near}"


if __name__ == "__main__":
    main()
