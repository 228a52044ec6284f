"""The record of a disease: what it is called, the numbers its tumours are modelled with, and what is known of its course."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Number, Record
from kinecast.catalog.records.trial import Observation

Tumour = Literal["lesions", "micrometastases", "clone", "bladder"]
"""What there is of a disease, and so how its course is judged."""


class Disease(Record):
    """A cancer, or what else patients of a trial had.

    `parameters` are the model's numbers for its tumour; empty where the model has none. `tumour` is its kind: lesions that are
    measured, micrometastases that relapse, a clone in the marrow, or carcinoma on the wall of the bladder. `scans` is how often
    patients are looked at where a trial does not say ('every 4 weeks'), `confirmation` how much later a response must be seen
    again ('none': it counts at once; empty: as RECIST has it). `mixture` maps diseases → share of patients, for trials that took
    several diseases and reported them together: each patient then has one of them, with its numbers, and `parameters` are for
    those that lack some. `body_is_ordinary` says that levels, cells and harms of its patients may be simulated in a body without
    tumour where the model has none. `natural_history` is evidence, by setting, that no model needs.

    `death_by_year` maps the calendar year in which patients were treated → hazard ratio of death from the tumour against the year
    of the arms to which the hazard itself was calibrated, which has the ratio 1: what is given after a trial's treatment changes.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    description: str = ""
    parameters: dict[str, Number] = Field(default_factory=dict)
    tumour: Tumour = "lesions"
    scans: str = ""
    confirmation: str = ""
    mixture: dict[str, Number] = Field(default_factory=dict)
    death_by_year: dict[int, Number] = Field(default_factory=dict)
    body_is_ordinary: bool = False
    natural_history: dict[str, tuple[Observation, ...]] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _shares_of_all(self) -> Disease:
        if self.mixture and abs(sum(share.value or 0.0 for share in self.mixture.values()) - 1.0) > 1e-6:
            raise ValueError("the shares of a mixture must add up to 1")
        return self

    @model_validator(mode="after")
    def _years_have_a_reference(self) -> Disease:
        ratios = [ratio.value or 0.0 for ratio in self.death_by_year.values()]
        if any(ratio <= 0 for ratio in ratios):
            raise ValueError("a hazard ratio in death_by_year must be above zero")
        if ratios and 1.0 not in ratios:
            raise ValueError("death_by_year needs a year of ratio 1, the one to which the hazard of death was calibrated")
        return self

    def death_in(self, year: float) -> Number:
        """Return the hazard ratio of death of patients treated in a year; `death_by_year` must not be empty.

        Between the years of `death_by_year` its logarithm is linear, outside them it is that of the nearest.
        """
        known = sorted(self.death_by_year)
        inside = min(max(year, known[0]), known[-1])
        if inside in self.death_by_year:
            return self.death_by_year[int(inside)]
        early, late = next(pair for pair in pairwise(known) if pair[0] < inside < pair[1])
        first, second = (self.death_by_year[one].value or 1.0 for one in (early, late))
        share = (inside - early) / (late - early)
        value = math.exp((1 - share) * math.log(first) + share * math.log(second))
        source = self.death_by_year[early if second == 1.0 else late].source
        return Number(value=value, unit="1", source=source, where=f"between those of {early} and {late}", status="calibrated")

    @property
    def modelled(self) -> bool:
        """Whether the model has its tumour, or those of the diseases that it is a mixture of."""
        return bool(self.parameters or self.mixture)
