"""A user's own tables of regimens and observations, in the columns of the evidence tables, as trials that can be scored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from kinecast import catalog
from kinecast.catalog import Observation, Regimen, Trial
from kinecast.catalog.records.trial import Arm
from kinecast.catalog.tables import in_words
from kinecast.errors import choices
from kinecast.inference.sheet import Problem, Sheet, read_sheet

_COMMON = ("topic", "trial", "arm", "disease", "n", "source", "year", "seen", "note", "source_checked", "where", "status", "pack")
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
_INTERVALS = {"": None, "se_upper": None, "upper_bound": None, "ci99.8": None}


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
    for key in dict.fromkeys([*(row.trial for row in given), *(row.trial for row in seen)]):
        mine = [row for row in given if row.trial == key]
        numbers = [row for row in seen if row.trial == key] if observations is not None else None
        known = catalog.trial(key) if key in catalog.trials() else None
        if not mine and known is None:
            name = observations.name if observations else ""
            problems.append(
                Problem(name, 0, "trial", f"'{key}' has no regimen here and is not in the catalogue; its rows are not used.")
            )
            continue
        trials.append(_trial(key, mine, numbers, known, diseases.get(key)))
    return OwnTables(trials, tuple(sorted(problems, key=lambda one: (one.file, one.row))))


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
    if known is not None and not given:
        return known.model_copy(update={"arms": arms})
    return Trial(
        id=key, title=f"{key}, own table", citations=(), disease=disease or (known.disease if known else "none"), arms=arms
    )


def _read(
    path: Path | None,
    columns: Iterable[str],
    needed: tuple[str, ...],
    make: Callable[[Mapping[str, str]], Any],
    diseases: dict[str, str],
    problems: list[Problem],
) -> list[Any]:
    if path is None:
        return []
    sheet: Sheet = read_sheet(path, (*_COMMON, *columns), needed)
    problems += sheet.problems
    made = []
    for number, cells in sheet.rows:
        try:
            made.append(make(cells))
            if "disease" in cells:
                diseases.setdefault(cells["trial"], _disease(cells["disease"]))
        except _RefusedError as error:
            problems.append(Problem(sheet.name, number, error.field, error.message))
        except ValidationError as error:
            field, _, message = in_words(error).partition(": ")
            problems.append(Problem(sheet.name, number, field, message))
    return made


def _observation(cells: Mapping[str, str]) -> Observation:
    fields = {name: cells[name] for name in ("trial", "arm", "quantity", "unit") if name in cells}
    for name in ("trial", "arm", "quantity", "unit"):
        if name not in cells:
            raise _RefusedError(name, "is empty.")
    numbers = {name: _number(cells, name) for name in ("value", "lower", "upper") if name in cells}
    if fields["unit"] in ("percent", "%"):
        fields["unit"], numbers = "fraction", {name: value / 100 for name, value in numbers.items()}
    if fields["unit"] == "fraction":
        for name, value in numbers.items():
            if value < 0:
                raise _RefusedError(name, f"{value:g} is below 0, which no fraction is. A change has the unit ratio.")
            if value > 1:
                raise _RefusedError(
                    name, f"{value:g} is not a fraction from 0 to 1. Is it {value / 100:g}, or is the unit percent?"
                )
    kind = cells.get("interval", "")
    texts = {name: cells[name] for name in ("time", "among", "data_cut", "bound", "note") if name in cells}
    return Observation(
        **fields,  # type: ignore[arg-type]
        **numbers,
        **texts,  # type: ignore[arg-type]
        interval=_INTERVALS.get(kind, kind),  # type: ignore[arg-type]
        n=_count(cells, "n"),
        source=cells.get("source", "own table"),
        where="own table",
        status="measured",
    )


def _regimen(cells: Mapping[str, str]) -> Regimen:
    name = cells.get("agent", "")
    if name not in catalog.agents():
        raise _RefusedError("agent", f"'{name}' is not in the catalogue. {choices(name, catalog.agents())}")
    route = cells.get("route", "")
    if route not in _ROUTES:
        raise _RefusedError("route", f"'{route}' is not a route. {choices(route, _ROUTES)}")
    way, duration = _ROUTES[route]
    dose = _number(cells, "dose") if "dose" in cells else None
    unit = (cells.get("unit") or cells.get("dose_unit", "")).replace("MU", "MIU")
    often = _number(cells, "times_per_day") if "times_per_day" in cells else 1.0
    if dose is not None and not duration and unit.endswith(("/d", "/day")):
        dose, unit = dose / often, unit.rpartition("/")[0]
    cycle_days = _number(cells, "cycle_days") if "cycle_days" in cells else None
    cycles = _count(cells, "cycles") or _count(cells, "max_cycles")
    return Regimen(
        trial=cells.get("trial", ""),
        arm=cells.get("arm", ""),
        agent=catalog.agent(name).id,
        product=name,
        phase=cells.get("phase", ""),
        dose=dose,
        unit=unit or None,
        route=way,
        duration=cells.get("duration", duration),
        start_day=_count(cells, "start_day") or 1,
        days=cells.get("days", "").replace(" ", ""),
        times_per_day=often,
        cycle_days=cycle_days,
        cycles=cycles,
        until="progression" if cycle_days is not None and cycles is None else "",
        max_doses_per_cycle=_count(cells, "max_doses_per_cycle"),
        schedule=cells.get("schedule", ""),
        n=_count(cells, "n"),
        source=cells.get("source", "own table"),
        where="own table",
        status="measured",
        note=cells.get("note", ""),
    )


def _disease(name: str) -> str:
    if name == "none" or name in catalog.diseases():
        return "none" if name == "none" else catalog.disease(name).id
    hint = choices(name, [*catalog.diseases(), "none"])
    raise _RefusedError("disease", f"'{name}' is not in the catalogue; people without tumour stand for its patients. {hint}")


def _number(cells: Mapping[str, str], field: str) -> float:
    try:
        return float(cells[field])
    except ValueError:
        comma = cells[field].replace(",", ".", 1)
        hint = f" Write '{comma}'." if comma != cells[field] else ""
        raise _RefusedError(field, f"'{cells[field]}' is not a number.{hint}") from None


def _count(cells: Mapping[str, str], field: str) -> int | None:
    if field not in cells:
        return None
    value = _number(cells, field)
    if value != int(value):
        raise _RefusedError(field, f"'{cells[field]}' is not a whole number.")
    return int(value)
