"""Two arms on the same patients: who gains, who loses, by how much, and what tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kinecast.errors import RunError
from kinecast.inference.attribution.explanation import OUTCOMES, Attribution, Explanation
from kinecast.inference.attribution.measures import RESPONSE, SIZE

RESAMPLES = 2000
FEWEST = 5
"""Least number of gainers, and of others, for which they are told apart."""
CHANCE = 0.05
"""Share of cohorts without any effect in which some number would be called clear."""
GROUPS = ("both", "gains", "loses", "neither")


@dataclass(frozen=True)
class Difference:
    """B less A on the same patients, with the middle 95 % of the difference over bootstrapped patients."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Distinction:
    """How one number of the patients goes with gaining.

    Attributes:
        name, unit: of the number. correlation: Spearman's, with the gain in tumour size over all patients.
        gainers, losers: chance that a gainer's (loser's) number is above that of another patient (the area under the ROC curve,
            0.5 where it tells nothing); None where fewer than FEWEST are on one side.
        clear: whether the correlation would be found in less than 5 % of cohorts in which none of the numbers matters.
    """

    name: str
    unit: str
    correlation: float
    gainers: float | None
    losers: float | None
    clear: bool


@dataclass(frozen=True)
class Shift:
    """A brake or driver whose value differs between the arms: in A, in B, B less A and its standard error, in ln of size."""

    game: str
    name: str
    label: str
    first: float
    second: float
    difference: float
    error: float


