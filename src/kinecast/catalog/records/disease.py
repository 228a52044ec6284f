"""The record of a disease: what it is called, the numbers its tumours are modelled with, and what is known of its course."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kinecast.catalog.records.number import Number, Record
from kinecast.catalog.records.trial import Observation

Tumour = Literal["lesions", "micrometastases", "clone"]
"""What there is of a disease, and so how its course is judged."""


class Disease(Record):
    """A cancer, or what else patients of a trial had.

    `parameters` are the model's numbers for its tumour; empty where the model has none. `tumour` is its kind: lesions that are
    measured, micrometastases that relapse, or a clone in the marrow. `scans` is how often patients are looked at where a trial
    does not say ('every 4 weeks'). `mixture` maps diseases → share of patients, for trials that took several diseases and
    reported them together: each patient then has one of them, with its numbers, and `parameters` are for those that lack some.
    `body_is_ordinary` says that levels, cells and harms of its patients may be simulated in a body without tumour where the
    model has none. `natural_history` is evidence, by setting, that no model needs.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    description: str = ""
    parameters: dict[str, Number] = Field(default_factory=dict)
    tumour: Tumour = "lesions"
    scans: str = ""
    mixture: dict[str, Number] = Field(default_factory=dict)
    body_is_ordinary: bool = False
    natural_history: dict[str, tuple[Observation, ...]] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _shares_of_all(self) -> Disease:
        if self.mixture and abs(sum(share.value or 0.0 for share in self.mixture.values()) - 1.0) > 1e-6:
            raise ValueError("the shares of a mixture must add up to 1")
        return self

    @property
    def modelled(self) -> bool:
        """Whether the model has its tumour, or those of the diseases that it is a mixture of."""
        return bool(self.parameters or self.mixture)
