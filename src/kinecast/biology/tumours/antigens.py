"""Antigens on tumour cells by which antibodies find them, and the cells that have lost them."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Module, exp

ON_TUMOUR = "_on_tumour"
"""How a disease names the density of an antigen on its cells."""


def antigens(disease: Records) -> Module:
    """Cells with an antigen are killed as antibodies mark them; those without it are left, and become the tumour.

    killing k = antibody killing·marked (1/d, of cells with the antigen),  selected S' = k
    direct killing += k/(1 + odds·e^S)

    `marked` is what antibodies to the antigen add up to (`kinecast.biology.partners.adcc`), 0 without them; `antibody_killing`
    differs between patients and stands for all that makes one tumour yield and another not: complement, the tumour's
    defence, access. The odds that a cell lacks the antigen rise by exactly e^S when both kinds of cells grow alike and only one
    is killed: two clones in one equation. Kinds of tumour without a direct killing of their own are not affected.
    """
    module = Module("antigens", "Antigens of antibodies on tumour cells")
    d = Symbols(module, disease)
    for antigen in targets(disease):
        module.parameter(f"{antigen}{ON_TUMOUR}", disease[f"{antigen}{ON_TUMOUR}"].value, "1")
        killing = module.define(f"{antigen}_killing", d.antibody_killing * module.total(f"{antigen}_marked", "1"), "1/d")
        selected = module.state(f"{antigen}_selected", "1", scale=1.0)
        module.reaction(f"{antigen}_selection", {selected: 1}, killing)
        module.contribute("direct_killing", killing / (1 + d.of(antigen, "negative") * exp(selected)))
        if f"{antigen}_dependence" in disease:
            d.of(antigen, "dependence")
    return module


def targets(disease: Records) -> tuple[str, ...]:
    """Return the antigens that a disease has a density of."""
    return tuple(name.removesuffix(ON_TUMOUR) for name in disease if name.endswith(ON_TUMOUR))
