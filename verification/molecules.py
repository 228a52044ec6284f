"""What engineering does to a cytokine, as orderings that hold over the band of the numbers that data leave open.

`python verification/molecules.py [--draws 40] [--patients 40]` prints each ordering, the median ratio over the draws with its
range, and in how many draws it holds; ends with `passed N of M`: those that hold in at least 95 % of the draws. A draw multiplies
every assumed or calibrated number of the drugs, of their way into the tumour, of receptors, lymphocytes and immunity by exp(s·z),
z standard normal, s = 0.7 for what is assumed and 0.35 for what is calibrated.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinecast import catalog
from kinecast.biology import PatientModel
from kinecast.catalog.molecules import build
from kinecast.patients import Population
from kinecast.patients.streams import normal
from kinecast.runs.execute import patient_model
from kinecast.trial.chance import Chance
from kinecast.trial.conduct import conduct
from kinecast.trial.conducted import Conducted
from kinecast.trial.protocol import Protocol

BAND = 0.95
"""Share of the draws in which an ordering must hold."""

SPREAD = {"assumed": 0.7, "calibrated": 0.35}
VARIED = ("receptors", "lymphocytes", "delivery", "immunity", "tumour", "antibodies")
DEFINED = ("_present", "_induced", "_of_patient")
WHOLE = ("cell_density", "killing_contact", "one_cell", "one_gigacell")


@dataclass(frozen=True)
class Ordering:
    """One claim: `ratio` of a draw must lie above 1; `says` what the ratio is."""

    name: str
    says: str
    ratio: Callable[[Draw], float]


@dataclass(frozen=True)
class Draw:
    """Arm → what happened to the same patients, in one draw of the numbers."""

    arms: Mapping[str, Conducted]
    ids: Mapping[str, str]

    def curve(self, arm: str, quantity: str) -> tuple[np.ndarray, np.ndarray]:
        """Return times (T,) and the curves (N, T) of an observable."""
        one = self.arms[arm]
        return one.times, one.curve(quantity)

    def peak_fold(self, arm: str, quantity: str) -> np.ndarray:
        """Return the peak over the value before treatment of each patient (N,), from day 5 on, when cells are back in blood."""
        times, curve = self.curve(arm, quantity)
        return np.nanmax(curve[:, times >= 5], axis=1) / curve[:, 0]

    def area(self, arm: str, prefix: str, start: float = 0.0, end: float = np.inf, suffix: str = "") -> np.ndarray:
        """Return the area under an observable of the arm's molecule between two times, (N,); NaN for who died before the end."""
        times, curve = self.curve(arm, f"{prefix}_{self.ids[arm]}{suffix}")
        inside = (times >= start) & (times <= end)
        return np.trapezoid(curve[:, inside], times[inside], axis=1)


def protocol(disease: str, arms: Mapping[str, tuple[dict[str, Any], str, dict[str, Any]]], follow_up: str) -> Protocol:
    """Return a protocol with one arm a molecule: name → (recipe, dose, schedule)."""
    treated = {
        name: [{"agent": build(recipe, name).id, "dose": dose, **schedule}] for name, (recipe, dose, schedule) in arms.items()
    }
    head = {"title": "molecules side by side", "disease": disease, "patients": 1, "follow_up": follow_up}
    return Protocol.read({**head, "samples": ["every 6 h"], "arms": treated})


def factors(model: PatientModel, number: int) -> dict[str, dict[str, float]]:
    """Return what a draw multiplies the numbers of a model by; number 0 leaves them as they are."""
    if number == 0:
        return {}
    files = {name for file in VARIED for name in catalog.parameters(file)}
    own = {name for name in model.records if name.startswith(tuple(f"{_symbol(key)}_" for key in model.agents))}
    found = {}
    for name, record in model.records.items():
        defined = name.endswith(DEFINED) or name in WHOLE or name.startswith(("driver_", "lesion_", "one_")) or record.value == 0
        of_antigen = name.endswith("_in_tumour")
        if (
            (name in files or name in own or of_antigen)
            and record.status in SPREAD
            and record.source != "Designed"
            and not defined
        ):
            z = float(normal(7, f"ordering {_shared(name, model)}", np.array([number]))[0])
            found[name] = float(np.exp(SPREAD[record.status] * z))
    return {"": found}


def _symbol(key: str) -> str:
    from kinecast.biology.drug import drug

    return drug(key).name


def _shared(name: str, model: PatientModel) -> str:
    """Return a number's name without that of its molecule: variants of one cytokine share what is not known of it."""
    for symbol in sorted((_symbol(key) for key in model.agents), key=len, reverse=True):
        for prefix in (f"{symbol}_open_", f"{symbol}_"):
            if name.startswith(prefix):
                return name.removeprefix(prefix)
    return name


def drawn(asked: Protocol, patients: int, number: int) -> Draw:
    """Conduct every arm of a protocol on the same patients, with the numbers of one draw."""
    model = _model(asked)
    people = Population(model, 1, attempts_max=200, factors=factors(model, number)).sample(np.arange(patients))
    chance = Chance(1, np.arange(patients))
    arms = {arm: conduct(asked, arm, model, people, chance) for arm in asked.arms}
    return Draw(arms, {arm: asked.arms[arm][0].agent for arm in asked.arms})


