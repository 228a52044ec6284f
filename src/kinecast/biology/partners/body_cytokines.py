"""IL-7 and IL-15 of the body itself: what each lymphocyte that is left finds of them."""

from __future__ import annotations

from kinecast.biology.cells import LYMPHOCYTES
from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, summed


def body_cytokines(records: Records) -> Module:
    """Cytokines of the body over their rest, C = (1 + s)/(n + s) with n = Σ N/Σ N at rest, the share of lymphocytes left.

    The body makes IL-7 and IL-15 at a constant pace, and lymphocytes take them up beside a loss elsewhere (s, in units of what
    all lymphocytes at rest take up). So they rise when lymphocytes are gone, to (1 + s)/s times their rest at most, and
    transferred cells live on them (`partners.cells`), beside what IL-2 and IL-15 given as drugs add (`infused_cd8_stimulus`). The
    lymphocytes of the body itself are at their resting balance with them.

    Sources: see the record; IL-15 after chemotherapy went with the growth of transferred NK cells (Bachanova14).
    """
    module = Module("body_cytokines", "IL-7 and IL-15 of the body, per lymphocyte left")
    p = Symbols(module, records)
    now = [module.read(f"{cell}_number", "Gcell") for cell in LYMPHOCYTES]
    rest = [module.read(f"{cell}_total", "Gcell") for cell in LYMPHOCYTES]
    left = module.define("lymphocytes_left", summed(now) / summed(rest), "1")
    elsewhere = p.body_cytokines_elsewhere
    module.define("body_cytokines", (1 + elsewhere) / (left + elsewhere), "1")
    module.total("infused_cd8_stimulus", "1")
    return module
