"""Reading a space from a disease's name, YAML or a dict; each mistake is told with its field, its value and what to write."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn, get_args

import yaml

from kinecast import catalog
from kinecast.biology.molecules.affinities import RECEPTORS
from kinecast.biology.molecules.beside import CELL_TARGETS
from kinecast.biology.molecules.derive import antigens
from kinecast.catalog.reader import UniqueKeyLoader, read_text
from kinecast.catalog.records.molecule import Format
from kinecast.errors import KinecastError, RunError, choices
from kinecast.inference.design.candidate import probes
from kinecast.inference.design.defaults import FIELDS, default_space
from kinecast.inference.design.space import NONE, TARGETED_FORMATS, Fold, Space, Span
from kinecast.trial.times import duration
from kinecast.units import quantity

Source = str | os.PathLike[str] | Mapping[str, Any] | Space


def read_space(source: Source) -> Space:
    """Return a space, checked: a disease of the catalogue (its default), a path, YAML text, the content as a dict, or a space.

    Raises:
        RunError: a file that cannot be read, or a field that cannot be used.
    """
    if isinstance(source, Space):
        return source
    name, written = _written(source)
    tell = _teller(name)
    for field in written:
        if field not in FIELDS:
            tell(field, "is not a field of a space.", choices(str(field), FIELDS))
    if "disease" not in written:
        tell("disease", "is missing.", "Write a disease of the catalogue, such as 'colorectal'.")
    disease = _disease(tell, written["disease"])
    content = {**default_space(disease), **written, "disease": disease}
    space = _space(tell, disease, content)
    for field, protocol in probes(space):
        try:
            protocol()
        except KinecastError as error:
            tell(field, error.message, error.hint)
    return space


Tell = Callable[[str, str, str], NoReturn]


def _teller(name: str) -> Tell:
    def tell(field: str, message: str, hint: str) -> NoReturn:
        raise RunError(f"{name}, {field}: {message}", hint)

    return tell


def _written(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a name for messages and what was written."""
    if isinstance(source, Mapping):
        return "space", dict(source)
    text, name = str(source), "space"
    if "\n" not in text:
        path = Path(source)
        if path.suffix not in (".yaml", ".yml") and not path.is_file():
            return "space", {"disease": text}
        name = path.name
        text = read_text(path, RunError, "Give a disease of the catalogue, or the path of a space in YAML.")
    try:
        content = yaml.load(text, UniqueKeyLoader)
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        hint = "`kinecast design DISEASE --space` prints one to start from."
        raise RunError(f"{name}: not valid YAML: {problem}.", hint) from None
    if not isinstance(content, dict):
        raise RunError(f"{name}: not a space: it holds no fields.", f"Fields: {', '.join(FIELDS)}.")
    return name, content


def _disease(tell: Tell, value: Any) -> str:
    if str(value) not in catalog.diseases():
        tell("disease", f"'{value}' is not in the catalogue.", choices(str(value), catalog.diseases()))
    ill = catalog.disease(str(value))
    if not ill.modelled or ill.tumour != "lesions":
        able = [key for key, one in catalog.diseases().items() if one.modelled and one.tumour == "lesions"]
        what = "no tumour of it" if not ill.modelled else "no lesions of it, in which a molecule could be and which could shrink"
        tell("disease", f"'{ill.id}': the model has {what}.", f"Choose from: {', '.join(able)}.")
    return ill.id


