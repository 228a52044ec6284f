"""What a clinic can read off a patient: the names that the trial layer uses, and where they stand in the network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinecast.biology.tumour import LESIONS

if TYPE_CHECKING:
    from kinecast.biology.drug import Drug
    from kinecast.network import Network


@dataclass(frozen=True)
class Observable:
    """A clinical quantity.

    Attributes:
        definition: state or definition of the network that holds it.
        unit: unit in which it is read.
        factor: value in `unit` = factor × canonical value.
        label: as it stands on an axis.
    """

    definition: str
    unit: str
    factor: float
    label: str


_BODY = {
    "lymphocytes": ("lymphocyte_count", "Gcell/L", "Lymphocytes"),
    "nk": ("nk_count", "Gcell/L", "NK cells"),
    "nk_bright": ("nk_bright_count", "Gcell/L", "CD56bright NK cells"),
    "cd4": ("cd4_count", "Gcell/L", "CD4 T cells"),
    "cd8": ("cd8_count", "Gcell/L", "CD8 T cells"),
    "treg": ("treg_count", "Gcell/L", "Regulatory T cells"),
    "cd4_naive": ("cd4_naive_count", "Gcell/L", "Naive CD4 T cells"),
    "cd8_naive": ("cd8_naive_count", "Gcell/L", "Naive CD8 T cells"),
    "b_cells": ("b_cell_count", "Gcell/L", "B cells"),
    "eosinophils": ("eosinophil_count", "Gcell/L", "Eosinophils"),
    "neutrophils": ("neutrophil_count", "Gcell/L", "Neutrophils"),
    "neutrophils_lasting": ("neutrophil_count_lasting", "Gcell/L", "Neutrophils, without the first hours after a dose"),
    "monocytes": ("monocyte_count", "Gcell/L", "Monocytes"),
    "leukocytes": ("leukocyte_count", "Gcell/L", "Leukocytes"),
    "platelets": ("platelet_count", "Gcell/L", "Platelets"),
    "mean_arterial_pressure": ("mean_arterial_pressure", "mmHg", "Mean arterial pressure"),
    "pressor_need": ("pressor_need", "ug/kg/min", "Pressor need (phenylephrine)"),
    "creatinine": ("creatinine_level", "mg/dL", "Creatinine"),
    "alt": ("alt_level", "xULN", "ALT"),
    "temperature_rise": ("temperature_rise", "delta_degC", "Temperature rise"),
    "weight_gain": ("fluid_gain", "1", "Weight gain"),
    "weight_gain_mass": ("weight_gain_mass", "kg", "Weight gain"),
    "neurotoxicity": ("neurotoxicity", "1", "Neurotoxicity index"),
    "capillary_leak": ("vascular_leak", "1", "Vascular leak"),
    "il6": ("il6", "pg/mL", "IL-6"),
    "fatigue": ("fatigue", "1", "Fatigue index"),
    "fatigue_lasting": ("fatigue_lasting", "1", "Fatigue index, over months"),
    "ifnar": ("ifnar_now", "1", "Interferon receptors, of those at rest"),
    "ifn_gamma": ("ifn_gamma_level", "pg/mL", "IFN-γ"),
    "il10": ("il10", "pg/mL", "IL-10"),
    "il5": ("il5", "pg/mL", "IL-5"),
    "tnf": ("tnf", "pg/mL", "TNF"),
    "scd25": ("soluble_cd25", "nM", "Soluble CD25"),
    "cd127": ("cd127", "1", "CD127 on T cells, share left"),
    "tcr_diversity": ("tcr_diversity", "1", "T-cell receptors, effective number of clones"),
    "cytotoxic_protein": ("cytotoxic_protein", "1", "Perforin and granzyme index"),
    "neopterin": ("neopterin", "nmol/L", "Neopterin"),
    "ip10": ("ip10", "pg/mL", "IP-10"),
    "dendritic_cells": ("dendritic_cells", "1", "Dendritic cells in blood"),
    "mdsc": ("blood_mdsc", "1", "Suppressor cells (MDSC) in blood"),
    "monocyte_cd64": ("monocyte_cd64", "1", "CD64 on monocytes"),
    "monocyte_hla_dr": ("monocyte_hla_dr", "1", "HLA-DR on monocytes"),
    "mhc_class_1": ("mhc_class_1", "1", "MHC class I on tumour cells"),
}
_TUMOUR = {
    **{f"lesion_{n}": (f"lesion_{n}_diameter", "mm", f"Lesion {n}, diameter") for n in LESIONS},
    "sum_of_diameters": ("sum_of_diameters", "mm", "Sum of diameters"),
    "tumour_volume": ("tumour_volume", "mL", "Tumour volume"),
    "clone_share": ("clone_share", "1", "Share of the clone in the marrow"),
    "wall_cells": ("wall_cells", "Gcell", "Carcinoma cells on the wall of the bladder"),
    "wall_killers": ("wall_killers", "1", "NK and CD8 cells of the wall, over rest"),
    "blood_count": ("blood_count", "1", "Blood count over its normal value"),
    "hazard_death": ("hazard_death", "1", "Cumulative hazard of death"),
    "hazard_new_lesion": ("hazard_new_lesion", "1", "Cumulative hazard of a new lesion"),
    "hazard_toxic_death": ("hazard_toxic_death", "1", "Cumulative hazard of death from treatment"),
}


def observables(drugs: Iterable[Drug], network: Network) -> dict[str, Observable]:
    """Observables of a patient given these drugs: those that his network holds."""
    from kinecast.units import canonical_factor

    rows = {**_BODY, **_TUMOUR}
    for drug in (form for one in drugs for form in one.forms):
        rows |= {
            f"serum_{drug.id}": (f"{drug.name}_{'all_forms' if drug.opened else 'plasma'}", "pM", f"{drug.id} in serum"),
            f"tumour_{drug.id}": (f"{drug.name}_total_lesions", "nM", f"{drug.id} in the tumour, free and bound"),
            f"acting_{drug.id}": (f"{drug.name}_in_tumour", "nM", f"{drug.id}, level that tumour-specific cells see"),
            f"injected_{drug.id}": (f"{drug.name}_injected", "nmol", f"{drug.id} left in the injected lesion"),
        }
    held = {*network.definitions, *(state.name for state in network.states)}
    return {
        name: Observable(definition, unit, 1 / canonical_factor(unit), label)
        for name, (definition, unit, label) in rows.items()
        if definition in held
    }
