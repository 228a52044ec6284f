"""Trials: from a protocol through conduct and assessment to endpoints."""

from kinecast.trial.conduct import conduct
from kinecast.trial.outcome import Outcome, outcome
from kinecast.trial.protocol import Courses, Protocol, Treatment
from kinecast.trial.recist import Response

__all__ = ["Courses", "Outcome", "Protocol", "Response", "Treatment", "conduct", "outcome"]
