"""Small networks for the engine: plain objects with the attributes that it reads."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from kinecast.network.expression import exp, expression, log, symbol


def build(states, parameters=(), reactions=(), definitions=(), scale=1.0, dosed=()):
    """A network: states {name: initial}, parameters {name: value}, reactions [({state: change}, rate)]."""
    scales = scale if isinstance(scale, dict) else dict.fromkeys(states, scale)
    return SimpleNamespace(
        states=tuple(
            SimpleNamespace(name=name, unit="", initial=expression(initial), scale=scales[name], dosed=name in dosed)
            for name, initial in dict(states).items()
        ),
        parameters=tuple(SimpleNamespace(name=name, unit="", value=value) for name, value in dict(parameters).items()),
        definitions={name: expression(value) for name, value in dict(definitions).items()},
        reactions=tuple(
            SimpleNamespace(
                name=f"reaction_{index}",
                changes={state: expression(change) for state, change in changes.items()},
                rate=expression(rate),
            )
            for index, (changes, rate) in enumerate(reactions)
        ),
    )


@pytest.fixture(scope="session")
def make_network():
    """The function `build`."""
    return build


@pytest.fixture(scope="session")
def two_compartments():
    """A drug that is given, distributes and is cleared: parameters out, there, back."""
    central, peripheral = symbol("central"), symbol("peripheral")
    return build(
        {"central": 0.0, "peripheral": 0.0},
        {"out": 3.0, "there": 2.0, "back": 0.5},
        [
            ({"central": -1}, symbol("out") * central),
            ({"central": -1, "peripheral": 1}, symbol("there") * central),
            ({"peripheral": -1, "central": 1}, symbol("back") * peripheral),
        ],
        scale=100.0,
        dosed=("central",),
    )


@pytest.fixture(scope="session")
def growing_cells():
    """A drug that binds a receptor on cells which it makes grow: stiff, with powers, exponentials and logarithms.

    Its parameter `trouble` is 0; where it is not, cells die out in finite time and the logarithm of their number is not a number.
    """
    drug, receptor, bound, cells = (symbol(name) for name in ("drug", "receptor", "bound", "cells"))
    return build(
        {"drug": 0.0, "receptor": symbol("density") * 10.0, "bound": 0.0, "cells": 10.0},
        {"on": 40.0, "off": 15.0, "inside": 30.0, "density": 0.4, "hill": 1.4, "half": 0.2, "growth": 0.6, "most": 200.0}
        | {"clearance": 8.0, "trouble": 0.0},
        [
            ({"drug": -1, "receptor": -1, "bound": 1}, symbol("on") * drug * receptor),
            ({"drug": 1, "receptor": 1, "bound": -1}, symbol("off") * bound),
            ({"bound": -1}, symbol("inside") * bound),
            ({"drug": -1}, symbol("clearance") * drug),
            ({"receptor": 1}, 12.0 * symbol("density") * cells * (1.0 + symbol("signal"))),
            ({"receptor": -1}, 12.0 * receptor),
            ({"cells": 1}, symbol("growth") * symbol("signal") * cells * log(symbol("most") / cells)),
            ({"cells": -1}, 0.05 * cells * exp(-0.1 * symbol("signal")) + symbol("trouble") * 5.0),
        ],
        definitions={
            "occupancy": bound / (symbol("density") * cells),
            "power": symbol("occupancy") ** symbol("hill"),
            "signal": symbol("power") / (symbol("half") ** symbol("hill") + symbol("power")),
        },
        scale={"drug": 10.0, "receptor": 4.0, "bound": 2.0, "cells": 10.0},
        dosed=("drug",),
    )


@pytest.fixture(scope="session")
def varied():
    """A function that varies a network's parameters log-normally between n patients."""

    def patients(network, n, seed=1, fixed=("trouble",)):
        draws = np.random.default_rng(seed).lognormal(0.0, 0.2, (n, len(network.parameters)))
        values = np.array([parameter.value for parameter in network.parameters]) * draws
        for index, parameter in enumerate(network.parameters):
            if parameter.name in fixed:
                values[:, index] = parameter.value
        return values

    return patients
