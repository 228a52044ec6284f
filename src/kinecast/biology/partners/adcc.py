"""Antibodies that mark tumour cells for NK cells and macrophages: antibody-dependent cellular cytotoxicity (ADCC)."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinecast.biology.cells import LYMPHOCYTES
from kinecast.biology.symbols import Records, Symbols, over_rest
from kinecast.errors import CatalogError
from kinecast.network import Expression, Module, where

GENOTYPES = ("F/F", "V/F", "V/V")
"""FCGR3A at position 158, by the number of V alleles."""


def adcc(agent: str, numbers: Records, records: Records) -> Module:
    """What one antibody adds to the killing of the cells that carry its antigen (total `<antigen>_marked`, 1).

    bound θ = share·c/(share·c + Kd),  coat q = density·θ,  engaged e(x) = x/(x + half)
    marked = w·e(q·a)·NK + (1 - w)·e(q·(a + v·(CD64 - 1)))·(1 + inflow·(M - 1))
    a = affinity of the patient's FcγRIIIa for this Fc: V, F, or the mean of both where he has both alleles

    c is the antibody in plasma, `share` what reaches the tumour, density the antigen on tumour cells of this disease over that of
    follicular lymphoma (`<antigen>_on_tumour`; a disease without that number is not touched). NK is the power of NK cells as
    lesions see it (number, cytotoxicity, brakes), M monocytes of blood over their rest, CD64 their high-affinity Fc receptor,
    which interferon gamma raises and no allele changes (v is the affinity for the V form). All are at rest without a cytokine,
    and so is what an antibody does alone. An antibody with a silent Fc part has the affinity 0. What of this kills, and whom it
    spares, is said in `kinecast.biology.tumours.antigens`.

    Arguments:
        agent: the antibody's name in equations.
        numbers: its records: `<antigen>_kd`, and `fc_affinity_v` and `fc_affinity_f`, over human IgG1 at the V form.
        records: records of the action.

    Sources: Cartron02 (alleles and response); doi-10.1182-blood-2008-09-179754 (affinities); see the records.
    """
    antigen = _subject(numbers, "kd")
    module = Module(f"adcc_{agent}", f"{agent} marks tumour cells")
    p, a = Symbols(module, records), Symbols(module, numbers, prefix=f"{agent}_")
    plasma, kd = module.read(f"{agent}_plasma", "nM"), a.of(antigen, "kd")
    level = p.antibody_share_in_tumour * plasma
    bound = module.define(f"{agent}_bound", level / (level + kd), "1")
    module.define(f"{agent}_bound_in_blood", plasma / (plasma + kd), "1")
    coat = bound * module.read(f"{antigen}_on_tumour", "1", default=0.0)
    affinity = _affinity(p, a)

    killers = module.read("nk_power", "1", default=1.0)
    monocytes = over_rest(module, "monocyte_pool", "monocyte_baseline", "Gcell/L")
    eaters = 1 + p.adcc_macrophage_inflow * (monocytes - 1)
    receptor = module.read("monocyte_cd64", "1", default=1.0)
    by_nk = p.adcc_by_nk * _engaged(p, coat * affinity) * killers
    by_macrophages = (1 - p.adcc_by_nk) * _engaged(p, coat * (affinity + a.fc_affinity_v * (receptor - 1))) * eaters
    module.contribute(f"{antigen}_marked", by_nk + by_macrophages)
    return module


def growth_block(agent: str, numbers: Records, records: Records) -> Module:
    """Blocking a growth-factor receptor slows growth, of tumours that depend on it: inhibition += block·θ·dependence.

    θ is what `adcc` says is bound, `dependence` a number of the disease (`<antigen>_dependence`, 0 where it has none).
    """
    antigen = _subject(numbers, "block")
    module = Module(f"growth_block_{agent}", f"{agent} blocks a growth-factor receptor")
    block = Symbols(module, numbers, prefix=f"{agent}_").of(antigen, "block")
    dependence = module.read(f"{antigen}_dependence", "1", default=0.0)
    module.contribute("growth_inhibition", block * module.read(f"{agent}_bound", "1", default=0.0) * dependence)
    return module


def lymphocyte_depletion(agent: str, numbers: Records, records: Records) -> Module:
    """Lymphocytes that carry the antigen die at rate·θ, θ in blood: alemtuzumab takes NK and T cells with the tumour cells.

    Among them are tumour-specific progenitors and effectors.
    """
    antigen = _subject(numbers, "depletion")
    module = Module(f"lymphocyte_depletion_{agent}", f"{agent} depletes lymphocytes")
    rate = Symbols(module, numbers, prefix=f"{agent}_").of(antigen, "depletion")
    lost = rate * module.read(f"{agent}_bound_in_blood", "1", default=0.0)
    for name in (*(f"{cell}_kill" for cell in LYMPHOCYTES), "progenitor_depletion", "effector_depletion"):
        module.contribute(name, lost)
    return module


def v_alleles(score: np.ndarray, records: Any) -> np.ndarray:
    """Return how many V alleles of FCGR3A (0, 1 or 2) patients with these scores have; an index of `GENOTYPES`."""
    both, one = records["fcgr3a_two_v_above"].value, records["fcgr3a_one_v_above"].value
    return (score > one).astype(np.int8) + (score > both).astype(np.int8)


def _affinity(p: Symbols, a: Symbols) -> Expression:
    v, f = a.fc_affinity_v, a.fc_affinity_f
    one_v = where(p.fcgr3a_score - p.fcgr3a_one_v_above, (v + f) / 2, f)
    return where(p.fcgr3a_score - p.fcgr3a_two_v_above, v, one_v)


def _engaged(p: Symbols, coat: Expression) -> Expression:
    return coat / (coat + p.adcc_half)


def _subject(numbers: Records, name: str) -> str:
    """Return of which antigen the number `<antigen>_<name>` is."""
    found = next((key.removesuffix(f"_{name}") for key in numbers if key.endswith(f"_{name}")), None)
    if found is None:
        raise CatalogError(f"the action needs a number <antigen>_{name}.", f"It has: {', '.join(numbers)}.")
    return found
