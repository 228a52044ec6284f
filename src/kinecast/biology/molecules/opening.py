"""Pro-drugs: what is given is closed, and opens in plasma and in the tumour at rates of its own."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, symbol


def opening(closed: str, opened: str, numbers: Records, *, tumour: bool, injected: bool) -> Module:
    """Closed molecules become open ones: at `opening_in_plasma` in plasma and tissue, at `opening_in_tumour` in lesions.

    `<closed>_all_forms` is what an assay of the cytokine sees in plasma: both.

    Arguments:
        closed, opened: names of the two forms in equations; each has a disposition, and with a tumour a delivery.
        numbers: the two rates, 1/d. tumour: whether lesions are there. injected: whether it can be given into one.
    """
    module = Module(f"opening_{closed}", f"{closed} opens")
    together = module.read(f"{closed}_plasma", "nM") + module.read(f"{opened}_plasma", "nM")
    module.define(f"{closed}_all_forms", together, "nM")
    p = Symbols(module, numbers, prefix=f"{closed}_")
    for place in ("central", "peripheral"):
        held = symbol(f"{closed}_{place}")
        module.reaction(place, {held: -1, symbol(f"{opened}_{place}"): 1}, p.opening_in_plasma * held)
    places = (["in_lesions"] if tumour else []) + (["injected"] if tumour and injected else [])
    for place in places:
        held = symbol(f"{closed}_{place}")
        module.reaction(place, {held: -1, symbol(f"{opened}_{place}"): 1}, p.opening_in_tumour * held)
    return module
