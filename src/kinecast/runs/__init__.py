"""Runs: a protocol in, a forecast out, stored so that it can be repeated."""

from kinecast.runs.execute import run
from kinecast.runs.forecast import Forecast
from kinecast.runs.repeating import rerun

__all__ = ["Forecast", "rerun", "run"]
