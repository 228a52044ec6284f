"""The brakes one by one: what taking each away or holding it at rest does to the same patient."""

from __future__ import annotations

import numpy as np
import pytest

from kinecast import catalog
from kinecast.biology import assemble
from kinecast.biology.brakes import BRAKES, DRIVERS
from kinecast.biology.brakes.checkpoints import checkpoints
from kinecast.biology.brakes.fate import fate
from kinecast.biology.brakes.humoral import humoral
from kinecast.biology.brakes.suppressor_cells import suppressor_cells
from kinecast.biology.immunity import immunity
from kinecast.biology.tumour import tumour
from kinecast.engine import Bolus, solve
from kinecast.network import assemble as join
from kinecast.units import quantity

WEEKS = np.arange(0, 25) * 7.0
MELANOMA = "melanoma-metastatic"


def high_dose():
    amount = float(catalog.agent("aldesleukin").amount(quantity("600000 IU/kg"), weight=70.0, surface=1.8))
    return [Bolus(day + k / 3, "aldesleukin_central", amount) for day in (0.0, 14.0) for k in range(10)]


def followed(events=(), *, agents=("aldesleukin",), names=("sum_of_diameters",), **changes):
    model = assemble(agents, MELANOMA)
    values = np.array([[p.value for p in model.network.parameters]])
    columns = [p.name for p in model.network.parameters]
    for name, value in changes.items():
        values[0, columns.index(name)] = value
    solution = solve(model.kernel(), values, events=list(events), outputs=WEEKS, rtol=1e-6)
    assert solution.status[0] == 0
    found = model.kernel().evaluate(list(names), solution.states, values)
    return [found[name][0] for name in names]


@pytest.fixture(scope="module")
def treated():
    return followed(high_dose())[0]


@pytest.mark.parametrize("name", BRAKES)
def test_without_a_brake_the_treated_tumour_is_never_larger(treated, name):
    (size,) = followed(high_dose(), **{BRAKES[name].off: 0.0})
    assert size.min() <= treated.min() * (1 + 1e-6)


@pytest.mark.parametrize("name", ["treg", "mdsc", "macrophage", "pd1", "ctla4", "tgf-beta", "tigit", "exhaustion", "ido"])
def test_each_brake_costs_something_under_high_dose_il2(treated, name):
    (size,) = followed(high_dose(), **{BRAKES[name].off: 0.0})
    assert size.min() < treated.min() * 0.999


@pytest.mark.parametrize("name", [name for name, one in BRAKES.items() if one.held and one.held != one.off])
def test_a_brake_that_nothing_raises_is_the_same_when_it_is_held(name):
    """Without drug, and before the tumour has grown, every level is at its rest."""
    alone = followed(names=["effector_power", "effectors_made"])
    held = followed(names=["effector_power", "effectors_made"], **{BRAKES[name].held: 0.0})
    for free, kept in zip(alone, held, strict=True):
        assert kept[0] == pytest.approx(free[0], rel=1e-9)


def test_il2_raises_treg_and_gm_csf_raises_suppressor_cells():
    treg, mdsc = followed(high_dose(), names=["treg_braking", "mdsc_braking"])
    assert treg.max() > 1.3 * treg[0]
    assert mdsc[:6].max() < 1.1 * mdsc[0]
    dose = float(catalog.agent("sargramostim").amount(quantity("125 ug/m2"), weight=70.0, surface=1.8))
    given = [Bolus(float(day), "sargramostim_depot", dose) for day in range(14)]
    treg, mdsc = followed(given, agents=("sargramostim",), names=["treg_braking", "mdsc_braking"])
    assert mdsc.max() > 1.2 * mdsc[0]
    assert treg == pytest.approx(treg[0])


