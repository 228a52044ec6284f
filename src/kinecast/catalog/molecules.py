"""Designed molecules: an engineered form of a drug of the catalogue, made from a recipe of plain values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kinecast import catalog
from kinecast.catalog.records import Agent, Binding, Molecule, Number, Route
from kinecast.errors import CatalogError, KinecastError, choices
from kinecast.units import DIMENSIONLESS, dimension, quantity

RECIPE = {
    "from": "drug of the catalogue that it is made from: aldesleukin, rhil-15, simlukafusp-alfa",
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

_FIELDS = ("activity", "copies", "format", "peg", "anchor")
_EXAMPLES = {"kd": "'1.2 nM'", "peg": "'40 kDa'", "anchor": "'100 nM'", "molecular_weight": "'60 kDa'"}


def mutate(agent: Agent, *, name: str = "", **changes: Any) -> Agent:
    """Return an engineered form of a drug; see `build`. Changes of a molecule that was designed before add to those."""
    recipe: dict[str, Any] = dict(agent.recipe) if agent.recipe else {"from": agent.id}
    for field, value in changes.items():
        before = recipe.get(field)
        if field == "kd" and isinstance(value, Mapping) and isinstance(before, Mapping):
            value = {**before, **value}
        recipe[field] = value
    return build(recipe, name or f"{recipe['from']} variant")


def fuse(antibody: str | Agent, cytokine: str | Agent, *, name: str = "", **changes: Any) -> Agent:
    """Return the fusion of an antibody of the catalogue with a cytokine, one a molecule unless `copies` says otherwise.

    Arguments:
        antibody: the drug whose antigen the fusion seeks; or an antigen of the model with `kd` of the arm in `target`.
        cytokine: the drug whose receptors it binds; it may be a designed one. changes: further fields of a recipe.

    Raises:
        CatalogError: no antibody of which the model knows the antigen, or what `build` refuses.
    """
    seeking = antibody.id if isinstance(antibody, Agent) else antibody
    carried = cytokine if isinstance(cytokine, Agent) else catalog.agent(cytokine)
    return mutate(carried, name=name or f"{seeking}-{carried.id}", antibody=seeking, format="antibody", **changes)


def build(recipe: Mapping[str, Any], name: str) -> Agent:
    """Return the molecule that a recipe describes, and put it on the shelf of agents for this session.

    Its id is the name with a hash of the recipe, so that one id is one molecule, in any run on any machine.

    Arguments:
        recipe: fields of `RECIPE` → plain values. name: what it is called.

    Raises:
        CatalogError: a field, receptor or value that cannot be used; it is named, with what can be.
    """
    plain = _plain(recipe)
    for field in plain:
        if field not in RECIPE:
            raise CatalogError(f"molecule '{name}': '{field}' is not a field of a recipe.", choices(field, RECIPE))
    if "from" not in plain:
        raise CatalogError(f"molecule '{name}': 'from' is missing.", f"Write {RECIPE['from']}.")
    base = catalog.agent(str(plain["from"]))
    if not base.simulated:
        raise CatalogError(f"molecule '{name}', from: the model of the patient lacks {base.id}.", "Start from another drug.")
    try:
        antibody = _antibody(plain, name)
        molecule = _molecule(plain, base, antibody)
        weight = _weight(plain, base, molecule)
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        place = ".".join(str(part) for part in first["loc"])
        told = said if not place or said.startswith(f"{place}.") else f"{place}: {said}"
        raise CatalogError(f"molecule '{name}', {told}.", _hint(told)) from None
    same_body = molecule.format == (base.molecule.format if base.molecule else "free") and molecule.closed is None
    carried = {key: numbers for key, numbers in base.actions.items() if base.molecule}
    agent = Agent(
        id=f"{_slug(name)}-{_hash(plain)}",
        name=name,
        family=base.family,
        form="designed molecule",
        description=f"A form of {base.name} that was designed, not given to anybody.",
        molecular_weight=weight,
        binds=_binds(base, molecule),
        disposition=base.disposition if base.molecule and same_body else {},
        actions={**carried, **(_of_antibody(antibody, plain) if antibody else {})},
        molecule=molecule,
        recipe=plain,
        routes={**{key: base.routes[key] for key in ("iv", "sc") if key in base.routes}, **_ROUTES},
        hold=base.hold,
    )
    catalog.agents().add(agent)
    return agent


_ROUTES = {
    "iv": Route(name="intravenous"),
    "sc": Route(name="subcutaneous"),
    "intralesional": Route(name="intralesional"),
}


def _molecule(plain: Mapping[str, Any], base: Agent, antibody: Agent | None) -> Molecule:
    """Return the molecule of a recipe: that of the drug it starts from, changed."""
    molecule = base.molecule or Molecule(cytokine=base.id)
    content = {name: getattr(molecule, name) for name in Molecule.model_fields}
    for receptor, value in (plain.get("kd") or {}).items():
        content["kd"] = {**content["kd"], receptor: _number(value, f"kd.{receptor}", "kd", bare=True)}
    for field in _FIELDS:
        if field in plain:
            number = field in ("peg", "anchor", "activity")
            content[field] = _number(plain[field], field, field, bare=field == "activity") if number else plain[field]
    if "format" in plain and plain["format"] != "peg" and "peg" not in plain:
        content["peg"] = None
    if antibody is not None:
        antigen, kd = antigen_of(antibody)
        content["target"] = {"antigen": antigen, "kd": kd, "valency": 2}
        content["format"] = "antibody"
    if "target" in plain and plain["target"] in (None, "none"):
        content["target"] = None
    elif "target" in plain:
        target = _mapping(plain["target"], "target", ("antigen", "kd", "valency"))
        content["target"] = {**target, "kd": _number(target.get("kd", ""), "target.kd", "kd")}
    if "closed" in plain and plain["closed"] in (None, "none"):
        content["closed"] = None
    elif "closed" in plain:
        content["closed"] = _closed(_mapping(plain["closed"], "closed", _CLOSED))
    return Molecule.model_validate({key: _dumped(value) for key, value in content.items()})


_CLOSED = ("block", "in_tumour", "in_plasma", "format", "molecular_weight", "peg")


def _closed(given: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for field, value in given.items():
        content[field] = value if field == "format" else _number(value, f"closed.{field}", field, bare=field == "block")
    for field in ("in_tumour", "in_plasma"):
        if content.get(field) is None:
            raise CatalogError(f"closed.{field} is missing.", "Write the rate at which it opens there, such as '0.1 1/d'.")
    return content


def antigen_of(antibody: Agent) -> tuple[str, Number]:
    """Return the antigen of an antibody as the model names it, and its KD.

    Raises:
        CatalogError: the model has no number for what it binds.
    """
    for numbers in antibody.actions.values():
        for key, number in numbers.items():
            if key.endswith("_kd"):
                return key.removesuffix("_kd"), number
    raise CatalogError(
        f"{antibody.id} has no antigen in the model to seek.",
        "Fuse to an antibody with one, such as trastuzumab or dinutuximab, or write target: {antigen: cea, kd: '0.1 nM'}.",
    )


def _antibody(plain: Mapping[str, Any], name: str) -> Agent | None:
    if plain.get("antibody") is None:
        return None
    if plain.get("fc", "silent") not in ("active", "silent"):
        raise CatalogError(f"molecule '{name}', fc: '{plain['fc']}' is not known.", "Write active or silent.")
    return catalog.agent(str(plain["antibody"]))


def _of_antibody(antibody: Agent, plain: Mapping[str, Any]) -> dict[str, dict[str, Number]]:
    """Return what the antibody does by itself; ADCC only with an Fc part that is left active."""
    active = plain.get("fc", "silent") == "active"
    return {name: dict(numbers) for name, numbers in antibody.actions.items() if active or name != "adcc"}


def _weight(plain: Mapping[str, Any], base: Agent, molecule: Molecule) -> Number | None:
    """Return the mass of the molecule: as written, that of the drug it starts from, or the sum of its parts."""
    if "molecular_weight" in plain:
        return _number(plain["molecular_weight"], "molecular_weight", "molecular_weight")
    before = base.molecule or Molecule(cytokine=base.id)
    if (molecule.format, molecule.copies, molecule.peg) == (before.format, before.copies, before.peg):
        return base.molecular_weight
    cytokine = catalog.agent(molecule.cytokine).molecular_weight
    if cytokine is None:
        return None
    carrier = molecule.peg.quantity.to("kDa") if molecule.peg else 0.0
    if molecule.format not in ("free", "peg"):
        carrier = catalog.parameters("formats")[f"{molecule.format.replace(' ', '_')}_mass"].quantity.to("kDa")
    total = cytokine.quantity.to("kDa") * molecule.copies + carrier
    return Number(value=total, unit="kDa", source="Kinecast26", where="sum of the parts", status="assumed")


def _binds(base: Agent, molecule: Molecule) -> dict[str, Binding]:
    changed = {
        receptor: Binding(kd=number)
        for receptor, number in molecule.kd.items()
        if number is None or dimension(number.unit) != DIMENSIONLESS
    }
    return {**base.binds, **changed}


def _number(value: object, place: str, kind: str, *, bare: bool = False) -> Number | None:
    """Return a value of a recipe as a number that says it was chosen; None for 'none'."""
    if value is None or value == "none":
        return None
    if bare and isinstance(value, (int, float)) and not isinstance(value, bool):
        return _chosen(float(value), "1")
    try:
        read = quantity(value, example=_EXAMPLES.get(kind, "'0.1 1/d'"))
    except KinecastError as error:
        raise CatalogError(f"{place}: {error.message}", error.hint) from None
    return _chosen(read.value, read.unit)


def _chosen(value: float, unit: str) -> Number:
    return Number(value=value, unit=unit, source="Designed", where="chosen by the designer", status="assumed")


def _mapping(value: object, place: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise CatalogError(f"{place}: '{value}' is not a set of fields.", f"Write {RECIPE[place]}.")
    for field in value:
        if field not in known:
            raise CatalogError(f"{place}: '{field}' is not known.", choices(str(field), known))
    return dict(value)


def _hint(place: str) -> str:
    """Return what to write in a field of a recipe."""
    field = re.split(r"[.:]", place)[0]
    return f"Write {RECIPE[field]}." if field in RECIPE else ""


def _dumped(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _plain(value: Any) -> Any:
    """Return a recipe as values that JSON keeps; numbers that come as a `Quantity` or `Number` become text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Number):
        return str(value.quantity)
    return value.id if isinstance(value, Agent) else str(value)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "molecule"


def _hash(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:6]
