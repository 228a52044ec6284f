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

Kind = Literal["observations", "regimens", "measurements", "approvals"]

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

    Arguments:
        kind: which table.
        words: texts that must stand somewhere in a row, whatever their case.
        agent: id, name, synonym or family ('IL-15': every drug of the family); in observations, one that the arm was given.
        quantity: name of what was reported; 'os' finds os_rate and os_median.
        disease, trial: id or a synonym of the trial, or the start of it.

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
    """Return what several of the rows report differently, the largest difference first; subsets are left out."""
    groups: dict[tuple[str, ...], list[float]] = {}
    for row in rows:
        if "value" in row and not row.get("among"):
            groups.setdefault(_same(kind, row), []).append(float(row["value"]))
    found = [
        Difference(", ".join(part for part in key[:-1] if part), len(values), min(values), max(values), key[-1])
        for key, values in groups.items()
        if len(values) > 1 and min(values) < max(values)
    ]
    return sorted(found, key=lambda each: -(each.ratio or float("inf")))


def _same(kind: Kind, row: Cells) -> tuple[str, ...]:
    """Return what makes two rows reports of the same thing, the unit last."""
    columns = {
        "observations": ("quantity", "when", "drugs", "disease", "unit"),
        "measurements": ("subject", "quantity", "species", "unit"),
    }.get(kind, ("unit",))
    whole = {**row, "when": f"day {row['day']}" if "day" in row else row.get("time", "")}
    whole["drugs"] = "; ".join(sorted(row.get("agents", "").split("; ")))
    return tuple(whole.get(column, "") for column in columns)


def _with(rows: Sequence[Cells], kind: Kind, column: str, text: str) -> list[Cells]:
    """Return the rows whose cell is `text`, or begins with it."""
    has = {row.get(column, "") for row in rows} - {""}
    if not has:
        raise CatalogError(f"{kind} have no {column} to choose by.")
    key = text.lower()
    exact = [row for row in rows if key in (row.get(column, "").lower(), *row.get(f"{column}_synonyms", "").lower().split("; "))]
    found = exact or [row for row in rows if row.get(column, "").lower().startswith(key)]
    if not found and not any(value.lower().startswith(key) for value in {row.get(column, "") for row in _rows(kind)}):
        raise CatalogError(f"no {kind} have {column} '{text}'.", choices(text, has))
    return found


@cache
def _rows(kind: Kind) -> tuple[Cells, ...]:
    """Return a table's rows with what the search adds to them: the drugs of the arm, the disease and the trial's synonyms."""
    from kinecast import catalog
    from kinecast.catalog.records.agent import Approval
    from kinecast.catalog.tables import Table

    if kind == "approvals":
        return Table(_DATA / "evidence" / "approvals.csv", Approval).cells
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
    called = name.lower()
    heads = _heads()
    if called in heads:
        return {called}
    family = {key for key, (family, _) in heads.items() if family.lower() == called}
    named = {key for key, (_, names) in heads.items() if called in names}
    if not family | named:
        known = {*heads, *(family for family, _ in heads.values()), *(other for _, names in heads.values() for other in names)}
        raise CatalogError(f"there is no drug or family '{name}' in the catalogue.", choices(name, known))
    return family | named


@cache
def _heads() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return each drug's family and names; read without checking the records, which takes longer than a search may."""
    heads = {}
    for path in sorted((_DATA / "agents").glob("*.yaml")):
        record = read_yaml(path)
        heads[path.stem] = (record["family"], tuple(str(name).lower() for name in (record["name"], *record.get("synonyms", ()))))
    return heads
