"""How the size of a molecule and what carries it move it through the body: clearance, exchange with tissue, absorption."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kinecast import catalog
from kinecast.catalog.records import Agent, Number
from kinecast.errors import CatalogError

Numbers = Mapping[str, Number]


def hydrodynamic_mass(agent: Agent, format: str, peg: Number | None, weight: Number | None) -> float:
    """Return the mass (kDa) of a protein of the same size: PEG takes more room than its mass, and albumin moves what binds it.

    Raises:
        CatalogError: the agent has no molecular weight.
    """
    if weight is None:
        raise CatalogError(f"{agent.id} has no molecular weight, from which its size would follow.", "Write `molecular_weight`.")
    p = catalog.parameters("formats")
    mass = weight.quantity.to("kDa")
    if peg is not None:
        chain = peg.quantity.to("kDa")
        # Doses of some are in mass of protein, and the weight is then that of the protein alone.
        return max(mass - chain, 0.0) + p["peg_size"].value * chain if mass > chain else mass + p["peg_size"].value * chain
    return mass + p["albumin_mass"].value if format == "albumin binder" else mass


def sieved(mass: float) -> float:
    """Return the share of a protein of this mass (kDa) that the kidney's filter lets through, 0 to 1. Source: LiShah19."""
    p = catalog.parameters("formats")
    inner = 1 + math.exp(p["sieving_slope"].value * (p["sieving_centre"].value - mass))
    return min(1.0, math.exp(1 - p["sieving_span"].value / inner))


def moving(base: Numbers, base_mass: float, mass: float, format: str) -> dict[str, Number]:
    """Return the disposition of a molecule from that of its cytokine.

    CL = (1 - recycled)·(CL_cytokine·s + CL_catabolic·(1 - s)),  s = θ(mass)/θ(mass of the cytokine)
    Q = Q_cytokine·(mass/mass of the cytokine)^b,  k_a = k_a,cytokine·(mass/mass of the cytokine)^a

    θ is the kidney's sieving, recycled the share that FcRn saves of a format. What cells with receptors take up comes on top.
    Volumes and spreads between patients are the cytokine's. A molecule of the cytokine's own size and format moves as it does.

    Arguments:
        base: the cytokine's disposition. base_mass, mass: kDa, as `hydrodynamic_mass` gives them. format: see `Molecule`.
    """
    if format == "free" and mass == base_mass:
        return dict(base)
    p = catalog.parameters("formats")
    larger = mass / base_mass
    made = {name: number for name, number in base.items() if name in _KEPT}
    unit = base["clearance"].unit
    recycled = p[f"{format.replace(' ', '_')}_recycled"].value
    filtered = sieved(mass) / sieved(base_mass)
    passing = base["clearance"].quantity.value * filtered + p["catabolic_clearance"].quantity.to(unit) * (1 - filtered)
    made["clearance"] = _derived(base["clearance"], (1 - recycled) * passing)
    exchange = base["distribution_clearance"].quantity.value * larger ** p["body_exchange_exponent"].value
    made["distribution_clearance"] = _derived(base["distribution_clearance"], exchange)
    if "absorption_rate" in base:
        rate = base["absorption_rate"].quantity.value * larger ** p["absorption_exponent"].value
        made["absorption_rate"] = _derived(base["absorption_rate"], rate)
        made["bioavailability"] = base["bioavailability"] if recycled == 0 else _of_file(p["large_bioavailability"])
    return made


_KEPT = ("central_volume", "peripheral_volume", "bioavailability")


def _derived(number: Number, value: float) -> Number:
    where = "derived from the molecule's size and what carries it"
    return number.model_copy(
        update={
            "value": value,
            "low": None,
            "high": None,
            "source": "Kinecast26",
            "where": where,
            "status": "assumed",
            "note": "",
        }
    )


def _of_file(parameter: Number) -> Number:
    return Number.model_validate({name: getattr(parameter, name) for name in Number.model_fields})


def entering(mass: float) -> dict[str, Number]:
    """Return how a molecule of this mass (kDa) enters tumours: exchange across vessels, void fraction, diffusion over a Krogh radius.

    exchange = 2·P·R_cap/R_Krogh²,  diffusion = D/R_Krogh²;  P, void fraction and D are powers of the mass over an antibody's

    Sources: Schmidt09, Shah12 (see the records).
    """
    p = catalog.parameters("delivery")
    size = mass / p["antibody_size"].quantity.to("kDa")
    radius = p["krogh_radius"].quantity.canonical
    permeability = p["permeability"].quantity.canonical * size ** p["permeability_exponent"].value
    diffusion = p["diffusion"].quantity.canonical * size ** p["diffusion_exponent"].value
    exchange = 2 * permeability * p["capillary_radius"].quantity.canonical / radius**2
    void = min(1.0, p["void_fraction"].value * size ** p["void_exponent"].value)
    told = {"source": "Schmidt09", "where": "derived from the molecule's size", "status": "assumed"}
    return {
        "vascular_exchange": Number(value=exchange, unit="1/d", **told),
        "tumour_void": Number(value=void, unit="1", **told),
        "tumour_diffusion": Number(value=diffusion / radius**2, unit="1/d", **told),
    }
