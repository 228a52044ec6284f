"""A user's own tables of regimens and observations, in the columns of the evidence tables, as trials that can be scored."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from kinecast import catalog
from kinecast.catalog import Observation, Regimen, Trial
from kinecast.catalog.records.trial import Arm
from kinecast.catalog.tables import in_words
from kinecast.errors import KinecastError, choices
from kinecast.inference.sheet import Problem, read_sheet

_COMMON = ("topic", "trial", "arm", "disease", "n", "source", "year", "seen", "note", "source_checked", "where", "status", "pack")
_ADDED = ("agents", "citation", "doi", "pmid", "resolved")
"""What `kinecast evidence` adds to the rows of the catalogue; nothing is read from it."""

OBSERVATIONS = (
    *("quantity", "time", "value", "lower", "upper", "interval", "unit"),
    *("among", "data_cut", "day", "since", "bound", "used_for"),
)
REGIMENS = (
    *("agent", "dose", "unit", "dose_unit", "route", "schedule", "days", "times_per_day", "cycle_days", "max_cycles", "cycles"),
    *("line", "start_day", "max_doses_per_cycle", "duration", "phase", "until", "dose_text", "product"),
)
"""Columns that are understood: those of the catalogue's tables, and what other evidence tables call the same."""

_ROUTES = {
    **{name: (name, "") for name in ("iv", "sc", "im", "oral", "intralesional", "intravesical", "intraperitoneal")},
    "iv_bolus": ("iv", ""),
    "iv_short": ("iv", "15 min"),
    "civ": ("iv", "24 h"),
}
_INTERVALS = {"": None, "se_upper": None, "upper_bound": None, "lower_bound": None, "ci99.8": None}
_BOUNDS = {"upper_bound": "upper", "lower_bound": "lower"}


class OwnTables(NamedTuple):
    """Trials made from a user's tables, and the rows that could not be used or were read with a doubt."""

    trials: list[Trial]
    problems: tuple[Problem, ...]


