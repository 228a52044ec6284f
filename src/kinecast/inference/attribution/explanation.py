"""An explanation: what brakes and drivers do to the outcome of one arm, for the cohort and for every patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinecast import __version__
from kinecast.inference.attribution.games import DRIVING, INDUCED, OWN_BRAKES, QUESTIONS, REMOVED, Player
from kinecast.inference.attribution.measures import RESPONSE, SIZE

OUTCOMES = (SIZE, RESPONSE)
"""Outcomes, in the order of the last dimension of every array."""

LIMITING = "limiting"
LEADING: Mapping[str, tuple[str, str]] = {
    REMOVED: ("standing_brake", "costs most as it stands"),
    INDUCED: ("induced_brake", "costs most by what the treatment raises of it"),
    LIMITING: ("limiting_brake", "holds back the drug most: worth more with the drug than untreated"),
    DRIVING: ("driver", "gives most"),
}
"""What can lead → its key in explain.json, and in words; by tumour size in the cohort."""


@dataclass(frozen=True)
class Lead:
    """The player that matters most to tumour size, in ln, and how far it is ahead of the second, with standard errors."""

    player: Player
    value: float
    error: float
    second: Player | None
    ahead: float
    error_ahead: float

    @property
    def clear(self) -> bool:
        """Whether it is ahead by more than two standard errors."""
        return self.ahead > 2 * self.error_ahead

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        numbers = {
            "value": self.value,
            "standard_error": self.error,
            "ahead": self.ahead,
            "standard_error_ahead": self.error_ahead,
        }
        second = None if self.second is None else self.second.name
        return {"name": self.player.name, "second": second, "clear": self.clear} | {k: _finite(v) for k, v in numbers.items()}


@dataclass(frozen=True)
class Attribution:
    """One game in every patient. The last dimension of every array holds the outcomes, `OUTCOMES`; larger is better.

    Attributes:
        game: 'removed', 'induced' or 'drivers'. players: k.
        exact: whether every coalition was simulated; else random orders were.
        values: (N, k, 2) Shapley values: of a brake what it costs, of a driver what it gives.
        alone: (N, k, 2) the same of each player turned alone, the others as they are without any.
        without: (N, k, 2) Shapley values of the same switches in the same patients without any dose.
        none, every: (N, 2) what no player in the coalition is worth, and all.
        variance: (N, k, 2) of the values by the choice of orders; 0 where exact.
    """

    game: str
    players: tuple[Player, ...]
    exact: bool
    values: np.ndarray
    alone: np.ndarray
    without: np.ndarray
    none: np.ndarray
    every: np.ndarray
    variance: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """(k, 2) values of the cohort."""
        return self.values.mean(axis=0)

    @property
    def error(self) -> np.ndarray:
        """(k, 2) standard errors of the cohort's values: between patients, the choice of orders included."""
        return _error(self.values)

    @property
    def order_error(self) -> np.ndarray:
        """(k, 2) standard errors of the cohort's values by the choice of orders alone."""
        return np.sqrt(self.variance.sum(axis=0)) / len(self.values)

    @property
    def whole(self) -> np.ndarray:
        """(N, 2) what all players are worth together."""
        return self.every - self.none

    @property
    def left(self) -> float:
        """Largest part of any patient's whole, of either outcome, that the values do not sum to, over the whole or 1."""
        missed = np.abs(self.values.sum(axis=1) - self.whole)
        return float((missed / np.maximum(np.abs(self.whole), 1.0)).max(initial=0.0))

    @property
    def beyond(self) -> np.ndarray:
        """(N, k, 2) what a switch is worth under treatment beyond what it is worth without: of a brake, its hold on the drug."""
        return self.values - self.without

    def leading(self, *, beyond: bool = False) -> Lead | None:
        """Return the player that matters most to tumour size in the cohort, or most beyond no treatment; None where none does."""
        values = (self.beyond if beyond else self.values)[:, :, 0]
        own = [place for place, player in enumerate(self.players) if player.name != OWN_BRAKES]
        best, *others = sorted(own, key=lambda place: -values[:, place].mean()) or [None]
        if best is None or values[:, best].mean() <= 0:
            return None
        second = others[0] if others else None
        ahead = values[:, best] - (0.0 if second is None else values[:, second])
        return Lead(
            self.players[best],
            float(values[:, best].mean()),
            float(_error(values[:, best])),
            None if second is None else self.players[second],
            float(ahead.mean()),
            float(_error(ahead)),
        )


