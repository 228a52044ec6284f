"""What engineering does to selectivity, tumour exposure and leak, in every draw of the numbers that data leave open."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np

VERIFICATION = Path(__file__).parents[3] / "verification" / "molecules.py"


def test_orderings_hold_in_every_draw():
    ratios = runpy.run_path(str(VERIFICATION))["ratios"](patients=10, draws=5)
    for one, values in ratios.items():
        assert np.all(values > 1), f"{one.name}: {values}"
