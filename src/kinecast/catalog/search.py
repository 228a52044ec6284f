"""Finds rows of the evidence: by drug, quantity, disease and trial, or by words anywhere in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kinecast.catalog.reader import read_yaml
from kinecast.catalog.tables import Cells
from kinecast.errors import CatalogError, choices
from kinecast.units import convert, dimension

Kind = Literal["observations", "regimens", "measurements", "approvals"]

BY_ROUTE = ("half_life", "clearance", "tmax", "bioavailability", "vd")
"""How the names of quantities begin that are reports of the same thing only by the same route."""

_LIMITS = ("lower", "upper", "low", "high")
_REPORT: dict[Kind, tuple[str, ...]] = {"observations": ("trial", "source", "data_cut"), "measurements": ("source",)}
"""What tells two reports of a thing apart from two arms of one report."""

_WHATEVER_THE_DOSE = {
    "fraction",
    "ratio",
    "1",
    "flag",
    "months",
    "month",
    "years",
    "year",
    "weeks",
    "week",
    "days",
    "day",
    "d",
    "h",
}
"""Units of rates, ratios and times; levels and counts, which have others, are reports of the same thing only at the same dose."""

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Difference:
    """Several reports of the same thing: how many, from which value to which, in which unit."""

    what: str
    reports: int
    low: float
    high: float
    unit: str

    @property
    def ratio(self) -> float | None:
        """How many times the lowest the highest is; None where the lowest is not above zero."""
        return self.high / self.low if self.low > 0 else None


def search(
    kind: Kind = "observations",
    words: Iterable[str] = (),
    *,
    agent: str = "",
    quantity: str = "",
    disease: str = "",
    trial: str = "",
) -> list[Cells]:
    """Return the rows that fit everything asked for, as written, in the order of the tables.

    Only letters and digits of names are compared: 'IL2' is 'IL-2', 'KEYNOTE-006' keynote006.

    Arguments:
        kind: which table.
        words: texts that must stand somewhere in a row, whatever their case.
        agent: id, name, synonym or family ('IL-15': every drug of the family); in observations, one that the arm was given.
        quantity: name of what was reported; 'os' finds os_rate and os_median, 'half-life' half_life and half_life_terminal.
        disease, trial: id or a synonym, or the start of the id ('melanoma').

    Raises:
        CatalogError: a name that nothing in the catalogue has, with the nearest ones.
    """
    rows = _rows(kind)
    if agent:
        wanted = _agents_called(agent)
        rows = [row for row in rows if wanted.intersection(row["agents" if kind == "observations" else "agent"].split("; "))]
    for column, text in (("quantity", quantity), ("disease", disease), ("trial", trial)):
        if text:
            rows = _with(rows, kind, column, text)
    sought = [word.lower() for word in words]
    return [row for row in rows if all(any(word in cell.lower() for cell in row.values()) for word in sought)]


def differences(kind: Kind, rows: Iterable[Cells]) -> list[Difference]:
    """Return what several of the rows report differently, the largest difference first; subsets are left out.

    Observations are compared at the same time, in the same disease, on the same drugs and between trials, sources or data cuts;
    levels and counts only at the same dose, half-lives and the like only by the same route. Measurements: between sources.
    """
    groups: dict[tuple[str, ...], list[Cells]] = {}
    for row in rows:
        if not row.get("among"):
            groups.setdefault(_same(kind, row), []).append(row)
    found = []
    for key, group in ((key, part) for key, whole in groups.items() for part in _of_one_dimension(whole)):
        reports = {tuple(row.get(part, "") for part in _REPORT[kind]) for row in group}
        what = ", ".join(part for part in key if part)
        if len(reports) > 1 and (one := difference(what, group)) is not None:
            found.append(one)
    return sorted(found, key=lambda each: (each.ratio is None, -(each.ratio or each.high - each.low)))


def difference(what: str, rows: Sequence[Cells]) -> Difference | None:
    """Return how far apart reports of the same thing are, in the unit of the first, or None when a number lies within them all.

    It is that of the two reports farthest apart, at their nearest ends: a value inside a range agrees with it.
    """
    ends = ends_of(rows)
    if not ends:
        return None
    low, high = min(max(each) for each in ends), max(min(each) for each in ends)
    return Difference(what, len(rows), low, high, rows[0]["unit"]) if low < high else None


def ends_of(rows: Sequence[Cells]) -> list[list[float]]:
    """Return the value of each row, or the limits where there is none, all in the unit of the first."""
    written = [[row["value"]] if "value" in row else [row[side] for side in _LIMITS if side in row] for row in rows]
    return [
        [convert(float(end), row["unit"], rows[0]["unit"]) for end in ends]
        for row, ends in zip(rows, written, strict=True)
        if ends
    ]


def _same(kind: Kind, row: Cells) -> tuple[str, ...]:
    """Return what makes two rows reports of the same thing, if their units have one dimension."""
    if kind == "measurements":
        return row["subject"], row["quantity"], row["species"]
    when = f"day {row['day']}" if "day" in row else row.get("time", "")
    drugs = "; ".join(sorted(row.get("agents", "").split("; ")))
    return row["quantity"], when, drugs, row.get("disease", ""), _given_alike(row)


def _of_one_dimension(rows: Sequence[Cells]) -> Iterable[list[Cells]]:
    """Yield the rows apart by the dimension of their units; where all have one unit, it need not be looked at, which is slow."""
    parts: dict[object, list[Cells]] = {}
    same = len({row["unit"] for row in rows}) == 1
    for row in rows:
        parts.setdefault(None if same else dimension(row["unit"]), []).append(row)
    return parts.values()


def _given_alike(row: Cells) -> str:
    """Return the dose or the route that another report must have to be of the same thing; nothing where that is not asked."""
    by_route = row["quantity"].startswith(BY_ROUTE)
    if not by_route and row["unit"] in _WHATEVER_THE_DOSE:
        return ""
    arm = row.get("trial", ""), row.get("arm", "")
    said = _doses().get(arm, ())
    if by_route:
        return ", then ".join(dict.fromkeys(route for route, _ in said if route))
    return ", then ".join(dict.fromkeys(dose for _, dose in said if dose)) or f"dose of {' '.join(arm)} not known"


@cache
def _doses() -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """Return trial and arm → the route and the dose of each of its regimens."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in _rows("regimens"):
        route = row.get("route", "")
        dose = f"{row['dose']} {row['unit']} {route}".strip() if "dose" in row else row.get("dose_text", "")
        found.setdefault((row["trial"], row["arm"]), []).append((route, dose))
    return found


