"""The benchmark problem: two cytokine drugs, eight cell types in blood and tumour, receptors, and a year of tumour growth.

63 states, 171 reactions, 145 parameters of which 20 vary between patients, 32 doses, 100 outputs in 365 days. It is a stand-in of
realistic size and stiffness, not a model of any drug: amounts are in arbitrary units, time is in days.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kinecast.engine import Bolus
from kinecast.network.expression import Expression, exp, expression, log, symbol

DRUGS = {
    "A": {"el": 40, "cp": 25, "pc": 15, "ab": 6, "fl": 2, "ct": 6, "to": 12, "et": 4, "vt": 0.2},
    "B": {"el": 1.2, "cp": 1.5, "pc": 0.9, "ab": 0.35, "fl": 0.15, "ct": 0.3, "to": 0.9, "et": 0.15, "vt": 0.2},
}
