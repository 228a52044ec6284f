"""Molecules side by side on the same patients: how they bind, where they go, what they do to cells, harm and benefit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kinecast.catalog import Agent
from kinecast.inference.comparison.asked import Asked, Recipes, asked, read_recipes
from kinecast.inference.comparison.binding import acting, affinities, forms, sensed
from kinecast.inference.comparison.given import DOSE, DOSES, EVERY, ROUTE, UNTREATED, Given, planned
from kinecast.inference.comparison.measured import benefit, measured
from kinecast.inference.comparison.rows import CLOSED, Row
from kinecast.runs.execute import Progress, check_number, patient_model, run
from kinecast.runs.forecast import Forecast

DISEASE = "melanoma-metastatic"


@dataclass(frozen=True)
class MoleculeComparison:
    """Some molecules on the same patients.

    Attributes:
        molecules: what was compared, in order. given: name → one dose. every, doses: the schedule of all.
        rows: every number. forecast: of the trial with an arm for each molecule. seed: of its patients.
    """

    molecules: tuple[Asked, ...]
    given: Mapping[str, Given]
    every: str
    doses: int
    rows: tuple[Row, ...]
    forecast: Forecast
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the molecules, in order."""
        return tuple(one.name for one in self.molecules)

    @property
    def prodrugs(self) -> tuple[str, ...]:
        """Names of those that are given closed."""
        return tuple(one.name for one in self.molecules if CLOSED in forms(one))

    @property
    def patients(self) -> int:
        """How many patients each molecule was given to."""
        return self.forecast.summary["patients"]

    @property
    def failed(self) -> int:
        """Simulations that failed, of one for each molecule and patient."""
        return self.forecast.summary["failed"]

    @property
    def schedule(self) -> str:
        """The schedule of all in words."""
        return "one dose" if self.doses == 1 else f"{self.doses} doses, every {self.every}"

    @property
    def untreated(self) -> Row | None:
        """The response rate of the same patients without any dose; None where response is not judged."""
        rows = [row for row in self.of("benefit", "orr") if row.molecule == UNTREATED and row.value is not None]
        return rows[0] if rows else None

    def of(self, group: str, quantity: str = "", *, form: str = "") -> list[Row]:
        """Return the rows of a group: of one quantity, of one form, or all."""
        return [row for row in self.rows if row.group == group and quantity in ("", row.quantity) and form in ("", row.form)]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values; what there is none of is None, with a note."""
        return {
            "disease": self.forecast.protocol.disease,
            "patients": self.patients,
            "seed": self.seed,
            "failed": self.failed,
            "every": self.every,
            "doses": self.doses,
            "molecules": {
                one.name: {
                    "agent": one.agent.id,
                    "family": one.agent.family,
                    "recipe": one.recipe or None,
                    "given": vars(self.given[one.name]),
                }
                for one in self.molecules
            },
            "rows": [row.as_dict() for row in self.rows],
        }

    def table(self) -> Any:
        """Return the numbers as a pandas DataFrame, one row a number."""
        import pandas

        return pandas.DataFrame([row.as_dict() for row in self.rows])

    def pictures(self) -> dict[str, dict[str, Any]]:
        """Return name → picture in Vega-Lite: binding, levels, cells and harm, as `kinecast compare` stores them."""
        from kinecast.plots.molecules import pictures

        return pictures(self)


def compare(
    molecules: Iterable[str | Agent],
    recipes: Recipes | str | os.PathLike[str] | None = None,
    *,
    disease: str = DISEASE,
    dose: str | Mapping[str, str] = DOSE,
    every: str = EVERY,
    doses: int = DOSES,
    route: str = ROUTE,
    patients: int = 300,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> MoleculeComparison:
    """Compare molecules on the same virtual patients: one trial with an arm for each, which `protocol` of its forecast repeats.

    Arguments:
        molecules: agents or ids of the catalogue, names of `recipes`, or recipes on one line
            ('aldesleukin:IL-2Ra=none,format=fc').
        recipes: name → recipe, or a YAML file of that.
        disease: id, or 'none' for people without a tumour.
        dose: of all molecules, or name → dose, where 'others' stands for those that are not named. An amount of substance for
            all, such as '30 nmol', is of cytokine: a molecule that carries two is given half as much. Everything else is the
            dose of the molecule, as in a protocol. 'studied' is the highest dose studied of a molecule, by its route.
        every, doses, route: the schedule of all. Doses are not held, so that harm is that of the doses given here.
        patients, seed, threads, progress: as for `kinecast.run`.

    Raises:
        KinecastError: a molecule, dose or schedule that cannot be used; nothing is simulated then.
    """
    check_number("patients", patients, least=1)
    known = recipes if recipes is None or isinstance(recipes, Mapping) else read_recipes(recipes)
    chosen = asked([molecules] if isinstance(molecules, (str, Agent)) else molecules, known)
    schedule = {"every": every, "doses": doses, "route": route}
    protocol, given = planned(chosen, dose, disease=disease, patients=patients, **schedule)
    model = patient_model(protocol)
    bound = [row for one in chosen for row in (*affinities(one), *acting(one))]
    rows = [*bound, *sensed(chosen, model)]
    forecast = run(protocol, patients, seed, threads, progress=progress)
    rows += [row for one in chosen for row in measured(one, forecast)]
    if UNTREATED in protocol.arms:
        rows += benefit(UNTREATED, forecast)
    return MoleculeComparison(tuple(chosen), given, every, doses, tuple(rows), forecast, seed)