def test_two_recruiters_draw_on_one_pool():
    """IL-2 with PD-1 blockade makes fewer effectors than the sum of what each makes."""
    nivolumab = float(catalog.agent("nivolumab").amount(quantity("3 mg/kg"), weight=70.0, surface=1.8))
    blocked = [Bolus(14.0 * k, "nivolumab_central", nivolumab) for k in range(12)]
    both = ("aldesleukin", "nivolumab")
    made = {
        name: followed(events, agents=both, names=["effectors_made"])[0].sum()
        for name, events in {"none": [], "il2": high_dose(), "pd1": blocked, "both": [*high_dose(), *blocked]}.items()
    }
    assert made["both"] > max(made["il2"], made["pd1"])
    assert made["both"] - made["none"] < made["il2"] + made["pd1"] - 2 * made["none"]


def test_pool_recruits_and_effectors_start_in_balance():
    model = assemble((), MELANOMA)
    values = np.array([[p.value for p in model.network.parameters]])
    solution = solve(model.kernel(), values, outputs=[0.0, 0.5], rtol=1e-8)
    names = [state.name for state in model.network.states]
    for name in ("progenitors", "recruits", "lesion_1_effectors", "mature_dendritic_cells", "tumour_treg"):
        start, later = solution.states[0, :, names.index(name)]
        assert later == pytest.approx(start, rel=0.02), name


def test_every_effector_that_tires_is_counted_as_exhausted():
    """Exhausted cells are those that left the effectors, less those that died since."""
    model = assemble((), MELANOMA)
    values = np.array([[p.value for p in model.network.parameters]])
    columns = [p.name for p in model.network.parameters]
    values[0, columns.index("exhausted_death")] = 0.0
    times = np.linspace(0, 20, 401)
    solution = solve(model.kernel(), values, outputs=times, rtol=1e-8)
    asked = ["exhaustion", "exhausted", *(f"lesion_{n}_effectors" for n in (1, 2, 3))]
    found = model.kernel().evaluate(asked, solution.states, values)
    flow = found["exhaustion"][0] * sum(found[f"lesion_{n}_effectors"][0] for n in (1, 2, 3))
    assert found["exhausted"][0, -1] == pytest.approx(np.trapezoid(flow, times), rel=1e-4)


def test_a_killed_lesion_leaves_its_scar():
    (size,) = followed(high_dose(), antigenicity_of_patient=30.0, lesion_1_scar=0.01, lesion_2_scar=0.01, lesion_3_scar=0.01)
    assert size[-1] / size[0] == pytest.approx(0.01 ** (1 / 3), rel=0.15)


def test_nk_cells_see_only_cells_without_mhc():
    few, many = (followed(names=["lesion_1_log_resistant"], mhc_loss=share, nk_killing=0.02)[0][-1] for share in (0.0, 1.0))
    assert many < few - 1
    seen, unseen = (followed(names=["lesion_1_log_sensitive"], mhc_loss=share, nk_killing=0.02)[0][-1] for share in (0.0, 1.0))
    assert seen == pytest.approx(unseen, rel=1e-3)


@pytest.mark.parametrize("left_out", ["humoral", "suppressor_cells", "checkpoints"])
def test_a_module_of_brakes_can_be_left_out(left_out):
    """What nobody provides is as if there were no brake; only how effectors die has to be said by somebody."""
    disease = catalog.disease(MELANOMA).parameters
    brakes, own = catalog.parameters("brakes"), catalog.parameters("tumour")
    modules = {
        "immunity": immunity({**catalog.parameters("immunity"), **brakes}, disease),
        "tumour": tumour(own, disease),
        "humoral": humoral(brakes),
        "suppressor_cells": suppressor_cells(brakes),
        "checkpoints": checkpoints(brakes, disease),
        "fate": fate(brakes),
    }
    del modules[left_out]
    network = join(modules.values())
    values = np.array([[p.value for p in network.parameters]])
    assert solve(network, values, outputs=[30.0]).status[0] == 0


def test_every_switch_has_its_record_and_names_one_parameter():
    files = [catalog.parameters(name) for name in ("brakes", "immunity", "tumour", "receptors")]
    known = {name: record for file in files for name, record in file.items()}
    for switch in [*BRAKES.values(), *DRIVERS.values()]:
        for name in (switch.off, switch.held):
            if name:
                assert known[name].value == 1
