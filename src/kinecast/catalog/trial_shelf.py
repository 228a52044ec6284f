"""The trials of the catalogue: what a table says of each, its regimens and observations, and a protocol where one was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pydantic import Field

from kinecast.catalog.reader import read_record
from kinecast.catalog.records.number import Record, Status
from kinecast.catalog.records.regimen import Regimen
from kinecast.catalog.records.trial import Arm, Enrolled, Observation, Overlap, Trial
from kinecast.catalog.tables import Table
from kinecast.errors import CatalogError, choices


class TrialRow(Record):
    """A row of the table of trials; several citations, synonyms or overlaps stand in one cell, with semicolons between.

    `mixture` is such as 'melanoma-metastatic: 24; renal-cell-metastatic: 19'.
    """

    id: str
    title: str
    disease: str
    setting: str = ""
    phase: str = ""
    n: int | None = Field(default=None, ge=1)
    enrolled: Enrolled = ""
    citations: str
    synonyms: str = ""
    overlaps: str = ""
    follow_up: str = ""
    scans: str = ""
    mixture: str = ""
    pack_keys: str = ""
    note: str = ""


class WrittenProtocol(Record):
    """A protocol written by hand, with where it comes from, and what there is to say of the arms."""

    protocol: dict[str, object]
    protocol_source: str
    protocol_where: str
    protocol_status: Status
    arms: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class TrialShelf(Mapping[str, Trial]):
    """A read-only mapping from id to trial. Looking up also accepts a synonym, whatever its case.

    Arguments:
        data: folder with `evidence/` and `protocols/`.
        regimens, observations: tables of all trials.
    """

    def __init__(self, data: Path, regimens: Table[Regimen], observations: Table[Observation]) -> None:
        self._rows = Table(data / "evidence" / "trials", TrialRow)
        self._protocols = data / "protocols"
        self._regimens = regimens
        self._observations = observations
        self._read: dict[str, Trial] = {}

    @cached_property
    def _places(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for position, cells in enumerate(self._rows.cells):
            key = cells.get("id", "")
            if key in places:
                raise CatalogError(f"the table of trials has '{key}' twice.")
            places[key] = position
        return dict(sorted(places.items()))

    @cached_property
    def _synonyms(self) -> dict[str, str]:
        found = {key.lower(): key for key in self._places}
        for key, position in self._places.items():
            for name in _several(self._rows.cells[position].get("synonyms", "")):
                found.setdefault(name.lower(), key)
        return found

    def __getitem__(self, key: str) -> Trial:
        """Return a trial; raises CatalogError with the nearest names when there is none of that name."""
        found = self._synonyms.get(key.lower())
        if found is None:
            raise CatalogError(f"there is no trial '{key}' in the catalogue.", choices(key, self._synonyms))
        if found not in self._read:
            self._read[found] = self._trial(self._rows[self._places[found]])
        return self._read[found]

    def _trial(self, row: TrialRow) -> Trial:
        file = self._protocols / f"{row.id}.yaml"
        written = read_record(file, WrittenProtocol) if file.exists() else None
        regimens, observations = self._regimens.of_trial(row.id), self._observations.of_trial(row.id)
        planned = list(written.protocol["arms"]) if written else []  # type: ignore[call-overload]
        names = dict.fromkeys([*planned, *(item.arm for item in regimens), *(item.arm for item in observations)])
        said = written.arms if written else {}
        arms = {
            name: Arm(
                description=said.get(name, ""),
                regimens=tuple(item for item in regimens if item.arm == name),
                observations=tuple(item for item in observations if item.arm == name),
            )
            for name in names
        }
        from_protocol = written.model_dump(exclude={"arms", "notes"}) if written else {}
        return Trial(
            id=row.id,
            title=row.title,
            synonyms=_several(row.synonyms),
            citations=_several(row.citations),
            disease=row.disease,
            mixture=dict(_number(text) for text in _several(row.mixture)),
            phase=row.phase,
            setting=row.setting,
            n=row.n,
            enrolled=row.enrolled,
            follow_up=row.follow_up,
            scans=row.scans,
            arms=arms,
            overlaps=tuple(_overlap(text) for text in _several(row.overlaps)),
            notes=(*(written.notes if written else ()), *((row.note,) if row.note else ())),
            **from_protocol,
        )

    def rows(self) -> Mapping[str, Mapping[str, str]]:
        """Return the row of each trial as the table has it, without reading what the trial reported."""
        return {key: self._rows.cells[position] for key, position in self._places.items()}

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._synonyms

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _number(text: str) -> tuple[str, int]:
    disease, _, patients = text.partition(":")
    return disease.strip(), int(patients)


def _overlap(text: str) -> Overlap:
    trial, _, note = text.partition(":")
    return Overlap(trial=trial.strip(), note=note.strip())
