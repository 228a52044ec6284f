"""Molecules by name and by affinity: what is taken over is said, and what makes no sense is refused."""

from __future__ import annotations

import pytest

from kinecast import catalog
from kinecast.biology.receptors.molecules import CHAINS, FAMILIES, from_agent, il15_complex, molecule, native
from kinecast.biology.receptors.populations import BLOOD, POPULATIONS, copies, population
from kinecast.biology.receptors.reduced import intermediate_shift
from kinecast.catalog.molecules import build
from kinecast.errors import CatalogError


def test_every_agent_of_the_family_is_a_molecule():
    for key, agent in catalog.agents().items():
        if agent.form == "antibody" and agent.family in FAMILIES:
            with pytest.raises(CatalogError, match="antibody"):
                from_agent(agent)
        elif agent.family in FAMILIES:
            one = from_agent(agent)
            assert one.name == key and one.kd[FAMILIES[agent.family].signalling] is not None


def test_aldesleukin_and_the_native_il2_are_the_same():
    assert molecule("aldesleukin").kd == native("IL-2").kd == {"IL-2Ra": 10, "IL-2Rb": 144}


def test_what_a_record_lacks_is_taken_from_the_wild_type_and_said():
    assert molecule("n-803").kd == il15_complex().kd and "α chain" in molecule("n-803").notes[0]
    assert molecule("nanrilkefusp-alfa").kd == il15_complex().kd
    assert molecule("cyt107").notes == () and "wild type" in molecule("efineptakin-alfa").notes[0]


def test_an_engineered_agent_has_the_wild_types_affinities_changed_as_its_molecule_says():
    assert molecule("nemvaleukin-alfa").kd == {"IL-2Ra": None, "IL-2Rb": 144}
    assert molecule("super-2").kd["IL-2Rb"] == pytest.approx(144 * 0.0043)
    weak = molecule("bempegaldesleukin")
    assert weak.kd["IL-2Ra"] == 500 and intermediate_shift(weak.kd["IL-2Rb"] / 144) == pytest.approx(5)
    assert "IL-2Rβγ" in weak.notes[-1] and "masks" in weak.notes[0]
    designed = build({"from": "aldesleukin", "kd": {"IL-2Rb": "14.4 nM", "gc": 3}}, "designed")
    assert molecule(designed.id).kd["IL-2Rb"] == 14.4 and molecule(designed.id).gamma_loss == 3
    assert molecule("cyt107").kd == {"IL-7Ra": 0.2}


def test_il15_is_joined_faster_than_il2_and_its_complex_needs_no_alpha_chain():
    assert native("IL-15").gamma_loss < 1 == native("IL-2").gamma_loss
    assert il15_complex().kd["IL-15Ra"] is None
    assert native("IL-15").changed(gamma_loss=2).gamma_loss == 2 * native("IL-15").gamma_loss


@pytest.mark.parametrize(
    ("kd", "said"),
    [
        ({"IL-2Ra": -1.0}, "kd, IL-2Ra: -1 nM is not above zero"),
        ({"IL-2Rb": None}, "signals through it"),
        ({"IL-7Ra": 1.0}, "has no receptor 'IL-7Ra'"),
        ({"IL-2Rb": float("nan")}, "is not above zero"),
    ],
)
def test_affinities_that_make_no_sense_are_refused(kd, said):
    with pytest.raises(CatalogError, match=said):
        native("IL-2").changed(kd)


def test_names_that_are_not_known_are_met_with_the_nearest():
    with pytest.raises(CatalogError, match="Did you mean"):
        molecule("IL-22")
    with pytest.raises(CatalogError, match="binds no receptor of the γc family"):
        molecule("nivolumab")
    with pytest.raises(CatalogError, match="no population 'nkk'"):
        population("nkk")
    assert population("t-reg") == population("TREG") == "treg"


def test_every_population_has_copies_of_every_chain():
    for cell in POPULATIONS:
        for chain in ("gc", *CHAINS.values()):
            assert copies(cell, chain) >= 0
    assert copies("nk", "il2rb") > 10 * copies("treg", "il2rb") and len(BLOOD) == 10
