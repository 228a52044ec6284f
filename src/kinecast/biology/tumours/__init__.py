"""The kinds of tumour: what builds each, and from which files of the catalogue's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kinecast.biology.brakes.checkpoints import checkpoints
from kinecast.biology.brakes.fate import fate
from kinecast.biology.brakes.humoral import humoral
from kinecast.biology.brakes.suppressor_cells import suppressor_cells
from kinecast.biology.immunity import immunity
from kinecast.biology.survival import survival
from kinecast.biology.symbols import Records
from kinecast.biology.tumour import tumour
from kinecast.biology.tumours.clone import clone
from kinecast.biology.tumours.interferon_sensitivity import interferon_sensitivity
from kinecast.biology.tumours.micrometastases import micrometastases
from kinecast.network import Module

__all__ = ["TUMOURS", "Tumour"]


@dataclass(frozen=True)
class Tumour:
    """One kind of tumour.

    Attributes:
        files: parameter files of the catalogue that it needs.
        modules: builds it from those files, name → records, and from the records of the disease.
    """

    files: tuple[str, ...]
    modules: Callable[[Mapping[str, Records], Records], list[Module]]


def _immunity(files: Mapping[str, Records], disease: Records) -> list[Module]:
    """Immunity with all of its brakes; each is a module of its own that can be left out."""
    both = {**files["immunity"], **files["brakes"]}
    brakes = files["brakes"]
    return [immunity(both, disease), humoral(brakes), suppressor_cells(brakes), checkpoints(brakes, disease), fate(brakes)]


def _lesions(files: Mapping[str, Records], disease: Records) -> list[Module]:
    return [*_immunity(files, disease), tumour(files["tumour"], disease), survival(files["survival"], disease)]


def _micrometastases(files: Mapping[str, Records], disease: Records) -> list[Module]:
    own = {**files["tumour"], **files["micrometastases"]}
    return [*_immunity(files, disease), micrometastases(own, disease), survival(files["survival"], disease)]


def _clone(files: Mapping[str, Records], disease: Records) -> list[Module]:
    return [clone({**files["clone"], **files["survival"]}, disease)]


def _with_interferon(build: Callable[[Mapping[str, Records], Records], list[Module]]) -> Callable[..., list[Module]]:
    """Add what interferon alfa does to the cells themselves, where the disease has numbers for it."""

    def modules(files: Mapping[str, Records], disease: Records) -> list[Module]:
        direct = [interferon_sensitivity(disease)] if "interferon_killing" in disease else []
        return [*build(files, disease), *direct]

    return modules


TUMOURS: Mapping[str, Tumour] = {
    "lesions": Tumour(("immunity", "brakes", "tumour", "survival"), _with_interferon(_lesions)),
    "micrometastases": Tumour(
        ("immunity", "brakes", "tumour", "micrometastases", "survival"), _with_interferon(_micrometastases)
    ),
    "clone": Tumour(("clone", "survival"), _with_interferon(_clone)),
}
"""Kind, as the record of a disease names it → how it is built."""
