"""What drugs do: actions, by the names under which records of drugs hold their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kinecast.biology.cytokines.gm_csf import gm_csf_receptor
from kinecast.biology.cytokines.ifn_alpha import ifnar
from kinecast.biology.cytokines.ifn_gamma import ifn_gamma_receptor
from kinecast.biology.cytokines.il2 import il2_receptor
from kinecast.biology.cytokines.il7 import il7_receptor
from kinecast.biology.cytokines.il12 import il12_receptor
from kinecast.biology.cytokines.il15 import il15_receptor
from kinecast.biology.cytokines.il21 import il21_receptor
from kinecast.biology.drug import drug
from kinecast.biology.partners.adcc import adcc, growth_block, lymphocyte_depletion
from kinecast.biology.partners.cells import donor_nk_cells, tumour_specific_cells
from kinecast.biology.partners.checkpoint_antibodies import ctla4_antibody, pd1_antibody, pdl1_antibody
from kinecast.biology.partners.instillation import bcg_in_bladder, cytokine_in_bladder
from kinecast.biology.partners.lymphodepletion import lymphotoxic_drug
from kinecast.biology.partners.lysis import oncolytic
from kinecast.biology.partners.vaccine import vaccine
from kinecast.biology.symbols import Records
from kinecast.network import Module


@dataclass(frozen=True)
class Action:
    """One way in which a drug acts.

    Attributes:
        module: builds what the drug does, from its name in equations, its own numbers, and the records of the action.
        records: the catalogue's parameter file that holds those.
        touches: parts of the body (`kinecast.biology.parts`) that the action needs or changes.
        route: the way of giving it whose action this is; a drug that cannot be given so does not have it.
        mild: whether its harm is too small to be missed; that of other actions is in the model where they touch `toxicity`.
    """

    module: Callable[[str, Records, Records], Module]
    records: str
    touches: tuple[str, ...] = ()
    route: str = ""
    mild: bool = False

    @property
    def shows_harm(self) -> bool:
        """Whether what it harms is in the model, or nothing to speak of."""
        return self.mild or "toxicity" in self.touches


ACTIONS: Mapping[str, Action] = {
    "ifnar": Action(ifnar, "ifn_alpha", ("ifn_alpha", "interferon_response", "lymphocytes", "myeloid", "toxicity")),
    "il12_receptor": Action(
        il12_receptor, "il12", ("lymphocytes", "mediators", "myeloid", "interferon_response", "il12", "toxicity")
    ),
    "il15_receptor": Action(il15_receptor, "receptors", ("receptors", "lymphocytes", "mediators", "myeloid", "toxicity")),
    "il2_receptor": Action(il2_receptor, "receptors", ("receptors", "lymphocytes", "mediators", "myeloid", "toxicity")),
    "il7_receptor": Action(il7_receptor, "il7", ("lymphocytes", "il7", "diversity", "toxicity")),
    "il21_receptor": Action(il21_receptor, "il21", ("receptors", "lymphocytes", "myeloid", "il21", "toxicity")),
    "gm_csf_receptor": Action(gm_csf_receptor, "gm_csf", ("gm_csf", "myeloid", "toxicity")),
    "ifn_gamma_receptor": Action(
        ifn_gamma_receptor, "ifn_gamma", ("mediators", "myeloid", "interferon_response", "ifn_gamma", "toxicity")
    ),
    "pd1_block": Action(pd1_antibody, "antibodies"),
    "pdl1_block": Action(pdl1_antibody, "antibodies"),
    "ctla4_block": Action(ctla4_antibody, "antibodies"),
    "adcc": Action(adcc, "adcc"),
    "growth_block": Action(growth_block, "adcc"),
    "lymphocyte_depletion": Action(lymphocyte_depletion, "adcc", ("lymphocytes",)),
    "vaccine": Action(vaccine, "vaccine", mild=True),
    "oncolytic": Action(oncolytic, "lysis"),
    "bcg_in_bladder": Action(bcg_in_bladder, "instillation", route="intravesical"),
    "cytokine_in_bladder": Action(cytokine_in_bladder, "instillation", route="intravesical"),
    "lymphodepletion": Action(lymphotoxic_drug, "lymphodepletion", ("lymphocytes", "myeloid", "lymphodepletion")),
    "tumour_specific_cells": Action(tumour_specific_cells, "cells", ("lymphocytes", "body_cytokines")),
    "nk_cells": Action(donor_nk_cells, "cells", ("lymphocytes", "body_cytokines")),
}
"""Action → how it is built. A drug may have several."""


def shows_harm(key: str, route: str) -> bool:
    """Whether the harm of a drug of the catalogue given in this way is in the model: that of each of its actions."""
    done = [name for form in drug(key).forms for name in form.actions]
    return all(ACTIONS[name].shows_harm for name in done if ACTIONS[name].route in ("", route))
