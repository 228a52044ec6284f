"""The body's size, which scales volumes and flows."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def body(records: Records) -> Module:
    """Weight over the reference weight, and what scales with it: blood volume in proportion, flows by a power.

    relative weight = weight/reference weight,  blood volume = reference blood volume·relative weight
    flow scale = relative weight^exponent,  age (years) is there for what depends on it
    """
    module = Module("body", "Body size")
    p = Symbols(module, records)
    size = module.define("relative_weight", p.weight / p.reference_weight, "1")
    module.define("flow_scale", size**p.flow_exponent, "1")
    module.define("blood_volume_patient", p.blood_volume * size, "L")
    module.define("age_of_patient", p.age, "year")
    return module


def body_surface(weight: Any, height: Any) -> Any:
    """Body surface, m2, from weight in kg and height in cm; numbers or arrays. Source: Mosteller 1987."""
    return np.sqrt(weight * height / 3600.0)
