"""What bodies and tumours do: modules that add states and reactions to a network, each with its sources."""

from kinecast.biology.assemble import assemble
from kinecast.biology.model import PatientModel
from kinecast.biology.observables import Observable

__all__ = ["Observable", "PatientModel", "assemble"]
