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
    mass = weight.quantity.to("kDa")
    if peg is not None:
        chain = peg.quantity.to("kDa")
        # Doses of some are in mass of protein, and the weight is then that of the protein alone.
        return (mass - chain if mass > chain else mass) + _read("formats", "peg_size") * chain
    return mass + _read("formats", "albumin_mass", "kDa") if format == "albumin binder" else mass


def sieved(mass: float) -> float:
    """Return the share of a protein of this mass (kDa) that the kidney's filter lets through, 0 to 1. Source: LiShah19."""
    slope = _read("formats", "sieving_slope", "1/kDa")
    inner = 1 + math.exp(slope * (_read("formats", "sieving_centre", "kDa") - mass))
    return min(1.0, math.exp(1 - _read("formats", "sieving_span") / inner))


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
    larger = mass / base_mass
    made = {name: number for name, number in base.items() if name in _KEPT}
    unit = base["clearance"].unit
    recycled = _read("formats", f"{format.replace(' ', '_')}_recycled")
    filtered = sieved(mass) / sieved(base_mass)
    own = base["clearance"].quantity.value
    # A cytokine that is cleared more slowly than a protein of any size has a carrier already: a larger form is no faster.
    passing = own * filtered + min(own, _read("formats", "catabolic_clearance", unit)) * (1 - filtered)
    made["clearance"] = _derived(base["clearance"], (1 - recycled) * passing)
    exchange = base["distribution_clearance"].quantity.value * larger ** _read("formats", "body_exchange_exponent")
    made["distribution_clearance"] = _derived(base["distribution_clearance"], exchange)
    if "absorption_rate" in base:
        rate = base["absorption_rate"].quantity.value * larger ** _read("formats", "absorption_exponent")
        made["absorption_rate"] = _derived(base["absorption_rate"], rate)
        made["bioavailability"] = base["bioavailability"] if recycled == 0 else _as_number("formats", "large_bioavailability")
    return made


def entering(mass: float) -> dict[str, Number]:
    """Return how a molecule of this mass (kDa) enters tumours: exchange across vessels, void fraction, rate of diffusion.

    exchange = 2·P·R_cap/R_Krogh²,  diffusion = D/R_Krogh²;  P, void fraction and D are powers of the mass over an antibody's

    Sources: Schmidt09, Shah12 (see the records).
    """
    size = mass / _read("delivery", "antibody_size", "kDa")
    radius = _read("delivery", "krogh_radius", "um")
    permeability = _read("delivery", "permeability", "um/d") * size ** _read("delivery", "permeability_exponent")
    diffusion = _read("delivery", "diffusion", "um**2/d") * size ** _read("delivery", "diffusion_exponent")
    exchange = 2 * permeability * _read("delivery", "capillary_radius", "um") / radius**2
    void = min(1.0, _read("delivery", "void_fraction") * size ** _read("delivery", "void_exponent"))
    return {
        "vascular_exchange": _by_size(exchange, "1/d"),
        "tumour_void": _by_size(void, "1"),
        "tumour_diffusion": _by_size(diffusion / radius**2, "1/d"),
    }


_KEPT = ("central_volume", "peripheral_volume", "bioavailability", "lymph_volume", "lymph_rate")


def _read(file: str, name: str, unit: str = "1") -> float:
    return catalog.parameters(file)[name].quantity.to(unit)


def _by_size(value: float, unit: str) -> Number:
    where = "derived from the molecule's size: permeability, void fraction and diffusion of tumours"
    return Number(value=value, unit=unit, source="Schmidt09", where=where, status="assumed")


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


def _as_number(file: str, name: str) -> Number:
    parameter = catalog.parameters(file)[name]
    return Number.model_validate({field: getattr(parameter, field) for field in Number.model_fields})