def _space(tell: Tell, disease: str, content: Mapping[str, Any]) -> Space:
    formats = _names(tell, content, "formats", get_args(Format))
    space = Space(
        disease=disease,
        content=content,
        cytokines=_cytokines(tell, content["cytokines"]),
        copies=_copies(tell, content["copies"]),
        formats=formats,
        peg=_amount(tell, "peg", content["peg"], "kDa"),
        targets=_targets(tell, disease, content["targets"]),
        masks=_masks(tell, content["masks"]),
        dose=_span(tell, "dose", content["dose"], ""),
        routes=_names(tell, content, "routes", ("iv", "sc", "intralesional")),
        every=_every(tell, content["every"]),
        doses=_doses(tell, content["doses"]),
        treatment=_duration(tell, "treatment", content["treatment"]),
        partners=_partners(tell, content["partners"]),
        hold=_hold(tell, content["hold"]),
        not_counted=_not_counted(tell, content["not_counted"]),
        follow_up=_duration(tell, "follow_up", content["follow_up"]),
        scans=str(content["scans"]),
    )
    if any(name != NONE for name in space.targets) and not space.targeted_formats:
        tell("formats", "none of them has an arm to seek a target with.", f"Add one of {', '.join(TARGETED_FORMATS)}.")
    if duration(space.treatment).canonical > duration(space.follow_up).canonical:
        tell("treatment", f"'{space.treatment}' is longer than follow_up '{space.follow_up}'.", "Shorten it.")
    return space


def _cytokines(tell: Tell, value: Any) -> dict[str, dict[str, Fold]]:
    agents = catalog.agents().items()
    able = [key for key, one in agents if one.simulated and not one.recipe and set(one.actions) & set(RECEPTORS)]
    found: dict[str, dict[str, Fold]] = {}
    for name, receptors in _mapping(tell, "cytokines", value).items():
        if name not in able:
            tell("cytokines", f"'{name}' is not a cytokine that the model can change.", choices(name, able))
        agent = catalog.agent(name)
        known = [chain for action in agent.actions if action in RECEPTORS for chain in RECEPTORS[action].chains]
        helpers = [RECEPTORS[action].helper for action in agent.actions if action in RECEPTORS]
        found[name] = {}
        for receptor, ends in _mapping(tell, f"cytokines.{name}", receptors or {}, empty=True).items():
            field = f"cytokines.{name}.{receptor}"
            if receptor not in known:
                tell(field, f"{name} does not bind '{receptor}' in the model.", choices(receptor, known))
            found[name][receptor] = _fold(tell, field, ends)
            if found[name][receptor].may_lack and receptor not in helpers:
                tell(field, f"without {receptor} {name} does nothing.", "Leave none out.")
    return found


