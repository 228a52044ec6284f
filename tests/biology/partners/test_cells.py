"""Lymphodepletion, infused tumour-specific cells and donor NK cells in the typical patient."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.cells import LYMPHOCYTES
from kinecast.engine import Bolus, solve
from kinecast.errors import UnitError
from kinecast.units import quantity

CHEMOTHERAPY = (
    *((day, "cyclophosphamide", "60 mg/kg", "iv") for day in (0, 1)),
    *((day, "fludarabine", "25 mg/m2", "iv") for day in (2, 3, 4, 5, 6)),
)
HIGH_DOSE_IL2 = tuple((7 + k / 3, "aldesleukin", "720000 IU/kg", "iv") for k in range(8))
LOW_DOSE_IL2 = tuple((day, "aldesleukin", "9 MIU", "sc") for day in (7, 9, 11, 13, 15, 17))
TIL = ((7.0, "til", "50 Gcell", "iv"),)
NK = ((7.0, "nk-cells", "1.5e7 cell/kg", "iv"),)
TIMES = np.arange(0.0, 181.0)


@functools.cache
def course(doses, disease="none", beside=()):
    """The typical patient of 75 kg; name → values over TIMES. `beside` are agents that are in the model, and not given."""
    agents = tuple(dict.fromkeys([*(dose[1] for dose in doses), *beside]))
    made = assemble(agents, disease)
    events = []
    for day, agent, amount, route in sorted(doses):
        number = float(catalog.agent(agent).amount(quantity(amount), weight=75.0, surface=1.85))
        events.append(Bolus(day, made.dose_target(agent, route), number))
    parameters = np.array([[p.value for p in made.network.parameters]])
    solution = solve(made.kernel(), parameters, events=events, outputs=TIMES, rtol=1e-7)
    assert solution.status[0] == 0
    return lambda name: made.kernel().evaluate([name], solution.states, parameters)[name][0]


@pytest.mark.parametrize("cell", LYMPHOCYTES)
def test_the_two_drugs_take_most_lymphocytes_of_each_kind(cell):
    """CD56bright NK cells come back fastest, and are never as few."""
    number = course(CHEMOTHERAPY)(f"{cell}_number")
    assert number[:9].min() < (0.35 if cell == "nk_bright" else 0.2) * number[0]


def test_lymphocytes_fall_deep_and_come_back_over_months():
    count = course(CHEMOTHERAPY)("lymphocyte_count")
    assert count[8] < 0.2
    assert 0.3 * count[0] < count[28] < 0.7 * count[0]
    assert count[180] > 0.7 * count[0]


def test_regulatory_cells_fall_further_than_other_memory_cells_and_are_back_within_weeks():
    run = course(((0, "cyclophosphamide", "600 mg/m2", "iv"),))
    treg, cd8 = run("treg_number") / run("treg_number")[0], run("cd8_memory_number") / run("cd8_memory_number")[0]
    assert treg[1] < cd8[1] < 1
    assert treg[28] > 0.9


def test_neutrophils_are_low_from_the_second_to_the_third_week_and_then_recover():
    count = course(CHEMOTHERAPY)("neutrophil_count")
    assert count[8:17].max() < 0.5
    assert count[42] > 2.5


def test_a_low_dose_of_cyclophosphamide_is_mild():
    run = course(((0, "cyclophosphamide", "200 mg/m2", "iv"),))
    for name, least in (("lymphocyte_count", 0.85), ("treg_count", 0.75), ("neutrophil_count", 0.65), ("platelet_count", 0.9)):
        assert run(name).min() > least * run(name)[0], name


@settings(max_examples=8, deadline=None)
@given(st.floats(50, 4000))
def test_more_cyclophosphamide_never_leaves_more_lymphocytes(milligrams):
    def least(amount):
        return course(((0, "cyclophosphamide", f"{amount} mg", "iv"),))("lymphocyte_count").min()

    assert least(round(milligrams)) > least(round(1.5 * milligrams))


def test_the_body_leaves_more_cytokine_to_few_lymphocytes():
    level = course((*CHEMOTHERAPY, *TIL))("body_cytokines")
    assert level[0] == pytest.approx(1)
    assert level[7] > 4


@pytest.mark.parametrize("doses", [TIL, (*TIL, *HIGH_DOSE_IL2), (*CHEMOTHERAPY, *TIL, *HIGH_DOSE_IL2)])
def test_every_infused_cell_is_accounted_for(doses):
    run = course(doses, "melanoma-metastatic")
    there = run("til_infused") + run("til_died") + run("til_homed") - run("til_born")
    np.testing.assert_allclose(there[8:], 50, rtol=1e-5)


def test_every_donor_cell_is_accounted_for():
    run = course((*CHEMOTHERAPY, *NK, *LOW_DOSE_IL2), "acute-myeloid-leukaemia")
    there = run("nk_cells_infused") + run("nk_cells_died") + run("nk_cells_rejected") - run("nk_cells_born")
    np.testing.assert_allclose(there[8:], 0.015 * 75, rtol=1e-5)


def test_cells_without_il2_die_within_days():
    """Without chemotherapy and IL-2, where nothing feeds them."""
    without = course(TIL, "melanoma-metastatic")
    assert without("til_infused")[14] < 0.05 * 50
    assert course((*TIL, *HIGH_DOSE_IL2), "melanoma-metastatic")("til_homed")[60] > 2.5 * without("til_homed")[60]


def test_lymphodepletion_lets_cells_persist():
    before, without = course((*CHEMOTHERAPY, *TIL), "melanoma-metastatic"), course(TIL, "melanoma-metastatic")
    assert before("til_homed")[60] > 1.3 * without("til_homed")[60]
    assert before("til_infused")[21] > 5 * without("til_infused")[21]


def test_more_cells_kill_more():
    def left(gigacells):
        return course((*CHEMOTHERAPY, (7.0, "til", f"{gigacells} Gcell", "iv"), *HIGH_DOSE_IL2), "melanoma-metastatic")(
            "tumour_volume"
        )[60]

    assert left(10) > left(50) > left(150)


def test_chemotherapy_alone_does_not_shrink_a_melanoma():
    run = course(CHEMOTHERAPY, "melanoma-metastatic")
    assert run("sum_of_diameters")[60] > run("sum_of_diameters")[0]


def test_donor_cells_are_rejected_sooner_by_a_patient_who_keeps_his_lymphocytes():
    depleted = course((*CHEMOTHERAPY, *NK, *LOW_DOSE_IL2), "acute-myeloid-leukaemia")("nk_cells_infused")
    whole = course((*NK, *LOW_DOSE_IL2), "acute-myeloid-leukaemia")("nk_cells_infused")
    assert whole[14] < 0.3 * depleted[14]
    assert depleted[60] < 1e-3 * depleted[8]


def test_donor_cells_kill_leukaemia():
    chemotherapy = course(CHEMOTHERAPY, "acute-myeloid-leukaemia")("clone_share")
    both = course((*CHEMOTHERAPY, *NK, *LOW_DOSE_IL2), "acute-myeloid-leukaemia")("clone_share")
    assert both[28] < 0.8 * chemotherapy[28]


def test_cells_that_are_not_given_change_nothing():
    alone, beside = course(HIGH_DOSE_IL2, "melanoma-metastatic"), course(HIGH_DOSE_IL2, "melanoma-metastatic", ("til",))
    for name in ("tumour_volume", "treg_count", "aldesleukin_plasma"):
        np.testing.assert_allclose(beside(name), alone(name), rtol=1e-4, atol=1e-9)


def test_drugs_that_are_no_chemotherapy_leave_its_totals_out_of_the_equations():
    for agents, disease in ((("aldesleukin",), "melanoma-metastatic"), (("interferon-alfa-2b",), "hairy-cell-leukaemia")):
        network = assemble(agents, disease).network
        assert not {name for name in network.definitions if name.endswith("_kill") or "renewal_harm" in name}


def test_doses_of_cells_are_counted():
    til, nk = catalog.agent("til"), catalog.agent("nk-cells")
    assert til.amount(quantity("5e10 cell")) == pytest.approx(50)
    assert nk.amount(quantity("1.5e7 cell/kg"), weight=80.0) == pytest.approx(1.2)
    for wrong in ("5 mg", "5 mL"):
        with pytest.raises(UnitError, match="is not a dose of til"):
            til.amount(quantity(wrong), weight=80.0)
