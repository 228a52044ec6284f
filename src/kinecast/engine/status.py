"""How a patient's integration stands, and in words."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Status of one patient in a cohort; everything but `OK` is final."""

    OK = 0
    TOO_MANY_STEPS = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3

    @property
    def sentence(self) -> str:
        """What happened, as one sentence."""
        return _SENTENCES[self]


_SENTENCES = {
    Status.OK: "Integrated as far as asked.",
    Status.TOO_MANY_STEPS: "Stopped: the limit on the number of steps was reached.",
    Status.STEP_TOO_SMALL: "Stopped: the step needed for the tolerance became too small to advance the time.",
    Status.NOT_FINITE: "Stopped: the equations gave a value that is not a finite number.",
}
