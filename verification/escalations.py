"""The dose escalations of the catalogue as protocols: a level is an arm's regimen, or that regimen at another dose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kinecast import catalog
from kinecast.catalog import Observation, Trial
from kinecast.trial.protocol import Protocol, Treatment
from kinecast.trial.regimens import missing, protocol_of
from kinecast.units import Quantity, dimension, quantity

_POOLED = re.compile(r"all|gt\w*|iv|sc|mad|escalation|expansion")
"""Arms that stand for several levels."""
_PER_TIME = re.compile(r"/(d|day|h|wk|week)$")
_LOOKED_AT = 29.0
"""Days from the first dose beyond which no course is begun: nothing later limits the dose."""


@dataclass(frozen=True)
class Level:
    """One dose level: the dose that changes from level to level, its treatments, and whether it is an arm of the catalogue.

    `name` is the dose, with the route where levels differ in it, and * where the catalogue lists no such arm.
    """

    dose: Quantity
    treatments: tuple[Treatment, ...]
    listed: bool
    route: str = ""

    @property
    def name(self) -> str:
        """What the level is called."""
        return f"{self.dose}{self.route and ' ' + self.route}{'' if self.listed else '*'}"


@dataclass(frozen=True)
class Escalation:
    """One escalation of a trial.

    Attributes:
        title: drug and schedule. trial: catalogue id. arms: how the names of its arms begin.
        also: levels that are not arms of the catalogue, given as the arm of the reported dose with another dose: they are
            between or beyond the arms, so that a maximum tolerated dose can be missed on either side.
        too_much: an arm that was not tolerated, where no maximum tolerated dose was reported.
        highest: the reported dose is the highest that was given, and nothing limited it.
    """

    title: str
    trial: str
    arms: str = ""
    also: tuple[str, ...] = ()
    too_much: str = ""
    highest: bool = False

    @cached_property
    def record(self) -> Trial:
        """The trial."""
        return catalog.trial(self.trial)

    @cached_property
    def report(self) -> Observation | None:
        """The observation that says what was tolerated: a maximum tolerated dose, or that nobody had dose-limiting toxicity."""
        seen = [(arm, one) for arm, said in self.record.arms.items() for one in said.observations]
        mine = [one for arm, one in seen if arm.startswith(self.arms)] + [one for _, one in seen]
        chosen = [one for one in mine if one.quantity == "mtd"] or [
            one for one in mine if one.quantity == "dlt_rate" and one.value == 0
        ]
        return chosen[0] if chosen and not self.too_much else None

    @property
    def reached(self) -> bool:
        """Whether the trial came to a dose that was too high."""
        return bool(self.too_much) or (self.report is not None and self.report.quantity == "mtd" and not self.highest)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The levels, the lowest dose first. Raises KeyError when no arm has a regimen that can be given."""
        listed = dict(self._listed())
        doses = {_value(level.dose): level for level in listed.values()}
        template = listed[self._template(listed)]
        for text in (*self.also, *self._reported_dose()):
            dose = quantity(text)
            if not any(abs(_value(dose) / known - 1) < 0.01 for known in doses):
                doses[_value(dose)] = _at(template, dose)
        ordered = [level for _, level in sorted(doses.items())]
        if len({level.treatments[0].route for level in ordered}) > 1:
            ordered = [replace(level, route=level.treatments[0].route) for level in ordered]
        return tuple(ordered)

    @property
    def reported(self) -> int:
        """Index of the highest level that was reported as tolerated."""
        if self.too_much:
            return self._index(dict(self._listed())[self.too_much].dose) - 1
        if not self.reached:
            return len(self.levels) - 1
        return self._index(quantity(next(self._reported_dose())))

    def protocol(self) -> Protocol:
        """All levels as arms of one protocol, people without tumour, until a little after what limits the dose."""
        arms = {level.name: [_first(treatment) for treatment in level.treatments] for level in self.levels}
        arms = {name: [treatment for treatment in given if treatment is not None] for name, given in arms.items()}
        ends = [one.starts[-1] + one.cycle_length + _again(one) for given in arms.values() for one in given]
        content = {
            "title": self.title,
            "disease": "none",
            "patients": 100,
            "follow_up": f"{max(*ends, _LOOKED_AT) + 2:g} days",
            "arms": {name: [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in given]
                     for name, given in arms.items()},
        }  # fmt: skip
        return Protocol.read(content)

    def _listed(self) -> Iterator[tuple[str, Level]]:
        arms = protocol_of(self.record, tumour=False).arms
        for arm, treatments in arms.items():
            if arm.startswith(self.arms) and not (_POOLED.fullmatch(arm) and self._others(arm)):
                yield arm, Level(_target(treatments), tuple(treatments), True)

    def _others(self, arm: str) -> bool:
        """Whether other arms than a pooled one can be given."""
        return any(
            not _POOLED.fullmatch(other) and not list(missing(self.record, other))
            for other, said in self.record.arms.items()
            if other != arm and said.regimens and other.startswith(self.arms)
        )

    def _template(self, listed: dict[str, Level]) -> str:
        arm = self.report.arm if self.report is not None else self.too_much
        return arm if arm in listed else max(listed, key=lambda name: _value(listed[name].dose))

    def _reported_dose(self) -> Iterator[str]:
        if self.report is not None and self.report.quantity == "mtd":
            said = Quantity(self.report.value or 0.0, self.report.unit)
            like = next(iter(dict(self._listed()).values())).dose.unit
            if said.dimension == dimension(like):
                yield f"{said.to(like):.12g} {like}"
            else:  # a dose a day or a week of something given once a day or a week
                yield f"{said.value:.12g} {_PER_TIME.sub('', said.unit)}"

    def _index(self, dose: Quantity) -> int:
        return min(range(len(self.levels)), key=lambda index: abs(_value(self.levels[index].dose) / _value(dose) - 1))


def _value(dose: Quantity) -> float:
    """Return a dose as a number that can be compared with those of the other levels."""
    return dose.canonical


def _target(treatments: Sequence[Treatment]) -> Quantity:
    """Return the dose of a regimen: of its first drug, the highest that is reached."""
    return max((one.dose for one in treatments if one.agent == treatments[0].agent), key=_value)


def _at(template: Level, dose: Quantity) -> Level:
    """Return a level at another dose; steps on the way up to it stay as they are."""
    given = tuple(one.model_copy(update={"dose": dose}) if one.dose == template.dose else one for one in template.treatments)
    return Level(dose, given, False)


def _first(treatment: Treatment) -> Treatment | None:
    """Return a treatment without the courses that begin after everything that limits the dose."""
    if treatment.starts[0] > _LOOKED_AT:
        return None
    courses = treatment.courses
    if courses is None:
        return treatment
    most = min(courses.most, 1 + int((_LOOKED_AT - treatment.starts[0]) // courses.every.canonical))
    return treatment.model_copy(update={"courses": courses.model_copy(update={"most": most}) if most > 1 else None})


def _again(treatment: Treatment) -> float:
    return (treatment.courses.most - 1) * treatment.courses.every.canonical if treatment.courses else 0.0
