"""Reading a protocol from YAML text, a file or a dict, with each mistake told as one line: file, field, value, what to write."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from kinecast.catalog.reader import UniqueKeyLoader, read_text
from kinecast.errors import KinecastError, ProtocolError, choices
from kinecast.trial.protocol import Courses, Protocol, Treatment

_FIELDS = {model: [field.alias or name for name, field in model.model_fields.items()] for model in (Protocol, Treatment, Courses)}


def read(source: str | os.PathLike[str] | Mapping[str, Any]) -> Protocol:
    """Read a protocol and check it against the catalogue.

    Arguments:
        source: a path, YAML text (a string of more than one line), or the content as a dict.

    Raises:
        ProtocolError: the file cannot be read, is not YAML, or a field cannot be used; every mistake is listed.
    """
    try:
        return _read(source)
    except RecursionError:
        raise ProtocolError("the protocol is nested too deeply.", "The fields of a protocol have at most five levels.") from None


def _read(source: str | os.PathLike[str] | Mapping[str, Any]) -> Protocol:
    from kinecast.trial.protocol_checks import check

    name, content = _content(source)
    try:
        protocol = Protocol.model_validate(content)
    except ValidationError as error:
        raise _told(name, [_problem(entry, content) for entry in error.errors()]) from None
    problems = check(protocol)
    if problems:
        raise _told(name, problems)
    return protocol


def _content(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[str, Any]:
    """Return a name for messages, and the content as plain values."""
    if isinstance(source, Mapping):
        return "protocol", dict(source)
    if isinstance(source, str) and "\n" in source:
        return "protocol", _yaml(source, "protocol")
    path = Path(source)
    return path.name, _yaml(read_text(path, ProtocolError, "Give the path of a protocol in YAML."), path.name)


def _yaml(text: str, name: str) -> Any:
    try:
        content = yaml.load(text, UniqueKeyLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        hint = "Indent with spaces, put a space after each colon, and quote text that holds ': ' or '#'."
        raise ProtocolError(f"{name}, {where}not valid YAML: {problem}.", hint) from None
    if not isinstance(content, dict):
        raise ProtocolError(f"{name}: not a protocol: it holds no fields.", f"Write the fields {', '.join(_FIELDS[Protocol])}.")
    return content


def _told(name: str, problems: list[tuple[str, str, str]]) -> ProtocolError:
    """Return one error that lists every (field, message, hint)."""
    errors = [
        ProtocolError(f"{name}, {field}: {message}" if field else f"{name}: {message}", hint) for field, message, hint in problems
    ]
    return ProtocolError("\n".join([*map(str, errors[:-1]), errors[-1].message]), errors[-1].hint)


def _problem(entry: Mapping[str, Any], content: Any) -> tuple[str, str, str]:
    """Turn one finding of pydantic into (field, message, hint)."""
    loc = tuple(part for part in entry["loc"] if part != "[key]")
    context = entry.get("ctx", {})
    model = _model_at(loc[:-1])
    last = str(loc[-1]) if loc else ""
    value = entry["input"]
    if entry["type"] == "kinecast":
        inner = context.get("field", "")
        field = inner if inner.startswith(("arms.", "molecules.")) else ".".join(part for part in (_path(loc), inner) if part)
        hint = _dose_hint(loc, content, value) if last == "dose" and "no unit" in context["message"] else ""
        return field, context["message"], hint or context.get("hint", "")
    if entry["type"] == "missing":
        return _path(loc), "is missing.", _EXAMPLES.get(last, "")
    if entry["type"] == "extra_forbidden":
        return _path(loc), "is not a field of a protocol.", choices(last, _FIELDS[model])
    if entry["type"] == "literal_error":
        known = context["expected"].replace("'", "").split(" or ")
        return _path(loc), f"'{_shown(value)}' is not known.", choices(_shown(value), known)
    if entry["type"] == "less_than_equal":
        return _path(loc), f"'{value}' is more than {context['le']:,}, the most that can be simulated.", _EXAMPLES.get(last, "")
    if entry["type"] == "too_long":
        return _path(loc), f"names more than {context['max_length']:,} times.", "Write a shorter list, or 'every …'."
    text = entry["msg"][:1].lower() + entry["msg"][1:]
    return _path(loc), f"'{_shown(value)}': {text}.", _EXAMPLES.get(last, "")


def _shown(value: object) -> str:
    """Return a value as a message names it: not longer than a line, however much was written."""
    text = reprlib.repr(value) if isinstance(value, (dict, list, tuple)) else str(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


def _path(loc: tuple[Any, ...]) -> str:
    """Return ('arms', 'HD IL-2', 0, 'dose') as 'arms.HD IL-2[0].dose'."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _model_at(loc: tuple[Any, ...]) -> type:
    if not loc:
        return Protocol
    return Courses if loc[-1] == "courses" else Treatment


def _dose_hint(loc: tuple[Any, ...], content: Any, value: object) -> str:
    """Return how the bare number could have been meant, in IU and in mass of this product."""
    from kinecast.trial.doses import unit_hint

    try:
        agent = content[loc[0]][loc[1]][loc[2]]["agent"]
        return unit_hint(agent, float(str(value)))
    except (KinecastError, LookupError, TypeError, ValueError):
        return ""


_EXAMPLES = {
    "title": "Write what the trial is.",
    "disease": "Write a catalogue disease, such as 'melanoma-metastatic', or 'none'.",
    "patients": "Write a whole number of patients, 1 or more.",
    "follow_up": "Write a duration, such as '3 years'.",
    "arms": "Write at least one arm: its name and a list of treatments ([] for none).",
    "agent": "Write a catalogue agent, such as 'aldesleukin'.",
    "dose": "Write an amount with its unit, such as '600000 IU/kg'.",
    "route": "Write a route of the agent, such as 'iv' or 'sc'.",
    "doses": "Write the doses of a cycle as a whole number, 1 or more.",
    "most": "Write the largest number of courses, 1 or more.",
    "every": "Write a duration, such as '8 h' or '12 weeks'.",
}
