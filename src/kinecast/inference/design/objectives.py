"""What a search weighs: response, harm, the balance of regulatory and CD8 T cells, and visits; and limits on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kinecast.errors import RunError, choices

Direction = Literal["maximize", "minimize"]
"""As Optuna names it."""


@dataclass(frozen=True)
class Objective:
    """A score of a candidate. `share`: between 0 and 1, of patients; `higher`: more of it is better."""

    name: str
    label: str
    higher: bool
    share: bool

    @property
    def direction(self) -> Direction:
        """Which way is better."""
        return "maximize" if self.higher else "minimize"


OBJECTIVES: Mapping[str, Objective] = {
    one.name: one
    for one in (
        Objective("response", "Objective response", higher=True, share=True),
        Objective("grade3", "Harm of grade ≥ 3", higher=False, share=True),
        Objective("treg_cd8", "Treg:CD8 in blood, over baseline", higher=False, share=False),
        Objective("visits", "Days with a dose", higher=False, share=False),
    )
}
"""Name → score; see `scoring.Score` for how each is taken."""

_LIMIT = re.compile(r"\s*(\w+)\s*(<=|>=)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(%?)\s*")


@dataclass(frozen=True)
class Limit:
    """A constraint on a score: no more than `value`, or no less."""

    name: str
    at_most: bool
    value: float

    def excess(self, scores: Mapping[str, float]) -> float:
        """Return by how much a candidate breaks the limit; zero or below where it keeps it."""
        over = scores[self.name] - self.value
        return over if self.at_most else -over

    def __str__(self) -> str:
        return f"{self.name} {'<=' if self.at_most else '>='} {self.value:g}"


def limits_of(texts: Iterable[str]) -> tuple[Limit, ...]:
    """Return the constraints that texts such as 'grade3 <= 0.3' or 'response >= 20 %' say.

    Raises:
        RunError: a text that says none, a score that there is not, or a share that is not between 0 and 1.
    """
    found = []
    for text in texts:
        read = _LIMIT.fullmatch(text)
        if read is None:
            raise RunError(f"constraint: '{text}' is no limit on a score.", "Write such as 'grade3 <= 0.3' or 'visits <= 8'.")
        name, sign, number, percent = read.groups()
        one = objective("constraint", name)
        value = float(number) / (100 if percent else 1)
        if one.share and not 0 <= value <= 1:
            raise RunError(f"constraint: '{text}': {name} is a share, from 0 to 1.", f"Write '{name} {sign} 0.3' or '30 %'.")
        if percent and not one.share:
            raise RunError(f"constraint: '{text}': {name} is no share.", f"Write '{name} {sign} {number}'.")
        found.append(Limit(name, sign == "<=", value))
    return tuple(found)


def objectives_of(names: Iterable[str]) -> tuple[Objective, ...]:
    """Return the scores with these names, each once; all of them where none is named.

    Raises:
        RunError: a name that is none.
    """
    return tuple(objective("objective", name) for name in dict.fromkeys(names)) or tuple(OBJECTIVES.values())


def objective(field: str, name: str) -> Objective:
    """Return the score with this name; raises RunError, naming the field, where there is none."""
    if name not in OBJECTIVES:
        raise RunError(f"{field}: there is no score '{name}'.", choices(name, OBJECTIVES))
    return OBJECTIVES[name]
