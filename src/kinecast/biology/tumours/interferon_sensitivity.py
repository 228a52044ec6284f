"""What interferon alfa does to the cells of tumours that are sensitive to it, without any help of immunity."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module


def interferon_sensitivity(disease: Records) -> Module:
    """Cells die at a rate that follows the two signals of interferon alfa, 0 without that drug.

    effect = sensitivity·(w·T + (1 - w)·S),  direct killing += killing·effect

    S (`ifn_alpha_signal`) answers to small doses, T (`ifn_alpha_strong`) only to large ones; w is the disease's share of T:
    none where small doses do what large ones do (hairy cell leukaemia), all where only large ones work (Kaposi sarcoma). One
    term stands for less growth, differentiation and death alike, because trials cannot tell them apart.
    """
    module = Module("interferon_sensitivity", "Interferon alfa acts on tumour cells")
    d = Symbols(module, disease)
    sensitive = module.read("ifn_alpha_signal", "1", default=0.0)
    strong = module.read("ifn_alpha_strong", "1", default=0.0)
    share = d.interferon_share_strong
    signal = share * strong + (1 - share) * sensitive
    effect = module.define("interferon_effect", d.interferon_sensitivity * signal, "1")
    module.contribute("direct_killing", d.interferon_killing * effect)
    return module
