"""Draw the README's picture: `python docs/picture.py` (one thousand virtual patients of Atkins 1999)."""

from __future__ import annotations

import json
from pathlib import Path

import vl_convert

from kinecast.plots import picture
from kinecast.runs import run

HERE = Path(__file__).parent / "images"
ROWS = (("waterfall", "kaplan_meier"), ("drug_level", "toxicity_course"))


def main() -> None:
    """Write docs/images/forecast.png."""
    forecast = run("atkins1999", patients=1000, seed=1)
    pictures = {name: picture(forecast, name) for row in ROWS for name in row}
    shared = {}
    for spec in pictures.values():
        shared |= {key: spec.pop(key) for key in ("$schema", "config", "background", "padding") if key in spec}
    rows = [{"hconcat": [pictures[name] for name in row], "spacing": 50} for row in ROWS]
    apart = {"resolve": {"scale": {"color": "independent"}}}
    whole = {**shared, "vconcat": rows, "spacing": 50, "padding": 20, "background": "white", **apart}
    HERE.mkdir(exist_ok=True)
    (HERE / "forecast.png").write_bytes(vl_convert.vegalite_to_png(json.dumps(whole), scale=1.3))


if __name__ == "__main__":
    main()
