"""A population of patients for one model: drawn by seed and index, and kept when a trial could have enrolled them."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel, assemble
from kinecast.biology.body import body_surface
from kinecast.biology.partners.adcc import v_alleles
from kinecast.errors import RunError
from kinecast.patients.distributions import scores, spread
from kinecast.patients.eligibility import eligible
from kinecast.patients.streams import uniform
from kinecast.patients.varied import Factors, of_disease, scaled
from kinecast.units import canonical_factor

COVARIATES = ("weight", "height", "age")
"""Characteristics drawn for every patient and reported at baseline, whether or not the equations use them."""

FC_RECEPTOR = "fcgr3a_score"
"""The score that decides the patient's alleles of the Fc receptor of NK cells; the alleles are reported at baseline."""


@dataclass(frozen=True)
class Patients:
    """Some patients of a population.

    Attributes:
        indices: (N,) index of each in the population.
        parameters: (N, n_parameters) in the order of the network, canonical units.
        baseline: name → (N,) values in the unit that the name states.
        attempts: (N,) how many draws the filter refused before each patient was kept.
        diseases: (N,) id of each patient's disease, where the population is a mixture; None where all have the same.
    """

    indices: np.ndarray
    parameters: np.ndarray
    baseline: dict[str, np.ndarray]
    attempts: np.ndarray
    diseases: np.ndarray | None = None


@dataclass(frozen=True)
class Population:
    """Every patient that a model and a seed define: `sample` returns the ones asked for.

    A patient is a function of (seed, index) and of the disease alone: the same numbers under any treatment, because each
    is drawn by its parameter's name. A draw whom no trial would enrol (`kinecast.patients.eligibility`) is refused and drawn
    again, at most `attempts_max` times: so a tumour with lesions that would shrink untreated, or whose largest one is too small
    to be measured.

    In a mixture of diseases the index also decides which of them the patient has, by `shares` (disease → share; default: those
    of the catalogue). Apart from the numbers of his disease he is the same patient as in a population of it alone.

    `factors` are of numbers of which data say little: everybody's value is multiplied by them (`kinecast.patients.varied`), and
    the filter sees the changed patient.
    """

    model: PatientModel
    seed: int
    attempts_max: int = 20
    shares: Mapping[str, float] | None = None
    factors: Factors | None = None

    def __post_init__(self) -> None:
        if self.model.tumour:
            self._untreated.kernel()  # compiled here, once, because threads share a population

    def sample(self, indices: np.ndarray) -> Patients:
        """Draw the patients with these indices.

        Raises:
            RunError: a patient is refused `attempts_max` times: the disease's numbers describe nobody whom a trial enrols.
        """
        indices = np.asarray(indices, dtype=np.int64)
        attempts = np.zeros(len(indices), dtype=np.int64)
        diseases = self._diseases(indices)
        if self.model.tumour:
            pending = np.arange(len(indices))
            for attempt in range(self.attempts_max):
                ill = None if diseases is None else diseases[pending]
                drawn = draw(self._untreated, self.seed, indices[pending], attempt, ill, self.factors)
                kept = eligible(self._untreated, drawn)
                attempts[pending] = attempt
                pending = pending[~kept]
                if pending.size == 0:
                    break
            else:
                raise RunError(
                    f"{pending.size} patients of {self.model.disease} are people whom no trial would enrol, in every one of "
                    f"{self.attempts_max} draws: their tumour shrinks untreated, cannot be measured, or is not there.",
                    "Check the growth, the size and the antigenicity of the disease.",
                )
        parameters = self._by_attempt(self.model, indices, attempts, diseases)
        return Patients(indices, parameters, self._baseline(indices, attempts), attempts, diseases)

    def redrawn(self, patients: Patients, drawn_for: PatientModel) -> Patients:
        """Return the patients that `sample` gives, from those of a population with other numbers of drugs.

        The same people must have been drawn with the same seed and factors for a model of the same equations, `drawn_for`; only
        parameters whose record or value is another there are drawn again.
        """
        records, others = self.model.records, drawn_for.records
        pairs = zip(self.model.network.parameters, drawn_for.network.parameters, strict=True)
        changed = [one.name for one, other in pairs if one != other or records.get(one.name) is not others.get(one.name)]
        columns = [self.model.columns[name] for name in changed]
        parameters = patients.parameters.copy()
        anew = self._by_attempt(self.model, patients.indices, patients.attempts, patients.diseases, changed)
        parameters[:, columns] = anew[:, columns]
        return replace(patients, parameters=parameters)

    @cached_property
    def _untreated(self) -> PatientModel:
        return assemble((), self.model.disease)

    def _diseases(self, indices: np.ndarray) -> np.ndarray | None:
        """Return the disease of each patient (N,) where they are several."""
        if not self.model.mixture:
            return None
        shares = self.shares or {key: one.quantity.value for key, one in catalog.disease(self.model.disease).mixture.items()}
        parts = np.array([shares.get(key, 0.0) for key in self.model.mixture])
        place = np.searchsorted(parts.cumsum() / parts.sum(), uniform(self.seed, "disease", indices), side="right")
        return np.array(list(self.model.mixture))[np.minimum(place, len(parts) - 1)]

    def _by_attempt(
        self,
        model: PatientModel,
        indices: np.ndarray,
        attempts: np.ndarray,
        diseases: np.ndarray | None,
        only: Container[str] | None = None,
    ) -> np.ndarray:
        result = np.empty((len(indices), len(model.network.parameters)))
        for attempt in np.unique(attempts):
            chosen = attempts == attempt
            ill = None if diseases is None else diseases[chosen]
            result[chosen] = draw(model, self.seed, indices[chosen], int(attempt), ill, self.factors, only)
        return result

    def _baseline(self, indices: np.ndarray, attempts: np.ndarray) -> dict[str, np.ndarray]:
        receptor = catalog.parameters("adcc")
        records = {**catalog.parameters("body"), FC_RECEPTOR: receptor[FC_RECEPTOR]}
        values = {name: np.empty(len(indices)) for name in (*COVARIATES, FC_RECEPTOR)}
        for attempt in np.unique(attempts):
            chosen = attempts == attempt
            for name in values:
                values[name][chosen] = _values(name, records, self.seed, int(attempt), indices[chosen])
        weight, height = values["weight"], values["height"]
        surface = body_surface(weight, height)
        return {
            "weight_kg": weight,
            "height_cm": height,
            "age_years": values["age"],
            "surface_m2": surface,
            "fcgr3a_v_alleles": v_alleles(values[FC_RECEPTOR], receptor),
        }


