"""Designed molecules: engineered forms of drugs of the catalogue, made from recipes of plain values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kinecast import catalog
from kinecast.catalog.recipe import INSIDE, RECIPE, changed, fields, number, plain_recipe
from kinecast.catalog.records import Agent, Binding, Molecule, Number, Route
from kinecast.errors import CatalogError
from kinecast.units import DIMENSIONLESS, dimension

__all__ = ["RECIPE", "antigen_of", "build", "fuse", "mutate", "sum_of_parts"]


def mutate(agent: Agent, *, name: str = "", **changes: Any) -> Agent:
    """Return an engineered form of a drug; see `build`. Changes of a molecule that was designed before add to those."""
    recipe = changed(agent.recipe or {"from": agent.id}, changes)
    return build(recipe, name or f"{recipe['from']} variant")


def fuse(antibody: str | Agent, cytokine: str | Agent, *, name: str = "", **changes: Any) -> Agent:
    """Return the fusion of an antibody of the catalogue with a cytokine, one a molecule unless `copies` says otherwise.

    Arguments:
        antibody: the drug whose antigen the fusion seeks. An antigen without an antibody in the catalogue is a `target` instead:
            `agent.mutate(format="antibody", target={"antigen": "cea", "kd": "1 nM"})`.
        cytokine: the drug whose receptors it binds; it may be a designed one. changes: further fields of a recipe.

    Raises:
        CatalogError: no antibody of which the model knows the antigen, or what `build` refuses.
    """
    seeking = antibody.id if isinstance(antibody, Agent) else antibody
    carried = cytokine if isinstance(cytokine, Agent) else catalog.agent(cytokine)
    if changes.get("format", "antibody") != "antibody":
        raise CatalogError(f"format: a fusion with {seeking} is an antibody, not '{changes['format']}'.", "Leave format out.")
    return mutate(carried, name=name or f"{seeking}-{carried.id}", **{**changes, "antibody": seeking, "format": "antibody"})


def build(recipe: Mapping[str, Any], name: str) -> Agent:
    """Return the molecule that a recipe describes, and put it on the shelf of agents for this session.

    Its id is the name with a hash of the recipe, so that one id is one molecule, in any run on any machine.

    Arguments:
        recipe: fields of `RECIPE` → plain values. name: what it is called.

    Raises:
        CatalogError: a field, receptor or value that cannot be used; it is named, with what can be.
    """
    if not _slug(name):
        raise CatalogError(f"molecule '{name}': the name has no letter of a to z and no digit.", "Call it, say, 'no-alpha'.")
    plain = plain_recipe(recipe, name)
    base = catalog.agent(str(plain["from"]))
    if not base.simulated:
        raise CatalogError(f"molecule '{name}', from: the model of the patient lacks {base.id}.", "Start from another drug.")
    antibody = _antibody(plain, name)
    try:
        molecule = _molecule(plain, base, antibody)
        weight = _weight(plain, base, molecule)
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        place = ".".join(str(part) for part in first["loc"])
        told = said if not place or said.startswith(f"{place}.") else f"{place}: {said}"
        raise CatalogError(f"molecule '{name}', {told}.", _hint(told)) from None
    made_of = ("copies", "format", "peg", "target", "closed")
    same_body = base.molecule is not None and all(getattr(molecule, one) == getattr(base.molecule, one) for one in made_of)
    same_body = same_body and "molecular_weight" not in plain
    agent = Agent(
        id=f"{_slug(name)}-{_hash(plain)}",
        name=name,
        family=base.family,
        form="designed molecule",
        description=f"A form of {base.name} that was designed, not given to anybody.",
        molecular_weight=weight,
        binds=_binds(base, molecule),
        disposition=base.disposition if same_body else {},
        actions=_carried(base, antibody, plain, same_arms=same_body),
        molecule=molecule,
        recipe=plain,
        routes={**{key: base.routes[key] for key in ("iv", "sc", "im") if key in base.routes}, **_ROUTES},
        hold=base.hold,
    )
    catalog.agents().add(agent)
    return agent


def sum_of_parts(cytokine: Agent, copies: int, format: str, peg: Number | None) -> Number | None:
    """Return the mass of a molecule as the sum of its parts; None where the cytokine's is not known."""
    if cytokine.molecular_weight is None:
        return None
    carrier = peg.quantity.to("kDa") if peg else 0.0
    if format not in ("free", "peg"):
        carrier = catalog.parameters("formats")[f"{format.replace(' ', '_')}_mass"].quantity.to("kDa")
    total = cytokine.molecular_weight.quantity.to("kDa") * copies + carrier
    return Number(value=total, unit="kDa", source="Kinecast26", where="sum of the parts", status="assumed")


def antigen_of(antibody: Agent) -> tuple[str, Number]:
    """Return the antigen of an antibody as the model names it, and its KD.

    Raises:
        CatalogError: the model has no number for what it binds.
    """
    for action, numbers in antibody.actions.items():
        for key, one in numbers.items():
            if key.endswith("_kd") and not _of_receptor(action):
                return key.removesuffix("_kd"), one
    raise CatalogError(
        f"antibody: {antibody.id} has no antigen in the model to seek.",
        "Fuse to an antibody with one, such as trastuzumab or dinutuximab, or write target: {antigen: cea, kd: '0.1 nM'}.",
    )


_ROUTES = {
    "iv": Route(name="intravenous"),
    "sc": Route(name="subcutaneous"),
    "intralesional": Route(name="intralesional"),
}


