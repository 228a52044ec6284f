"""A candidate: one choice of everything that a space leaves open, the recipe of its molecule and the protocol that gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from kinecast.inference.design.space import NONE, TARGETED_FORMATS, Fold, Space
from kinecast.trial.protocol import Protocol
from kinecast.trial.times import duration

NAME = "candidate"
"""What every molecule of a search is called, so that molecules of one kind have the same equations to the last name."""

ARM = "candidate"


@dataclass(frozen=True)
class Candidate:
    """A molecule and how it is given.

    Attributes:
        cytokine: drug of the catalogue. kd: receptor → times the cytokine's own KD; None: it does not bind.
        copies, format, target, mask, partner, route, every, doses: as in a `Space`. target_kd: of one arm, nM; 0 without one.
        dose: of one administration, in the unit of the space's range.
    """

    cytokine: str
    kd: Mapping[str, float | None]
    copies: int
    format: str
    target: str
    target_kd: float
    mask: str
    dose: float
    route: str
    every: str
    doses: int
    partner: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), "kd": dict(self.kd)}

    def recipe(self, space: Space) -> dict[str, Any]:
        """Return the recipe of the molecule (`kinecast.catalog.molecules.RECIPE`)."""
        made: dict[str, Any] = {"from": self.cytokine}
        kd = {receptor: NONE if fold is None else fold for receptor, fold in self.kd.items() if fold != 1.0}
        made |= {"kd": kd} if kd else {}
        made |= {"copies": self.copies} if self.copies != 1 else {}
        made |= {"format": self.format} if self.format != "free" else {}
        made |= {"peg": space.peg} if self.format == "peg" else {}
        if self.target != NONE:
            arms = TARGETED_FORMATS[self.format]
            made["target"] = {"antigen": self.target, "kd": f"{self.target_kd:.15g} nM", "valency": arms}
        mask = space.masks[self.mask]
        return made | ({"closed": dict(mask)} if mask is not None else {})

    def protocol(self, space: Space, patients: int, title: str) -> Protocol:
        """Return the protocol of `content`; raises KinecastError for a molecule or a treatment that cannot be."""
        return Protocol.read(self.content(space, patients, title))

    def content(self, space: Space, patients: int, title: str) -> dict[str, Any]:
        """Return the protocol of one arm that gives the candidate, as plain values, the recipe among them."""
        every = {"every": self.every} if self.doses > 1 else {}
        hold = {"hold": space.hold} if space.hold != NONE else {}
        dose = f"{self.dose:.15g} {space.dose.unit}"
        given = [{"agent": NAME, "dose": dose, "route": self.route, **every, "doses": self.doses, **hold}]
        partner = space.partners[self.partner]
        if partner is not None:
            given.append({"agent": self.partner, **partner})
        return {
            "title": title,
            "disease": space.disease,
            "patients": patients,
            "follow_up": space.follow_up,
            "scans": space.scans,
            "molecules": {NAME: self.recipe(space)},
            "arms": {ARM: given},
        }

    def in_words(self, space: Space) -> str:
        """Return the molecule in a few words: 'aldesleukin, IL-2Ra none, IL-2Rb ×0.1, fc'."""
        said = [self.cytokine if self.copies == 1 else f"{self.copies} {self.cytokine}"]
        said += [f"{name} {'none' if fold is None else f'×{fold:g}'}" for name, fold in self.kd.items() if fold != 1.0]
        said += [f"peg {space.peg}" if self.format == "peg" else self.format] if self.format != "free" else []
        said += [f"to {self.target} {self.target_kd:g} nM"] if self.target != NONE else []
        return ", ".join([*said, *([self.mask] if self.mask != NONE else [])])

    def schedule_in_words(self, space: Space) -> str:
        """Return how it is given: '37 ug/kg iv every 8 h ×14'."""
        given = f"{self.dose:g} {space.dose.unit} {self.route}"
        return given + (f" every {self.every} ×{self.doses}" if self.doses > 1 else " once")


def rounded(value: float) -> float:
    """Return a number with three digits, as a protocol is written with it."""
    return float(f"{value:.3g}")


def most_doses(space: Space, every: str, asked: int) -> int:
    """Return how many of the doses asked for begin within the time of treatment."""
    return min(asked, max(1, int(duration(space.treatment).canonical / duration(every).canonical * (1 - 1e-9)) + 1))


def probes(space: Space) -> Iterator[tuple[str, Callable[[], Protocol]]]:
    """Yield (field of the space, what makes a protocol that needs it): each choice once, alone, and the ends of ranges."""
    # Nothing is wrong with the absence of a mask, a target and a partner, also where the space does not offer it.
    bare = replace(space, **{name: {**getattr(space, name), NONE: None} for name in ("masks", "targets", "partners")})
    first = replace(plain(bare, next(iter(space.cytokines))), mask=NONE, partner=NONE)

    def of(**changes: Any) -> Callable[[], Protocol]:
        return lambda: replace(first, **changes).protocol(bare, 1, "Probe")

    yield "scans", of()
    for name in space.cytokines:
        own = replace(plain(bare, name), mask=NONE, partner=NONE)
        yield f"cytokines.{name}", of(**vars(own))
        for receptor, fold in space.cytokines[name].items():
            for end in (fold.low, fold.high):
                yield f"cytokines.{name}.{receptor}", of(**{**vars(own), "kd": {**own.kd, receptor: end}})
    for dose in (space.dose.low, space.dose.high):
        yield "dose", of(dose=dose)
    yield from (("formats", of(format=name)) for name in space.formats)
    for name, span in space.targets.items():
        if span is not None:
            yield f"targets.{name}", of(target=name, target_kd=span.low, format=space.targeted_formats[0])
    yield from ((f"masks.{name}", of(mask=name)) for name in space.masks)
    yield from (("routes", of(route=name)) for name in space.routes)
    yield from (("every", of(every=name, doses=most_doses(space, name, space.doses[1]))) for name in space.every)
    yield from ((f"partners.{name}", of(partner=name)) for name in space.partners)


def plain(space: Space, cytokine: str) -> Candidate:
    """Return the first choice of everything, with the KDs of the cytokine itself where the space has them."""
    kd = {receptor: _own(fold) for receptor, fold in space.cytokines[cytokine].items()}
    targets = [NONE] if NONE in space.targets else list(space.targets)[:1]
    span = space.targets[targets[0]]
    formats = space.formats if span is None else space.targeted_formats
    return Candidate(
        cytokine=cytokine,
        kd=kd,
        copies=space.copies[0],
        format=formats[0],
        target=targets[0],
        target_kd=span.low if span is not None else 0.0,
        mask=next(iter(space.masks)),
        dose=space.dose.low,
        route=space.routes[0],
        every=space.every[0],
        doses=1,
        partner=next(iter(space.partners)),
    )


def _own(fold: Fold) -> float:
    return min(max(1.0, fold.low), fold.high)