def draw(
    model: PatientModel,
    seed: int,
    indices: np.ndarray,
    attempt: int,
    diseases: np.ndarray | None = None,
    factors: Factors | None = None,
    only: Container[str] | None = None,
) -> np.ndarray:
    """Parameters (N, n_parameters, canonical units) of the patients with these indices at one attempt.

    `diseases` (N,) says which of a mixture each patient has; `factors` multiply values, see `Population`. With `only`, parameters
    of other names are left at the network's values.
    """
    if diseases is None:
        return _drawn(model, {}, seed, indices, attempt, of_disease(factors or {}, model.disease), only)
    result = np.empty((len(indices), len(model.network.parameters)))
    for name in np.unique(diseases):
        chosen = diseases == name
        own = of_disease(factors or {}, str(name))
        result[chosen] = _drawn(model, model.mixture[name], seed, indices[chosen], attempt, own, only)
    return result


def _drawn(
    model: PatientModel,
    own: Mapping[str, Any],
    seed: int,
    indices: np.ndarray,
    attempt: int,
    factors: Mapping[str, float],
    only: Container[str] | None,
) -> np.ndarray:
    """Parameters of patients with one disease; `own` holds its records where they are not those of the model."""
    records = {**model.records, **own}
    result = np.tile([parameter.value for parameter in model.network.parameters], (len(indices), 1))
    for column, parameter in enumerate(model.network.parameters):
        if only is not None and parameter.name not in only:
            continue
        record = records.get(parameter.name)
        if record is not None and record.between_patients is not None:
            values = _values(parameter.name, records, seed, attempt, indices)
            result[:, column] = values * canonical_factor(parameter.unit)
        elif parameter.name in own:
            result[:, column] = own[parameter.name].quantity.canonical
        if record is not None and parameter.name in factors:
            result[:, column] = scaled(parameter.name, record, result[:, column], factors[parameter.name])
    return result


def _values(name: str, records: Any, seed: int, attempt: int, indices: np.ndarray) -> np.ndarray:
    record = records[name]
    z = scores(name, records, seed, f"#{attempt}" if attempt else "", indices)
    return spread(record.value, record.between_patients.shape, record.between_patients.size, z)
