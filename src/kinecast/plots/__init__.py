"""Pictures of a forecast: one function a picture, each an Altair chart that saves itself as SVG, PNG, PDF or HTML."""

from __future__ import annotations

from importlib import import_module
from typing import Any

PICTURES = (
    "forecast_against_report",
    "swimmer",
    "waterfall",
    "spider",
    "kaplan_meier",
    "drug_level",
    "blood_cells",
    "toxicity",
    "toxicity_course",
    "doses",
)


class Plots:
    """The pictures of one forecast: `forecast.plot.waterfall().save("waterfall.svg")`.

    Every picture takes `arm` (default: all arms) and returns an `altair` chart.
    """

    def __init__(self, forecast: Any) -> None:
        self._forecast = forecast

    def forecast_against_report(self, arm: str | None = None) -> Any:
        """Draw forecast and report of every endpoint beside each other, with their intervals."""
        return self._draw("forecast_against_report", arm)

    def swimmer(self, arm: str | None = None) -> Any:
        """Draw one lane a patient: treatment, response, progression, death."""
        return self._draw("swimmer", arm)

    def waterfall(self, arm: str | None = None) -> Any:
        """Draw each patient's best change in tumour size [%]."""
        return self._draw("waterfall", arm)

    def spider(self, arm: str | None = None) -> Any:
        """Draw each patient's change in tumour size [%] over time."""
        return self._draw("spider", arm)

    def kaplan_meier(self, arm: str | None = None) -> Any:
        """Draw progression-free and overall survival with 95 % bands, numbers at risk and the reported medians."""
        return self._draw("kaplan_meier", arm)

    def drug_level(self, arm: str | None = None) -> Any:
        """Draw each agent's level in serum over the first course, logarithmic."""
        return self._draw("drug_level", arm)

    def blood_cells(self, arm: str | None = None) -> Any:
        """Draw blood cells as fold of baseline, small multiples."""
        return self._draw("blood_cells", arm)

    def toxicity(self, arm: str | None = None) -> Any:
        """Draw the share of patients by worst CTCAE grade of each toxicity."""
        return self._draw("toxicity", arm)

    def toxicity_course(self, arm: str | None = None) -> Any:
        """Draw blood pressure, creatinine, weight, ALT and temperature over the first course."""
        return self._draw("toxicity_course", arm)

    def doses(self, arm: str | None = None) -> Any:
        """Draw the doses received in the first cycle and why doses were held."""
        return self._draw("doses", arm)

    def _draw(self, name: str, arm: str | None) -> Any:
        import altair

        spec = picture(self._forecast, name, arm)
        kinds = {"layer": altair.LayerChart, "vconcat": altair.VConcatChart, "hconcat": altair.HConcatChart}
        kind = next((kinds[key] for key in kinds if key in spec), altair.ConcatChart)
        return kind.from_dict(spec, validate=False)  # checked once, when it is drawn; checking here takes seconds


def picture(forecast: Any, name: str, arm: str | None = None) -> dict[str, Any]:
    """Return a picture of `PICTURES` as a Vega-Lite specification, without loading Altair.

    Raises RunError when the run stored nothing that it could show, or has no such arm.
    """
    from kinecast.errors import RunError
    from kinecast.plots.needs import missing

    if lacks := missing(forecast, name):
        raise RunError(f"there is nothing to draw for '{name}': {lacks}.")
    return getattr(import_module(f"kinecast.plots.{name}"), name)(forecast, arm)


def available(forecast: Any) -> tuple[str, ...]:
    """Return the names of the pictures that this forecast has data for."""
    from kinecast.plots.needs import missing

    return tuple(name for name in PICTURES if not missing(forecast, name))