def _molecule(plain: Mapping[str, Any], base: Agent, antibody: Agent | None) -> Molecule:
    """Return the molecule of a recipe: that of the drug it starts from, changed."""
    molecule = base.molecule or Molecule(cytokine=base.id)
    content: dict[str, Any] = {name: getattr(molecule, name) for name in Molecule.model_fields}
    for receptor, value in fields(plain.get("kd") or {}, "kd").items():
        content["kd"] = {**content["kd"], receptor: number(value, f"kd.{receptor}", "kd", bare=True)}
    for field in ("copies", "format"):
        if field in plain:
            content[field] = plain[field]
    for field in ("peg", "anchor", "activity"):
        if field in plain:
            content[field] = number(plain[field], field, field, bare=field == "activity")
    if "format" in plain and plain["format"] != molecule.format:
        if plain["format"] != "peg" and "peg" not in plain:
            content["peg"] = None
        if plain["format"] not in ("antibody", "fragment"):
            content["target"] = None
    if antibody is not None:
        antigen, kd = antigen_of(antibody)
        content |= {"target": {"antigen": antigen, "kd": kd, "valency": 2}, "format": "antibody", "peg": None}
    if "target" in plain:
        content["target"] = _target(plain["target"])
    if "closed" in plain:
        content["closed"] = _closed(plain["closed"])
    return Molecule.model_validate({key: _dumped(value) for key, value in content.items()})


def _target(value: Any) -> dict[str, Any] | None:
    if value in (None, "none"):
        return None
    given = fields(value, "target", INSIDE["target"])
    return {**given, "kd": number(given.get("kd", ""), "target.kd", "kd")}


def _closed(value: Any) -> dict[str, Any] | None:
    if value in (None, "none"):
        return None
    content: dict[str, Any] = {}
    for field, inner in fields(value, "closed", INSIDE["closed"]).items():
        content[field] = inner if field == "format" else number(inner, f"closed.{field}", field, bare=field == "block")
    for field in ("in_tumour", "in_plasma"):
        if content.get(field) is None:
            raise CatalogError(f"closed.{field} is missing.", "Write the rate at which it opens there, such as '0.1 1/d'.")
    return content


def _antibody(plain: Mapping[str, Any], name: str) -> Agent | None:
    if plain.get("antibody") is None:
        if "fc" in plain:
            raise CatalogError(f"molecule '{name}', fc: there is no antibody whose Fc part it could be.", "Write antibody too.")
        return None
    if plain.get("fc", "silent") not in ("active", "silent"):
        raise CatalogError(f"molecule '{name}', fc: '{plain['fc']}' is not known.", "Write active or silent.")
    if plain.get("format", "antibody") != "antibody":
        raise CatalogError(f"molecule '{name}', format: '{plain['format']}' beside an antibody.", "Leave one of the two out.")
    return catalog.agent(str(plain["antibody"]))


def _carried(base: Agent, antibody: Agent | None, plain: Mapping[str, Any], *, same_arms: bool) -> dict[str, dict[str, Number]]:
    """Return what the molecule does besides its cytokine: what its antibody does, ADCC only with an Fc part left active.

    The base's own numbers of its cytokine's receptor stay; the model changes them as the affinities change.
    """
    kept = {key: dict(numbers) for key, numbers in base.actions.items() if base.molecule and (same_arms or _of_receptor(key))}
    if antibody is None:
        return kept
    active = plain.get("fc", "silent") == "active"
    return {**kept, **{key: dict(numbers) for key, numbers in antibody.actions.items() if active or key != "adcc"}}


def _of_receptor(action: str) -> bool:
    return action.endswith("_receptor") or action == "ifnar"


def _weight(plain: Mapping[str, Any], base: Agent, molecule: Molecule) -> Number | None:
    """Return the mass of the molecule: as written, that of the drug it starts from, or the sum of its parts.

    A base whose doses are in mass of protein, without its PEG, keeps that.
    """
    if "molecular_weight" in plain:
        weight = number(plain["molecular_weight"], "molecular_weight", "molecular_weight")
        if weight is None or dimension(weight.unit) != dimension("kDa") or not 1 <= weight.quantity.to("kDa") <= 1e4:
            raise CatalogError(f"molecular_weight: '{plain['molecular_weight']}' is not between 1 and 10000 kDa.")
        return weight
    before = base.molecule or Molecule(cytokine=base.id)
    cytokine = catalog.agent(molecule.cytokine)
    protein = before.peg is not None and _mass(base) == _mass(cytokine) is not None
    same = (molecule.format, molecule.copies, molecule.peg) == (before.format, before.copies, before.peg)
    if same or (protein and molecule.format == "peg"):
        return base.molecular_weight
    return sum_of_parts(cytokine, molecule.copies, molecule.format, molecule.peg)


def _mass(agent: Agent) -> float | None:
    return None if agent.molecular_weight is None else agent.molecular_weight.quantity.to("kDa")


def _binds(base: Agent, molecule: Molecule) -> dict[str, Binding]:
    absolute = {
        receptor: Binding(kd=kd) for receptor, kd in molecule.kd.items() if kd is None or dimension(kd.unit) != DIMENSIONLESS
    }
    return {**base.binds, **absolute}


def _hint(place: str) -> str:
    """Return what to write in a field of a recipe."""
    field = re.split(r"[.:]", place)[0]
    return f"Write {RECIPE[field]}." if field in RECIPE else ""


def _dumped(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _hash(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:6]