@dataclass(frozen=True)
class Paired:
    """Two arms compared on the same patients.

    Attributes:
        first, second: explanations of A and of B. indices: (N,) patients who could be simulated in both.
        outcome: (N, 2) in A and in B. gain: (N, 2) outcome of B less that of A; larger is better for B.
        group: (N,) 'both' shrink by 30 %, 'gains' in B alone, 'loses' in A alone, or 'neither'.
        p: exact McNemar probability of so uneven a split of gainers and losers by chance.
        differences: outcome → difference of the cohort.
        distinctions, shifts: strongest first.
    """

    first: Explanation
    second: Explanation
    indices: np.ndarray
    outcome: tuple[np.ndarray, np.ndarray]
    gain: np.ndarray
    group: np.ndarray
    p: float
    differences: dict[str, Difference]
    distinctions: tuple[Distinction, ...]
    shifts: tuple[Shift, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Patients in each group."""
        return {name: int((self.group == name).sum()) for name in GROUPS}

    def per_patient(self) -> dict[str, np.ndarray]:
        """Return columns of one row a patient: his outcome in A (first) and B (second), and the group that he is in."""
        columns: dict[str, np.ndarray] = {"patient": self.indices, "seed": np.full(len(self.indices), self.first.seed)}
        for name, values in zip(("first", "second"), self.outcome, strict=True):
            columns |= {f"{name}_{outcome}": values[:, place] for place, outcome in enumerate(OUTCOMES)}
        return columns | {"group": self.group}

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values."""
        return {
            "first": {"title": self.first.title, "arm": self.first.arm, "agents": list(self.first.agents)},
            "second": {"title": self.second.title, "arm": self.second.arm, "agents": list(self.second.agents)},
            "patients": len(self.indices),
            "groups": self.counts,
            "mcnemar_exact_p": self.p,
            "difference": {name: vars(one) for name, one in self.differences.items()},
            "distinctions": [vars(one) for one in self.distinctions],
            "shifts": [vars(one) for one in self.shifts],
        }


def compare(first: Explanation, second: Explanation) -> Paired:
    """Compare two explained arms on the same patients.

    Raises:
        RunError: patients of different diseases or populations, or tumours looked at on different days.
    """
    for name, one, other in (
        ("disease", first.disease, second.disease),
        ("seed", first.seed, second.seed),
        ("days of visits", first.visits, second.visits),
    ):
        if one != other:
            hint = {"disease": "Give both the same disease.", "days of visits": "Explain the second with days=first.visits."}.get(
                name, ""
            )
            raise RunError(f"the arms cannot be compared on the same patients: {name} {one} and {other}.", hint)
    indices, mine, yours = np.intersect1d(first.indices, second.indices, return_indices=True)
    if not len(indices):
        raise RunError("no patient could be simulated in both arms.")
    a, b = first.treated[mine], second.treated[yours]
    shrunk = a[:, 1] > 0, b[:, 1] > 0
    group = np.select([shrunk[0] & shrunk[1], ~shrunk[0] & shrunk[1], shrunk[0] & ~shrunk[1]], GROUPS[:3], GROUPS[3])
    return Paired(
        first=first,
        second=second,
        indices=indices,
        outcome=(a, b),
        gain=b - a,
        group=group,
        p=_mcnemar(int((group == "gains").sum()), int((group == "loses").sum())),
        differences=dict(zip((SIZE, RESPONSE), _differences(b - a, first.seed), strict=True)),
        distinctions=_distinctions(first, second, mine, yours, (b - a)[:, 0], group),
        shifts=tuple(sorted(_shifts(first, second, mine, yours), key=lambda one: -abs(one.difference))),
    )


def _mcnemar(gains: int, losses: int) -> float:
    from scipy.stats import binomtest

    return float(binomtest(gains, gains + losses).pvalue) if gains + losses else 1.0


def _differences(gain: np.ndarray, seed: int) -> list[Difference]:
    """Return the mean of each outcome's gain (N, 2) with its paired bootstrap interval."""
    random = np.random.default_rng(seed)
    chosen = random.integers(0, len(gain), (RESAMPLES, len(gain)))
    found = []
    for place in range(len(OUTCOMES)):
        means = gain[:, place][chosen].mean(axis=1)
        low, high = np.percentile(means, (2.5, 97.5))
        found.append(Difference(float(gain[:, place].mean()), float(low), float(high)))
    return found


def _distinctions(
    first: Explanation, second: Explanation, mine: np.ndarray, yours: np.ndarray, gain: np.ndarray, group: np.ndarray
) -> tuple[Distinction, ...]:
    """Return every number of the patients with how it goes with gaining, the closest first."""
    from scipy.stats import rankdata, spearmanr

    numbers = {name: values[mine] for name, values in first.numbers.items()}
    numbers |= {name: values[yours] for name, values in second.numbers.items() if name not in numbers}
    units = {**second.units, **first.units}
    if len(gain) < FEWEST or not np.ptp(gain) > 0:
        return ()
    found = []
    for name, values in numbers.items():
        tested = spearmanr(values, gain)
        correlation, chance = float(tested.statistic), float(tested.pvalue)  # pyright: ignore[reportAttributeAccessIssue]
        ranks = rankdata(values)
        areas = [_area(ranks, group == name_of) for name_of in ("gains", "loses")]
        found.append(Distinction(name, units[name], correlation, *areas, clear=chance < CHANCE / len(numbers)))
    return tuple(sorted(found, key=lambda one: -abs(one.correlation)))


def _area(ranks: np.ndarray, inside: np.ndarray) -> float | None:
    """Return the chance that a number of those inside is above that of another patient, from ranks (N,)."""
    count, others = int(inside.sum()), int((~inside).sum())
    if min(count, others) < FEWEST:
        return None
    return float((ranks[inside].sum() - count * (count + 1) / 2) / (count * others))


def _shifts(first: Explanation, second: Explanation, mine: np.ndarray, yours: np.ndarray) -> list[Shift]:
    """Return every player of either arm with its value in both; a player that an arm lacks is worth nothing there."""
    found = []
    for game in dict.fromkeys((*first.games, *second.games)):
        a, b = _by_player(first.games.get(game), mine), _by_player(second.games.get(game), yours)
        for name in dict.fromkeys((*a, *b)):
            label = (a.get(name) or b[name])[0]
            one, other = (sides[name][1] if name in sides else np.zeros(len(mine)) for sides in (a, b))
            change = other - one
            error = float(change.std(ddof=1) / np.sqrt(len(change))) if len(change) > 1 else 0.0
            found.append(Shift(game, name, label, float(one.mean()), float(other.mean()), float(change.mean()), error))
    return found


def _by_player(found: Attribution | None, chosen: np.ndarray) -> dict[str, tuple[str, np.ndarray]]:
    """Return player → its label and its values of tumour size in the chosen patients."""
    if found is None:
        return {}
    return {one.name: (one.label, values) for one, values in zip(found.players, found.values[chosen, :, 0].T, strict=True)}
