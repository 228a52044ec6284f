"""The explicit network of cells in a dish: what is conserved, what stays positive, and binding against closed forms."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.biology.receptors.explicit import MINUTE, dish_kernel, dish_network, dish_parameters, stat_response
from kinecast.biology.receptors.molecules import FAMILIES, native
from kinecast.biology.receptors.populations import BLOOD, copies
from kinecast.engine import solve
from kinecast.units import canonical_factor

COPY = canonical_factor("molecule/cell")
CHAINS = {
    "il2ra": ("a", "ab", "abg"),
    "il2rb": ("b", "bg", "bg_inside", "ab", "abg"),
    "gc": ("bg", "bg_inside", "abg"),
}
"""Chain of IL-2 → complexes that hold one of it; CD25 leaves a complex when it is taken in."""


def dish(dose, cell="treg", minutes=(240.0,), one=None, density=0.0, rtol=1e-6, **rates):
    """States of one cell under IL-2 by name, in molecules a cell and nM, with some rates in place of the records."""
    records = {
        name: SimpleNamespace(value=rates.get(name, record.value), unit=record.unit)
        for name, record in catalog.parameters("gammac").items()
    }
    network = dish_network(["IL-2"], records)
    parameters = dish_parameters(network, [cell], [one or native("IL-2")], [dose], density)
    found = solve(network, parameters, outputs=np.asarray(minutes) * MINUTE, rtol=rtol)
    assert found.status[0] == 0
    factor = {state.name: canonical_factor(state.unit) for state in network.states}
    return {state.name: found.states[0, :, place] / factor[state.name] for place, state in enumerate(network.states)}


STILL = {"endocytosis": 0.0, "internalisation": 0.0, "complex_degradation": 0.0}


@pytest.mark.parametrize("cell", ["nk", "treg", "yt1_cd25"])
def test_a_cell_without_ligand_stays_at_rest(cell):
    states = dish(0.0, cell, (60.0, 1440.0))
    for chain in CHAINS:
        assert states[chain] == pytest.approx(copies(cell, chain), rel=1e-4)
    assert states["pstat5_feedback"] == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(dose=st.floats(1e-4, 500), cell=st.sampled_from(BLOOD), minutes=st.floats(0.1, 600))
def test_receptors_are_conserved_when_none_is_made_or_lost(dose, cell, minutes):
    states = dish(dose, cell, (minutes,), degradation=0.0, complex_degradation=0.0)
    rates = catalog.parameters("gammac")
    within = rates["endocytosis"].value / rates["recycling"].value
    for chain, complexes in CHAINS.items():
        held = states[chain] + states[f"{chain}_inside"] + sum(states[f"ligand0_{name}"] for name in complexes)
        assert held == pytest.approx(copies(cell, chain) * (1 + within), rel=1e-4)


@settings(max_examples=20, deadline=None)
@given(dose=st.floats(1e-4, 500), cell=st.sampled_from(BLOOD), kd=st.floats(0.1, 1e4), density=st.floats(0, 100))
def test_no_state_is_negative_and_the_response_is_a_share(dose, cell, kd, density):
    one = native("IL-2").changed({"IL-2Rb": kd})
    states = dish(dose, cell, (5.0, 60.0, 600.0), one, density, rtol=1e-4)
    for name, values in states.items():
        assert (values > -1e-3 * max(values.max(), 1.0)).all(), name
    answer = stat_response([cell], [one], [dose], [5.0, 60.0, 600.0], density)
    assert (answer >= -1e-12).all() and (answer <= 1).all()


@settings(max_examples=15, deadline=None)
@given(dose=st.floats(1e-3, 10), density=st.floats(0.1, 100))
def test_ligand_is_in_the_medium_or_on_cells(dose, density):
    states = dish(dose, "treg", (30.0,), density=density, **STILL)
    bound = sum(states[f"ligand0_{name}"] for name in ("a", "b", "ab", "bg", "abg"))
    # molecules a cell times million cells a mL, in nM
    assert states["ligand0_medium"] + bound * density * COPY == pytest.approx(dose, rel=1e-4)


def test_one_chain_binds_as_the_law_of_mass_action_says():
    """Without shared chain and CD25, B·L/(K + L) of IL-2Rb hold ligand."""
    one = native("IL-2").changed({"IL-2Ra": None})
    for dose in (1.0, 144.0, 5000.0):
        states = dish(dose, "nk", (600.0,), one, gamma_on=0.0, **STILL)
        assert states["ligand0_b"] == pytest.approx(copies("nk", "il2rb") * dose / (144 + dose), rel=1e-4)
        assert states["ligand0_a"] == states["ligand0_ab"] == 0


def test_binding_to_one_chain_approaches_equilibrium_with_the_sum_of_its_rates():
    one = native("IL-2").changed({"IL-2Ra": None})
    on = catalog.parameters("gammac")["beta_on"].value
    times = np.array([0.02, 0.1, 0.3])
    states = dish(50.0, "nk", times, one, gamma_on=0.0, **STILL)
    expected = copies("nk", "il2rb") * 50 / 194 * (1 - np.exp(-on * 194 * times))
    assert states["ligand0_b"] == pytest.approx(expected, rel=1e-4)


def test_both_ways_to_the_trimer_end_in_the_same_affinity():
    """At equilibrium, free chains and complexes obey every dissociation constant: detailed balance."""
    minutes = (50_000.0,)
    states = {name: values[0] for name, values in dish(5.0, "treg", minutes, **STILL).items()}
    factor = catalog.parameters("gammac")["membrane_factor"].value
    gamma = {name: catalog.parameters("gammac")[name].value for name in ("gamma_on", "gamma_off")}
    free, b, a, ab, abg, bg = (
        states[name] for name in ("ligand0_medium", *(f"ligand0_{n}" for n in ("b", "a", "ab", "abg", "bg")))
    )
    assert free * states["il2rb"] / b == pytest.approx(144, rel=1e-3)
    assert free * states["il2ra"] / a == pytest.approx(10, rel=1e-3)
    assert a * states["il2rb"] / ab == pytest.approx(factor * 144, rel=1e-3)
    assert b * states["il2ra"] / ab == pytest.approx(factor * 10, rel=1e-3)
    assert bg * states["il2ra"] / abg == pytest.approx(factor * 10, rel=1e-3)
    assert ab * states["gc"] / abg == pytest.approx(gamma["gamma_off"] / gamma["gamma_on"], rel=1e-3)


def test_weaker_binding_never_makes_a_molecule_more_potent():
    doses = np.logspace(-4, 3, 30)
    tops = [
        stat_response(["nk"], [native("IL-2").changed({"IL-2Rb": kd})], doses, [60.0])[0, :, 0] for kd in (1.0, 30, 144, 1000)
    ]
    for stronger, weaker in pairwise(tops):
        assert (stronger[:12] >= weaker[:12] - 1e-9).all()


def test_drugs_share_the_shared_chain():
    """IL-7 takes γc of naive helper cells, so that IL-4 signals less; without CD127 to speak of it does not (NK)."""
    pair = [native("IL-4"), native("IL-7")]
    _, kernel = dish_kernel(("IL-4", "IL-7"))
    assert {"gc", "il4ra", "il7ra"} <= set(kernel.state_names)
    alone, together = stat_response(["helper_naive", "nk"], pair, [[0.05, 0.0], [0.05, 10.0]], [30.0]).transpose(1, 0, 2)
    assert together[0, 0] < 0.5 * alone[0, 0]
    assert together[1, 0] == pytest.approx(alone[1, 0], rel=0.02)


def test_each_family_can_be_simulated_on_each_population():
    for family in FAMILIES:
        found = stat_response(BLOOD, [native(family)], [1.0], [30.0])
        assert found.shape == (len(BLOOD), 1, 1) and np.isfinite(found).all()
