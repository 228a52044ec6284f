"""Why an arm ends as it does: Shapley values over brakes and drivers, and two arms compared on the same patients."""

from kinecast.inference.attribution.conducting import explain
from kinecast.inference.attribution.explanation import Attribution, Explanation
from kinecast.inference.attribution.paired import Paired, compare

__all__ = ["Attribution", "Explanation", "Paired", "compare", "explain"]