class _RefusedError(Exception):
    """A cell that cannot be used: the field and what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(message)


def read_tables(observations: Path | None, regimens: Path | None) -> OwnTables:
    """Return the trials of a user's tables; what is wrong in a row is named, and the other rows are used.

    Without regimens, a trial is one of the catalogue, with the user's numbers in place of what it reported; without observations,
    the user's regimens get the numbers that the catalogue has for that trial.

    Raises:
        RunError: a file that cannot be read or that lacks a column without which no row can be used.
    """
    problems: list[Problem] = []
    diseases: dict[str, str] = {}
    given = _read(regimens, REGIMENS, ("trial", "arm", "agent"), _regimen, diseases, problems)
    seen = _read(observations, OBSERVATIONS, ("trial", "arm", "quantity", "value", "unit"), _observation, diseases, problems)
    trials = []
    for key in dict.fromkeys(row.record.trial for row in (*given, *seen)):
        mine = [row.record for row in given if row.record.trial == key]
        reports = [row for row in seen if row.record.trial == key]
        known = catalog.trial(key) if key in catalog.trials() else None
        file = observations if reports else regimens
        name = file.name if file else ""
        if not mine and known is None:
            hint = choices(key, catalog.trials())
            message = f"'{key}' has no regimen here and is not in the catalogue; its rows are not used. {hint}"
            problems.append(Problem(name, 0, "trial", message))
            continue
        if key not in diseases and known is None:
            message = f"no disease of '{key}': simulated in people without tumour, who have no response."
            problems.append(Problem(name, 0, "disease", message))
        arms = dict.fromkeys([*(row.arm for row in mine), *(known.arms if known else ())])
        numbers = None if observations is None else list(_of_arms(reports, list(arms), known, problems))
        trials.append(_trial(key, mine, numbers, known, diseases.get(key)))
    return OwnTables(trials, tuple(sorted(problems, key=lambda one: (one.file, one.row))))


class _Row(NamedTuple):
    """A record, and where in which file it stands."""

    file: str
    number: int
    record: Any


def _of_arms(rows: list[_Row], arms: list[str], known: Trial | None, problems: list[Problem]) -> Iterator[Observation]:
    """Yield the reports of arms that the trial has, as it writes them; what the model was calibrated on stays so."""
    called: dict[str, str] = {arm.casefold(): arm for arm in arms}
    fitted = {
        (arm, seen.quantity, seen.among)
        for arm, item in (known.arms.items() if known else ())
        for seen in item.observations
        if seen.used_for == "calibration"
    }
    for file, number, seen in rows:
        arm = called.get(seen.arm.casefold()) or str(seen.arm)
        if arm not in arms and "_vs_" not in arm:
            problems.append(Problem(file, number, "arm", f"{seen.trial} has no arm '{arm}'; not used. {choices(arm, arms)}"))
            continue
        used_for = seen.used_for
        if (arm, seen.quantity, seen.among) in fitted and used_for == "validation":
            used_for = "calibration"
            message = f"the model was calibrated on {seen.quantity} of {seen.trial}; counted there."
            problems.append(Problem(file, number, "used_for", message))
        yield seen.model_copy(update={"arm": arm, "used_for": used_for})


def _trial(key: str, given: list[Regimen], seen: list[Observation] | None, known: Trial | None, disease: str | None) -> Trial:
    """Return a trial of the user's rows, completed by the catalogue's."""
    arms: dict[str, Arm] = {}
    before = known.arms if known else {}
    for name in dict.fromkeys([*(row.arm for row in given), *before, *(row.arm for row in seen or ())]):
        old = before.get(name, Arm())
        arms[name] = Arm(
            regimens=tuple(row for row in given if row.arm == name) if given else old.regimens,
            observations=old.observations if seen is None else tuple(row for row in seen if row.arm == name),
        )
    if known is None:
        return Trial(id=key, title=f"{key}, own table", citations=(), disease=disease or "none", arms=arms)
    if not given:
        return known.model_copy(update={"arms": arms, **({"disease": disease} if disease and known.protocol is None else {})})
    own = {"title": f"{key}, own table", "disease": disease or known.disease, "arms": arms}
    written = dict.fromkeys(("protocol", "protocol_status"), None) | {"protocol_source": "", "protocol_where": ""}
    return known.model_copy(update=own | _planned(known) | written)


def _planned(known: Trial) -> dict[str, Any]:
    """Return how long a trial of the catalogue followed, how it scanned and whom it treated; of its protocol where it has one."""
    protocol = known.protocol or {}
    return {
        "follow_up": known.follow_up or str(protocol.get("follow_up", "")),
        "scans": known.scans or str(protocol.get("scans", "")),
        "n": known.n or protocol.get("patients"),
    }


def _read(
    path: Path | None,
    columns: Iterable[str],
    needed: tuple[str, ...],
    make: Callable[[Mapping[str, str], Callable[[str, str], None]], Any],
    diseases: dict[str, str],
    problems: list[Problem],
) -> list[_Row]:
    """Return the rows as records; `make` is given the cells and what tells of a doubt: field, message."""
    if path is None:
        return []
    sheet = read_sheet(path, (*_COMMON, *_ADDED, *columns), needed)
    problems += sheet.problems
    made = []
    first: dict[frozenset[tuple[str, str]], int] = {}
    for number, cells in sheet.rows:

        def doubt(field: str, message: str, number: int = number) -> None:
            problems.append(Problem(sheet.name, number, field, message))

        same = first.setdefault(frozenset(cells.items()), number)
        if same != number:
            doubt("the row", f"the same as row {same}, left out.")
            continue
        try:
            for name in ("trial", "arm"):
                if name not in cells:
                    raise _RefusedError(name, "is empty.")
            cells = {**cells, "trial": _trial_id(cells["trial"], made)}
            disease = _disease(cells["disease"]) if "disease" in cells else None
            made.append(_Row(sheet.name, number, make(cells, doubt)))
            if disease is not None and diseases.setdefault(cells["trial"], disease) != disease:
                doubt("disease", f"'{disease}' differs from '{diseases[cells['trial']]}' above, which is used for the trial.")
        except _RefusedError as error:
            doubt(error.field, error.message)
        except ValidationError as error:
            field, _, message = in_words(error).partition(": ")
            doubt(field, message)
        except KinecastError as error:
            doubt("the row", f"{error.message} {error.hint}".strip())
    return made


def _trial_id(name: str, made: list[_Row]) -> str:
    """Return the catalogue's id of a trial, or the name as the first row writes it, whatever the case."""
    if name in catalog.trials():
        return catalog.trial(name).id
    return next((row.record.trial for row in made if row.record.trial.casefold() == name.casefold()), name)