_MODELS: dict[str, PatientModel] = {}


def _model(asked: Protocol) -> PatientModel:
    key = asked.as_yaml()
    if key not in _MODELS:
        _MODELS[key] = patient_model(asked)
    return _MODELS[key]


DAILY = {"route": "sc", "every": "1 day", "doses": 28}
WILD_TYPE = {f"wild type {dose}": ({"from": "aldesleukin"}, f"{dose} ug/m2", DAILY) for dose in (1, 3, 10, 30, 100)}
NO_ALPHA = (
    "none",
    {**WILD_TYPE, "no alpha": ({"from": "aldesleukin", "kd": {"IL-2Ra": "none"}}, "1000 ug/m2", DAILY)},
    "6 weeks",
)
FUSION = {"from": "aldesleukin", "kd": {"IL-2Ra": "none"}, "format": "antibody"}
CYCLES = {"route": "iv", "every": "2 weeks", "doses": 4}
TARGETED = (
    "colorectal",
    {
        "to CEA": ({**FUSION, "target": {"antigen": "cea", "kd": "5 nM"}}, "20 mg", CYCLES),
        "to nothing": (FUSION, "20 mg", CYCLES),
    },
    "9 weeks",
)
MASK = {"block": "none", "in_tumour": "0.5 1/d", "in_plasma": "0.01 1/d", "format": "fc"}
MASKED = (
    "melanoma-metastatic",
    {
        "masked": ({"from": "aldesleukin", "kd": {"IL-2Ra": "none"}, "format": "fc", "closed": MASK}, "5 mg", {"route": "iv"}),
        "naked": ({"from": "aldesleukin", "kd": {"IL-2Ra": "none"}, "format": "fc"}, "5 mg", {"route": "iv"}),
    },
    "4 weeks",
)


def _median(values: np.ndarray) -> float:
    return float(np.nanmedian(values))


def _at_equal_treg(cell: str) -> Callable[[Draw], float]:
    """Fold of a cell under the variant over that under wild type at the dose, between those given, with as many Treg."""

    def ratio(draw: Draw) -> float:
        wild = [(_median(draw.peak_fold(arm, "treg")), _median(draw.peak_fold(arm, cell))) for arm in WILD_TYPE]
        treg, other = np.log(np.maximum.accumulate(np.array([(1.0, 1.0), *wild]), axis=0)).T
        same = np.exp(np.interp(np.log(_median(draw.peak_fold("no alpha", "treg"))), treg, other))
        return _median(draw.peak_fold("no alpha", cell)) / float(same)

    return ratio


def _leak(draw: Draw) -> float:
    """Active drug in plasma per active drug in the tumour, of the naked molecule over the masked one."""
    naked = draw.area("naked", "serum") / draw.area("naked", "acting")
    masked = draw.area("masked", "serum", suffix="-open") / draw.area("masked", "acting", suffix="-open")
    return _median(naked / masked)


CLAIMS: tuple[tuple[tuple[Any, ...], tuple[Ordering, ...]], ...] = (
    (
        NO_ALPHA,
        (
            Ordering("no alpha: more CD8 cells", "at equal Treg expansion, CD8 fold over wild type", _at_equal_treg("cd8")),
            Ordering("no alpha: more NK cells", "at equal Treg expansion, NK fold over wild type", _at_equal_treg("nk")),
        ),
    ),
    (
        TARGETED,
        (
            Ordering(
                "targeted: more in the tumour",
                "tumour exposure of the first cycle, to CEA over to nothing",
                lambda d: _median(d.area("to CEA", "tumour", 0, 14) / d.area("to nothing", "tumour", 0, 14)),
            ),
            Ordering(
                "lymphoid sink: less of a dose reaches the tumour as it grows",
                "tumour exposure of the first cycle over that of the fourth",
                lambda d: _median(d.area("to CEA", "tumour", 0, 14) / d.area("to CEA", "tumour", 42, 56)),
            ),
        ),
    ),
    (
        MASKED,
        (
            Ordering(
                "masked: less leak at equal tumour exposure", "active in plasma per active in tumour, naked over masked", _leak
            ),
        ),
    ),
)


def ratios(patients: int, draws: int) -> dict[Ordering, np.ndarray]:
    """Return each ordering's ratio in every draw, (draws,); the first is the model as it is."""
    found: dict[Ordering, np.ndarray] = {}
    for scenario, orderings in CLAIMS:
        asked = protocol(*scenario)
        made = [drawn(asked, patients, number) for number in range(draws)]
        found |= {one: np.array([one.ratio(draw) for draw in made]) for one in orderings}
    return found


def main() -> int:
    """Print the orderings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--patients", type=int, default=40)
    asked = parser.parse_args()
    made = ratios(asked.patients, asked.draws)
    passed = 0
    for one, values in made.items():
        holds = int((values > 1).sum())
        passed += holds >= BAND * len(values)
        low, middle, high = np.percentile(values, (0, 50, 100))
        print(f"{one.name}: {one.says}: {middle:.3g} ({low:.3g} to {high:.3g}), above 1 in {holds} of {len(values)} draws")
    print(f"passed {passed} of {len(made)}")
    return 0 if passed == len(made) else 1


if __name__ == "__main__":
    raise SystemExit(main())
