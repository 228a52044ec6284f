"""The three games whose players are brakes and drivers: which of a model's switches play, and what a coalition switches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kinecast.biology import PatientModel
from kinecast.biology.brakes import BRAKES, DRIVERS

REMOVED, INDUCED, DRIVING = "removed", "induced", "drivers"
QUESTIONS: Mapping[str, str] = {
    REMOVED: "what each brake costs as it stands",
    INDUCED: "what the treatment's own raising of each brake costs",
    DRIVING: "what each driver of the treatment gives",
}
OWN_BRAKES = "own-brakes"
"""The player of the drivers' game that stands for all brakes which the treatment raises."""


@dataclass(frozen=True)
class Player:
    """One player.

    Attributes:
        name: as users write it. label, family: for tables and pictures. switches: parameters of the patient that it turns.
    """

    name: str
    label: str
    family: str
    switches: tuple[str, ...]


@dataclass(frozen=True)
class Game:
    """One question.

    Attributes:
        name, players: what is asked of whom.
        on: whether the members of a coalition act and the others are switched off; else the reverse.
        over_untreated: whether a coalition is worth what the doses add to the same switches without any dose.
    """

    name: str
    players: tuple[Player, ...]
    on: bool
    over_untreated: bool

    def switched(self, model: PatientModel, parameters: np.ndarray, coalitions: np.ndarray) -> np.ndarray:
        """Return parameters (M, n_parameters) of patients with the switches as their coalitions (M,) say."""
        turned = parameters.copy()
        for place, player in enumerate(self.players):
            member = (coalitions >> place & 1).astype(bool)
            off = ~member if self.on else member
            for switch in player.switches:
                turned[off, model.columns[switch]] = 0.0
        return turned


def games(model: PatientModel) -> dict[str, Game]:
    """Return the games that a model has players for, by name.

    removed: v(S) is the outcome with the brakes of S taken away.
    induced: v(S) is the outcome with the brakes of S held at their resting level, over that of the same patient so held and
    untreated. Brakes also rise without treatment, as immunity attacks a tumour; that is not the treatment's doing.
    drivers: v(S) is the outcome with only the drivers of S acting, over the same without a dose. All brakes that rise are one
    more player, so that no player at all is no treatment, up to what passes no switch.

    A switch that is no parameter of the model is no player: nothing would change.
    """
    names = {parameter.name for parameter in model.network.parameters}
    brakes = BRAKES.values()
    removed = tuple(Player(one.name, one.label, one.family, (one.off,)) for one in brakes if one.off in names)
    induced = tuple(Player(one.name, one.label, one.family, (one.held,)) for one in brakes if one.held in names)
    driving = tuple(Player(one.name, one.label, one.family, (one.off,)) for one in DRIVERS.values() if one.off in names)
    if induced and driving:
        held = tuple(switch for player in induced for switch in player.switches)
        driving += (Player(OWN_BRAKES, "brakes it raises or eases", "brakes", held),)
    made = (
        Game(REMOVED, removed, on=False, over_untreated=False),
        Game(INDUCED, induced, on=False, over_untreated=True),
        Game(DRIVING, driving, on=True, over_untreated=True),
    )
    return {game.name: game for game in made if game.players}
