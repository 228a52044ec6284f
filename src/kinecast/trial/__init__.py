"""Trials: from a protocol through conduct and assessment to endpoints."""

from kinecast.trial.protocol import Courses, Protocol, Treatment
from kinecast.trial.recist import Response

__all__ = ["Courses", "Protocol", "Response", "Treatment"]
