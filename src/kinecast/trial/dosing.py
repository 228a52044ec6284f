"""Which planned doses each patient is given, and how much: courses entered, doses held or lowered, treatment ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kinecast import catalog
from kinecast.trial.reduction import Reductions
from kinecast.trial.rules import Rule, Verdict
from kinecast.trial.schedule import PlannedDose

GIVEN = 0
"""Index of the reason of a dose that was given."""

_FIXED = ("", "died", "simulation failed", "progressed", "not responding or stable", "course not given", "missed doses in a row")
_DIED, _FAILED, _PROGRESSED, _NOT_STABLE, _NO_COURSE, _MISSED = range(1, len(_FIXED))


class Dosing:
    """The dosing of one arm for a chunk of patients, decided dose by dose in order of time.

    Attributes:
        given: (N, doses) bool. why: (N, doses) index into `reasons`, 0 where given.
        share: (N, doses) of the planned dose that was given: 1, less where a hold lowered it, 0 where nothing was given.
        reasons: every reason that doses of this arm can have; the same for every chunk.
        observables: what must be read before a dose that has a rule.
    """

    def __init__(
        self, planned: Sequence[PlannedDose], size: int, units: Mapping[str, str], nmol: np.ndarray | None = None
    ) -> None:
        """Start with nothing given.

        Arguments:
            units: the model's observables and their units.
            nmol: planned amounts, (N, doses); optional where every dose of a drug is alike.
        """
        self.planned = planned
        self.rules = {name: Rule(catalog.rule(name), units) for name in dict.fromkeys(d.hold for d in planned) if name}
        self.observables = tuple(dict.fromkeys(name for rule in self.rules.values() for name in rule.observables))
        self.reasons: tuple[str, ...] = _FIXED
        self._first_reason: dict[str, int] = {}
        for name, rule in self.rules.items():
            self._first_reason[name] = len(self.reasons)
            self.reasons += rule.reasons
        self.given = np.zeros((size, len(planned)), dtype=bool)
        self.share = np.zeros((size, len(planned)))
        self.why = np.full((size, len(planned)), _NO_COURSE, dtype=np.int16)
        treatments = {dose.treatment for dose in planned}
        self._blocked = {index: np.zeros(size, dtype=np.int16) for index in treatments}  # reason that outlasts this dose, or 0
        self._ended = {agent: np.zeros(size, dtype=np.int16) for agent in {dose.agent for dose in planned}}
        self._missed = {index: np.zeros(size, dtype=np.int16) for index in treatments}
        self._waiting = {(dose.agent, dose.hold): self.rules[dose.hold].nothing_abates(size) for dose in planned if dose.hold}
        amounts = np.ones(self.given.shape) if nmol is None else nmol
        self._reductions = {
            name: Reductions(rule.after_hold, planned, amounts) for name, rule in self.rules.items() if rule.after_hold
        }

    def needs_decision(self, index: int) -> bool:
        """Whether this dose depends on what is seen of the patient just before it."""
        dose = self.planned[index]
        return dose.hold is not None or self.opens_conditional_course(index)

    def opens_conditional_course(self, index: int) -> bool:
        """Whether this is the first dose of a course that is given on a condition."""
        dose = self.planned[index]
        return dose.condition != "always" and dose.number == 1 and dose.cycle == 1

    def decide(
        self,
        index: int,
        alive: np.ndarray,
        now: Mapping[str, np.ndarray],
        baseline: Mapping[str, np.ndarray],
        disease: Mapping[str, np.ndarray],
    ) -> np.ndarray:
        """Decide one dose for every patient and return what share of it each is given, (N,): 0 for those who are not.

        Arguments:
            alive: patients still simulated, (N,).
            now, baseline: the observables that rules look at, just before the dose and before treatment, (N,) each.
            disease: 'progressed' and 'responding or stable' as last seen on a scan, (N,) bool each.
        """
        dose = self.planned[index]
        ended, blocked, missed = self._ended[dose.agent], self._blocked[dose.treatment], self._missed[dose.treatment]
        if dose.number == 1:
            missed[:] = 0
            if self.opens_conditional_course(index):
                refused, reason = _refusal(dose.condition, disease)
                ended[refused & (ended == 0)] = reason
            blocked[:] = ended
        why = np.where(blocked == GIVEN, ended, blocked)
        if dose.hold is not None:
            why = self._by_rule(index, why, now, baseline, alive)
        why[~alive & (why == GIVEN)] = _DIED
        self.why[:, index] = why
        self.given[:, index] = given = why == GIVEN
        lowered = self._reductions.get(dose.hold or "")
        if lowered is not None:
            lowered.give(index, given)
        self.share[:, index] = given if lowered is None else given * lowered.share(index)
        return self.share[:, index]

    def strike_out(self, last_alive: np.ndarray, failed: np.ndarray) -> None:
        """Take back doses planned after a patient died or failed; `last_alive` is the time (N,), infinite for survivors."""
        times = np.array([dose.time for dose in self.planned])
        late = times[None, :] >= last_alive[:, None]
        self.given[late] = False
        self.share[late] = 0.0
        self.why[late] = np.where(failed[:, None], _FAILED, _DIED).repeat(len(times), axis=1)[late]

    def _by_rule(
        self,
        index: int,
        why: np.ndarray,
        now: Mapping[str, np.ndarray],
        baseline: Mapping[str, np.ndarray],
        alive: np.ndarray,
    ) -> np.ndarray:
        """Return `why` with the rule's verdict in it, and remember what outlasts this dose."""
        dose = self.planned[index]
        assert dose.hold is not None
        rule, first = self.rules[dose.hold], self._first_reason[dose.hold]
        ended, blocked, missed = self._ended[dose.agent], self._blocked[dose.treatment], self._missed[dose.treatment]
        waiting = self._waiting[dose.agent, dose.hold]
        verdict, reason = rule.judge(now, baseline, cycle_start=dose.number == 1, waiting=waiting)
        open_ = (why == GIVEN) & alive
        verdict = np.where(open_, verdict, Verdict.GIVE)
        lowered = self._reductions.get(dose.hold)
        if lowered is not None:
            held = (verdict == Verdict.HOLD) | (verdict == Verdict.STOP)
            too_low = lowered.hold(index, held)
            verdict[too_low] = Verdict.DISCONTINUE
            reason[too_low] += rule.last_step
        why = np.where(verdict > Verdict.GIVE, first + reason, why)
        blocked[verdict >= Verdict.STOP] = why[verdict >= Verdict.STOP]
        ended[verdict == Verdict.DISCONTINUE] = why[verdict == Verdict.DISCONTINUE]
        missed[open_] = np.where(verdict[open_] > Verdict.GIVE, missed[open_] + 1, 0)
        if rule.stop_after_holds is not None:
            blocked[(missed >= rule.stop_after_holds) & (blocked == GIVEN)] = _MISSED
        return why


def _refusal(condition: str, disease: Mapping[str, np.ndarray]) -> tuple[np.ndarray, int]:
    """Return who does not meet the condition, and the reason. A course that is not entered ends the treatment."""
    if condition == "not progressed":
        return disease["progressed"], _PROGRESSED
    return ~disease["responding or stable"], _NOT_STABLE