def _with(rows: Sequence[Cells], kind: Kind, column: str, text: str) -> list[Cells]:
    """Return the rows whose cell is called `text`, or begins with it; only letters and digits are compared."""
    has = {row.get(column, "") for row in rows} - {""}
    if not has:
        raise CatalogError(f"{kind} have no {column} to choose by.")
    everywhere = {row.get(column, "") for row in _rows(kind)} - {""}
    called = _called(everywhere, _rows(kind), column, _plain(text))
    if not called:
        raise CatalogError(f"no {kind} have {column} '{text}'.", choices(text, has))
    return [row for row in rows if row.get(column, "") in called]


def _called(names: Iterable[str], rows: Iterable[Cells], column: str, key: str) -> set[str]:
    """Return the names that a key stands for: its own, and for quantities those that go on after it; else those it begins."""
    exact = {name for name in names if _plain(name) == key}
    if column == "quantity":  # with half_life goes half_life_terminal
        exact |= {name for name in names for start in exact if name.startswith(f"{start}_")}
    if column == "trial":
        exact |= {row["trial"] for row in rows if key in map(_plain, row.get("trial_synonyms", "").split("; "))}
    if exact:
        return exact
    begun = {name for name in names if key and _plain(name).startswith(key)}
    return begun | {name for name in names if key in _disease_names().get(name, ())} if column == "disease" else begun


@cache
def _rows(kind: Kind) -> tuple[Cells, ...]:
    """Return a table's rows with what the search adds to them: the drugs of the arm, the disease and the trial's synonyms."""
    from kinecast import catalog

    if kind == "approvals":
        return catalog.approval_rows().cells
    if kind == "measurements":
        return tuple({"agent": "", **row} for row in catalog.measurements().cells)
    known = catalog.trials().rows()
    given = _given(catalog.regimens().cells)
    added = {key: {"disease": row.get("disease", ""), "trial_synonyms": row.get("synonyms", "")} for key, row in known.items()}
    return tuple(
        {**row, **added.get(row["trial"], {}), **({"agents": _drugs(given, row)} if kind == "observations" else {})}
        for row in getattr(catalog, kind)().cells
    )


def _given(regimens: Iterable[Cells]) -> Mapping[tuple[str, str], list[str]]:
    """Return the drugs of each arm, and under the arm '' those of the whole trial."""
    given: dict[tuple[str, str], list[str]] = {}
    for row in regimens:
        for key in ((row["trial"], row["arm"]), (row["trial"], "")):
            drugs = given.setdefault(key, [])
            if row["agent"] not in drugs:
                drugs.append(row["agent"])
    return given


def _drugs(given: Mapping[tuple[str, str], list[str]], row: Cells) -> str:
    """Return the drugs of an arm; those of the first where it compares two ('a_vs_b'), all of the trial's where it pools arms."""
    arm, contrast, _ = row["arm"].partition("_vs_")
    return "; ".join(given.get((row["trial"], arm)) or ([] if contrast else given.get((row["trial"], ""), [])))


def _agents_called(name: str) -> set[str]:
    """Return the ids of the drugs that a name stands for: one drug, or all of a family."""
    called = _plain(name)
    heads = _heads()
    one = {key for key in heads if _plain(key) == called}
    if one:
        return one
    family = {key for key, (family, _) in heads.items() if _plain(family) == called}
    named = {key for key, (_, names) in heads.items() if called in map(_plain, names)}
    if not family | named:
        known = {*heads, *(family for family, _ in heads.values()), *(other for _, names in heads.values() for other in names)}
        raise CatalogError(f"there is no drug or family '{name}' in the catalogue.", choices(name, known))
    return family | named


@cache
def _plain(name: str) -> str:
    """Return the letters and digits of a name in lower case, so that 'IL2' and 'il-2' are 'IL-2', and alpha is alfa."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    return plain.replace("interleukin", "il").replace("alpha", "alfa")


@cache
def _disease_names() -> Mapping[str, frozenset[str]]:
    """Return the names of each disease, only letters and digits."""
    heads = {path.stem: read_yaml(path) for path in sorted((_DATA / "diseases").glob("*.yaml"))}
    return {
        key: frozenset(_plain(str(name)) for name in (record["name"], *(record.get("synonyms") or ())))
        for key, record in heads.items()
    }


@cache
def _heads() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return each drug's family and names; read without checking the records, which takes longer than a search may."""
    heads = {}
    for path in sorted((_DATA / "agents").glob("*.yaml")):
        record = read_yaml(path)
        heads[path.stem] = (record["family"], tuple(str(name).lower() for name in (record["name"], *record.get("synonyms", ()))))
    return heads
