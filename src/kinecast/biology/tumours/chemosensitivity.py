"""What the chemotherapy that depletes lymphocytes does to the cells of a leukaemia."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def chemosensitivity(disease: Records) -> Module:
    """Direct killing += sensitivity·K, K the rate at which the drugs kill lymphocytes (`lymphocyte_kill`), 0 without them.

    The sensitivity is the patient's: low and spread widely where a leukaemia has come through earlier chemotherapy.
    """
    module = Module("chemosensitivity", "Chemotherapy acts on leukaemic cells")
    kill = module.read("lymphocyte_kill", "1/d", default=0.0)
    module.contribute("direct_killing", Symbols(module, disease).chemosensitivity * kill)
    return module
