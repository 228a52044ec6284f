"""One network for data sets: a depot, a central and a peripheral compartment, and parameters that doses may use."""

from __future__ import annotations

import pandas as pd
import pytest

from kinecast.engine import compile_network
from kinecast.exchange.nonmem import Compartment, event_table, simulate
from kinecast.network import Module, assemble


def build(saturable: bool = False):
    """Rates per hour: absorption 1, there 0.3, back 0.2; elimination CL/10, or saturable with half at 20 mg."""
    module = Module("drug")
    depot = module.state("depot", "mg", scale=100.0, dosed=True)
    central = module.state("central", "mg", scale=100.0, dosed=True)
    peripheral = module.state("peripheral", "mg", scale=100.0)
    clearance, volume = module.parameter("CL", 2.0, "L/h"), module.parameter("V", 10.0, "L")
    for name, value, unit in (("LAG", 0.0, "h"), ("F", 1.0, "1"), ("R", 0.0, "mg/h"), ("D", 0.0, "h")):
        module.parameter(name, value, unit)
    absorption, there, back = (module.parameter(*each) for each in (("KA", 1.0, "1/h"), ("K12", 0.3, "1/h"), ("K21", 0.2, "1/h")))
    half = module.parameter("half", 20.0, "mg")
    module.reaction("absorption", {depot: -1, central: 1}, absorption * depot)
    module.reaction("elimination", {central: -1}, clearance / volume * central * (half / (half + central) if saturable else 1.0))
    module.reaction("there", {central: -1, peripheral: 1}, there * central)
    module.reaction("back", {peripheral: -1, central: 1}, back * peripheral)
    module.define("concentration", central / volume, "mg/L")
    return assemble([module])


@pytest.fixture(scope="session")
def linear():
    return build()


@pytest.fixture(scope="session")
def saturable():
    return build(saturable=True)


@pytest.fixture(scope="session")
def table():
    """Make a table in h and mg from rows (dicts); `patient` is 1 unless given."""

    def of(*rows):
        return event_table(
            pd.DataFrame([{"patient": 1, "kind": 0} | row for row in rows]).fillna(0.0), time_unit="h", amount_unit="mg"
        )

    return of


@pytest.fixture(scope="session")
def run(linear):
    """Simulate with the linear network and every parameter of doses in use; extra arguments go to `simulate`."""
    kernel = compile_network(linear)
    routes = [Compartment(name, lag="LAG", bioavailability="F", rate="R", duration="D") for name in ("depot", "central")]

    def simulated(of, **arguments):
        return simulate(linear, of, **({"compartments": routes, "kernel": kernel, "rtol": 1e-9} | arguments))

    return simulated
