"""Which molecules are compared: agents of the catalogue, recipes by name, and recipes written on one line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinecast import catalog
from kinecast.biology.drug import drug
from kinecast.catalog import Agent
from kinecast.catalog.molecules import RECIPE, build
from kinecast.catalog.reader import read_yaml
from kinecast.errors import CatalogError, RunError, choices

Recipes = Mapping[str, Mapping[str, Any]]
ONE_LINE = "aldesleukin:IL-2Ra=none,format=fc"
"""How a recipe is written on one line: the drug it starts from, then receptors with their KD, and fields of a recipe."""
_NESTED = ("kd", "target", "closed", "from")


@dataclass(frozen=True)
class Asked:
    """One molecule: the name under which it is compared, its record, and its recipe where it is a designed one."""

    name: str
    agent: Agent

    @property
    def recipe(self) -> dict[str, Any]:
        """What it is made from; empty for a drug of the catalogue."""
        return self.agent.recipe

    @property
    def copies(self) -> int:
        """How many cytokines one molecule carries."""
        return self.agent.molecule.copies if self.agent.molecule else 1


def asked(molecules: Iterable[str | Agent], recipes: Recipes | None = None) -> list[Asked]:
    """Return the molecules that are compared, in order.

    Arguments:
        molecules: agents or their names, names of `recipes`, or recipes on one line (`ONE_LINE`).
        recipes: name → recipe, as in a protocol.

    Raises:
        RunError: no molecule, or two of one name.
        CatalogError: a name that is nothing of this, a recipe that cannot be followed, or a drug that the model lacks.
    """
    found = [_one(molecule, recipes or {}) for molecule in molecules]
    if not found:
        raise RunError("molecules: none is named.", "Name agents of the catalogue, such as aldesleukin, or recipes.")
    taken: dict[str, str] = {}
    for one in found:
        symbol = drug(one.agent.id).name
        if symbol in taken:
            twice = taken[symbol] == one.name
            same = f"'{one.name}' is named twice" if twice else f"'{taken[symbol]}' and '{one.name}' are one name"
            raise RunError(f"molecules: {same}.", "Give each a name of its own: aldesleukin:name=quiet,IL-2Ra=none.")
        taken[symbol] = one.name
    return found


def read_recipes(path: str | os.PathLike[str]) -> dict[str, dict[str, Any]]:
    """Return name → recipe of a YAML file that holds them as a protocol does, with or without `molecules:` above them.

    Raises:
        CatalogError: the file cannot be read, is not YAML, or holds something else.
    """
    file = Path(path)
    content = read_yaml(file)
    if isinstance(content, dict) and isinstance(content.get("molecules"), dict):
        content = content["molecules"]
    if not isinstance(content, dict) or not content:
        raise CatalogError(
            f"{file.name}: holds no recipes.", "Write name → recipe, such as 'quiet: {from: aldesleukin, kd: {IL-2Ra: none}}'."
        )
    for name, recipe in content.items():
        if not isinstance(recipe, dict):
            raise CatalogError(f"{file.name}, {name}: '{recipe}' is not a recipe.", f"Its fields are {', '.join(RECIPE)}.")
    return {str(name): recipe for name, recipe in content.items()}


def _one(molecule: str | Agent, recipes: Recipes) -> Asked:
    if isinstance(molecule, Agent):
        return Asked(molecule.name if molecule.recipe else molecule.id, molecule)
    if molecule in recipes:
        return _designed(molecule, recipes[molecule])
    if ":" in molecule:
        return _designed(*_on_one_line(molecule))
    if molecule not in catalog.agents():
        known = {*recipes, *catalog.agents()}
        raise CatalogError(
            f"molecules: '{molecule}' is neither an agent of the catalogue nor the name of a recipe.",
            f"{choices(molecule, known)} Or write a recipe, such as {ONE_LINE}.",
        )
    agent = catalog.agent(molecule)
    if agent.dosed_in is not None:
        hint = "Molecules are compared, by amounts of substance; `kinecast run` simulates a protocol with it."
        raise CatalogError(f"molecules: {agent.id} is dosed in {agent.dosed_in}, and has no nmol.", hint)
    return Asked(agent.name if agent.recipe else agent.id, agent)


def _designed(name: str, recipe: Mapping[str, Any]) -> Asked:
    agents = catalog.agents()
    if name in agents and not agents[name].recipe:
        raise CatalogError(f"molecule '{name}': a drug of the catalogue is called so.", "Choose another name.")
    return Asked(name, build(recipe, name))


def _on_one_line(text: str) -> tuple[str, dict[str, Any]]:
    """Return name and recipe of 'aldesleukin:IL-2Ra=none,format=fc'; without `name=` it is called as it is written."""
    base, _, rest = text.partition(":")
    name, recipe, kd = "", {"from": base}, {}
    seen: set[str] = set()
    for part in rest.split(","):
        field, sign, value = (piece.strip() for piece in part.partition("="))
        if not (field and sign and value):
            raise CatalogError(f"molecule '{text}': '{part}' is not FIELD=VALUE.", f"Write it as {ONE_LINE}.")
        if field in seen:
            raise CatalogError(f"molecule '{text}': '{field}' is written twice.", "Write each field once.")
        seen.add(field)
        if field == "name":
            name = value
        elif field in _NESTED:
            hint = "Write receptors by their names, such as IL-2Ra=none; target and closed in a file for --molecules."
            raise CatalogError(f"molecule '{text}': '{field}' cannot be written on one line.", hint)
        elif field in RECIPE:
            recipe[field] = _plain(value)
        else:
            kd[field] = _plain(value)
    return name or f"{base} {rest.replace(',', ' ')}", {**recipe, **({"kd": kd} if kd else {})}


def _plain(value: str) -> Any:
    """Return a number where the text is one, for bare numbers are ratios and counts."""
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number
