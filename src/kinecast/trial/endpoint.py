"""An endpoint of an arm: how it is estimated and in which unit; and the question it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kinecast import catalog
from kinecast.trial.estimators import Estimator
from kinecast.trial.outcome import Outcome
from kinecast.trial.recist import Response
from kinecast.units import canonical_factor, convert, dimension

if TYPE_CHECKING:
    from kinecast.trial.protocol import Protocol


GENOTYPES = {"FCGR3A V/V": (2,), "FCGR3A V/F": (1,), "FCGR3A F/F": (0,), "FCGR3A F carriers": (0, 1), "FCGR3A V carriers": (1, 2)}
"""Subsets by the alleles of FCGR3A at position 158, as evidence names them → numbers of V alleles."""


class NotSimulatedError(Exception):
    """The model or the protocol cannot give this number; the message says why."""


@dataclass(frozen=True)
class Endpoint:
    """A number of an arm.

    Attributes:
        estimator: gives it from patients and from resamples of them.
        unit: its unit.
        per: converts other units: unit → how many of that unit one `unit` is; for concentrations by mass or activity.
    """

    estimator: Estimator
    unit: str
    per: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Question:
    """What is asked of an arm: a quantity as evidence names it, when, and of whom.

    Attributes:
        quantity: such as 'orr', 'os_rate', 'fold_nk_blood'. time: free text, such as '12 months' or 'peak'.
        on, since: the time in days, and from what it counts, where the evidence has it in that form ('' is the start).
        among: '' for the whole arm, or a subset such as 'responders'.
        arm: name. outcomes: arm → outcome, all on the same patients. units: observable → unit. protocol: of the trial.
        unit: of the answer, where it decides what is asked: a nadir in 'fraction' is one of the value before treatment.
    """

    quantity: str
    time: str
    among: str
    arm: str
    outcomes: Mapping[str, Outcome]
    units: Mapping[str, str]
    protocol: Protocol
    on: float | None = None
    since: str = ""
    unit: str = ""

    @property
    def outcome(self) -> Outcome:
        """The outcome of the arm."""
        return self.outcomes[self.arm]

    @property
    def subset(self) -> np.ndarray:
        """The patients asked about, (N,) bool; raises NotSimulatedError for a subset that the model does not know."""
        best = self.outcome.best
        known = {
            "": np.ones(len(self.outcome), dtype=bool),
            "responders": best >= Response.PR,
            "complete responders": best == Response.CR,
            "partial responders": best == Response.PR,
            "stable disease": best == Response.SD,
        }
        if self.among in known:
            return known[self.among]
        v_alleles = self.outcome.conducted.v_alleles
        if v_alleles is not None and self.among in GENOTYPES:
            return np.isin(v_alleles, GENOTYPES[self.among])
        diseases = self.outcome.conducted.diseases
        ill = None if diseases is None else named_disease(self.among, np.unique(diseases))
        if ill is None:
            raise NotSimulatedError(f"the subset '{self.among}' is not told apart")
        return diseases == ill

    @property
    def day(self) -> float | None:
        """The time as days from the start of treatment, None when none is named; 'day N' is N − 1 days after it.

        Raises:
            NotSimulatedError: a time that counts from something else: a dose that is not the first, stopping, surgery.
        """
        if self.since not in ("", "start", "baseline", "dose"):
            raise NotSimulatedError(f"'{self.time}' counts from {self.since}")
        if self.since == "dose" and not self._one_dose:
            raise NotSimulatedError(f"'{self.time}' does not say after which dose")
        if self.since == "baseline" and self.on:
            raise NotSimulatedError(f"'{self.time}' is before treatment")
        written = observed_days(self.time)
        return self.on if written is None or self.since in ("baseline", "dose") else written

    @property
    def day_of_response(self) -> float | None:
        """The time as days from the response, None when none is named."""
        return self.on if self.since == "response" else self.day

    @property
    def _one_dose(self) -> bool:
        """Whether a time after 'the dose' is one after the first: it is the only one, or the text says so."""
        return len(self.outcome.conducted.planned) < 2 or is_first_dose(self.time)


def named_disease(text: str, diseases: Iterable[str]) -> str | None:
    """Return which of some diseases a subset such as 'renal cell' is, by its names in the catalogue; None for none."""

    def plain(name: str) -> str:
        return name.lower().replace("-", " ")

    records = [catalog.disease(key) for key in diseases]
    return next((one.id for one in records if plain(text) in map(plain, (one.id, one.name, *one.synonyms))), None)


def is_first_dose(text: str) -> bool:
    """Whether a time says that it is after the first dose of all (not after the first of a later phase)."""
    return re.search(r"first( test)?( dose| injection| infusion| bolus)|\bsingle\b|\bdose 1\b", text.lower()) is not None


_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"(min|minutes?|h|hours?|d|days?|w|wks?|weeks?|mos?|mths?|months?|y|yrs?|years?)"
_DAYS = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.4375, "y": 365.25}


def observed_days(text: str) -> float | None:
    """Return '12 months', '12-month', 'wk 8' or '90 d' in days, and 'day 8' as 7; None for a text without one plain time."""
    written = text.strip().lower().rstrip(".")
    numbered = re.fullmatch(rf"(?:study )?(?:day|d) ?{_NUMBER}", written)
    after = re.fullmatch(rf"{_NUMBER}[\s-]*{_UNIT}", written)
    before = re.fullmatch(rf"{_UNIT}\s*{_NUMBER}", written)
    if numbered:
        return max(float(numbered[1]) - 1.0, 0.0)
    if after:
        return float(after[1]) * _day_length(after[2])
    if before:
        return float(before[2]) * _day_length(before[1])
    return None


def observed_window(text: str) -> tuple[float, float] | None:
    """Return '0-1 h', '6-8 weeks' or 'wk 5-9' as two days, 'to 4 h' from the start; None for other texts, and for 'days 8-10'."""
    match = re.fullmatch(rf"(w|wks?|weeks?|mos?|months?|y|years?)\s*{_NUMBER}\s*(?:-|–|to)\s*{_NUMBER}", text.strip().lower())
    if match:
        return float(match[2]) * _day_length(match[1]), float(match[3]) * _day_length(match[1])
    match = re.fullmatch(rf"{_NUMBER}\s*(?:-|–|to)\s*{_NUMBER}\s*{_UNIT}", text.strip().lower())
    if match:
        return float(match[1]) * _day_length(match[3]), float(match[2]) * _day_length(match[3])
    match = re.fullmatch(rf"to\s+{_NUMBER}\s*{_UNIT}", text.strip().lower())
    return (0.0, float(match[1]) * _day_length(match[2])) if match else None


def in_unit(endpoint: Endpoint, unit: str) -> float:
    """Return what a value of the endpoint is multiplied by to be in `unit`; raises UnitError when it cannot be."""
    if endpoint.per:
        for own, factor in {endpoint.unit: 1.0, **endpoint.per}.items():
            if dimension(own) == dimension(unit):
                return factor * canonical_factor(own) / canonical_factor(unit)
    return convert(1.0, endpoint.unit, unit)


def _day_length(unit: str) -> float:
    for name in ("min", "mo", "h", "d", "w", "y"):
        if unit.startswith(name):
            return _DAYS[name]
    raise AssertionError(unit)
