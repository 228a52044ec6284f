"""Where the model meets the evidence: every observation that can be simulated, scored by the rule of its class."""

from kinecast.inference.scoreboard import STANDINGS, Scoreboard, scoreboard
from kinecast.inference.scoring import CLASSES, FEWEST, NEAR, RULES, Score

__all__ = ["CLASSES", "FEWEST", "NEAR", "RULES", "STANDINGS", "Score", "Scoreboard", "scoreboard"]
