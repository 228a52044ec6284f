"""Doses of every kind into linear models, against sums of exponentials: `python verification/closed_forms.py`.

The models are linear, so a curve is the sum, over all doses that ever went in, of the response to one; for a steady state that
sum is a geometric series. Units: h, mg, L.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinecast.exchange.nonmem import Compartment, event_table, simulate
from kinecast.network import Module, Network, assemble

KA, CL, V1, Q, V2 = 1.1, 3.0, 18.0, 4.0, 40.0
TIMES = np.arange(0.0, 96.1, 0.75)
RTOL = 1e-9
WORST = 1e-6
"""A case passes when no amount is further from the closed form, relative to it (or to 1e-6 of the peak, if that is more)."""

Dose = dict[str, float]
Curve = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Response:
    """Amount Σ cᵢ·exp(−λᵢt) at time t after a unit bolus, and what follows from it."""

    coefficients: np.ndarray
    rates: np.ndarray

    def __call__(self, time: np.ndarray, duration: float = 0.0) -> np.ndarray:
        """After a unit dose at time 0, at once or over `duration`."""
        t = np.maximum(time, 0.0)[:, None]
        if duration == 0.0:
            return np.where(time >= 0.0, (self.coefficients * np.exp(-self.rates * t)).sum(axis=1), 0.0)
        after = np.maximum(t - duration, 0.0)
        return (self.coefficients / self.rates * (np.exp(-self.rates * after) - np.exp(-self.rates * t))).sum(axis=1) / duration

    def series(self, time: np.ndarray, interval: float, duration: float = 0.0) -> np.ndarray:
        """After unit doses at 0, −interval, −2·interval, … (those that would come after `time` are not given)."""
        since = np.where(time >= 0.0, time, np.mod(time, interval))
        running = int(np.ceil(duration / interval))
        total = sum((self(since + k * interval, duration) for k in range(running)), start=np.zeros_like(since))
        rest = self.coefficients * np.exp(-self.rates * (since[:, None] + running * interval)) / -np.expm1(-self.rates * interval)
        if duration:
            rest = rest * np.expm1(self.rates * duration) / (self.rates * duration)
        return total + rest.sum(axis=1)


def one_compartment() -> Response:
    """Central amount after a bolus into it."""
    return Response(np.array([1.0]), np.array([CL / V1]))


def two_compartments() -> Response:
    """Central amount after a bolus into it, with a peripheral compartment."""
    k, there, back = CL / V1, Q / V1, Q / V2
    root = np.sqrt((k + there + back) ** 2 - 4.0 * k * back)
    fast, slow = (k + there + back + root) / 2.0, (k + there + back - root) / 2.0
    return Response(np.array([fast - back, back - slow]) / (fast - slow), np.array([fast, slow]))


def absorbed(central: Response) -> Response:
    """Central amount after a bolus into the depot, from which KA takes it to a central compartment with this response."""
    into = KA * central.coefficients / (KA - central.rates)
    return Response(np.append(into, -into.sum()), np.append(central.rates, KA))


@dataclass(frozen=True)
class Case:
    """A patient: doses (columns of an event table), and the amount to be found in the central compartment."""

    name: str
    compartments: int
    doses: list[Dose]
    expected: Curve


def cases() -> list[Case]:
    """All cases; compartment 1 is the depot and 2 the central one."""
    found = []
    for number, central in ((1, one_compartment()), (2, two_compartments())):
        oral = absorbed(central)

        def add(
            name: str, doses: list[dict[str, float]], expected: Callable[[np.ndarray], np.ndarray], number: int = number
        ) -> None:
            found.append(Case(f"{number} compartment{'s' * (number > 1)}: {name}", number, doses, expected))

        for route, cmt, r in (("intravenous", 2, central), ("oral", 1, oral)):
            dose = {"amount": 100.0, "compartment": cmt}
            often = dose | {"ii": 12.0}
            steady = often | {"ss": 1}
            add(f"{route} bolus", [dose], lambda t, r=r: 100 * r(t))
            add(
                f"{route} bolus, ADDL, lag, F",
                [often | {"addl": 3, "LAG": 2.4, "F": 0.6}],
                lambda t, r=r: 60 * sum(r(t - 2.4 - 12 * k) for k in range(4)),
            )
            add(f"{route} bolus at steady state", [steady], lambda t, r=r: 100 * r.series(t, 12))
            add(
                f"{route} bolus at steady state, lag, ADDL",
                [steady | {"LAG": 5.3, "addl": 2}],
                lambda t, r=r: 100 * (r.series(t - 5.3, 12) + r(t - 17.3) + r(t - 29.3)),
            )
            add(f"{route} bolus at steady state, lag > II", [steady | {"LAG": 29.0}], lambda t, r=r: 100 * r.series(t - 29, 12))
            add(
                f"{route}, SS = 1 then SS = 2",
                [steady, steady | {"time": 6.0, "amount": 40.0, "ss": 2}],
                lambda t, r=r: 100 * r.series(t, 12) + np.where(t >= 6.0, 40 * r.series(t - 6, 12), 0.0),
            )
            add(
                f"{route}, reset and dose",
                [often | {"addl": 6}, dose | {"time": 30.0, "kind": 4, "amount": 70.0}],
                lambda t, r=r: np.where(t < 30.0, 100 * sum(r(t - 12 * k) for k in range(3)), 70 * r(t - 30.0)),
            )
        for route, cmt, r in (("infusion", 2, central), ("infusion into the depot", 1, oral)):
            dose = {"amount": 100.0, "compartment": cmt}
            steady = dose | {"ii": 12.0, "ss": 1}
            add(f"{route} by rate, F", [dose | {"rate": 10.0, "F": 0.6}], lambda t, r=r: 60 * r(t, 6))
            add(f"{route} by duration, lag", [dose | {"duration": 5.0, "LAG": 3.1}], lambda t, r=r: 100 * r(t - 3.1, 5))
            add(f"{route}, RATE = -1", [dose | {"rate": -1, "R": 12.5}], lambda t, r=r: 100 * r(t, 8))
            add(f"{route}, RATE = -2, F", [dose | {"rate": -2, "D": 7.0, "F": 0.6}], lambda t, r=r: 60 * r(t, 7))
            add(
                f"{route}, ADDL, overlapping",
                [dose | {"rate": 5.0, "ii": 8.0, "addl": 3}],
                lambda t, r=r: 100 * sum(r(t - 8 * k, 20) for k in range(4)),
            )
            add(f"{route} at steady state", [steady | {"rate": 20.0}], lambda t, r=r: 100 * r.series(t, 12, 5))
            add(f"{route} at steady state, as long as II", [steady | {"duration": 12}], lambda t, r=r: 100 * r.series(t, 12, 12))
            add(f"{route} at steady state, longer than II", [steady | {"rate": 2.5}], lambda t, r=r: 100 * r.series(t, 12, 40))
            add(
                f"{route} at steady state, lag, longer than II − lag",
                [steady | {"duration": 9.0, "LAG": 7.0}],
                lambda t, r=r: 100 * r.series(t - 7, 12, 9),
            )
            add(
                f"{route} for ever, until the record",
                [dose | {"amount": 0.0, "rate": 15.0, "ss": 1}],
                # A constant infusion has brought the time integral of the response; what it leaves is the integral's rest.
                lambda t, r=r: 15 * (r.coefficients / r.rates * np.exp(-r.rates * t[:, None])).sum(axis=1),
            )
    return found


def network() -> Network:
    """Depot, central and peripheral compartment; Q = 0 leaves out the last. The parameters LAG, F, R and D are for doses."""
    module = Module("compartments")
    depot, central, peripheral = (
        module.state(name, "mg", scale=100.0, dosed=True) for name in ("depot", "central", "peripheral")
    )
    values = {"KA": (KA, "1/h"), "CL": (CL, "L/h"), "V1": (V1, "L"), "Q": (Q, "L/h"), "V2": (V2, "L")}
    ka, clearance, v1, q, v2 = (module.parameter(name, value, unit) for name, (value, unit) in values.items())
    for name, value, unit in (("LAG", 0.0, "h"), ("F", 1.0, "1"), ("R", 0.0, "mg/h"), ("D", 0.0, "h")):
        module.parameter(name, value, unit)
    module.reaction("absorption", {depot: -1, central: 1}, ka * depot)
    module.reaction("elimination", {central: -1}, clearance / v1 * central)
    module.reaction("there", {central: -1, peripheral: 1}, q / v1 * central)
    module.reaction("back", {peripheral: -1, central: 1}, q / v2 * peripheral)
    return assemble([module])


def largest_errors(chosen: list[Case]) -> list[float]:
    """The largest relative error of each case; all are patients of one data set."""
    rows = []
    for patient, case in enumerate(chosen):
        values = {"LAG": 0.0, "F": 1.0, "R": 0.0, "D": 0.0, "Q": Q if case.compartments == 2 else 0.0}
        # Lag and fraction belong to every record of the patient: they are those in effect when the dose goes in.
        values |= {name: dose[name] for dose in case.doses for name in values if name in dose}
        doses = [{"time": 0.0, "kind": 1} | dose | values for dose in case.doses]
        observations = [{"time": time, "kind": 0} | values for time in TIMES]
        records = sorted(doses + observations, key=lambda record: (record["time"], -record["kind"]))
        rows += [{"patient": patient} | record for record in records]
    table = event_table(pd.DataFrame(rows), time_unit="h", amount_unit="mg")
    routes = [Compartment(name, lag="LAG", bioavailability="F", rate="R", duration="D") for name in ("depot", "central")]
    result = simulate(network(), table, compartments=routes, outputs=["central"], rtol=RTOL)
    errors = []
    for patient, case in enumerate(chosen):
        found = result[(result["patient"] == patient) & (result["kind"] == 0)]["central"].to_numpy()
        expected = case.expected(TIMES)
        errors.append(float(np.max(np.abs(found - expected) / np.maximum(np.abs(expected), 1e-6 * np.max(np.abs(expected))))))
    return errors


def main() -> int:
    """Print the table; return 1 when a case fails."""
    chosen = cases()
    errors = largest_errors(chosen)
    width = max(len(case.name) for case in chosen)
    for case, error in zip(chosen, errors, strict=True):
        print(f"{case.name:{width}}  {error:8.1e}  {'' if error <= WORST else 'FAILED'}".rstrip())
    passed = sum(error <= WORST for error in errors)
    print(f"passed {passed} of {len(chosen)} (relative error at most {WORST:g}; integration at rtol {RTOL:g})")
    return 0 if passed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
