"""Where the model meets the evidence: every observation that can be simulated, scored by the rule of its class."""

from kinecast.inference.scoreboard import Scoreboard, scoreboard
from kinecast.inference.scoring import CLASSES, RULES, Score

__all__ = ["CLASSES", "RULES", "Score", "Scoreboard", "scoreboard"]
