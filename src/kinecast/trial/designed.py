"""Designed molecules in a protocol: made from their recipes when it is read, so that it holds all that a run needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from kinecast import catalog
from kinecast.catalog.molecules import build
from kinecast.errors import KinecastError


def with_molecules(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a protocol in which treatments name designed molecules by their ids, and every recipe is there.

    A molecule that an arm gives and that was designed in this session brings its recipe along.

    Raises:
        PydanticCustomError: a recipe that cannot be followed, or a name that a drug of the catalogue has.
    """
    arms, recipes = content.get("arms"), content.get("molecules") or {}
    if not isinstance(arms, Mapping) or not isinstance(recipes, Mapping):
        return dict(content)
    ids: dict[str, str] = {}
    for name, recipe in recipes.items():
        ids[str(name)] = _built(str(name), recipe)
    found = {str(name): dict(recipe) for name, recipe in recipes.items()}
    treated = {}
    for arm, treatments in arms.items():
        if isinstance(treatments, (list, tuple)):
            treatments = [_named(one, ids) for one in treatments]
            for one in treatments:
                _add(found, _recipe(one))
        treated[arm] = treatments
    return {**content, "arms": treated, **({"molecules": found} if found else {})}


def by_recipe(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a protocol in which treatments call designed molecules as the protocol's recipes are called."""
    names = {build(recipe, name).id: name for name, recipe in (content.get("molecules") or {}).items()}
    arms = {
        arm: [{**one, "agent": names.get(one["agent"], one["agent"])} for one in treatments]
        for arm, treatments in content["arms"].items()
    }
    return {**content, "arms": arms} if names else content


def _add(found: dict[str, dict[str, Any]], more: Mapping[str, dict[str, Any]]) -> None:
    """Add the recipe of a molecule; another one under the same name is refused."""
    for name, recipe in more.items():
        if found.setdefault(name, recipe) != recipe and build(found[name], name).id != build(recipe, name).id:
            raise _refused(name, "two molecules have this name.", "Give each a name of its own: agent.mutate(..., name='long').")


def _built(name: str, recipe: Any) -> str:
    if not isinstance(recipe, Mapping):
        raise _refused(name, f"'{recipe}' is not a recipe.", "Write its fields, such as 'from: aldesleukin' and 'format: fc'.")
    if name in catalog.agents():
        raise _refused(name, f"a drug of the catalogue is called '{name}'.", "Choose another name.")
    try:
        return build(recipe, name).id
    except KinecastError as error:
        raise _refused(name, error.message, error.hint) from error


def _named(treatment: Any, ids: Mapping[str, str]) -> Any:
    """Return a treatment with the id of its molecule in place of the name under which the protocol holds the recipe."""
    if isinstance(treatment, Mapping) and str(treatment.get("agent")) in ids:
        return {**treatment, "agent": ids[str(treatment["agent"])]}
    return treatment


def _recipe(treatment: Any) -> dict[str, dict[str, Any]]:
    """Return name → recipe of the designed molecule that a treatment gives, if it gives one."""
    key = treatment.get("agent") if isinstance(treatment, Mapping) else getattr(treatment, "agent", None)
    agents = catalog.agents()
    agent = agents[key] if isinstance(key, str) and key in agents else None
    return {agent.name: dict(agent.recipe)} if agent is not None and agent.recipe else {}


def _refused(name: str, message: str, hint: str) -> PydanticCustomError:
    context = {"message": message, "hint": hint, "field": f"molecules.{name}"}
    return PydanticCustomError("kinecast", "{message}", context)