def _fold(tell: Tell, field: str, value: Any) -> Fold:
    ends = [one for one in value if one != NONE] if isinstance(value, list) else []
    numbers = [one for one in ends if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(ends) != 2 or len(numbers) != 2 or not 0 < numbers[0] <= numbers[1] < float("inf"):
        tell(field, f"'{value}' is not a range of KDs.", "Write two numbers, times the cytokine's own, such as [0.01, 100].")
    return Fold(float(numbers[0]), float(numbers[1]), NONE in value)


def _copies(tell: Tell, value: Any) -> tuple[int, ...]:
    listed = value if isinstance(value, list) else [value]
    for one in listed or [value]:
        if not isinstance(one, int) or isinstance(one, bool) or not 1 <= one <= 4:
            tell("copies", f"'{one}' is not a number of cytokines from 1 to 4.", "Write such as [1, 2].")
    return tuple(dict.fromkeys(listed))


def _targets(tell: Tell, disease: str, value: Any) -> dict[str, Span | None]:
    known = [*antigens(disease), *CELL_TARGETS]
    found: dict[str, Span | None] = {}
    for name, ends in _mapping(tell, "targets", value).items():
        if name != NONE and name not in known:
            hint = f"Of {disease} there are: {', '.join(known)}."
            tell("targets", f"'{name}' has no density in {disease} in the catalogue.", hint)
        found[name] = None if name == NONE else _span(tell, f"targets.{name}", ends, "nM")
    return found


def _masks(tell: Tell, value: Any) -> dict[str, Mapping[str, Any] | None]:
    found: dict[str, Mapping[str, Any] | None] = {}
    for name, closed in _mapping(tell, "masks", value).items():
        found[name] = None if name == NONE else _mapping(tell, f"masks.{name}", closed)
    return found


def _partners(tell: Tell, value: Any) -> dict[str, Mapping[str, Any] | None]:
    found: dict[str, Mapping[str, Any] | None] = {}
    for name, regimen in _mapping(tell, "partners", value).items():
        if name != NONE and (name not in catalog.agents() or not catalog.agent(name).simulated):
            able = [key for key, one in catalog.agents().items() if one.simulated and not one.recipe]
            tell("partners", f"'{name}' is no drug that the model has.", choices(name, able))
        found[name] = None if name == NONE else _mapping(tell, f"partners.{name}", regimen)
        if found[name] is not None and "agent" in (found[name] or {}):
            tell(f"partners.{name}", "'agent' is the partner's name already.", "Leave agent out.")
    return found


def _span(tell: Tell, field: str, value: Any, unit: str) -> Span:
    if not isinstance(value, list) or len(value) != 2:
        tell(field, f"'{value}' is not a range.", f"Write {FIELDS[field.partition('.')[0]]}.")
    try:
        low, high = (quantity(one) for one in value)
        unit = unit or low.unit
        span = Span(low.to(unit), high.to(unit), unit)
    except KinecastError as error:
        tell(field, error.message, error.hint)
    if not 0 < span.low <= span.high:
        tell(field, f"'{value[0]}' to '{value[1]}' is not a range above zero.", "Write the lower end first.")
    return span


def _amount(tell: Tell, field: str, value: Any, unit: str) -> str:
    try:
        if not quantity(value).to(unit) > 0:
            tell(field, f"'{value}' is not above zero.", f"Write {FIELDS[field]}.")
    except KinecastError as error:
        tell(field, error.message, error.hint)
    return str(value)


def _duration(tell: Tell, field: str, value: Any) -> str:
    try:
        if not duration(value).canonical > 0:
            tell(field, f"'{value}' is not above zero.", f"Write {FIELDS[field]}.")
    except KinecastError as error:
        tell(field, error.message, error.hint)
    return str(value)


def _every(tell: Tell, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        tell("every", f"'{value}' is not a list of intervals.", f"Write {FIELDS['every']}.")
    return tuple(dict.fromkeys(_duration(tell, "every", one) for one in value))


def _doses(tell: Tell, value: Any) -> tuple[int, int]:
    whole = isinstance(value, list) and len(value) == 2 and all(isinstance(n, int) and not isinstance(n, bool) for n in value)
    if not whole or not 1 <= value[0] <= value[1] <= 200:
        tell("doses", f"'{value}' is not a range of whole numbers from 1 to 200.", f"Write {FIELDS['doses']}.")
    return value[0], value[1]


def _hold(tell: Tell, value: Any) -> str:
    if value is None or value == NONE:
        return NONE
    if str(value) not in catalog.rules():
        tell("hold", f"'{value}' is not a rule of the catalogue.", choices(str(value), [*catalog.rules(), NONE]))
    return str(value)


def _not_counted(tell: Tell, value: Any) -> tuple[str, ...]:
    known = catalog.grading("ctcae").toxicities
    listed = value if isinstance(value, list) else [value]
    for one in listed:
        if not isinstance(one, str) or one not in known:
            tell("not_counted", f"'{one}' is not a toxicity that is graded.", choices(str(one), known))
    return tuple(listed)


def _names(tell: Tell, content: Mapping[str, Any], field: str, known: tuple[str, ...]) -> tuple[str, ...]:
    value = content[field]
    if not isinstance(value, list) or not value:
        tell(field, f"'{value}' is not a list.", f"Write {FIELDS[field]}.")
    for one in value:
        if not isinstance(one, str) or one not in known:
            tell(field, f"'{one}' is not known.", choices(str(one), known))
    return tuple(dict.fromkeys(value))


def _mapping(tell: Tell, field: str, value: Any, *, empty: bool = False) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not (value or empty):
        shown = f"Write {FIELDS[field.partition('.')[0]]}."
        tell(field, f"'{value}' is not a set of fields.", shown)
    return {str(key): inner for key, inner in value.items()}
