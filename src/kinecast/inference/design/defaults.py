"""The default space of a disease: what is searched where nothing else is written."""

from __future__ import annotations

from typing import Any

from kinecast import catalog
from kinecast.biology.molecules.derive import antigens

TARGETS = ("cea", "fap", "egfr", "gd2", "her2", "cd20")
"""Antigens on tumours that the default space has where the disease has a density of them, at most two, in this order."""


def default_space(disease: str) -> dict[str, Any]:
    """Return the default space of a disease as plain values; every field of a space is in it.

    Interleukins 2 and 15 with any affinity that has been made; carriers from none to an antibody; what the tumour shows; a mask;
    doses and schedules from an interleukin-2 cycle of the 1980s to an antibody's; alone, or with an antibody to PD-1.
    """
    ill = catalog.disease(disease)
    there = antigens(ill.id)
    shown = [name for name in TARGETS if name in there][:2]
    return {
        "disease": ill.id,
        "cytokines": {
            "aldesleukin": {"IL-2Ra": [1, 1000, "none"], "IL-2Rb": [0.005, 10]},
            "rhil-15": {"IL-2Rb": [0.1, 10]},
        },
        "copies": [1, 2],
        "formats": ["free", "peg", "fc", "albumin", "antibody"],
        "peg": "40 kDa",
        "targets": {"none": None, **{name: ["0.01 nM", "100 nM"] for name in shown}},
        "masks": {"none": None, "masked": {"block": 100, "in_tumour": "2 1/d", "in_plasma": "0.05 1/d"}},
        "dose": ["1 ug/kg", "500 ug/kg"],
        "routes": ["iv", "sc"],
        "every": ["8 h", "1 day", "1 week", "2 weeks", "3 weeks"],
        "doses": [1, 16],
        "treatment": "16 weeks",
        "partners": {
            "none": None,
            "nivolumab": {"dose": "3 mg/kg", "route": "iv", "every": "2 weeks", "doses": 8},
            "pembrolizumab": {"dose": "200 mg", "route": "iv", "every": "3 weeks", "doses": 6},
        },
        "hold": "proleukin-label",
        "not_counted": ["lymphopenia"],
        "follow_up": "24 weeks",
        "scans": "every 8 weeks",
    }


FIELDS = {
    "disease": "disease of the catalogue with lesions that the model has",
    "cytokines": "drug of the catalogue → receptor → [lowest, highest] KD in times its own, with 'none' if it may not bind",
    "copies": "cytokines in a molecule, such as [1, 2]",
    "formats": "what carries it: free, fragment, albumin binder, peg, fc, albumin, antibody",
    "peg": "mass of the PEG chain, such as '40 kDa'",
    "targets": "antigen → [lowest, highest] KD of one arm, such as ['0.01 nM', '100 nM']; 'none': null for no target",
    "masks": "name → {block: 100, in_tumour: '2 1/d', in_plasma: '0.05 1/d'}; 'none': null for no mask",
    "dose": "[lowest, highest] of one dose, such as ['1 ug/kg', '500 ug/kg']",
    "routes": "list of iv, sc, intralesional",
    "every": "list of intervals between doses, such as ['1 week', '3 weeks']",
    "doses": "[fewest, most], such as [1, 16]",
    "treatment": "time in which doses may begin, such as '16 weeks'",
    "partners": "drug → {dose: 3 mg/kg, route: iv, every: 2 weeks, doses: 8}; 'none': null for the candidate alone",
    "hold": "rule of the catalogue by which the candidate's doses are held, or none",
    "not_counted": "toxicities that do not count as harm, such as [lymphopenia]",
    "follow_up": "how long patients are followed, such as '24 weeks'",
    "scans": "when response is assessed, such as 'every 8 weeks'",
}
"""Field of a space → what it says. What a file leaves out is that of the default."""
