"""An oncolytic virus: it lyses where it is injected and alive, T cells do the rest, and immunity to it ends it."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.engine import Bolus, solve
from kinecast.units import quantity

TVEC = "talimogene_laherparepvec"
DEPOT = f"{TVEC}_depot"


@functools.cache
def model(*agents: str, disease: str = "melanoma-metastatic"):
    return assemble(agents or ("talimogene-laherparepvec",), disease)


def course(events=(), times=(84.0,), patient=None, **changed):
    patient = patient or model()
    values = np.array([[changed.get(p.name, p.value) for p in patient.network.parameters]])
    solution = solve(patient.kernel(), values, events=events, outputs=times, rtol=1e-6)
    assert solution.status[0] == 0
    return lambda name: patient.kernel().evaluate([name], solution.states, values)[name][0]


def doses(number=6):
    """As labelled: a low dose, three weeks later the full one, then every two weeks."""
    agent = catalog.agent("talimogene-laherparepvec")
    first, full = (float(agent.amount(quantity(text))) for text in ("4e6 pfu", "4e8 pfu"))
    return [Bolus(0.0, DEPOT, first), *(Bolus(21.0 + 14.0 * k, DEPOT, full) for k in range(number - 1))]


def diameters(run):
    return np.array([run(f"lesion_{n}_diameter")[-1] for n in (1, 2, 3)])


@settings(max_examples=10, deadline=None)
@given(amount=st.floats(1e3, 1e9), day=st.floats(0.05, 20.0))
def test_dose_equals_depot_plus_what_left_it(amount, day):
    run = course([Bolus(0.0, DEPOT, amount)], [day])
    assert run(DEPOT) + run(f"{TVEC}_left_depot") == pytest.approx([amount], rel=1e-5)


def test_viruses_are_counted_as_they_are():
    assert catalog.agent("talimogene-laherparepvec").amount(quantity("4e8 pfu")) == pytest.approx(4e8)


def test_the_injected_lesion_shrinks_more_than_lesions_that_cannot_be_reached():
    alone = {"lesion_2_reach": 1e-9, "lesion_3_reach": 1e-9}
    left = diameters(course(doses(), **alone)) / diameters(course(**alone))
    assert left[0] < 0.8
    assert (left[1:] > left[0] + 0.1).all()


def test_lesions_without_virus_shrink_through_immunity_only():
    alone = {"lesion_2_reach": 1e-9, "lesion_3_reach": 1e-9}
    treated, untreated = course(doses(), **alone), course(**alone)
    assert treated("lesion_2_diameter")[-1] < 0.95 * untreated("lesion_2_diameter")[-1]
    no_release = {f"{TVEC}_release": 0.0, "antigen_spread": 0.0}
    treated, untreated = course(doses(), **alone, **no_release), course(**alone, **no_release)
    # Suppressor cells follow the whole tumour, so that a smaller first lesion helps a little.
    assert treated("lesion_2_diameter")[-1] == pytest.approx(untreated("lesion_2_diameter")[-1], rel=0.05)


def test_a_second_lesion_shrinks_as_far_as_it_can_be_injected():
    sizes = [course(doses(), lesion_2_reach=reach)("lesion_2_diameter")[-1] for reach in (1e-9, 0.1, 1.0)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_dead_virus_lyses_nothing():
    dead = {"virus_loss": 1e4, "virus_multiplication": 0.0}
    assert diameters(course(doses(), **dead)) == pytest.approx(diameters(course()), rel=0.01)


def test_without_a_dose_nothing_differs_from_untreated():
    untreated = course(patient=model("gp100-209-2m"))
    assert diameters(course()) == pytest.approx(diameters(untreated), rel=1e-5)
    assert course()(f"{TVEC}_neutralised")[-1] == 0


def test_virus_multiplies_at_first_and_is_gone_within_weeks_of_the_last_dose():
    amount = 4e6
    run = course([Bolus(0.0, DEPOT, amount)], [3.0, 21.0, 90.0], lesion_2_reach=1e-9, lesion_3_reach=1e-9)
    virus = run(f"{TVEC}_lesion_1")
    assert virus[0] > amount
    last = course(doses(), [91.0 + 42.0])
    assert last(f"{TVEC}_infected_1")[0] < 0.05
    assert last(f"{TVEC}_neutralised")[0] > 0.3


def test_immunity_to_the_virus_shortens_the_next_infection():
    """The same dose, first and after five others."""
    full = float(catalog.agent("talimogene-laherparepvec").amount(quantity("4e8 pfu")))
    first = course([Bolus(0.0, DEPOT, full)], [10.0])(f"{TVEC}_infected_1")[0]
    later = course([Bolus(14.0 * k, DEPOT, full) for k in range(6)], [80.0])(f"{TVEC}_infected_1")[0]
    assert later < first


def test_after_surgery_it_does_no_harm():
    run = course(doses(), patient=model(disease="melanoma-adjuvant"))
    assert np.isfinite(run("hazard_death")).all()
