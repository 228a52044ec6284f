"""The parts of a body, each a module with its file of parameters; a patient has those that his treatment touches."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kinecast.biology.body import body
from kinecast.biology.cytokines.gm_csf import gm_csf
from kinecast.biology.cytokines.ifn_alpha import ifn_alpha
from kinecast.biology.cytokines.ifn_gamma import ifn_gamma
from kinecast.biology.cytokines.il7 import il7
from kinecast.biology.cytokines.il12 import il12
from kinecast.biology.cytokines.il21 import il21
from kinecast.biology.diversity import diversity
from kinecast.biology.interferon_response import interferon_response
from kinecast.biology.lymphocytes import lymphocytes
from kinecast.biology.mediators import mediators
from kinecast.biology.myeloid import myeloid
from kinecast.biology.partners.body_cytokines import body_cytokines
from kinecast.biology.partners.lymphodepletion import lymphodepletion
from kinecast.biology.receptors import receptors
from kinecast.biology.symbols import Records
from kinecast.biology.toxicity import toxicity
from kinecast.network import Module

PARTS: Mapping[str, Callable[[Records], Module]] = {
    "body": body,
    "receptors": receptors,
    "lymphocytes": lymphocytes,
    "mediators": mediators,
    "myeloid": myeloid,
    "ifn_alpha": ifn_alpha,
    "interferon_response": interferon_response,
    "gm_csf": gm_csf,
    "ifn_gamma": ifn_gamma,
    "il7": il7,
    "il12": il12,
    "il21": il21,
    "diversity": diversity,
    "lymphodepletion": lymphodepletion,
    "body_cytokines": body_cytokines,
    "toxicity": toxicity,
}
"""Part → what builds it from the catalogue's parameter file of the same name."""
