"""Molecules in the tumour: mass balance, size, antigen, barrier, matrix, injection; and pro-drugs that open there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast.engine import Bolus

IGG = {"kd": {"IL-2Ra": "none"}, "format": "antibody"}
DAYS = np.linspace(0.0, 14.0, 57)


def cea(kd="1 nM", valency=1, **more):
    return {**IGG, "target": {"antigen": "cea", "kd": kd, "valency": valency}, **more}


def iv(nmol, time=0.0):
    return lambda name: Bolus(time, f"{name}_central", nmol)


def injection(nmol, time=0.0):
    return lambda name: Bolus(time, f"{name}_injected", nmol)


def area(values):
    return np.trapezoid(values, DAYS)


BODY = ("central", "peripheral", "eliminated", "consumed")


@settings(max_examples=8, deadline=None)
@given(vein=st.floats(0.1, 300.0), lesion=st.floats(0.1, 300.0), kd=st.floats(0.01, 300.0))
def test_dose_of_a_fusion_equals_body_plus_account(vein, lesion, kd):
    from .conftest import Given

    run = Given(cea(f"{kd} nM"), [iv(vein), injection(lesion)], [0.1, 3.0, 14.0])
    held = sum(run[part] for part in (*BODY, "injected", "lost_where_injected"))
    assert held == pytest.approx(np.full(3, vein + lesion), rel=1e-6)
    assert np.all(run["in_lesions"] >= -1e-6) and np.all(run["reached"] <= 1 + 1e-9)


@settings(max_examples=6, deadline=None)
@given(dose=st.floats(0.1, 300.0), tumour=st.floats(0.01, 5.0), plasma=st.floats(0.001, 1.0))
def test_dose_of_a_prodrug_equals_both_forms_plus_account(dose, tumour, plasma):
    from .conftest import Given

    closed = {"block": 100, "in_tumour": f"{tumour} 1/d", "in_plasma": f"{plasma} 1/d", "format": "free"}
    run = Given({"format": "fc", "closed": closed}, [iv(dose)], [0.1, 3.0, 14.0])
    assert sum(run[f"{form}{part}"] for form in ("", "open_") for part in BODY) == pytest.approx(np.full(3, dose), rel=1e-6)
    assert run["all_forms"] == pytest.approx(run["plasma"] + run["open_plasma"])


def test_untargeted_fluid_approaches_plasma_less_what_is_lost(given_molecule):
    """At a steady level f/c = PS/(PS + k_l·void)."""
    run = given_molecule({**IGG}, [iv(1e5)], DAYS, changes={"tested_clearance": 0.0, "sink_access": 0.0})
    exchange, void, loss = (run[name][-1] for name in ("vascular_exchange", "tumour_void", "interstitial_loss"))
    assert run["fluid_lesions"][-1] / run["plasma"][-1] == pytest.approx(exchange / (exchange + loss * void), rel=0.02)


def test_antigen_binding_against_closed_form(given_molecule):
    run = given_molecule(cea("5 nM"), [iv(200.0)], DAYS)
    free, bound, sites, void = (run[name] for name in ("free_lesions", "bound_lesions", "cea_in_tumour", "tumour_void"))
    assert free + bound == pytest.approx(run["total_lesions"], rel=1e-6, abs=1e-9)
    assert bound[1:] * void[1:] * 5.0 == pytest.approx((sites - bound)[1:] * free[1:], rel=1e-6)


def test_an_antigen_holds_a_molecule_in_the_tumour(given_molecule):
    bound, loose = (given_molecule(recipe, [iv(100.0)], DAYS) for recipe in (cea(), IGG))
    assert area(bound["total_lesions"]) > 2 * area(loose["total_lesions"])


def test_larger_molecules_enter_more_slowly(given_molecule):
    small, large = (given_molecule({"format": format}, [iv(100.0)], DAYS) for format in ("fragment", "antibody"))
    early = slice(1, 2)
    ratio = [run["in_lesions"][early] / (run["plasma"][early] * run["tumour_volume"][early]) for run in (small, large)]
    assert small["vascular_exchange"][0] > 1.5 * large["vascular_exchange"][0] * 0.9
    assert small["tumour_void"][0] > large["tumour_void"][0] and np.all(ratio[0] > ratio[1])


def test_tight_binders_stay_at_the_vessels_until_they_fill_the_antigen(given_molecule):
    tight, weak = (given_molecule(cea(kd), [iv(20.0)], DAYS) for kd in ("0.01 nM", "1000 nM"))
    much = given_molecule(cea("0.01 nM"), [iv(3e4)], DAYS)
    assert tight["reached"][20] < 0.3 * weak["reached"][20]
    assert much["reached"].max() > 3 * tight["reached"].max()


def test_two_arms_bind_better_than_one(given_molecule):
    one, two = (given_molecule(cea("1000 nM", valency), [iv(50.0)], DAYS) for valency in (1, 2))
    assert area(two["bound_lesions"]) > 1.2 * area(one["bound_lesions"])


def test_an_anchor_keeps_an_injection_in_its_lesion(given_molecule):
    times = np.linspace(0.0, 7.0, 57)
    loose, anchored = (given_molecule(recipe, [injection(5.0)], times) for recipe in ({}, {"anchor": "100 nM"}))
    assert anchored["injected"][8] > 1.5 * loose["injected"][8]
    assert anchored["plasma"][1:].max() < 0.3 * loose["plasma"][1:].max()
    assert np.all(loose["injected_reached"] <= 1)


def test_an_injection_gives_more_in_the_lesion_for_less_in_blood(given_molecule):
    lesion, vein = (given_molecule({}, [event], DAYS) for event in (injection(5.0), iv(5.0)))
    shown = [area(run["injected_level"]) / area(run["plasma"]) for run in (lesion, vein)]
    assert shown[0] > 5 * area(vein["in_tumour"]) / area(vein["plasma"]) and shown[1] == 0


def test_a_masked_molecule_opens_where_the_tumour_is(given_molecule):
    closed = {"block": "none", "in_tumour": "1 1/d", "in_plasma": "0.01 1/d", "format": "fc"}
    run = given_molecule({"format": "fc", "closed": closed}, [iv(100.0)], DAYS)
    naked = given_molecule({"format": "fc"}, [iv(100.0)], DAYS)
    leak = area(run["open_plasma"]) / area(run["open_in_tumour"])
    assert leak < 0.2 * area(naked["plasma"]) / area(naked["in_tumour"])


def test_il12_held_in_the_tumour_acts_there(given_molecule):
    recipe = {"from": "rhil-12", "format": "antibody", "target": {"antigen": "dna", "kd": "1 nM"}}
    held, loose = (given_molecule(one, [iv(0.5)], DAYS) for one in (recipe, {"from": "rhil-12", "format": "antibody"}))
    assert area(held["il12_signal_in_tumour"]) > 2 * area(loose["il12_signal_in_tumour"])


def test_a_disease_that_has_lost_its_antigen_leaves_a_fusion_loose(given_molecule):
    lost, loose = (
        given_molecule(recipe, [iv(50.0)], DAYS, changes=changes)
        for recipe, changes in ((cea(), {"cea_in_tumour": 0.0}), (IGG, None))
    )
    assert lost["total_lesions"][1:] == pytest.approx(loose["total_lesions"][1:], rel=1e-3)


def test_the_matrix_holds_a_molecule_from_its_antigen_too(given_molecule):
    free, held = (given_molecule(cea("50 nM", **more), [iv(50.0)], DAYS) for more in ({}, {"anchor": "10 nM"}))
    assert held["bound_lesions"][8] < 0.6 * free["bound_lesions"][8]


def test_stronger_anchors_keep_an_injection_longer_without_limit(given_molecule):
    left = [given_molecule({"anchor": kd}, [injection(5.0)], DAYS)["injected"][12] for kd in ("1000 nM", "100 nM", "10 nM")]
    assert left[0] < left[1] < left[2] and left[2] > 4.0


def test_il21_injected_acts_where_it_is(given_molecule):
    lesion, vein = (given_molecule({"from": "rhil-21"}, [event], DAYS) for event in (injection(1.0), iv(1.0)))
    assert area(lesion["il21_level_in_tumour"]) > 3 * area(vein["il21_level_in_tumour"])


@pytest.mark.parametrize("cytokine", ["cyt107", "interferon-alfa-2b", "sargramostim"])
def test_a_prodrug_opens_in_the_tumour_whatever_it_does_there(given_molecule, cytokine):
    closed = {"block": 100, "in_tumour": "2 1/d", "in_plasma": "0.05 1/d"}
    run = given_molecule({"from": cytokine, "closed": closed}, [iv(10.0)], DAYS)
    assert run["open_in_lesions"].max() > 0
    assert sum(run[f"{form}{part}"] for form in ("", "open_") for part in BODY)[-1] == pytest.approx(10.0, rel=1e-6)
