"""Write the table and the picture of docs/receptors.md: `python docs/receptors.py PATH`.

PATH is a table of pSTAT5 measurements with the columns that `kinecast dish --data` reads; only EC50s of it stand on the page.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from kinecast.biology.receptors.populations import POPULATIONS
from kinecast.inference.dish import Dish, dish
from kinecast.plots.dish import dish_picture
from kinecast.plots.drawn import as_svg

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from rendering.markdown import table  # noqa: E402

LIGANDS = ("IL-2", "IL-15")
SHOWN = ("nk", "cd8_memory", "treg")
PLACE = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)


def main() -> None:
    """Put EC50 of forecast and data into the page, and draw the forecast of IL-2."""
    found = [dish(ligand, data=sys.argv[1]) for ligand in LIGANDS]
    hours = found[0].hours.tolist()
    heads = ["population", *(f"{ligand} {hour:g} h" for ligand in LIGANDS for hour in hours)]
    rows = [[POPULATIONS[cell], *(_cell(one, cell, hour) for one in found for hour in hours)] for cell in found[0].cells]
    page = HERE / "receptors.md"
    text = "\n".join(table(heads, rows))
    page.write_text(PLACE.sub(lambda place: f"{place[1]}{text}{place[2]}", page.read_text("utf-8")), encoding="utf-8")
    drawn = dish_picture(dish("IL-2", cells=SHOWN).as_dict())
    (HERE / "images" / "receptors.svg").write_text(as_svg(drawn), encoding="utf-8")


def _cell(one: Dish, cell: str, hour: float) -> str:
    """Forecast (data) in nM; a star where they differ by more than threefold, ? where the data define no EC50."""
    value = float(one.ec50[one.cells.index(cell), one.hours.tolist().index(hour)])
    seen = (one.measured or {})[cell, hour]
    star = "" if 1 / 3 <= value / seen.ec50 <= 3 else " \\*"
    return f"{value:.2g} ({seen.ec50:.2g}{'' if seen.defined else '?'}){star}"


if __name__ == "__main__":
    main()
