"""Conducting an arm: patients integrated from decision to decision, dosed, held, scanned, and followed to death or censoring."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from kinecast import catalog
from kinecast.trial.chance import Chance
from kinecast.trial.conducted import Conducted
from kinecast.trial.dose_limiting import dose_limiting
from kinecast.trial.doses import administered
from kinecast.trial.dosing import Dosing
from kinecast.trial.grid import output_times
from kinecast.trial.judging import judge
from kinecast.trial.observer import Observer
from kinecast.trial.protocol import Protocol
from kinecast.trial.recist import Response, Timepoints
from kinecast.trial.recorder import Recorder
from kinecast.trial.schedule import schedule
from kinecast.trial.toxicity import harm

if TYPE_CHECKING:
    from kinecast.biology import PatientModel
    from kinecast.patients import Patients

HAZARDS = {"hazard_death": "death", "hazard_toxic_death": "toxic death"}
"""Observables that are cumulative hazards of death, and the name of the stream that holds each patient's threshold."""

_CHECK_EVERY = 56.0
"""Days after which deaths are looked for at the latest, so that the dead are not integrated further."""


def conduct(protocol: Protocol, arm: str, model: PatientModel, patients: Patients, chance: Chance) -> Conducted:
    """Conduct one arm of a protocol on a chunk of patients.

    Arguments:
        patients: `parameters` (N, n_parameters) in network order and `baseline` with `weight_kg` and `surface_m2`.
        chance: random streams of the same patients.
    """
    return _Conduct(protocol, arm, model, patients, chance).run()


