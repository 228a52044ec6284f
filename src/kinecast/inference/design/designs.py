"""What a search found: the Pareto front with the bands of its scores, and everything that was evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from kinecast import __version__
from kinecast.biology.actions import shows_harm
from kinecast.inference.design.bands import Banded
from kinecast.inference.design.front import Evaluation
from kinecast.inference.design.objectives import OBJECTIVES, Limit, Objective
from kinecast.inference.design.space import Space
from kinecast.inference.open_numbers import stored_draws

if TYPE_CHECKING:
    import pandas as pd

_REFERENCE = ("response", "other_patients")


@dataclass(frozen=True)
class Point:
    """A candidate of the front.

    Attributes:
        evaluation: of the search. name: of a named molecule, '' for others.
        protocol: the content of a protocol that gives it; run with the search's seed and patients it has these scores.
        scores: name → value with its bands. failed_draws: of how many draws it could not be simulated.
    """

    evaluation: Evaluation
    name: str
    protocol: Mapping[str, Any]
    scores: Mapping[str, Banded]
    failed_draws: int = 0

    def as_yaml(self, seed: int) -> str:
        """Return the protocol as YAML that `kinecast run` takes, with the command that repeats the scores."""
        import yaml

        said = ", ".join(f"{name} {one.value:.3g}" for name, one in self.scores.items())
        repeat = f"# Repeat: kinecast run FILE --patients {self.protocol['patients']} --seed {seed}\n# Scores: {said}\n"
        return repeat + yaml.safe_dump(dict(self.protocol), sort_keys=False, allow_unicode=True, width=120)


@dataclass(frozen=True)
class Designs:
    """The result of a search.

    Attributes:
        space, objectives, limits, patients, seed, draws: of the search.
        evaluations: all of them, in order. points: the front, best response first; where no candidate keeps the limits
            (`feasible` is False), those that break them least.
        names: number of an evaluation → name of a named molecule. left_out: name → why it is not in the space.
        references: untreated, and each partner alone → share who respond of the same patients, and of others.
        resumed: how many evaluations were there before.
    """

    space: Space
    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...]
    patients: int
    seed: int
    draws: int
    evaluations: tuple[Evaluation, ...]
    points: tuple[Point, ...]
    feasible: bool
    names: Mapping[int, str]
    left_out: Mapping[str, str]
    references: Mapping[str, tuple[float, float]]
    resumed: int = 0

    @property
    def refused(self) -> dict[str, int]:
        """Reason → how many candidates could not be simulated because of it."""
        return dict(Counter(one.refused for one in self.evaluations if one.refused).most_common())

    @property
    def harm_not_modelled(self) -> tuple[str, ...]:
        """Partners of the space whose harm the model lacks: `grade3` counts that of the molecule alone."""
        partners = [(name, regimen) for name, regimen in self.space.partners.items() if regimen is not None]
        return tuple(name for name, regimen in partners if not shows_harm(name, str(regimen["route"])))

    def table(self) -> pd.DataFrame:
        """Return the front, one row a point: what it is, and of every score the value and its bands."""
        import pandas as pd

        return pd.DataFrame([self._row(point) for point in self.points])

    def plot(self) -> Any:
        """Return the picture of the front as an Altair chart."""
        import altair

        from kinecast.plots.pareto import pareto_picture

        return altair.HConcatChart.from_dict(pareto_picture(self.as_dict()), validate=False)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        done = [one for one in self.evaluations if not one.refused]
        within = sum(one.excess(self.limits) <= 0 for one in done)
        return {
            "kinecast": __version__,
            "optuna": version("optuna"),
            "disease": self.space.disease,
            "space": dict(self.space.content),
            "seed": self.seed,
            "patients": self.patients,
            "draws": self.draws,
            "parameter_draws": dict(stored_draws().made) if self.draws else None,
            "objectives": {
                one.name: {"label": one.label, "better": "higher" if one.higher else "lower"} for one in self.objectives
            },
            "constraints": [str(limit) for limit in self.limits],
            "counts": {
                "evaluations": len(self.evaluations),
                "simulated": len(done),
                "within_constraints": within,
                "refused": len(self.evaluations) - len(done),
                "with_failed_patients": sum(one.failed > 0 for one in done),
            },
            "refused": self.refused,
            "starting": {name: number for number, name in self.names.items()},
            "left_out": dict(self.left_out),
            "harm_not_modelled": list(self.harm_not_modelled),
            "references": {name: dict(zip(_REFERENCE, pair, strict=True)) for name, pair in self.references.items()},
            "feasible": self.feasible,
            "front": [self._plain(point) for point in self.points],
            "evaluations": [one.as_dict() for one in self.evaluations],
        }

    def _plain(self, point: Point) -> dict[str, Any]:
        candidate = point.evaluation.candidate
        return {
            "evaluation": point.evaluation.number,
            "name": point.name,
            "molecule": candidate.in_words(self.space),
            "schedule": candidate.schedule_in_words(self.space),
            "candidate": candidate.as_dict(),
            "protocol": dict(point.protocol),
            "scores": {name: one.as_dict() for name, one in point.scores.items()},
            "failed_patients": point.evaluation.failed,
            "failed_draws": point.failed_draws,
        }

    def _row(self, point: Point) -> dict[str, Any]:
        candidate = point.evaluation.candidate
        row: dict[str, Any] = {
            "evaluation": point.evaluation.number,
            "name": point.name,
            "molecule": candidate.in_words(self.space),
            "schedule": candidate.schedule_in_words(self.space),
            "partner": candidate.partner,
        }
        for name in OBJECTIVES:
            one = point.scores[name]
            low, high = one.both or one.patients or (None, None)
            row |= {name: one.value}
            row |= {f"{name}_low": low, f"{name}_high": high} if low is not None else {}
            row |= {f"{name}_other_patients": one.other_patients} if one.other_patients is not None else {}
        return row
