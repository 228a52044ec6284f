"""Micrometastases and clones: closed forms, and what must hold with and without an interferon signal."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.tumours import TUMOURS
from kinecast.catalog.records.disease import Tumour as Kind
from kinecast.engine import compile_network, solve
from kinecast.network import Module
from kinecast.network import assemble as join


class Untreated:
    """A patient without drug, with some parameters changed, and perhaps with a constant interferon signal."""

    def __init__(self, disease, signal=None, **changes):
        ill = catalog.disease(disease)
        kind = TUMOURS[ill.tumour]
        modules = kind.modules({name: catalog.parameters(name) for name in kind.files}, ill.parameters)
        if signal is not None:
            stub = Module("stub")
            stub.define("ifn_alpha_signal", stub.parameter("signal", signal, "1"), "1")
            stub.define("ifn_alpha_strong", stub.parameter("strong", signal, "1"), "1")
            modules = [stub, *modules]
        self.network = join(modules)
        self.kernel = compile_network(self.network)
        names = [p.name for p in self.network.parameters]
        values = np.array([p.value for p in self.network.parameters])
        for name, value in changes.items():
            values[names.index(name)] = value * self.network.factor(name)
        self.parameters = values[None, :]

    def course(self, times, *names):
        solution = solve(self.kernel, self.parameters, outputs=np.asarray(times, float), rtol=1e-7)
        assert solution.status[0] == 0
        found = self.kernel.evaluate(list(names), solution.states, self.parameters)
        return [found[name][0] / self.network.factor(name) for name in names]


WITHOUT_IMMUNITY = {"antigenicity_median": 1e-12, "nk_killing": 1e-12}


def test_every_kind_that_a_disease_may_name_can_be_built():
    assert set(TUMOURS) == set(Kind.__args__)


def test_gompertz_growth_of_a_deposit_against_closed_form():
    """ln V_max/V falls exponentially with g/ln(V_max/V_g)."""
    patient = Untreated("melanoma-adjuvant", residual_volume=1e-3, **WITHOUT_IMMUNITY)
    days = np.array([50.0, 150.0, 400.0])
    (volume,) = patient.course(days, "tumour_volume")
    rate = 0.015 / np.log(2000 / 6)
    expected = 2000 * np.exp(-np.log(2000 / 1e-3) * np.exp(-rate * days))
    assert volume == pytest.approx(expected, rel=1e-3)


def test_a_patient_in_whom_nothing_is_left_has_no_relapse_in_ten_years():
    patient = Untreated("melanoma-adjuvant", residual_score=-0.01)
    (volume,) = patient.course([1.0, 1000.0, 3650.0], "tumour_volume")
    assert np.all(volume < 1e-9)


def test_resting_immunity_holds_a_deposit_that_would_come_back_without_it():
    held, free = (
        Untreated("melanoma-adjuvant", residual_volume=1e-3, antigenicity_median=a).course([730.0], "tumour_volume")[0][0]
        for a in (2000.0, 1e-12)
    )
    assert held < 0.5 < free


def test_suppressor_cells_go_with_the_tumour_and_come_back_with_it():
    patient = Untreated("melanoma-adjuvant", residual_volume=1e-4, **WITHOUT_IMMUNITY)
    mdsc, volume = patient.course([0.1, 100.0, 900.0], "tumour_mdsc", "tumour_volume")
    assert mdsc[1] < 0.5 * mdsc[0]
    assert volume[2] > 0.5
    assert mdsc[2] > 1


def test_a_clone_grows_logistically_without_drug():
    patient = Untreated("chronic-myeloid-leukaemia", share_at_start=0.1)
    days = np.array([50.0, 100.0, 300.0])
    (share,) = patient.course(days, "clone_share")
    odds = 0.1 / 0.9 * np.exp(0.012 * days)
    assert share == pytest.approx(odds / (1 + odds), rel=1e-4)


def test_hairy_cells_fall_and_counts_recover_under_interferon_and_both_go_back_without():
    """Interferon clears the marrow and the counts follow."""
    treated, untreated = (Untreated("hairy-cell-leukaemia", signal) for signal in (0.2, 0.0))
    share, count = treated.course([1.0, 365.0], "clone_share", "blood_count")
    assert share[1] < 0.5 * share[0]
    assert count[1] > 0.6 > count[0]
    share, count = untreated.course([1.0, 365.0], "clone_share", "blood_count")
    assert share[1] > share[0]
    assert count[1] < count[0]


def test_cells_in_niches_are_spared():
    few, many = (
        Untreated("hairy-cell-leukaemia", 0.5, niche_share=niche).course([365.0], "clone_share")[0][0] for niche in (0.05, 1.0)
    )
    assert few < 0.1 * many


def test_white_cells_are_normal_while_the_marrow_is_still_leukaemic():
    """CML: haematological response comes in months, with the Philadelphia chromosome in most dividing cells."""
    share, count = Untreated("chronic-myeloid-leukaemia", 0.3).course([180.0], "clone_share", "blood_count")
    assert count[0] < 1.43
    assert share[0] > 0.7


def test_a_marrow_without_clone_is_no_danger():
    full, empty = (
        Untreated("chronic-myeloid-leukaemia", share_at_start=share, growth_rate=1e-9).course([1826.0], "hazard_death")[0][0]
        for share in (0.97, 0.01)
    )
    background = 1826 * catalog.parameters("survival")["background_death"].value
    assert empty == pytest.approx(background, rel=0.3)
    assert full > 10 * background


@pytest.mark.parametrize("disease", ["kaposi-sarcoma", "follicular-lymphoma-remission"])
def test_more_interferon_leaves_less_tumour(disease):
    volumes = [Untreated(disease, signal).course([84.0], "tumour_volume")[0][0] for signal in (0.0, 0.02, 0.2)]
    assert volumes[0] > volumes[1] > volumes[2]


def test_a_disease_without_numbers_for_interferon_is_not_killed_by_it():
    assert "interferon_effect" not in assemble([], "melanoma-adjuvant").network.definitions
    assert "interferon_effect" in assemble([], "hairy-cell-leukaemia").network.definitions
