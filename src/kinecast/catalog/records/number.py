"""The record of a number: value, unit, spread between patients, source, where in the source, and status."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from kinecast.errors import CatalogError, UnitError
from kinecast.units import Quantity, dimension

Status = Literal["measured", "calibrated", "assumed"]
"""measured: read in the source, or arithmetic on what was read. calibrated: fitted here. assumed: recalled, argued or a guess."""

Interval = Literal["ci95", "ci90", "ci99", "sd", "se", "iqr", "range", "p10_p90", "p5_p95", "unstated"]
"""What the limits mean; with sd or se they are the value minus and plus that."""


class Record(BaseModel):
    """Base of every record: frozen, and a field that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_unit(unit: str) -> str:
    try:
        dimension(unit)
    except UnitError as error:
        raise ValueError(f"{error.message} {error.hint}") from None
    return unit


Unit = Annotated[str, AfterValidator(_known_unit)]


class Spread(Record):
    """How a number differs between patients: exactly one of the three.

    `lognormal` is the standard deviation of the logarithm, `logitnormal` that of the logit (numbers between 0 and 1), and
    `normal` that of the number itself, in the number's unit. The number's value is the median.
    """

    lognormal: float | None = None
    logitnormal: float | None = None
    normal: float | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Spread:
        given = [size for size in (self.lognormal, self.logitnormal, self.normal) if size is not None]
        if len(given) != 1 or given[0] <= 0:
            raise ValueError("give exactly one of lognormal, logitnormal or normal, above zero")
        return self

    @property
    def shape(self) -> str:
        """'lognormal', 'logitnormal' or 'normal'."""
        return next(name for name in ("lognormal", "logitnormal", "normal") if getattr(self, name) is not None)

    @property
    def size(self) -> float:
        """The standard deviation on that scale."""
        return getattr(self, self.shape)


def check_limits(value: float | None, low: float | None, high: float | None, names: tuple[str, str] = ("low", "high")) -> None:
    """Check that a report says something, and that its limits are in order; raises ValueError with the names of the limits."""
    if value is None and low is None and high is None:
        raise ValueError("neither a value nor a limit is given")
    if low is not None and high is not None and low > high:
        raise ValueError(f"{names[0]} {low:g} is above {names[1]} {high:g}")


class Number(Record):
    """A number that says where it comes from. `value` is empty when the source gives only a range."""

    value: float | None = None
    unit: Unit
    between_patients: Spread | None = None
    low: float | None = None
    high: float | None = None
    interval: Interval | None = None
    source: str
    where: str
    status: Status
    conditions: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Number:
        check_limits(self.value, self.low, self.high)
        return self

    @property
    def quantity(self) -> Quantity:
        """The value with its unit; raises CatalogError when there is only a range."""
        if self.value is None:
            raise CatalogError(f"only a range is known: {self.low} to {self.high} {self.unit} ({self.source}).")
        return Quantity(self.value, self.unit)