@dataclass(frozen=True)
class Explanation:
    """What brakes and drivers do to the outcome of one arm.

    Attributes:
        title, arm, disease: of what was explained. agents: given in the arm.
        seed, orders, visits: seed of the population, random orders a patient, days at which tumours were looked at.
        indices: (N,) of the patients; those whose simulation failed are left out and counted in `failed`.
        words: outcome → what it is, with its unit.
        treated, untreated: (N, 2) outcome of the arm as it was given, and without any dose; larger is better.
        games: name → attribution.
        numbers: name → (N,) numbers that differ between the patients, in the unit of `units`.
    """

    title: str
    arm: str
    disease: str
    agents: tuple[str, ...]
    seed: int
    orders: int
    visits: tuple[float, ...]
    indices: np.ndarray
    failed: int
    words: Mapping[str, str]
    treated: np.ndarray
    untreated: np.ndarray
    games: Mapping[str, Attribution]
    numbers: Mapping[str, np.ndarray]
    units: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.indices)

    def leading(self, what: str) -> Lead | None:
        """Return who leads in one of `LEADING`; None where none does anything."""
        game = self.games.get(REMOVED if what == LIMITING else what)
        return None if game is None else game.leading(beyond=what == LIMITING)

    @property
    def beyond_drivers(self) -> np.ndarray:
        """(N, 2) what the doses do through no switch: with every driver off and every brake held at rest."""
        return self.games[DRIVING].none if DRIVING in self.games else self.treated - self.untreated

    def per_patient(self) -> dict[str, np.ndarray]:
        """Return columns of one row a patient: his index, his outcomes, and every value by game, player and outcome."""
        columns: dict[str, np.ndarray] = {"patient": self.indices, "seed": np.full(len(self), self.seed)}
        for place, outcome in enumerate(OUTCOMES):
            columns[f"treated_{outcome}"] = self.treated[:, place]
            columns[f"untreated_{outcome}"] = self.untreated[:, place]
        for game, found in self.games.items():
            for place, outcome in enumerate(OUTCOMES):
                for player, values in zip(found.players, found.values[:, :, place].T, strict=True):
                    columns[f"{game}_{player.name.replace('-', '_')}_{outcome}"] = values
        return columns

    def as_dict(self) -> dict[str, Any]:
        """Return the cohort's explanation as plain values."""
        return {
            "title": self.title,
            "arm": self.arm,
            "disease": self.disease,
            "agents": list(self.agents),
            "kinecast": __version__,
            "seed": self.seed,
            "patients": len(self),
            "failed": self.failed,
            "orders": self.orders,
            "visits_d": list(self.visits),
            "outcomes": {SIZE: {"what": self.words[SIZE], "unit": "ln"}, RESPONSE: {"what": self.words[RESPONSE], "unit": "1"}},
            "treated": _by_outcome(self.treated.mean(axis=0), _error(self.treated)),
            "untreated": _by_outcome(self.untreated.mean(axis=0), _error(self.untreated)),
            "leading": {key: lead and lead.as_dict() for what, (key, _) in LEADING.items() for lead in (self.leading(what),)},
            "beyond_drivers": _by_outcome(self.beyond_drivers.mean(axis=0), _error(self.beyond_drivers)),
            "games": {name: _plain(found) for name, found in self.games.items()},
        }


def _plain(found: Attribution) -> dict[str, Any]:
    mean, error, order_error = found.mean, found.error, found.order_error
    beyond = _error(found.beyond)
    return {
        "question": QUESTIONS[found.game],
        "exact": found.exact,
        "whole": _by_outcome(found.whole.mean(axis=0), _error(found.whole)),
        "sum": _by_outcome(mean.sum(axis=0), _error(found.values.sum(axis=1))),
        "left": found.left,
        "players": [
            {
                "name": player.name,
                "label": player.label,
                "family": player.family,
                **_by_outcome(
                    mean[place],
                    error[place],
                    order_error[place],
                    found.alone[:, place].mean(axis=0),
                    found.without[:, place].mean(axis=0),
                    beyond[place],
                ),
            }
            for place, player in enumerate(found.players)
        ],
    }


_NUMBERS = ("value", "standard_error", "standard_error_of_orders", "alone", "without_treatment", "standard_error_beyond")


def _by_outcome(*numbers: np.ndarray) -> dict[str, dict[str, float | None]]:
    """Return outcome → the numbers of `_NUMBERS` that are given, each (2,)."""
    return {
        outcome: {name: _finite(values[place]) for name, values in zip(_NUMBERS, numbers, strict=False)}
        for place, outcome in enumerate(OUTCOMES)
    }


def _error(values: np.ndarray) -> np.ndarray:
    """Return the standard error of the mean over patients; NaN of one patient."""
    return values.std(axis=0, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.full(values.shape[1:], np.nan)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
