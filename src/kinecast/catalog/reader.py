"""Reads a YAML file into a record; an error names the file, the line, the field and the value."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from kinecast.errors import CatalogError, KinecastError, choices

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Model = TypeVar("_Model", bound=BaseModel)


def read_record(path: Path, model: type[_Model]) -> _Model:
    """Return the record that a YAML file holds; raises CatalogError when the file does not say what `model` asks for."""
    content = read_yaml(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place, line = _field(first["loc"]), _line_of(path, first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        shown = "" if isinstance(first["input"], dict | list) else f" (found {first['input']!r})"
        more = f" There are {error.error_count() - 1} more." if error.error_count() > 1 else ""
        raise CatalogError(f"{path.name}, line {line}, {place}: {said}{shown}.{more}", _hint(first, model)) from None


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file; a key that is written twice is an error."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
    except OSError as error:
        raise CatalogError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CatalogError(f"{path}: not a text file in UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise CatalogError(f"{path.name}{line}: {problem}.", "Is a quote, a colon or an indent missing there?") from None


def read_text(path: Path, error: type[KinecastError], hint: str) -> str:
    """Return the text of a user's file; raises `error` where it is missing (with the hint), not text, or cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error(f"{path}: no such file.", hint) from None
    except UnicodeDecodeError:
        raise error(f"{path}: not a text file in UTF-8.") from None
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}.") from None


class UniqueKeyLoader(_Loader):
    """A safe loader that refuses a key written twice, which plain YAML silently overwrites."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping that a node holds; raises ConstructorError at the second of two equal keys."""
        keys = [key.value for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                mark = node.value[position][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"'{key}' is written twice", mark)
        return super().construct_mapping(node, deep=deep)


def _hint(error: Any, model: type[BaseModel]) -> str:
    """Return what to write instead of a field that is not known."""
    if error["type"] != "extra_forbidden":
        return ""
    if error["input"] is None:
        return "A text with a comma in it needs quotes."
    return choices(str(error["loc"][-1]), _fields_at(model, error["loc"]))


def _field(location: tuple[int | str, ...]) -> str:
    """Return a place in a record as text, such as arms.HD IL-2.observations[3].unit."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the file"


def _line_of(path: Path, location: tuple[int | str, ...]) -> int:
    """Return the line at which a field stands, or the line of the nearest field around it."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    line = node.start_mark.line if node else 0
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the field names that a record has at the place where an unknown one was found."""
    for part in location[:-1]:
        field = model.model_fields.get(str(part))
        inside = _models_in(field.annotation) if field else []
        model = inside[0] if inside else model
    return list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the record types named inside an annotation such as `dict[str, Number]` or `tuple[Observation, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]