def _observation(cells: Mapping[str, str], doubt: Callable[[str, str], None]) -> Observation:
    for name in ("quantity", "unit"):
        if name not in cells:
            raise _RefusedError(name, "is empty.")
    numbers = {name: _number(cells, name) for name in ("value", "lower", "upper", "day") if name in cells}
    unit, kind = cells["unit"], cells.get("interval", "")
    sides = [name for name in ("value", "lower", "upper") if name in numbers]
    if unit in ("percent", "%"):
        unit = "fraction"
        numbers |= {name: numbers[name] / 100 for name in sides}
    if unit == "fraction":
        for name in sides:
            _check_fraction(name, numbers[name])
    bound = cells.get("bound") or _BOUNDS.get(kind)
    if kind in _BOUNDS and len({numbers[name] for name in sides}) == 1:
        numbers = {"value": numbers[sides[0]]} | {name: number for name, number in numbers.items() if name == "day"}
    texts = ("trial", "arm", "quantity", "time", "among", "data_cut", "since", "used_for", "note")
    return Observation.model_validate(
        {name: cells[name] for name in texts if name in cells}
        | numbers
        | {"unit": unit, "interval": _INTERVALS.get(kind, kind), "bound": bound, "n": _count(cells, "n")}
        | _origin(cells)
    )


def _check_fraction(name: str, value: float) -> None:
    if value < 0:
        raise _RefusedError(name, f"{value:g} is below 0, which no fraction is. A change has the unit ratio.")
    if value > 1:
        raise _RefusedError(name, f"{value:g} is not a fraction from 0 to 1. Is it {value / 100:g}, or is the unit percent?")


def _regimen(cells: Mapping[str, str], doubt: Callable[[str, str], None]) -> Regimen:
    name = cells.get("agent", "")
    if name not in catalog.agents():
        raise _RefusedError("agent", f"'{name}' is not in the catalogue. {choices(name, catalog.agents())}")
    route = cells.get("route", "")
    if route not in _ROUTES:
        raise _RefusedError("route", f"'{route}' is not a route. {choices(route, _ROUTES)}")
    way, duration = _ROUTES[route]
    duration = cells.get("duration", duration)
    numbers = {field: _number(cells, field) for field in ("dose", "times_per_day", "cycle_days") if field in cells}
    counts = {field: _count(cells, field) for field in ("start_day", "max_doses_per_cycle", "n") if field in cells}
    often = numbers.setdefault("times_per_day", 1.0)
    if often <= 0:
        raise _RefusedError("times_per_day", f"{often:g} is not above 0.")
    unit = (cells.get("unit") or cells.get("dose_unit", "")).replace("MU", "MIU")
    if "dose" in numbers and not duration and unit.endswith(("/d", "/day")):
        numbers["dose"], unit = numbers["dose"] / often, unit.rpartition("/")[0]
    cycles = _count(cells, "cycles" if "cycles" in cells else "max_cycles")
    until = cells.get("until", "")
    if "cycle_days" in numbers and cycles is None and not until:
        until = "progression"
        doubt("cycles", "is empty; taken as given until progression.")
    texts = ("trial", "arm", "phase", "dose_text", "schedule", "note")
    return Regimen.model_validate(
        {field: cells[field] for field in texts if field in cells}
        | numbers
        | counts
        | {"agent": catalog.agent(name).id, "product": cells.get("product", name), "unit": unit or None, "route": way}
        | {"duration": duration, "days": cells.get("days", "").replace(" ", ""), "cycles": cycles, "until": until}
        | _origin(cells)
    )


def _origin(cells: Mapping[str, str]) -> dict[str, str]:
    """Return where a number is from: what the row says, or that it is of an own table."""
    own = {"source": "own table", "where": "own table", "status": "measured"}
    return {field: cells.get(field, said) for field, said in own.items()}


def _disease(name: str) -> str:
    if name == "none" or name in catalog.diseases():
        return "none" if name == "none" else catalog.disease(name).id
    hint = choices(name, [*catalog.diseases(), "none"])
    raise _RefusedError("disease", f"'{name}' is not in the catalogue; people without tumour stand for its patients. {hint}")


def _number(cells: Mapping[str, str], field: str) -> float:
    try:
        value = float(cells[field])
    except ValueError:
        comma = cells[field].replace(",", ".", 1)
        hint = f" Write '{comma}'." if comma != cells[field] else ""
        raise _RefusedError(field, f"'{cells[field]}' is not a number.{hint}") from None
    if not math.isfinite(value):
        raise _RefusedError(field, f"'{cells[field]}' is not a finite number. Leave the cell empty where it is not known.")
    return value


def _count(cells: Mapping[str, str], field: str) -> int | None:
    if field not in cells:
        return None
    value = _number(cells, field)
    if value != int(value):
        raise _RefusedError(field, f"'{cells[field]}' is not a whole number.")
    return int(value)
