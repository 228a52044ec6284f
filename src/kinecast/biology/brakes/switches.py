"""Every brake and driver of tumour-specific immunity that can be switched off, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """A brake, or what treatments add.

    Attributes:
        name: as users write it. label: as it stands in tables and pictures.
        family: of a brake 'humoral', 'cells', 'checkpoints' or 'fate'; 'driver' of what treatments add.
        off: parameter of the patient that takes it away when set to 0.
        held: parameter that keeps it at its resting level when set to 0; "" where no treatment raises it, or where it
            follows another brake (exhaustion is PD-1's).
    """

    name: str
    label: str
    family: str
    off: str
    held: str = ""


def _brake(name: str, label: str, family: str, *, held: bool = True) -> Switch:
    key = name.replace("-", "_")
    return Switch(name, label, family, f"{key}_present", f"{key}_induced" if held else "")


_BRAKES = (
    _brake("il10", "IL-10", "humoral"),
    _brake("tgf-beta", "TGF-β", "humoral"),
    _brake("ido", "IDO", "humoral"),
    _brake("soluble-cd25", "soluble CD25", "humoral"),
    Switch("desensitisation", "desensitisation (SOCS)", "humoral", "desensitisation_present", "desensitisation_induced"),
    _brake("treg", "regulatory T cells", "cells"),
    _brake("mdsc", "suppressor cells (MDSC)", "cells"),
    _brake("macrophage", "macrophages", "cells"),
    _brake("pd1", "PD-1", "checkpoints"),
    _brake("ctla4", "CTLA-4", "checkpoints", held=False),
    _brake("tigit", "TIGIT", "checkpoints"),
    Switch("activation-death", "activation-induced death", "fate", "activation_death_present", "activation_death_present"),
    _brake("exhaustion", "exhaustion", "fate", held=False),
)
_DRIVERS = {
    "recruitment": "recruitment by cytokines",
    "priming": "priming in the node",
    "arming": "better killing",
    "release": "checkpoints lifted",
    "nk": "NK cells",
    "slowing": "slower growth",
    "direct": "direct killing",
    "infusion": "cells infused",
}

BRAKES: Mapping[str, Switch] = {one.name: one for one in _BRAKES}
"""The brakes, by name."""
DRIVERS: Mapping[str, Switch] = {name: Switch(name, label, "driver", f"driver_{name}") for name, label in _DRIVERS.items()}
"""What treatments add, by name."""