class _Conduct:
    """One arm, one chunk: the clock and what has been seen so far."""

    def __init__(self, protocol: Protocol, arm: str, model: PatientModel, patients: Patients, chance: Chance) -> None:
        self.protocol, self.model = protocol, model
        self.diseases = patients.diseases
        self.v_alleles = patients.baseline.get("fcgr3a_v_alleles")
        treatments = protocol.arms[arm]
        self.size = len(patients.parameters)
        self.planned = schedule(treatments)
        nmol = [administered(treatment, patients.baseline) for treatment in treatments]
        empty = np.zeros((self.size, 0))
        self.planned_nmol = np.stack([nmol[dose.treatment] for dose in self.planned], axis=1) if self.planned else empty
        self.dose_times = np.array([dose.time for dose in self.planned])
        self.targets = [model.dose_target(dose.agent, dose.route) for dose in self.planned]
        self.observer = Observer(model, patients.parameters)
        self.dosing = Dosing(self.planned, self.size, self.observer.units, self.planned_nmol)
        self.hazards = self.observer.known(HAZARDS)
        self.thresholds = {name: chance.exponential(HAZARDS[name]) for name in self.hazards}
        self.judge = judge(model, protocol.disease, chance) if protocol.scan_times else None
        self.times = output_times(protocol)
        self.scan_columns = np.searchsorted(self.times, np.array((0.0, *protocol.scan_times)) - 1e-6)
        exact = (*self.hazards, *(self.judge.observables if self.judge else ()))
        self.recorder = Recorder(self.observer, tuple(model.observables), exact, self.times, self.size)
        self.cohort = model.kernel().start(patients.parameters)
        self.alive = np.ones(self.size, dtype=bool)
        self.seen_dead = np.full(self.size, np.inf)

    def run(self) -> Conducted:
        """Follow everyone to the end of follow-up."""
        self.recorder.start(self.cohort.states)
        watched = (*self.dosing.observables, *self.hazards)
        now = baseline = self.observer.read(watched, self.cohort.states)
        for begin, end in pairwise(self._stops()):
            events = self._events(begin, end, now, baseline)
            columns = np.flatnonzero((self.times > begin) & (self.times <= end))
            states = self.cohort.advance(end, events, self.times[columns], active=self.alive)
            self.recorder.add(states, columns)
            now = self.observer.read(watched, self.cohort.states)
            for name in self.hazards:
                self.seen_dead[self.alive & (now[name] >= self.thresholds[name])] = end
            self.alive = self.alive & (self.cohort.status == 0) & np.isinf(self.seen_dead)
            if not self.alive.any():
                break
        return self._conclude()

    def _stops(self) -> list[float]:
        """Return the times between which nobody decides anything, from 0 to the end of follow-up."""
        end = self.protocol.follow_up.canonical
        stops = {0.0, end, *self.protocol.scan_times, *np.arange(_CHECK_EVERY, end, _CHECK_EVERY).tolist()}
        stops.update(dose.time for index, dose in enumerate(self.planned) if self.dosing.needs_decision(index))
        return sorted(stops)

    def _events(self, begin: float, end: float, now: dict[str, np.ndarray], baseline: dict[str, np.ndarray]) -> list:
        """Decide the doses in [begin, end) on what is seen at its start, and return them as events."""
        from kinecast.engine import Bolus, Infusion

        disease: dict[str, np.ndarray] | None = None
        events = []
        for index in range(*np.searchsorted(self.dose_times, (begin, end))):
            dose = self.planned[index]
            if disease is None and self.dosing.opens_conditional_course(index):
                disease = self._disease(begin)
            share = self.dosing.decide(index, self.alive, now, baseline, disease or {})
            if share.any():
                amount = np.where(share > 0, self.planned_nmol[:, index] * share, 0.0)
                target = self.targets[index]
                if dose.duration:
                    events.append(Infusion(dose.time, target, amount, dose.duration))
                else:
                    events.append(Bolus(dose.time, target, amount))
        return events

    def _disease(self, now: float) -> dict[str, np.ndarray]:
        """Return what the scans up to now say: 'progressed', and 'responding or stable' at the last evaluable scan."""
        scans = self._scans(int(np.searchsorted(self.protocol.scan_times, now + 1e-6)))
        if scans is None or not scans.responses.shape[1]:
            none = np.zeros(self.size, dtype=bool)
            return {"progressed": none, "responding or stable": none}
        progressed = (scans.responses == Response.PD).any(axis=1)
        return {"progressed": progressed, "responding or stable": (scans.responses >= Response.SD).any(axis=1) & ~progressed}

    def _scans(self, count: int) -> Timepoints | None:
        """Return what the first `count` scans after baseline showed."""
        if self.judge is None:
            return None
        columns = self.scan_columns[: count + 1]
        values = {name: self.recorder.exact(name)[:, columns] for name in self.judge.observables}
        return self.judge.timepoints(values, (0.0, *self.protocol.scan_times[:count]))

    def _conclude(self) -> Conducted:
        self.recorder.finish()
        failed = self.cohort.status != 0
        failed_at = np.where(failed, self.cohort.time, np.inf)
        deaths = {name: _passing(self.recorder.exact(name), self.times, self.thresholds[name]) for name in self.hazards}
        death = np.minimum.reduce([self.seen_dead, *deaths.values()])
        toxic = np.isfinite(death) & (deaths.get("hazard_toxic_death", np.full(self.size, np.inf)) == death)
        end = np.minimum(death, failed_at)
        self.dosing.strike_out(end, failed)
        self.recorder.cut(end)
        seen = (self.observer.units, self.recorder.names, self.recorder.curves, self.times, self.planned, self.dosing.given)
        grading = catalog.grading("ctcae")
        return Conducted(
            times=self.times,
            quantities=self.recorder.names,
            curves=self.recorder.curves,
            planned=self.planned,
            given=self.dosing.given,
            why=self.dosing.why,
            reasons=self.dosing.reasons,
            planned_nmol=self.planned_nmol,
            share=self.dosing.share,
            scan_times=np.array(self.protocol.scan_times),
            scans=self._scans(len(self.protocol.scan_times)),
            death=death,
            toxic=toxic,
            status=np.asarray(self.cohort.status).copy(),
            failed_at=failed_at,
            harm=harm(grading, *seen),
            dose_limiting=dose_limiting(grading, *seen, np.where(toxic, death, np.inf)),
            not_modelled=tuple(dict.fromkeys(name for rule in self.dosing.rules.values() for name in rule.not_modelled)),
            diseases=self.diseases,
            v_alleles=self.v_alleles,
        )


def _passing(values: np.ndarray, times: np.ndarray, threshold: np.ndarray) -> np.ndarray:
    """Return when rising values (N, T) reach the threshold (N,), linear between outputs; infinite when they do not."""
    with np.errstate(invalid="ignore"):
        reached = values >= threshold[:, None]
    column = np.maximum(reached.argmax(axis=1), 1)
    rows = np.arange(len(values))
    before, after = values[rows, column - 1], values[rows, column]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((threshold - before) / (after - before), 0.0, 1.0)
    when = times[column - 1] + share * (times[column] - times[column - 1])
    return np.where(reached.any(axis=1), when, np.inf)
