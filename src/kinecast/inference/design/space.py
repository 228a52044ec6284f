"""The space that a search looks through: molecules, doses, schedules and partners, as a small YAML says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NONE = "none"
"""How the absence of a choice is written: no target, no mask, no partner, no binding, no holding rule."""

TARGETED_FORMATS = {"antibody": 2, "fragment": 1}
"""Formats that have arms to seek a target with → how many."""


@dataclass(frozen=True)
class Fold:
    """The KD of a receptor as a multiple of the cytokine's, searched on a logarithmic scale; `may_lack`: or it does not bind."""

    low: float
    high: float
    may_lack: bool = False


@dataclass(frozen=True)
class Span:
    """A range of an amount, `low` to `high` in `unit`, searched on a logarithmic scale."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Space:
    """What may be chosen; every candidate is one choice of each.

    Attributes:
        disease: of the patients. content: the space as plain values, as it was written or as the default is.
        cytokines: drug of the catalogue → receptor → the KDs that it may have there; receptors that are not named keep theirs.
        copies: cytokines in a molecule. formats: what carries it. peg: mass of the chain, where `peg` is a format.
        targets: antigen → KD of one arm; None under 'none': it seeks nothing. With a target the format has arms.
        masks: name → the recipe's `closed` fields; None under 'none': it acts as it is given.
        dose: of one administration. routes, every: ways and intervals. doses: fewest and most, fewer where `treatment` is over.
        treatment: time in which doses may begin, such as '16 weeks'.
        partners: drug → its dose, route and schedule; None under 'none': the candidate is given alone.
        hold: rule by which the candidate's doses are held, or 'none'.
        not_counted: toxicities that do not count as harm.
        follow_up, scans: as in a protocol.
    """

    disease: str
    content: Mapping[str, Any]
    cytokines: Mapping[str, Mapping[str, Fold]]
    copies: tuple[int, ...]
    formats: tuple[str, ...]
    peg: str
    targets: Mapping[str, Span | None]
    masks: Mapping[str, Mapping[str, Any] | None]
    dose: Span
    routes: tuple[str, ...]
    every: tuple[str, ...]
    doses: tuple[int, int]
    treatment: str
    partners: Mapping[str, Mapping[str, Any] | None]
    hold: str
    not_counted: tuple[str, ...]
    follow_up: str
    scans: str

    @property
    def targeted_formats(self) -> tuple[str, ...]:
        """Formats of the space that have arms."""
        return tuple(name for name in self.formats if name in TARGETED_FORMATS)

    def as_yaml(self) -> str:
        """Return the space as YAML text that `read_space` accepts."""
        import yaml

        return yaml.safe_dump(dict(self.content), sort_keys=False, allow_unicode=True, width=120)
