"""How a patient's integration stands, and in words."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Status of one patient in a cohort; everything but `OK` is final."""

    OK = 0
    TOO_MANY_STEPS = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3
    BAD_INPUT = 4

    @property
    def sentence(self) -> str:
        """What happened, as one sentence."""
        return _SENTENCES[self]

    @property
    def advice(self) -> str:
        """What to look at or to try; '' where nothing is wrong."""
        return _ADVICE[self]


_SENTENCES = {
    Status.OK: "Integrated as far as asked.",
    Status.TOO_MANY_STEPS: "Stopped: the limit on the number of steps was reached.",
    Status.STEP_TOO_SMALL: "Stopped: the step needed for the tolerance became too small to advance the time.",
    Status.NOT_FINITE: "Stopped: the equations gave a value that is not a finite number.",
    Status.BAD_INPUT: "Not started: a parameter or an initial value is not a finite number.",
}
_ADVICE = {
    Status.OK: "",
    Status.TOO_MANY_STEPS: "Look for a negative rate or a state that grows without bound; where there is none, raise the limit.",
    Status.STEP_TOO_SMALL: "Look for a state that runs to infinity, or a rate that jumps, at the time reached.",
    Status.NOT_FINITE: "Look for a division by zero, or a logarithm or power of a negative number, at the time reached.",
    Status.BAD_INPUT: "Look for NaN or infinity among the patient's parameters, and for a division by zero in initial values.",
}
