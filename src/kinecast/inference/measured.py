"""What is measured of each patient of an arm: arms of the same patients can be set beside each other, patient by patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kinecast.trial.outcome import Outcome
from kinecast.trial.protocol import Protocol
from kinecast.trial.recist import Response
from kinecast.trial.survival import resampled_median
from kinecast.units import Quantity

YEAR, MONTH = Quantity(1, "year").canonical, Quantity(1, "month").canonical
"""Days."""

UNITS = {"orr": "fraction", "dcr": "fraction", "pfs_rate": "fraction", "os_median": "month"}
"""Endpoints: response, disease control (response or stable disease), life without progression at 12 months, median survival."""

MEDIANS = ("os_median",)


@dataclass(frozen=True)
class Measured:
    """N patients of an arm: `yes` maps an endpoint that is a share → (N,) whether the patient counts; (N,) days of survival and
    whether they ended in death; how many simulations failed."""

    yes: Mapping[str, np.ndarray]
    os_days: np.ndarray
    died: np.ndarray
    failed: int = 0

    def endpoints(self) -> Iterator[tuple[str, str]]:
        """Yield the endpoints that there are, each with its unit."""
        yield from ((name, unit) for name, unit in UNITS.items() if name in self.yes or name in MEDIANS)

    def estimate(self, endpoint: str, counts: np.ndarray) -> np.ndarray:
        """Return an endpoint (B,) with patient i counted counts[b, i] times; a median that is not reached is infinite."""
        if endpoint in MEDIANS:
            return resampled_median(self.os_days, self.died, counts) / MONTH
        return counts @ self.yes[endpoint].astype(float) / counts.sum(axis=1)

    def either(self, others: Sequence[Measured]) -> Measured:
        """Return each patient's best of several arms: whoever counts in any of them, and the longest survival."""
        yes = {name: np.logical_or.reduce([here, *(one.yes[name] for one in others)]) for name, here in self.yes.items()}
        days = np.stack([self.os_days, *(one.os_days for one in others)])
        died = [self.died, *(one.died for one in others)]
        return Measured(yes, days.max(axis=0), np.logical_and.reduce(died))


def measured(protocol: Protocol, found: Outcome) -> Measured:
    """Return what is measured of an arm; response only where it can be, progression only where it is looked for that long."""
    yes = {}
    if found.imaged and found.disease != "micrometastases":
        yes["orr"] = found.best >= Response.PR
        yes["dcr"] = found.best >= Response.SD
    if found.imaged and protocol.follow_up.canonical >= YEAR:
        followed = np.asarray(found.conducted.status) == 0  # a failed simulation counts as progression, not as free of it
        yes["pfs_rate"] = followed & ~(found.progressed & (found.pfs_days <= YEAR))
    return Measured(yes, found.os_days, found.died, int((np.asarray(found.conducted.status) != 0).sum()))


def joined(parts: Sequence[Measured]) -> Measured:
    """Return the patients of several chunks as one."""
    yes = {name: np.concatenate([part.yes[name] for part in parts]) for name in parts[0].yes}
    return Measured(
        yes,
        np.concatenate([part.os_days for part in parts]),
        np.concatenate([part.died for part in parts]),
        sum(part.failed for part in parts),
    )
