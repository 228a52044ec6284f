"""A toy clinic: a small patient with a drug, an exponential tumour, blood pressure and hazards; rules and grades to match."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology.model import PatientModel
from kinecast.biology.observables import Observable
from kinecast.catalog.records import Disease, Grading, HoldingRule, Number
from kinecast.network import Module, assemble
from kinecast.patients import normal

SAYS = {"source": "Nobody99", "where": "nowhere", "status": "assumed"}

PROTOCOL = """
title: High-dose toy
disease: toy-cancer
patients: 40
follow_up: 1 year
scans: every 8 weeks
arms:
  high:
    - agent: aldesleukin
      dose: 600000 IU/kg
      route: iv
      duration: 15 min
      every: 8 h
      doses: 14
      start: [day 1, day 15]
      courses: {every: 12 weeks, most: 3, while: not progressed}
      hold: toy-label
  untreated: []
"""


def number(value: float, unit: str) -> Number:
    return Number(value=value, unit=unit, **SAYS)


def toy_network():
    toy = Module("toy")
    volume = toy.parameter("volume", 3.0, "L")
    clearance = toy.parameter("clearance", 60.0, "L/d")
    sensitivity = toy.parameter("sensitivity", 1.0, "1")
    growth = toy.parameter("growth", 0.004, "1/d")
    kill = toy.parameter("kill", 0.02, "1/d")
    size = toy.parameter("size", 30.0, "mm")
    central = toy.state("central", "nmol", scale=100.0, dosed=True)
    plasma = toy.define("aldesleukin_plasma", central / volume, "nM")
    toy.reaction("elimination", {central: -1}, clearance * plasma)
    effect = toy.state("effect", "1", scale=0.1)
    half = toy.parameter("half", 1.0, "nM")
    day = toy.parameter("day", 1.0, "1/d")
    toy.reaction("effect", {effect: 1}, day * (plasma / (plasma + half) - effect))
    diameter = toy.state("diameter", "mm", initial=size, scale=30.0)
    toy.reaction("growth", {diameter: 1}, (growth - kill * effect) * diameter)
    toy.define("second_diameter", 0.6 * diameter, "mm")
    toy.define("sum_of_diameters", 1.6 * diameter, "mm")
    normal_pressure = toy.parameter("normal_pressure", 85.0, "mmHg")
    toy.define("pressure", normal_pressure * (1 - 0.4 * sensitivity * effect), "mmHg")
    cells = toy.parameter("cells", 0.2, "Gcell/L")
    toy.define("nk_count", cells * (1 + 5 * effect), "Gcell/L")
    for name, yearly in (("hazard_death", 0.6), ("hazard_toxic_death", 0.02), ("hazard_new_lesion", 0.3)):
        hazard = toy.state(name, "1", scale=0.1)
        rate = toy.parameter(f"{name}_rate", yearly, "1/year")
        toy.reaction(name, {hazard: 1}, rate * (effect if "toxic" in name else 1))
    return assemble([toy])


_OBSERVABLES = {
    "serum_aldesleukin": ("aldesleukin_plasma", "pM", 1000.0),
    "lesion_1": ("diameter", "mm", 100.0),
    "lesion_2": ("second_diameter", "mm", 100.0),
    "sum_of_diameters": ("sum_of_diameters", "mm", 100.0),
    "mean_arterial_pressure": ("pressure", "mmHg", 1.0),
    "nk": ("nk_count", "Gcell/L", 1.0),
    "hazard_death": ("hazard_death", "1", 1.0),
    "hazard_toxic_death": ("hazard_toxic_death", "1", 1.0),
    "hazard_new_lesion": ("hazard_new_lesion", "1", 1.0),
}


def toy_model(disease: str = "toy-cancer") -> PatientModel:
    """The toy as biology would hand it over; without a disease it has no lesions and no hazards."""
    names = [name for name in _OBSERVABLES if disease != "none" or name in ("serum_aldesleukin", "mean_arterial_pressure", "nk")]
    observables = {name: Observable(*_OBSERVABLES[name], label=name) for name in names}
    network = toy_network()
    records = {parameter.name: number(parameter.value, parameter.unit) for parameter in network.parameters}
    routes = {("aldesleukin", route): "central" for route in ("iv", "sc", "im")}
    return PatientModel(network, records, observables, ("aldesleukin",), routes, disease)


@dataclass(frozen=True)
class ToyPopulation:
    """Patients who differ in clearance, sensitivity, growth and killing; those in `broken` cannot be integrated."""

    model: PatientModel
    seed: int
    broken: tuple[int, ...] = ()

    def sample(self, indices: np.ndarray) -> SimpleNamespace:
        names = self.model.kernel().parameter_names
        parameters = np.tile([parameter.value for parameter in self.model.network.parameters], (len(indices), 1))
        for name, spread in (("clearance", 0.3), ("sensitivity", 0.5), ("growth", 0.5), ("kill", 1.0), ("size", 0.3)):
            parameters[:, names.index(name)] *= np.exp(spread * normal(self.seed, name, indices))
        parameters[np.isin(indices, self.broken), names.index("growth")] = 100.0  # overflows within days
        weight = 70 * np.exp(0.15 * normal(self.seed, "weight", indices))
        baseline = {"weight_kg": weight, "surface_m2": np.sqrt(weight * 170 / 3600)}
        return SimpleNamespace(indices=np.asarray(indices), parameters=parameters, baseline=baseline, diseases=None)


TOY_DISEASE = Disease(
    id="toy-cancer",
    name="toy cancer",
    parameters={
        "measurement_error_mm": number(1.0, "mm"),
        "measurement_error_fraction": number(0.03, "fraction"),
        "detection_limit_mm": number(4.0, "mm"),
    },
)
TOY_RULE = HoldingRule.model_validate(
    {
        "id": "toy-label",
        "name": "toy label",
        "criteria": [
            {
                "observable": "mean_arterial_pressure",
                "unit": "mmHg",
                "hold_below": 72,
                "stop_below": 66,
                "discontinue_below": 55,
                **SAYS,
            },
            {"observable": "creatinine", "unit": "mg/dL", "hold_above": 4.5, **SAYS},
        ],
        "start_criteria": [{"observable": "mean_arterial_pressure", "unit": "mmHg", "hold_below": 80, **SAYS}],
        "stop_after_holds": 3,
    }
)
TOY_GRADES = Grading.model_validate(
    {
        "id": "ctcae",
        "name": "toy grades",
        "version": "0",
        "source": "Nobody99",
        "dose_limiting": SAYS,
        "toxicities": {
            "hypotension": {
                "label": "Hypotension",
                "observable": "mean_arterial_pressure",
                "unit": "mmHg",
                "grades": [{"grade": 1, "below": 80}, {"grade": 2, "below": 75}, {"grade": 3, "below": 70}],
                "dose_limiting": 3,
                **SAYS,
            },
            "creatinine": {
                "label": "Creatinine",
                "observable": "creatinine",
                "unit": "mg/dL",
                "grades": [{"grade": 1, "above": 1.5}],
                **SAYS,
            },
        },
    }
)


TOY_PARAMETERS = {"body": {"weight": number(70, "kg"), "height": number(170, "cm")}, "imaging": {}}


def open_clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the toy's disease, rule, grades and sizes beside the catalogue's drugs."""
    monkeypatch.setattr(catalog, "diseases", lambda: {"toy-cancer": TOY_DISEASE})
    monkeypatch.setattr(catalog, "disease", lambda key: {"toy-cancer": TOY_DISEASE}[key])
    monkeypatch.setattr(catalog, "rules", lambda: {"toy-label": TOY_RULE})
    monkeypatch.setattr(catalog, "rule", lambda key: {"toy-label": TOY_RULE}[key])
    monkeypatch.setattr(catalog, "grading", lambda key: {"ctcae": TOY_GRADES}[key])
    monkeypatch.setattr(catalog, "parameters", TOY_PARAMETERS.__getitem__)


@pytest.fixture
def real_catalogue() -> None:
    """Asked for by tests that look at the catalogue itself."""


@pytest.fixture(autouse=True)
def clinic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_catalogue" not in request.fixturenames:
        open_clinic(monkeypatch)


@pytest.fixture(scope="session")
def model() -> PatientModel:
    return toy_model()
