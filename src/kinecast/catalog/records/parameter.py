"""The record of a model parameter: a number with its name, and what it moves together with between patients."""

from __future__ import annotations

from pydantic import Field

from kinecast.catalog.records.number import Number, Record


class Parameter(Number):
    """A number of a biology module; `correlated_with` gives the correlation of its spread with that of other parameters."""

    correlated_with: dict[str, float] = Field(default_factory=dict)


class ParameterFile(Record):
    """The parameters of one biology module, by id."""

    module: str
    description: str = ""
    parameters: dict[str, Parameter]
