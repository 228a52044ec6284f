"""An engineered molecule beside the plain agent, same patients and schedule: `python benchmarks/molecules.py [--patients 1000]`.

Each pair is run in turns in one process, its networks compiled before; printed is the median of the ratios of wall time and its
range. The aim is at most 1.5 for a molecule with its reduced receptors and its own way into the tumour. Pro-drugs are two
molecules, and are printed for information.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from kinecast.runs import run

AIM = 1.5
HIGH = {"duration": "15 min", "every": "8 h", "doses": 14, "start": ["day 1", "day 15"], "route": "iv"}
DAILY = {"every": "1 day", "doses": 84, "route": "sc"}
INFUSION = {"duration": "24 h", "days": "1-10", "route": "iv"}
NO_ALPHA = {"from": "aldesleukin", "kd": {"IL-2Ra": "none"}}
CEA = {"antigen": "cea", "kd": "1 nM"}
MASK = {"block": 100, "in_tumour": "0.5 1/d", "in_plasma": "0.01 1/d", "format": "free"}
FUSION = {**NO_ALPHA, "format": "antibody", "target": CEA}
MASKED = {**NO_ALPHA, "format": "fc", "closed": MASK}
IL15 = {"from": "rhil-15"}
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], bool]] = {
    "no alpha, high dose": ({"from": "aldesleukin"}, NO_ALPHA, {"dose": "37 ug/kg", **HIGH}, True),
    "no alpha, daily sc": ({"from": "aldesleukin"}, NO_ALPHA, {"dose": "60 ug/m2", **DAILY}, True),
    "IL-15 variant, infusion": (IL15, {**IL15, "kd": {"IL-2Rb": 0.2}}, {"dose": "2 ug/kg/d", **INFUSION}, True),
    "CEA fusion, high dose": ({"from": "aldesleukin"}, FUSION, {"dose": "37 ug/kg", **HIGH}, True),
    "masked, high dose": ({"from": "aldesleukin"}, MASKED, {"dose": "37 ug/kg", **HIGH}, False),
}
"""Name → the plain agent's recipe, the molecule's, the treatment, whether the aim is for it."""


def protocol(recipe: dict[str, Any], treatment: dict[str, Any]) -> dict[str, Any]:
    """A half-year of one arm with scans; a recipe of nothing but the agent is the plain agent."""
    plain = list(recipe) == ["from"]
    head = {"title": "half a year", "disease": "colorectal", "patients": 1, "follow_up": "26 weeks", "scans": "every 8 weeks"}
    arms = {"treated": [{"agent": recipe["from"] if plain else "variant", **treatment}]}
    return {**head, "arms": arms} if plain else {**head, "molecules": {"variant": recipe}, "arms": arms}


def seconds(content: dict[str, Any], patients: int) -> float:
    """Seconds of a run on two threads."""
    before = time.perf_counter()
    run(content, patients, 1, threads=2)
    return time.perf_counter() - before


def main() -> int:
    """Print a line a pair; exit code 1 when one is above the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    slow = False
    for name, (plain, molecule, treatment, aimed) in PAIRS.items():
        pair = [protocol(plain, treatment), protocol(molecule, treatment)]
        for content in pair:
            seconds(content, 10)
        times = np.array([[seconds(content, options.patients) for content in pair] for _ in range(options.turns)])
        ratio = times[:, 1] / times[:, 0]
        middle = float(np.median(ratio))
        slow = slow or (aimed and middle > AIM)
        said = "" if aimed else "   (two forms: no aim)"
        print(
            f"{name:26s} {np.median(times[:, 0]):5.2f} s  {middle:4.2f} ({ratio.min():.2f} to {ratio.max():.2f}){said}",
            flush=True,
        )
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
