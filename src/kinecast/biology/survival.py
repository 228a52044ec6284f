"""Cumulative hazards of death and of new lesions: an event comes when its hazard passes the patient's random threshold."""

from __future__ import annotations

from kinecast.biology.symbols import Records, Symbols
from kinecast.network import Expression, Module


def survival(records: Records, disease: Records) -> Module:
    """Hazards that grow with tumour volume V, and one of death from treatment that grows with pressor need.

    hazard_death' = h_0 + year·frailty·h_max·V^n/(V^n + V_half^n),
    hazard_new_lesion' = h_new·V/(V + V_new)/(1 + inhibition + killing/g)
    hazard_toxic_death' = h_tox·(pressor need/need_0)²

    A new lesion has to grow before it is seen, under the immunity that works in the others: `killing` is the share of the tumour
    killed in a day, by effectors and directly, g the typical growth rate, and growth is divided by 1 + inhibition.

    `year` is the hazard ratio of the calendar year in which patients were treated (`death_by_year` of the disease): what they
    are given after the trial's treatment changes. It is one number for the whole run, and touches neither tumour nor progression.

    Sources: calibrated to control arms (disease record); the form is an association, not a mechanism.
    """
    module = Module("survival", "Hazards of death and of new lesions")
    p = Symbols(module, records)
    d = Symbols(module, disease)
    volume = module.read("tumour_volume", "mL")
    burden = (volume / d.death_volume_half) ** p.death_steepness
    background = p.background_death
    year = (d if "death_of_year" in disease else p).death_of_year
    death(module, background + year * p.frailty_of_patient * d.death_rate_max * burden / (1 + burden))
    if "new_lesion_rate_max" in disease:
        lesion = module.state("hazard_new_lesion", "1", scale=0.1)
        seeded = d.new_lesion_rate_max * volume / (volume + d.new_lesion_volume_half)
        killing = module.read("relative_killing", "1/d") + module.read("direct_killing", "1/d", default=0.0)
        slowed = 1 + module.read("growth_inhibition", "1", default=0.0)
        module.reaction("new_lesion", {lesion: 1}, seeded / (slowed + killing / d.growth_rate))
    toxic_death(module, p)
    return module


def death(module: Module, rate: Expression) -> None:
    """Add the hazard of death, with or without disease."""
    hazard = module.state("hazard_death", "1", scale=0.1)
    module.reaction("death", {hazard: 1}, rate)


def toxic_death(module: Module, p: Symbols) -> None:
    """Add the hazard of death from treatment."""
    need = module.read("pressor_need", "ug/kg/min", default=0.0)
    toxic = module.state("hazard_toxic_death", "1", scale=0.01)
    module.reaction("toxic_death", {toxic: 1}, p.toxic_death_rate * (need / p.toxic_death_need) ** 2)
