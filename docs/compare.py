"""Write the table and the pictures of docs/compare.md: `python docs/compare.py` (under a minute)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from kinecast.inference.comparison import MoleculeComparison, compare
from kinecast.plots.drawn import as_svg

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

PATIENTS, SEED = 300, 1
DRUGS = ("aldesleukin", "super-2", "simlukafusp-alfa")
PLACE = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)
RECIPES = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
SHOWN = {
    ("exposure", "plasma_half_life"): "half-life [h]",
    ("exposure", "plasma_auc"): "plasma area [nM·d]",
    ("cells", "nk"): "NK [×]",
    ("cells", "cd8"): "CD8 [×]",
    ("cells", "treg"): "Treg [×]",
    ("harm", "any"): "grade ≥ 3 [%]",
    ("benefit", "orr"): "response [%]",
}


def main() -> None:
    """Compare the molecules of the page, put their numbers into it, and draw them."""
    page = HERE / "compare.md"
    text = page.read_text("utf-8")
    (written,) = RECIPES.findall(text)
    recipes = yaml.safe_load(written)
    found = compare([*DRUGS, *recipes], recipes, patients=PATIENTS, seed=SEED)
    rows = [[name, *(_cell(found, name, *key) for key in SHOWN)] for name in found.names]
    lines = "\n".join(table(["molecule", *SHOWN.values()], rows))
    page.write_text(PLACE.sub(lambda place: f"{place[1]}{lines}{place[2]}", text), encoding="utf-8")
    for name, picture in found.pictures().items():
        (HERE / "images" / f"compare-{name}.svg").write_text(as_svg(picture), encoding="utf-8")


def _cell(found: MoleculeComparison, molecule: str, group: str, quantity: str) -> str:
    (row,) = [one for one in found.of(group, quantity, form="active") if one.molecule == molecule]
    if row.value is None:
        return "-"
    factor = 100 if row.unit == "fraction" else 1
    value, low, high = (f"{float(f'{factor * one:.2g}'):g}" for one in (row.value, row.low or 0.0, row.high or 0.0))
    return f"{value} ({low} to {high})"


if __name__ == "__main__":
    main()
