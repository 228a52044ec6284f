"""The recipe of a designed molecule: its fields as a user writes them, read into plain values and into numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinecast import catalog
from kinecast.catalog.records import Agent, Number
from kinecast.errors import CatalogError, KinecastError, choices
from kinecast.units import quantity

RECIPE = {
    "from": "drug that it is made from: aldesleukin, rhil-15, simlukafusp-alfa",
    "kd": "receptor → KD: '1.2 nM', 'none', or a bare number: how many times that of the cytokine",
    "activity": "share of the cytokine's activity that is left, for what is no change of affinity",
    "copies": "cytokines in a molecule, 1 to 4",
    "format": "what carries it: free, fragment, albumin binder, peg, fc, albumin, antibody",
    "peg": "mass of the PEG chain, such as '40 kDa', with format peg",
    "antibody": "antibody of the catalogue that it is fused to: trastuzumab, dinutuximab, nivolumab",
    "fc": "whether the antibody's Fc part calls on NK cells (ADCC): active or silent (default)",
    "target": "what it seeks: {antigen: cea, kd: '0.1 nM', valency: 2}, or none",
    "anchor": "KD to the tumour's matrix, for injections into lesions",
    "closed": "pro-drug: {block: 100, in_tumour: '2 1/d', in_plasma: '0.05 1/d', format: free}; block none: inert",
    "molecular_weight": "of the whole molecule, such as '60 kDa' (default: the sum of its parts)",
}
"""Field of a recipe → what it says."""

INSIDE = {
    "target": ("antigen", "kd", "valency"),
    "closed": ("block", "in_tumour", "in_plasma", "format", "molecular_weight", "peg"),
}
"""Field that holds fields → those."""

_EXAMPLES = {"kd": "'1.2 nM'", "peg": "'40 kDa'", "anchor": "'100 nM'", "molecular_weight": "'60 kDa'", "block": "100"}


def plain_recipe(recipe: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a recipe as plain values, that of a designed molecule which it starts from included.

    Raises:
        CatalogError: a field that is not known, or no drug to start from.
    """
    plain = _plain(recipe)
    for field in plain:
        if field not in RECIPE:
            raise CatalogError(f"molecule '{name}': '{field}' is not a field of a recipe.", choices(field, RECIPE))
    if "from" not in plain:
        raise CatalogError(f"molecule '{name}': 'from' is missing.", f"Write {RECIPE['from']}.")
    base = catalog.agent(str(plain["from"]))
    if not base.recipe:
        return plain
    return changed(base.recipe, {field: value for field, value in plain.items() if field != "from"})


def changed(recipe: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recipe with changes: fields inside kd, target and closed add to those that are there.

    Another format takes with it what came with the old one: a PEG chain, an antibody and what it seeks.
    """
    made = dict(recipe)
    for field, value in changes.items():
        before = made.get(field)
        together = field in ("kd", *INSIDE) and isinstance(value, Mapping) and isinstance(before, Mapping)
        made[field] = {**before, **value} if together and isinstance(before, Mapping) else value
    if "format" in changes:
        if changes["format"] != "peg" and "peg" not in changes:
            made.pop("peg", None)
        if changes["format"] != "antibody" and "antibody" not in changes:
            made.pop("antibody", None)
            made.pop("fc", None)
    return made


def number(value: object, place: str, kind: str, *, bare: bool = False) -> Number | None:
    """Return a value of a recipe as a number that says it was chosen; None for 'none'.

    Arguments:
        place: where it stands, for errors. kind: its field. bare: whether it may be a number without unit.

    Raises:
        CatalogError: it is no number, or has no unit.
    """
    if value is None or value == "none":
        return None
    try:
        if bare and isinstance(value, (int, float)) and not isinstance(value, bool):
            return _chosen(float(value), "1")
        read = quantity(value, example=_EXAMPLES.get(kind, "'0.1 1/d'"))
        return _chosen(read.value, read.unit)
    except KinecastError as error:
        raise CatalogError(f"{place}: {error.message}", error.hint) from None
    except OverflowError:
        raise CatalogError(f"{place}: the number is too large.", f"Write something like {_EXAMPLES.get(kind, '1')}.") from None


def fields(value: object, place: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a value of a recipe that holds fields; raises CatalogError where it holds none, or one that is not `known`."""
    if not isinstance(value, Mapping):
        raise CatalogError(f"{place}: '{value}' is not a set of fields.", f"Write {RECIPE[place]}.")
    for field in value:
        if known and field not in known:
            raise CatalogError(f"{place}: '{field}' is not known.", choices(str(field), known))
    return {str(field): inner for field, inner in value.items()}


def _chosen(value: float, unit: str) -> Number:
    return Number(value=value, unit=unit, source="Designed", where="chosen by the designer", status="assumed")


def _plain(value: Any) -> Any:
    """Return a recipe as values that JSON keeps; numbers that come as a `Quantity` or `Number` become text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Number):
        return str(value.quantity)
    return value.id if isinstance(value, Agent) else str(value)
