"""Virtual populations: who the patients are, as a pure function of a seed and each patient's index."""

from kinecast.patients.population import Patients, Population
from kinecast.patients.streams import normal, uniform

__all__ = ["Patients", "Population", "normal", "uniform"]
